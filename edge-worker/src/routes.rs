//! Every address, in one table.

use threegate_core::UnixTime;
use worker::{Context, Env, Method, Request, Response};
use zeroize::Zeroizing;

use crate::config::{self, Config};
use crate::problem::Error;
use crate::{client_api, clock, counts, http, site_api};

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
    let now = clock::now();
    // The widget's calls alone may be read by a page, and only by the site's own.
    let origin = http::header(&request, "origin")
        .filter(|origin| request.path().starts_with("/v1/client") && config.knows_origin(origin));
    let body = http::body(&mut request).await;
    let edge = Edge {
        env,
        config: &config,
        now,
        request: &request,
        body,
    };
    let answered = edge.route().await;
    let answered = answered.or_else(|error| http::problem(&error));
    let response = answered.and_then(|response| finish(response, origin.as_deref()));
    counts::hand_over_later(env, context, &config, now);
    response
}

/// What every handler is given.
pub(crate) struct Edge<'a> {
    pub(crate) env: &'a Env,
    pub(crate) config: &'a Config,
    pub(crate) now: UnixTime,
    pub(crate) request: &'a Request,
    body: Result<Zeroizing<Vec<u8>>, Error>,
}

impl Edge<'_> {
    /// The request's body.
    pub(crate) fn body(&self) -> Result<&[u8], Error> {
        match &self.body {
            Ok(body) => Ok(body),
            Err(Error::TooLarge) => Err(Error::TooLarge),
            Err(_) => Err(Error::BadRequest("The body ended too early.".into())),
        }
    }

    async fn route(&self) -> Result<Response, Error> {
        use Method::{Delete, Get, Options, Post};

        let path = self.request.path();
        let segments: Vec<&str> = path.split('/').skip(1).collect();
        let method = self.request.method();
        match (segments.as_slice(), &method) {
            (["v1", "tickets"], Post) => site_api::tickets(self).await,
            (["v1", "tickets"], _) => Err(Error::MethodNotAllowed("POST")),
            (["v1", "siteverify"], Post) => site_api::siteverify(self).await,
            (["v1", "siteverify"], _) => Err(Error::MethodNotAllowed("POST")),
            (["v1", "users:reset"], Post) => site_api::reset(self).await,
            (["v1", "users:reset"], _) => Err(Error::MethodNotAllowed("POST")),
            (["v1", "status"], Get) => site_api::status(self).await,
            (["v1", "status"], _) => Err(Error::MethodNotAllowed("GET")),

            (["v1", "client", ..], Options) => client_api::preflight(self),
            (["v1", "client"], Get) => client_api::view(self).await,
            (["v1", "client"], _) => Err(Error::MethodNotAllowed("GET")),
            (["v1", "client", "challenges"], Post) => client_api::open(self).await,
            (["v1", "client", "challenges"], _) => Err(Error::MethodNotAllowed("POST")),
            (["v1", "client", "challenges", id], Delete) => client_api::abandon(self, id).await,
            (["v1", "client", "challenges", _], _) => Err(Error::MethodNotAllowed("DELETE")),
            (["v1", "client", "challenges", id, "answer"], Post) => {
                client_api::answer(self, id).await
            }
            (["v1", "client", "challenges", _, "answer"], _) => {
                Err(Error::MethodNotAllowed("POST"))
            }
            (["v1", "client", "factors"], Post) => client_api::begin(self).await,
            (["v1", "client", "factors"], _) => Err(Error::MethodNotAllowed("POST")),
            (["v1", "client", "factors", id, "confirm"], Post) => {
                client_api::confirm(self, id).await
            }
            (["v1", "client", "factors", _, "confirm"], _) => Err(Error::MethodNotAllowed("POST")),
            (["v1", "client", "recovery-codes"], Post) => {
                client_api::make_recovery_codes(self).await
            }
            (["v1", "client", "recovery-codes"], _) => Err(Error::MethodNotAllowed("POST")),
            (["v1", "client", "recovery-codes", "kept"], Post) => {
                client_api::keep_recovery_codes(self).await
            }
            (["v1", "client", "recovery-codes", "kept"], _) => Err(Error::MethodNotAllowed("POST")),
            (["v1", "client", "pass"], Post) => client_api::pass(self).await,
            (["v1", "client", "pass"], _) => Err(Error::MethodNotAllowed("POST")),

            _ => Err(Error::NotFound),
        }
    }
}

/// Counts what an object said, and lets the site's own pages read the answer.
fn finish(response: Response, origin: Option<&str>) -> worker::Result<Response> {
    counts::take_from(&response)?;
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
