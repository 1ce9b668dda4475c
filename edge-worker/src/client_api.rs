//! The client API: the widget's calls. Each checks the ticket's MAC here, before any object wakes, and
//! is then one question to the user's object, which knows the rest.

use threegate_core::token::{self, Genuine, Ticket};
use threegate_core::wire::client::{Answer, Choice};
use threegate_core::{Error as Cause, Method};
use worker::Response;

use crate::counts::{self, Count};
use crate::edge::Edge;
use crate::http;
use crate::problem::Error;
use crate::user::{self, ClientQuestion, Question};

pub(crate) async fn view(edge: &Edge<'_>) -> Result<Response, Error> {
    ask(edge, ticket(edge)?, ClientQuestion::View).await
}

pub(crate) async fn open(edge: &Edge<'_>) -> Result<Response, Error> {
    let ticket = ticket(edge)?;
    let method = chosen(edge)?;
    ask(edge, ticket, ClientQuestion::Open { method }).await
}

pub(crate) async fn answer(edge: &Edge<'_>, id: &str) -> Result<Response, Error> {
    let ticket = ticket(edge)?;
    let Answer { code } = http::json(edge.body()?)?;
    let challenge = id.into();
    ask(edge, ticket, ClientQuestion::Answer { challenge, code }).await
}

pub(crate) async fn abandon(edge: &Edge<'_>, id: &str) -> Result<Response, Error> {
    let challenge = id.into();
    ask(edge, ticket(edge)?, ClientQuestion::Abandon { challenge }).await
}

pub(crate) async fn begin(edge: &Edge<'_>) -> Result<Response, Error> {
    let ticket = ticket(edge)?;
    let method = chosen(edge)?;
    ask(edge, ticket, ClientQuestion::Begin { method }).await
}

pub(crate) async fn confirm(edge: &Edge<'_>, id: &str) -> Result<Response, Error> {
    let ticket = ticket(edge)?;
    let Answer { code } = http::json(edge.body()?)?;
    let factor = id.into();
    ask(edge, ticket, ClientQuestion::Confirm { factor, code }).await
}

pub(crate) async fn make_recovery_codes(edge: &Edge<'_>) -> Result<Response, Error> {
    ask(edge, ticket(edge)?, ClientQuestion::MakeRecoveryCodes).await
}

pub(crate) async fn keep_recovery_codes(edge: &Edge<'_>) -> Result<Response, Error> {
    ask(edge, ticket(edge)?, ClientQuestion::KeepRecoveryCodes).await
}

pub(crate) async fn pass(edge: &Edge<'_>) -> Result<Response, Error> {
    ask(edge, ticket(edge)?, ClientQuestion::Pass).await
}

/// Only the site's own pages are told that they may ask. No ticket is known yet.
pub(crate) fn preflight(edge: &Edge<'_>) -> Result<Response, Error> {
    let known = http::header(edge.request, "origin")
        .is_some_and(|origin| edge.config.knows_origin(&origin));
    if !known {
        return Err(Error::OriginUnknown);
    }
    let response = Response::empty()?.with_status(204);
    let headers = response.headers();
    headers.set("access-control-allow-methods", "GET, POST, DELETE")?;
    headers.set(
        "access-control-allow-headers",
        "authorization, content-type",
    )?;
    headers.set("access-control-max-age", "600")?;
    Ok(response)
}

fn chosen(edge: &Edge<'_>) -> Result<Method, Error> {
    let Choice { method } = http::json(edge.body()?)?;
    Method::parse(&method).ok_or(Error::Refused(Cause::MethodUnavailable, edge.now))
}

/// The ticket, if its MAC is right and its time not up: the first thing that any call looks at.
fn ticket(edge: &Edge<'_>) -> Result<Genuine<Ticket>, Error> {
    let bearer = http::bearer(edge.request).unwrap_or_default();
    token::check::<Ticket>(&bearer, &edge.config.tokens, edge.now).map_err(|cause| {
        counts::add(Count::TokensRefused);
        Error::Refused(cause, edge.now)
    })
}

async fn ask(
    edge: &Edge<'_>,
    ticket: Genuine<Ticket>,
    question: ClientQuestion,
) -> Result<Response, Error> {
    let question = Question::Client {
        ticket: ticket.hash().to_text(),
        origin: http::header(edge.request, "origin").unwrap_or_default(),
        question,
    };
    user::ask(edge.env, ticket.object(), question).await
}
