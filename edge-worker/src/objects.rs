//! How a request reaches an object: one internal question, one answer, one retry at most.

use serde::Serialize;
use worker::{Env, Request, Response, Stub};

use crate::http;
use crate::internal::{self, Message};
use crate::problem::Error;

/// A question as it travels.
pub(crate) fn words(question: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(question).map_err(Error::internal)
}

/// Asks `object` of `binding` a question, in its [`words`]. What an object answers is passed on as it is.
pub(crate) async fn ask(
    env: &Env,
    binding: &str,
    object: &str,
    body: String,
) -> Result<Response, Error> {
    let namespace = env.durable_object(binding)?;
    let first = send(&namespace.get_by_name(object)?, &body).await;
    match first.map_err(Fault::of) {
        Ok(response) => Ok(response),
        // A stub that has failed stays broken; a new one reaches the object where it is now.
        Err(Fault::Passing) => {
            let second = send(&namespace.get_by_name(object)?, &body).await;
            second.map_err(|fault| match Fault::of(fault) {
                Fault::Lasting(words) => Error::internal(words),
                Fault::Overloaded | Fault::Passing => Error::overloaded(),
            })
        }
        Err(Fault::Overloaded) => Err(Error::overloaded()),
        Err(Fault::Lasting(words)) => Err(Error::internal(words)),
    }
}

enum Fault {
    /// The object has too much to do; asking again would make it worse.
    Overloaded,
    /// The object was moved or restarted.
    Passing,
    Lasting(String),
}

impl Fault {
    /// The runtime marks its errors with `retryable` and `overloaded`.
    fn of(fault: worker::Error) -> Self {
        let marked = |mark: &str| match &fault {
            worker::Error::UnknownJsError { original, .. } | worker::Error::Internal(original) => {
                let value = js_sys::Reflect::get(original, &mark.into());
                value.is_ok_and(|value| value.is_truthy())
            }
            _ => false,
        };
        if marked("overloaded") {
            Self::Overloaded
        } else if marked("retryable") {
            Self::Passing
        } else {
            Self::Lasting(fault.to_string())
        }
    }
}

/// The header that carries the question when there can be no body.
const QUESTION: &str = "threegate-question";

/// Passes a page's wish for a socket on to an object.
pub(crate) async fn upgrade(
    env: &Env,
    binding: &str,
    object: &str,
    question: &impl Serialize,
) -> Result<Response, Error> {
    let question = serde_json::to_string(question).map_err(Error::internal)?;
    let headers = [("upgrade", "websocket"), (QUESTION, &question)];
    let request = request("GET", &headers, None)?;
    let stub = env.durable_object(binding)?.get_by_name(object)?;
    Ok(stub.fetch_with_request(request).await?)
}

/// What an object is asked.
pub(crate) async fn question<T: Message>(request: &mut Request) -> Result<T, Error> {
    match http::header(request, QUESTION) {
        Some(question) => internal::message(question.as_bytes()),
        None => internal::message(&http::body(request).await?),
    }
}

async fn send(stub: &Stub, body: &str) -> worker::Result<Response> {
    let headers = [("content-type", "application/json")];
    let request = request("POST", &headers, Some(body))?;
    stub.fetch_with_request(request).await
}

/// Built from the runtime's own parts: the crate `worker` would bring what only images need.
fn request(method: &str, headers: &[(&str, &str)], body: Option<&str>) -> worker::Result<Request> {
    let all = web_sys::Headers::new()?;
    for (name, value) in headers {
        all.set(name, value)?;
    }
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_headers(&all);
    if let Some(body) = body {
        init.set_body(&body.into());
    }
    // The host is never looked up: the runtime hands the request to the object.
    let request = web_sys::Request::new_with_str_and_init("https://object.invalid/", &init)?;
    Ok(request.into())
}
