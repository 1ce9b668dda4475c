//! What a person gives as a whole: a file that was chosen, and what was pasted or dropped on the card.

use js_sys::Reflect;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, DataTransfer, Element, FileList, HtmlInputElement, HtmlSelectElement};
use zeroize::Zeroizing;

use super::Binding;

/// What was given.
pub(crate) enum Gift {
    /// An image, or a file that is taken for one.
    Image(Blob),
    /// A text.
    Text(Zeroizing<String>),
}

/// What `event` gives, if anything. Keeps the browser from opening what is dropped.
pub(crate) fn given(event: &web_sys::Event) -> Option<Gift> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    match &*event.type_() {
        "change" => chosen(&target),
        kind @ ("paste" | "drop" | "dragover") => {
            target.closest("[data-drop]").ok()??;
            let from = if kind == "paste" {
                "clipboardData"
            } else {
                event.prevent_default();
                "dataTransfer"
            };
            if kind == "dragover" {
                return None;
            }
            let data = Reflect::get(event, &JsValue::from_str(from)).ok()?;
            let gift = taken(&data.dyn_into().ok()?)?;
            event.prevent_default();
            Some(gift)
        }
        _ => None,
    }
}

/// Which of a list was picked.
pub(crate) fn picked(list: &Element) -> Option<usize> {
    let list = list.dyn_ref::<HtmlSelectElement>()?;
    usize::try_from(list.selected_index()).ok()
}

fn chosen(target: &Element) -> Option<Gift> {
    let bound = target.get_attribute("data-on")?;
    if Binding::of("change", &bound)? != Binding::Chosen {
        return None;
    }
    let input = target.dyn_ref::<HtmlInputElement>()?;
    let image = image(input.files());
    // The same file can then be chosen again.
    input.set_value("");
    image
}

fn taken(data: &DataTransfer) -> Option<Gift> {
    image(data.files()).or_else(|| {
        let text = Zeroizing::new(data.get_data("text").ok()?);
        (!text.is_empty()).then_some(Gift::Text(text))
    })
}

fn image(files: Option<FileList>) -> Option<Gift> {
    Some(Gift::Image(files?.get(0)?.into()))
}
