//! What a person may take along, in a file or on paper.

use js_sys::Array;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{
    Blob, BlobPropertyBag, Element, HtmlAnchorElement, HtmlElement, HtmlIFrameElement, Url,
};

/// Saves `text` as a file of that name.
pub(crate) fn save(name: &str, text: &str) -> Result<(), JsValue> {
    let window = web_sys::window().ok_or(JsValue::UNDEFINED)?;
    let document = window.document().ok_or(JsValue::UNDEFINED)?;
    let kind = BlobPropertyBag::new();
    kind.set_type("text/plain;charset=utf-8");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &kind)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let link = document
        .create_element("a")?
        .dyn_into::<HtmlAnchorElement>()?;
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The browser has taken the file by then; the codes should not outlive that.
    let forget = Closure::once_into_js(move || {
        let _ = Url::revoke_object_url(&url);
    });
    window.set_timeout_with_callback_and_timeout_and_arguments_0(forget.unchecked_ref(), 10_000)?;
    Ok(())
}

/// Prints a heading, lines, and a sentence on a page of their own, in the language of `body`. The
/// fonts are set one by one: a strict policy forbids style sheets and attributes here.
pub(crate) fn print(
    body: &Element,
    heading: &str,
    lines: &str,
    about: &str,
) -> Result<(), JsValue> {
    let document = body.owner_document().ok_or(JsValue::UNDEFINED)?;
    if let Some(last) = body.query_selector("iframe")? {
        last.remove();
    }
    let sheet = document
        .create_element("iframe")?
        .dyn_into::<HtmlIFrameElement>()?;
    sheet.set_class_name("hidden");
    sheet.set_attribute("aria-hidden", "true")?;
    sheet.set_attribute("tabindex", "-1")?;
    body.append_child(&sheet)?;
    let (Some(window), Some(page)) = (sheet.content_window(), sheet.content_document()) else {
        return Ok(());
    };
    if let Some(root) = page.document_element() {
        for name in ["lang", "dir"] {
            let value = body.get_attribute(name).unwrap_or_default();
            root.set_attribute(name, &value)?;
        }
    }
    if let Some(paper) = page.body() {
        for (tag, text, font) in [
            ("h1", heading, "bold 16pt/1.3 system-ui, sans-serif"),
            ("pre", lines, "15pt/1.6 ui-monospace, monospace"),
            ("p", about, "11pt/1.5 system-ui, sans-serif"),
        ] {
            // Made here and moved there: what the sheet makes is no `HtmlElement` of this window's.
            let element = document.create_element(tag)?.dyn_into::<HtmlElement>()?;
            element.set_text_content(Some(text));
            element.style().set_property("font", font)?;
            paper.append_child(&element)?;
        }
    }
    page.set_title(heading);
    window.print()
}
