//! How a request reaches an object: one internal question, one answer, one retry at most.

use serde::Serialize;
use worker::{Env, Headers, Method, Request, RequestInit, Response, Stub};

use crate::problem::Error;

/// Asks `object` of `binding` a question. What an object answers is passed on as it is.
pub(crate) async fn ask(
    env: &Env,
    binding: &str,
    object: &str,
    question: &impl Serialize,
) -> Result<Response, Error> {
    let body =
        serde_json::to_string(question).map_err(|fault| Error::Internal(fault.to_string()))?;
    let namespace = env.durable_object(binding)?;
    let first = send(&namespace.get_by_name(object)?, &body).await;
    match first.map_err(Fault::of) {
        Ok(response) => Ok(response),
        // A stub that has failed stays broken; a new one reaches the object where it is now.
        Err(Fault::Passing) => {
            let second = send(&namespace.get_by_name(object)?, &body).await;
            second.map_err(|fault| match Fault::of(fault) {
                Fault::Lasting(words) => Error::Internal(words),
                Fault::Overloaded | Fault::Passing => Error::Overloaded,
            })
        }
        Err(Fault::Overloaded) => Err(Error::Overloaded),
        Err(Fault::Lasting(words)) => Err(Error::Internal(words)),
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

async fn send(stub: &Stub, body: &str) -> worker::Result<Response> {
    let headers = Headers::new();
    headers.set("content-type", "application/json")?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_body(Some(body.into()));
    // The host is never looked up: the runtime hands the request to the object.
    let request = Request::new_with_init("https://object.invalid/", &init)?;
    stub.fetch_with_request(request).await
}
