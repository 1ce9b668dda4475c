//! Requests and answers: bodies with a limit, JSON both ways, never cached.

use futures_util::StreamExt;
use js_sys::Uint8Array;
use serde::Serialize;
use threegate_core::form;
use threegate_core::threema::callback::Refused;
use threegate_core::wire::{self, Malformed};
use wasm_bindgen_futures::JsFuture;
use worker::{Headers, Request, Response, ResponseBuilder};
use zeroize::Zeroizing;

use crate::internal::Given;
use crate::json::{self, Json};
use crate::problem::{Error, Why};

/// The longest body that any call may have.
const LONGEST: usize = 16 * 1024;

/// How much more is read, and dropped, of a body that is too long: a client that is still sending
/// when the answer comes may take the closed connection for a broken one.
const DRAINED: usize = 1024 * 1024;

/// The body, up to the limit.
pub(crate) async fn body(request: &mut Request) -> Result<Zeroizing<Vec<u8>>, Error> {
    let told = header(request, "content-length").and_then(|length| length.parse().ok());
    match told {
        // The runtime reads no more than that. At once costs half of what a stream does, and even to ask
        // for the stream costs something.
        Some(1..=LONGEST) => whole(request).await,
        None if request.inner().body().is_none() => Ok(Zeroizing::default()),
        _ => streamed(request).await,
    }
}

async fn whole(request: &Request) -> Result<Zeroizing<Vec<u8>>, Error> {
    let read = request.inner().array_buffer().map(JsFuture::from);
    let read = read.map_err(worker::Error::from)?;
    let bytes = read.await.map_err(worker::Error::from)?;
    Ok(Zeroizing::new(Uint8Array::new(&bytes).to_vec()))
}

async fn streamed(request: &mut Request) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Room for all of it from the start: growing would leave copies behind.
    let mut body = Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut stream = request.stream()?;
    let mut seen = 0_usize;
    while let Some(chunk) = stream.next().await {
        let chunk = Zeroizing::new(chunk?);
        seen = seen.saturating_add(chunk.len());
        if seen > DRAINED {
            break;
        }
        if seen <= LONGEST {
            body.extend_from_slice(&chunk);
        }
    }
    if seen > LONGEST {
        return Err(Error::too_large());
    }
    Ok(body)
}

/// A body as JSON of a type. The words of the error name the member, and never repeat a value, which
/// may be a code.
pub(crate) fn json<T: wire::Request>(body: &[u8]) -> Result<T, Error> {
    let object = object(body, T::MEMBERS)?;
    T::read(&Given::of(&object)).map_err(Error::bad_request)
}

/// What is not generic stays outside, to keep the module small.
fn object(body: &[u8], known: Option<&[&str]>) -> Result<Json, Error> {
    let members = match json::read(body) {
        Ok(Json::Object(members)) => members,
        Ok(_) => return Err(no_object(body, 0)),
        Err(read) => return Err(no_object(body, read)),
    };
    let read = unique(members).and_then(|members| {
        wire::known(known, members.iter().map(|(name, _)| name.as_str()))?;
        Ok(Json::Object(members))
    });
    read.map_err(Error::bad_request)
}

/// Members, none of them twice: another reader may take the other one.
fn unique(members: Vec<(String, Json)>) -> Result<Vec<(String, Json)>, Malformed> {
    let names = || members.iter().map(|(name, _)| name);
    for (place, name) in names().enumerate() {
        if names().take(place).any(|before| before == name) {
            return Err(Malformed::Twice(name.clone()));
        }
    }
    Ok(members)
}

fn no_object(body: &[u8], read: usize) -> Error {
    let mut lines = body
        .get(..read)
        .unwrap_or_default()
        .rsplit(|byte| *byte == b'\n');
    let column = lines.next().map_or(0, <[u8]>::len);
    let line = lines.count().saturating_add(1);
    Error::bad_request(format_args!(
        "JSON: an object is expected; line {line}, column {column}."
    ))
}

/// A body as a form of a type.
pub(crate) fn form<T: wire::Request>(body: &[u8]) -> Option<T> {
    let mut members = Vec::new();
    for pair in form::pairs(std::str::from_utf8(body).ok()?) {
        let (name, value) = pair.ok()?;
        if members.len() == json::MOST {
            return None;
        }
        members.push((name.into(), Json::Text(value.into())));
    }
    let members = unique(members).ok()?;
    T::read(&Given::of(&Json::Object(members))).ok()
}

/// The bearer token, if there is one.
pub(crate) fn bearer(request: &Request) -> Option<Zeroizing<String>> {
    let header = Zeroizing::new(header(request, "authorization")?);
    let (scheme, token) = header.split_once(' ')?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| Zeroizing::new(token.trim().into()))
}

pub(crate) fn header(request: &Request, name: &str) -> Option<String> {
    request.headers().get(name).ok().flatten()
}

/// An answer in JSON.
pub(crate) fn answer(status: u16, value: &impl Serialize) -> Result<Response, Error> {
    respond(status, "application/json", to_json(value)?)
}

/// A document that was answered before, with its status.
pub(crate) fn repeat(status: u16, document: &[u8]) -> Result<Response, Error> {
    let kind = if status < 400 {
        "application/json"
    } else {
        "application/problem+json"
    };
    respond(status, kind, document.to_vec())
}

