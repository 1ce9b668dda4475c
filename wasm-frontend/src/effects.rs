//! What goes to the world outside the shadow root, and what comes back. The shell fetches, listens and
//! copies, and scans; what a person may take along is here.

use crate::read::Object;
use crate::screen::Event;
use crate::screen::call::{Answer, Failure, Request};
use threegate_core::wire::Problem;
use wasm_bindgen::prelude::*;

#[cfg(feature = "factors")]
pub(crate) mod keep;
#[cfg(feature = "enroll")]
pub(crate) mod scanner;

#[wasm_bindgen]
extern "C" {
    /// A new object.
    #[wasm_bindgen(js_name = Object)]
    type Body;

    #[wasm_bindgen(constructor, js_class = Object)]
    fn new() -> Body;
    #[wasm_bindgen(method, indexing_setter)]
    fn set(this: &Body, name: &str, value: &JsValue);
}

/// The body of a request, undefined if it has none.
pub(crate) fn body(request: &Request) -> JsValue {
    if matches!(request.verb(), "GET" | "DELETE") {
        return JsValue::UNDEFINED;
    }
    let body = Body::new();
    for (name, value) in request.members() {
        body.set(name, &value.into());
    }
    if let Some(flag) = request.flag() {
        body.set(flag, &JsValue::TRUE);
    }
    #[cfg(feature = "manage")]
    if let Request::Change(change) = request
        && let Some((name, texts)) = change.list()
    {
        let list: js_sys::Array = texts.iter().map(|text| JsValue::from_str(text)).collect();
        body.set(name, &list);
    }
    body.into()
}

/// What came back for it: `json` is undefined if nothing did.
pub(crate) fn outcome(request: &Request, ok: bool, json: JsValue) -> Box<Result<Answer, Failure>> {
    let object = Object(json);
    Box::new(if ok {
        request.read(&object).ok_or(Failure::Unreachable)
    } else {
        Err(Problem::read(&object).map_or(Failure::Unreachable, Failure::Refused))
    })
}

/// What an event of the socket means.
pub(crate) fn heard(kind: &str) -> Event {
    match kind {
        "message" => Event::Changed,
        kind => Event::Listening(kind == "open"),
    }
}
