//! The clipboard.

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;
use web_sys::Window;

/// Puts `text` on the clipboard. Says whether it is there.
pub(crate) async fn copy(window: &Window, text: &str) -> bool {
    let navigator = window.navigator();
    // A page without TLS has no clipboard, whatever the type says.
    let clipboard = Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if !clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        return false;
    }
    JsFuture::from(navigator.clipboard().write_text(text))
        .await
        .is_ok()
}