/// A problem as its document.
pub(crate) fn problem(error: &Error) -> worker::Result<Response> {
    if let Why::Internal(words) = error.why() {
        worker::console_error!("threegate: {words}");
    }
    let problem = error.problem();
    let body = to_json(&problem).unwrap_or_default();
    let response = respond(problem.status, "application/problem+json", body);
    let mut response = response.or_else(|_| Response::error("internal error", 500))?;
    if let Why::MethodNotAllowed(allowed) = error.why() {
        response.headers_mut().set("allow", allowed)?;
    }
    if let (Some(retry_at), Some(now)) = (problem.retry_at, problem.now) {
        let wait = retry_at.saturating_sub(now);
        response
            .headers_mut()
            .set("retry-after", &wait.to_string())?;
    }
    Ok(response)
}

/// The refusal of a callback whose MAC is wrong. Anybody may ask for it as often as they like, so its
/// document, status and headers are made once, and cross to JavaScript together.
pub(crate) fn wrong_mac() -> worker::Result<web_sys::Response> {
    let (body, init) = WRONG_MAC.with(|made| made.get_or_init(make_wrong_mac).clone());
    let made = web_sys::Response::new_with_opt_buffer_source_and_init(Some(&body), &init);
    Ok(made?)
}

fn make_wrong_mac() -> (Uint8Array, web_sys::ResponseInit) {
    let problem = Error::callback_refused(Refused::Mac).problem();
    let body = to_json(&problem).unwrap_or_default();
    let headers = of_every_answer();
    let _ = headers.set("content-type", "application/problem+json");
    let init = web_sys::ResponseInit::new();
    init.set_status(problem.status);
    init.set_headers(&headers.0);
    (Uint8Array::from(body.as_slice()), init)
}

pub(crate) fn to_json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(Error::internal)
}

fn respond(status: u16, kind: &str, body: Vec<u8>) -> Result<Response, Error> {
    let headers = COMMON.with(|common| common.get_or_init(of_every_answer).clone());
    headers.set("content-type", kind)?;
    Ok(ResponseBuilder::new()
        .with_status(status)
        .with_headers(headers)
        .fixed(body))
}

thread_local! {
    // A copy costs as much as one more header.
    static COMMON: std::cell::OnceCell<Headers> = const { std::cell::OnceCell::new() };
    static WRONG_MAC: std::cell::OnceCell<(Uint8Array, web_sys::ResponseInit)> =
        const { std::cell::OnceCell::new() };
}

/// What every answer says: nobody may store it, or guess its kind, and it depends on who asks.
fn of_every_answer() -> Headers {
    let headers = Headers::new();
    let _ = harden(&headers);
    headers
}

/// The same for an answer that was made elsewhere.
pub(crate) fn harden(headers: &Headers) -> worker::Result<()> {
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("vary", "Origin")
}

#[cfg(test)]
mod tests {
    use super::*;
    use threegate_core::wire::client::Choice;
    use threegate_core::wire::site::{SiteverifyRequest, TicketRequest, UserRequest};

    fn refused<T: wire::Request>(body: &str) -> String {
        match json::<T>(body.as_bytes()) {
            Err(error) => match error.why() {
                Why::BadRequest(words) => words.clone(),
                _ => panic!("not of the request: {body}"),
            },
            _ => panic!("not refused: {body}"),
        }
    }

    #[test]
    fn a_fault_names_the_member_and_never_repeats_a_value() {
        for (body, words) in [
            ("{}", "`user` is missing."),
            (r#"{"user":null}"#, "`user` is missing."),
            (r#"{"user":481516}"#, "A text is expected for `user`."),
            (
                r#"{"user":"a","usr":"481516"}"#,
                "There is no member `usr`.",
            ),
            (r#"{"user":"a","user":"481516"}"#, "`user` is there twice."),
            ("", "JSON: an object is expected; line 1, column 0."),
        ] {
            assert_eq!(refused::<UserRequest>(body), words, "{body}");
        }
        let ticket = r#"{"user":"a","purpose":"verify","origin":"https://a.example","expect_enrolled":"yes"}"#;
        let words = "true or false is expected for `expect_enrolled`.";
        assert_eq!(refused::<TicketRequest>(ticket), words);
    }

    #[test]
    fn only_an_object_is_a_body() {
        for body in [
            "[]",
            "1",
            "-1",
            "1.5",
            "true",
            "null",
            "\"481516\"",
            "{} {}",
            "{",
        ] {
            let words = refused::<Choice>(body);
            assert!(
                words.starts_with("JSON: an object is expected;"),
                "{body}: {words}"
            );
            assert!(!words.contains("481516"));
        }
    }

    #[test]
    fn a_form_with_a_field_twice_is_none() {
        let read = |body: &str| form::<SiteverifyRequest>(body.as_bytes());
        let asked = read("secret=a+b&user=%C3%A9&unknown=1").unwrap();
        assert_eq!(asked.secret.as_deref(), Some("a b"));
        assert_eq!(asked.user.as_deref(), Some("\u{e9}"));
        for bad in ["user=a&user=a", "user=%zz", "user=%ff"] {
            assert!(read(bad).is_none(), "{bad}");
        }
    }
}
