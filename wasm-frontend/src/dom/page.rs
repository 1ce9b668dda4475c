//! What is used of a page's elements. None of these throws as it is called here, with names and selectors that
//! stand in this crate: so none has a way to tell.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The document of the page.
    pub(crate) type Document;

    #[wasm_bindgen(method, js_name = createElementNS)]
    pub(crate) fn create(this: &Document, namespace: &str, tag: &str) -> Element;
    #[wasm_bindgen(method, getter, js_name = activeElement)]
    pub(crate) fn active(this: &Document) -> Option<Element>;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn hidden(this: &Document) -> bool;

    /// The root of what the element shows.
    pub type Root;

    #[wasm_bindgen(method, getter, js_name = ownerDocument)]
    pub(crate) fn document(this: &Root) -> Document;
    #[wasm_bindgen(method, js_name = replaceChildren)]
    pub(crate) fn show_only(this: &Root, child: &Element);

    /// Any element; what only an input has is asked of inputs alone.
    #[derive(Debug)]
    pub(crate) type Element;

    #[wasm_bindgen(method, js_name = setAttribute)]
    pub(crate) fn set(this: &Element, name: &str, value: &str);
    #[wasm_bindgen(method, js_name = removeAttribute)]
    pub(crate) fn unset(this: &Element, name: &str);
    #[wasm_bindgen(method, js_name = getAttribute)]
    pub(crate) fn attribute(this: &Element, name: &str) -> Option<String>;
    #[wasm_bindgen(method, setter, js_name = textContent)]
    pub(crate) fn set_text(this: &Element, text: &str);
    #[wasm_bindgen(method)]
    pub(crate) fn append(this: &Element, child: &Element);
    #[wasm_bindgen(method, js_name = replaceWith)]
    pub(crate) fn replace_with(this: &Element, other: &Element);
    #[wasm_bindgen(method)]
    pub(crate) fn remove(this: &Element);
    #[wasm_bindgen(method, js_name = querySelector)]
    pub(crate) fn find(this: &Element, selector: &str) -> Option<Element>;
    #[wasm_bindgen(method)]
    pub(crate) fn closest(this: &Element, selector: &str) -> Option<Element>;
    #[wasm_bindgen(method, getter, js_name = tagName)]
    pub(crate) fn tag(this: &Element) -> String;
    #[wasm_bindgen(method)]
    pub(crate) fn focus(this: &Element);
    #[wasm_bindgen(method)]
    pub(crate) fn select(this: &Element);
    #[wasm_bindgen(method, getter)]
    pub(crate) fn value(this: &Element) -> String;
    #[cfg(feature = "enroll")]
    #[wasm_bindgen(method, setter)]
    pub(crate) fn set_value(this: &Element, value: &str);
    #[wasm_bindgen(method, getter)]
    pub(crate) fn checked(this: &Element) -> bool;

    /// Something that happened to one of them.
    pub type Event;

    #[wasm_bindgen(method, getter, js_name = type)]
    pub(crate) fn kind(this: &Event) -> String;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn target(this: &Event) -> JsValue;
    #[wasm_bindgen(method, js_name = preventDefault)]
    pub(crate) fn prevent_default(this: &Event);
}
