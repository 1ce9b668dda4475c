//! Every address, in one table.

use worker::{Context, Env, Request, Response};

use crate::edge::Edge;
use crate::problem::Error;
use crate::{callback, client_api, clock, config, counts, http, site_api};

/// Answers a request, whatever it is.
pub(crate) async fn serve(
    mut request: Request,
    env: &Env,
    context: &Context,
) -> worker::Result<Response> {
    let config = match config::of(env) {
        Ok(config) => config,
        Err(faults) => return http::problem(&Error::Misconfigured(faults)),
    };
    // The widget's calls alone may be read by a page, and only by the site's own.
    let origin = http::header(&request, "origin")
        .filter(|origin| request.path().starts_with("/v1/client") && config.knows_origin(origin));
    let body = http::body(&mut request).await;
    // After the body, which may have been slow to come.
    let now = clock::now();
    let edge = Edge {
        env,
        config: &config,
        now,
        request: &request,
        body,
    };
    let answered = route(&edge).await;
    let answered = answered.or_else(|error| http::problem(&error));
    let response = answered.and_then(|response| finish(response, origin.as_deref()));
    counts::hand_over_later(env, context, &config, now);
    response
}

async fn route(edge: &Edge<'_>) -> Result<Response, Error> {
    let path = edge.request.path();
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match (edge.request.inner().method().as_str(), segments.as_slice()) {
        ("POST", ["v1", "tickets"]) => site_api::tickets(edge).await,
        ("POST", ["v1", "siteverify"]) => site_api::siteverify(edge).await,
        ("POST", ["v1", "users:reset"]) => site_api::reset(edge).await,
        ("GET", ["v1", "status"]) => site_api::status(edge).await,

        ("POST", ["v1", "threema", "callback", segment]) => callback::receive(edge, segment).await,

        ("OPTIONS", ["v1", "client", ..]) => client_api::preflight(edge),
        ("GET", ["v1", "client"]) => client_api::view(edge).await,
        ("GET", ["v1", "client", "socket"]) => client_api::socket(edge).await,
        ("POST", ["v1", "client", "challenges"]) => client_api::open(edge).await,
        ("DELETE", ["v1", "client", "challenges", id]) => client_api::abandon(edge, id).await,
        ("POST", ["v1", "client", "challenges", id, "answer"]) => {
            client_api::answer(edge, id).await
        }
        ("POST", ["v1", "client", "factors"]) => client_api::begin(edge).await,
        ("POST", ["v1", "client", "factors", id, "confirm"]) => client_api::confirm(edge, id).await,
        ("POST", ["v1", "client", "recovery-codes"]) => client_api::make_recovery_codes(edge).await,
        ("POST", ["v1", "client", "recovery-codes", "kept"]) => {
            client_api::keep_recovery_codes(edge).await
        }
        ("POST", ["v1", "client", "pass"]) => client_api::pass(edge).await,

        (_, known) => Err(allowed(known).map_or(Error::NotFound, Error::MethodNotAllowed)),
    }
}

/// The method that an address has, if there is such an address.
fn allowed(segments: &[&str]) -> Option<&'static str> {
    match segments {
        ["v1", "status"] | ["v1", "client"] | ["v1", "client", "socket"] => Some("GET"),
        ["v1", "client", "challenges", _] => Some("DELETE"),
        ["v1", "tickets" | "siteverify" | "users:reset"]
        | [
            "v1",
            "client",
            "challenges" | "factors" | "recovery-codes" | "pass",
        ]
        | ["v1", "client", "challenges", _, "answer"]
        | ["v1", "client", "factors", _, "confirm"]
        | ["v1", "client", "recovery-codes", "kept"] => Some("POST"),
        _ => None,
    }
}

/// Counts what an object said, and lets the site's own pages read the answer.
fn finish(response: Response, origin: Option<&str>) -> worker::Result<Response> {
    counts::take_from(&response)?;
    if response.status_code() == 101 {
        // A socket's answer goes on as it is.
        return Ok(response);
    }
    // An object's answer has immutable headers.
    let headers = response.headers().clone();
    headers.delete(counts::HEADER)?;
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.append("vary", "Origin")?;
    if let Some(origin) = origin {
        headers.set("access-control-allow-origin", origin)?;
        headers.set("access-control-expose-headers", "retry-after")?;
    }
    Ok(response.with_headers(headers))
}
