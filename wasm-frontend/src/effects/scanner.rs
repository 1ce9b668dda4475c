//! `scanner.js`: the camera, and what reads codes in its pictures and in images. Loaded when first used;
//! whatever happens in there comes back as an event.

use js_sys::{Array, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Element};
use zeroize::Zeroizing;

use crate::read::Object;
use crate::screen::{ImageTrouble, Lenses};
use threegate_core::wire::Fields;

#[wasm_bindgen]
extern "C" {
    /// What `openScanner` gives.
    pub(crate) type Scanner;

    #[wasm_bindgen(method, catch)]
    fn camera(this: &Scanner, video: &Element) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn pick(this: &Scanner, index: u32) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn light(this: &Scanner, on: bool) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn image(this: &Scanner, blob: &Blob) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &Scanner) -> Result<(), JsValue>;
}

/// A scanner that is closed when dropped.
pub(crate) struct Open(Scanner);

impl Open {
    /// Loads a scanner by `load(on_text, on_state)`, the shell's.
    pub(crate) async fn load(loading: Result<Promise, JsValue>) -> Option<Self> {
        let scanner = JsFuture::from(loading.ok()?).await.ok()?;
        Some(Self(scanner.unchecked_into()))
    }

    /// Shows the camera in `video`. Says whether that could be begun.
    pub(crate) fn watch(&self, video: &Element) -> bool {
        self.0.camera(video).is_ok()
    }

    /// Goes on with another camera.
    pub(crate) fn pick(&self, at: usize) {
        let _ = self.0.pick(u32::try_from(at).unwrap_or_default());
    }

    /// Turns the camera's light on or off.
    pub(crate) fn light(&self, on: bool) {
        let _ = self.0.light(on);
    }

    /// Begins to read an image.
    pub(crate) fn begin(&self, image: &Blob) -> Result<Promise, JsValue> {
        self.0.image(image)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let _ = self.0.close();
    }
}

/// What there is to choose, as `scanner.js` says it.
pub(crate) fn lenses(choices: JsValue) -> Option<Lenses> {
    let choices = Object(choices);
    let torch = choices.flag("torch")?;
    Some(Lenses {
        cameras: choices.texts("cameras")?,
        at: usize::try_from(choices.integer("at")?).ok()?,
        light: torch.then_some(false),
    })
}

/// The codes in an image.
pub(crate) async fn codes(
    reading: Result<Promise, JsValue>,
) -> Result<Zeroizing<Vec<String>>, ImageTrouble> {
    let codes = match reading {
        Ok(reading) => JsFuture::from(reading).await,
        Err(cause) => Err(cause),
    };
    let codes = codes.map_err(|cause| trouble(&cause))?;
    let codes = Array::from(&codes);
    let codes = codes.iter().filter_map(|text| text.as_string());
    Ok(Zeroizing::new(codes.collect()))
}

fn trouble(cause: &JsValue) -> ImageTrouble {
    let code = Reflect::get(cause, &JsValue::from_str("code")).ok();
    match code.and_then(|code| code.as_string()).as_deref() {
        Some("image_too_large" | "image_unreadable") => ImageTrouble::Unreadable,
        _ => ImageTrouble::Failed,
    }
}
