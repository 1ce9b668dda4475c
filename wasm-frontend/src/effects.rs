//! The world outside the shadow root: the worker, the camera, and what a person may take along.

use crate::read::Object;
use crate::screen::call::{Answer, Failure, Request};
use crate::screen::codes::{ENDPOINT_MISSING, TICKET_MISSING};
use js_sys::{JSON, Reflect};
use threegate_core::wire::Problem;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortSignal, RequestCache, RequestCredentials, RequestInit, RequestMode, RequestRedirect,
    Response, Window,
};

pub(crate) mod clipboard;
#[cfg(feature = "factors")]
pub(crate) mod keep;
#[cfg(feature = "enroll")]
pub(crate) mod scanner;
pub(crate) mod socket;

/// No answer after this time is none.
const PATIENCE_MS: u32 = 15_000;

/// Asks the worker at `endpoint` under `ticket`, the element's attributes.
pub(crate) async fn ask(
    window: &Window,
    endpoint: &str,
    ticket: &str,
    request: &Request,
) -> Result<Answer, Failure> {
    for (attribute, code) in [(ticket, TICKET_MISSING), (endpoint, ENDPOINT_MISSING)] {
        if attribute.is_empty() {
            return Err(Failure::Refused(Problem::new(400, code, "")));
        }
    }
    let (ok, object) = exchange(window, endpoint, ticket, request)
        .await
        .map_err(|_| Failure::Unreachable)?;
    if ok {
        request.read(&object).ok_or(Failure::Unreachable)
    } else {
        Err(Problem::read(&object).map_or(Failure::Unreachable, Failure::Refused))
    }
}

async fn exchange(
    window: &Window,
    endpoint: &str,
    ticket: &str,
    request: &Request,
) -> Result<(bool, Object), JsValue> {
    let headers = object(&[("authorization", &["Bearer ", ticket].concat())])?;
    let init = RequestInit::new();
    init.set_method(request.verb());
    if !matches!(request.verb(), "GET" | "DELETE") {
        set(&headers, "content-type", "application/json")?;
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
        init.set_body(&JSON::stringify(&body)?.into());
    }
    init.set_headers(&headers);
    init.set_mode(RequestMode::Cors);
    init.set_credentials(RequestCredentials::Omit);
    init.set_cache(RequestCache::NoStore);
    init.set_redirect(RequestRedirect::Error);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(PATIENCE_MS)));

    let url = [endpoint.trim_end_matches('/'), &request.path()].concat();
    let response = JsFuture::from(window.fetch_with_str_and_init(&url, &init)).await?;
    let response = response.dyn_into::<Response>()?;
    let json = JsFuture::from(response.json()?).await?;
    Ok((response.ok(), Object(json)))
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
