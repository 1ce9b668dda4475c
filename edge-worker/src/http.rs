//! Requests and answers: bodies with a limit, JSON both ways, never cached.

use futures_util::StreamExt;
use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{Headers, Request, Response, ResponseBuilder};
use zeroize::Zeroizing;

use crate::problem::Error;

/// The longest body that any call may have.
const LONGEST: usize = 16 * 1024;

/// How much more is read, and dropped, of a body that is too long: a client that is still sending
/// when the answer comes may take the closed connection for a broken one.
const DRAINED: usize = 1024 * 1024;

/// The body, up to the limit.
pub(crate) async fn body(request: &mut Request) -> Result<Zeroizing<Vec<u8>>, Error> {
    // Room for all of it from the start: growing would leave copies behind.
    let mut body = Zeroizing::new(Vec::with_capacity(LONGEST));
    if request.inner().body().is_none() {
        return Ok(body);
    }
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
        return Err(Error::TooLarge);
    }
    Ok(body)
}

/// A body as JSON of a type. The words of the error name the member.
pub(crate) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Error> {
    // A struct could also be read from an array, by position.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(Error::BadRequest("JSON: an object is expected.".into()));
    }
    serde_json::from_slice(body).map_err(|fault| Error::BadRequest(where_it_is(&fault)))
}

/// Which member is missing, unknown or doubled, by name; else only where the fault is, since the
/// parser's own words would repeat a value, which may be a code.
fn where_it_is(fault: &serde_json::Error) -> String {
    let words = fault.to_string();
    let by_name = ["missing field", "unknown field", "duplicate field"];
    if by_name.iter().any(|start| words.starts_with(start)) {
        return format!("JSON: {words}.");
    }
    format!("JSON: line {}, column {}.", fault.line(), fault.column())
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

/// A problem as its document.
pub(crate) fn problem(error: &Error) -> worker::Result<Response> {
    if let Error::Internal(words) = error {
        worker::console_error!("threegate: {words}");
    }
    let problem = error.problem();
    let body = to_json(&problem).unwrap_or_default();
    let response = respond(problem.status, "application/problem+json", body);
    let mut response = response.or_else(|_| Response::error("internal error", 500))?;
    if let Error::MethodNotAllowed(allowed) = error {
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

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, Error> {
    serde_json::to_vec(value).map_err(|fault| Error::Internal(fault.to_string()))
}

fn respond(status: u16, kind: &str, body: Vec<u8>) -> Result<Response, Error> {
    let headers = Headers::new();
    headers.set("content-type", kind)?;
    headers.set("cache-control", "no-store")?;
    Ok(ResponseBuilder::new()
        .with_status(status)
        .with_headers(headers)
        .fixed(body))
}
