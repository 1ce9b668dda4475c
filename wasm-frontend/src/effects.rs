//! What goes to the world outside the shadow root, and what comes back. The shell fetches, listens and
//! copies, and scans; what a person may take along is here.

use crate::read::Object;
use crate::screen::Event;
use crate::screen::call::{Answer, Failure, Request};
use js_sys::Reflect;
use threegate_core::wire::Problem;
use wasm_bindgen::JsValue;

#[cfg(feature = "factors")]
pub(crate) mod keep;
#[cfg(feature = "enroll")]
pub(crate) mod scanner;

/// The body of a request, undefined if it has none.
pub(crate) fn body(request: &Request) -> Result<JsValue, JsValue> {
    if matches!(request.verb(), "GET" | "DELETE") {
        return Ok(JsValue::UNDEFINED);
    }
    let body = object(&request.members())?;
    if let Some(flag) = request.flag() {
        Reflect::set(&body, &flag.into(), &JsValue::TRUE)?;
    }
    #[cfg(feature = "manage")]
    if let Request::Change(change) = request
        && let Some((name, texts)) = change.list()
    {
        let list: js_sys::Array = texts.iter().map(|text| JsValue::from_str(text)).collect();
        Reflect::set(&body, &JsValue::from_str(name), &list)?;
    }
    Ok(body)
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

fn object(members: &[(&str, &str)]) -> Result<JsValue, JsValue> {
    let object = js_sys::Object::new().into();
    for (name, value) in members {
        set(&object, name, value)?;
    }
    Ok(object)
}

fn set(object: &JsValue, name: &str, value: &str) -> Result<(), JsValue> {
    Reflect::set(object, &JsValue::from_str(name), &JsValue::from_str(value)).map(|_| ())
}
