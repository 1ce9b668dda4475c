//! Recovery codes, as texts. How they are kept is the site's own affair.

use super::given::text;
use super::made::random;
use super::thrown::Thrown;
use threegate_core::recovery::{CODE_RANDOM, COUNT, RecoveryCode};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::{Zeroize, Zeroizing};

/// A whole set of new codes.
#[wasm_bindgen(js_name = newRecoveryCodes)]
pub fn new_recovery_codes() -> Result<Vec<String>, JsValue> {
    let mut bytes = [[0; CODE_RANDOM]; COUNT];
    for code in &mut bytes {
        *code = random::<CODE_RANDOM>()?;
    }
    let codes = RecoveryCode::generate(&bytes);
    bytes.zeroize();
    Ok(codes
        .iter()
        .map(|code| code.to_text().to_string())
        .collect())
}

/// A code as it was typed, in the one form in which it is shown and hashed.
#[wasm_bindgen(js_name = parseRecoveryCode)]
pub fn parse_recovery_code(typed: &JsValue) -> Result<String, JsValue> {
    let code = RecoveryCode::parse(&Zeroizing::new(text(typed)?)).map_err(Thrown::of)?;
    Ok(code.to_text().to_string())
}
