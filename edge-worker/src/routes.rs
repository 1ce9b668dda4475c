//! Every address: core's table of [`Operation`]s, and what is not in it.

use threegate_core::threema::callback::Refused;
use threegate_core::wire::Operation;
use worker::{Context, Env, Method, Request, Response, ResponseBody};

use crate::edge::Edge;
use crate::problem::{Error, Why};
use crate::{callback, client_api, clock, config, counts, http, site_api, user};

/// Answers a request, whatever it is.
pub(crate) async fn serve(
    mut request: Request,
    env: &Env,
    context: &Context,
) -> worker::Result<web_sys::Response> {
    let config = match config::of(env) {
        Ok(config) => config,
        Err(faults) => {
            let problem = http::problem(&Error::misconfigured(faults))?;
            return Ok(finish(problem, None)?.into());
        }
    };
    // The widget's calls alone may be read by a page, and only by the site's own.
    let origin = is_a_pages(&request.path())
        .then(|| http::header(&request, "origin"))
        .flatten()
        .filter(|origin| config.knows_origin(origin));
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
    let response = match route(&edge).await {
        Err(error) if matches!(error.why(), Why::CallbackRefused(Refused::Mac)) => {
            http::wrong_mac()
        }
        answered => answered
            .or_else(|error| http::problem(&error))
            .and_then(|response| finish(response, origin.as_deref()))
            .map(Into::into),
    };
    counts::hand_over_later(env, context, &config, now);
    response
}

async fn route(edge: &Edge<'_>) -> Result<Response, Error> {
    let path = edge.request.path();
    // First, so that what anybody may send costs least.
    if let Some(segment) = path.strip_prefix("/v1/threema/callback/")
        && edge.request.method() == Method::Post
    {
        return callback::receive(edge, segment).await;
    }
    // Of methods that it does not know, the crate says GET.
    let method = edge.request.inner().method();
    if let Some((operation, name)) = Operation::find(&method, &path) {
        return answer(edge, operation, name).await;
    }
    if method == "OPTIONS" && is_a_pages(&path) {
        return client_api::preflight(edge);
    }
    Err(Operation::allowed(&path).map_or_else(Error::not_found, Error::method_not_allowed))
}

/// Each row of the table; `name` is the challenge or factor in its address.
async fn answer(edge: &Edge<'_>, operation: Operation, name: &str) -> Result<Response, Error> {
    let asking: client_api::Asking = match operation {
        Operation::MakeTicket => return site_api::tickets(edge).await,
        Operation::Siteverify => return site_api::siteverify(edge).await,
        Operation::Check => return site_api::check(edge).await,
        Operation::GetUser => return site_api::get(edge).await,
        Operation::TakeFactorAway => return site_api::remove_factor(edge).await,
        Operation::TakeOver => return site_api::take_over(edge).await,
        Operation::Export => return site_api::export(edge).await,
        Operation::Import => return site_api::import(edge).await,
        Operation::DeleteUser => return site_api::delete(edge).await,
        Operation::ResetUser => return site_api::reset(edge).await,
        Operation::SendMessage => return site_api::messages(edge).await,
        Operation::Status => return site_api::status(edge).await,

        Operation::View => client_api::view,
        Operation::Socket => return client_api::socket(edge).await,
        Operation::OpenChallenge => return client_api::open(edge).await,
        Operation::AbandonChallenge => client_api::abandon,
        Operation::AnswerChallenge => client_api::answer,
        Operation::ResendChallenge => return client_api::resend(edge, name).await,
        Operation::BeginFactor => return client_api::begin(edge).await,
        Operation::ConfirmFactor => return client_api::confirm(edge, name).await,
        Operation::RenameFactor => client_api::rename,
        Operation::RemoveFactor => client_api::remove,
        Operation::ChooseDefault => client_api::choose_default,
        Operation::RevokeDevice => client_api::revoke,
        Operation::RevokeDevices => client_api::revoke_all,
        Operation::ResyncFactor => client_api::resync,
        Operation::MakeRecoveryCodes => client_api::make_recovery_codes,
        Operation::KeepRecoveryCodes => client_api::keep_recovery_codes,
        Operation::FetchPass => client_api::pass,
    };
    client_api::call(edge, asking, name).await
}

/// Whether an address is one that pages call.
fn is_a_pages(path: &str) -> bool {
    path.strip_prefix("/v1/client")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Counts what an object said, and lets the site's own pages read the answer.
fn finish(response: Response, origin: Option<&str>) -> worker::Result<Response> {
    if response.status_code() == 101 {
        // A socket's answer goes on as it is.
        counts::take_from(&response)?;
        return Ok(response);
    }
    let response = if matches!(response.body(), ResponseBody::Body(_)) {
        response
    } else {
        // An object's, whose headers cannot be changed.
        counts::take_from(&response)?;
        let headers = response.headers().clone();
        headers.delete(counts::HEADER)?;
        headers.delete(user::CONTACTS)?;
        http::harden(&headers)?;
        response.with_headers(headers)
    };
    let headers = response.headers();
    if let Some(origin) = origin {
        headers.set("access-control-allow-origin", origin)?;
        headers.set("access-control-expose-headers", "retry-after")?;
    }
    Ok(response)
}
