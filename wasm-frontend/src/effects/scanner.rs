//! What `scanner.js` says.

use crate::read::Object;
use crate::screen::{ImageTrouble, Lenses};
use js_sys::Array;
use threegate_core::wire::Fields;
use wasm_bindgen::JsValue;
use zeroize::Zeroizing;

/// What there is to choose of a camera.
pub(crate) fn lenses(choices: JsValue) -> Option<Lenses> {
    let choices = Object(choices);
    let torch = choices.flag("torch")?;
    Some(Lenses {
        cameras: choices.texts("cameras")?,
        at: usize::try_from(choices.integer("at")?).ok()?,
        light: torch.then_some(false),
    })
}

/// The codes in an image, or the code of what is wrong with it.
pub(crate) fn codes(told: &JsValue) -> Result<Zeroizing<Vec<String>>, ImageTrouble> {
    if Array::is_array(told) {
        let codes = Array::from(told);
        let codes = codes.iter().filter_map(|text| text.as_string());
        return Ok(Zeroizing::new(codes.collect()));
    }
    Err(match told.as_string().as_deref() {
        Some("image_too_large" | "image_unreadable") => ImageTrouble::Unreadable,
        _ => ImageTrouble::Failed,
    })
}
