//! One app's codes, its secret read and made ready once.

use super::given::{Given, moment};
use super::otp::judge;
use js_sys::JsString;
use threegate_core::otp::{Code, PreparedTotp};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// What makes and checks the codes of one secret, which is wiped with it.
#[wasm_bindgen]
pub struct Authenticator(PreparedTotp);

#[wasm_bindgen]
impl Authenticator {
    /// Of the same parameters as [`totp`](super::otp::totp).
    ///
    /// # Errors
    /// No object, or a member that is no parameter.
    #[wasm_bindgen(constructor)]
    pub fn new(parameters: &JsValue) -> Result<Self, JsValue> {
        let given = Given::new(parameters)?;
        Ok(Self(given.totp()?.prepare(&given.secret()?)))
    }

    /// The code that the app shows.
    ///
    /// # Errors
    /// What is no time.
    pub fn code(&self, at: &JsValue) -> Result<JsString, JsValue> {
        let code = self.0.code(self.0.totp().step(moment(at)?));
        let mut buffer = [0; Code::LONGEST];
        let digits = code.encode_digits(&mut buffer);
        Ok(match *digits.as_bytes() {
            // Reading a text out of this module's memory takes longer than making the code.
            [a, b, c, d, e, f] => from_char_codes(a, b, c, d, e, f),
            _ => digits.into(),
        })
    }

    /// Judges a code.
    ///
    /// # Errors
    /// No object, or a member that is not as it must be.
    pub fn check(&self, parameters: &JsValue) -> Result<JsValue, JsValue> {
        let given = Given::new(parameters)?;
        judge(&self.0, &given)
    }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = String, js_name = fromCharCode)]
    fn from_char_codes(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8) -> JsString;
}
