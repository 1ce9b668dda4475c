//! What a person gives as a whole: a file that was chosen, and what was pasted or dropped on the card.

use super::Binding;
use super::page::{Element, Event};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(method, getter, js_name = clipboardData)]
    fn pasted(this: &Event) -> Option<Data>;
    #[wasm_bindgen(method, getter, js_name = dataTransfer)]
    fn dropped(this: &Event) -> Option<Data>;

    /// What is pasted or dropped.
    type Data;

    #[wasm_bindgen(method, js_name = getData)]
    fn text(this: &Data, kind: &str) -> String;
    #[wasm_bindgen(method, getter)]
    fn files(this: &Data) -> Option<Files>;

    /// Files, if any.
    type Files;

    #[wasm_bindgen(method)]
    fn item(this: &Files, at: u32) -> Option<JsValue>;

    #[wasm_bindgen(method, getter)]
    fn files(this: &Element) -> Option<Files>;
    #[wasm_bindgen(method, getter, js_name = selectedIndex)]
    fn selected(this: &Element) -> i32;
}

/// What was given.
pub(crate) enum Gift {
    /// An image, or a file that is taken for one.
    Image(JsValue),
    /// A text.
    Text(Zeroizing<String>),
}

/// What `event` gives, if anything. Keeps the browser from opening what is dropped.
pub(crate) fn given(event: &Event) -> Option<Gift> {
    let target = event.target().dyn_into::<Element>().ok()?;
    match &*event.kind() {
        "change" => chosen(&target),
        kind @ ("paste" | "drop" | "dragover") => {
            target.closest("[data-drop]")?;
            let data = if kind == "paste" {
                event.pasted()
            } else {
                event.prevent_default();
                event.dropped()
            };
            if kind == "dragover" {
                return None;
            }
            let gift = taken(&data?)?;
            event.prevent_default();
            Some(gift)
        }
        _ => None,
    }
}

/// Which of a list was picked.
pub(crate) fn picked(list: &Element) -> Option<usize> {
    usize::try_from(list.selected()).ok()
}

fn chosen(target: &Element) -> Option<Gift> {
    let bound = target.attribute("data-on")?;
    if Binding::of("change", &bound)? != Binding::Chosen {
        return None;
    }
    let image = image(target.files());
    // The same file can then be chosen again.
    target.set_value("");
    image
}

fn taken(data: &Data) -> Option<Gift> {
    image(data.files()).or_else(|| {
        let text = Zeroizing::new(data.text("text"));
        (!text.is_empty()).then_some(Gift::Text(text))
    })
}

fn image(files: Option<Files>) -> Option<Gift> {
    Some(Gift::Image(files?.item(0)?))
}
