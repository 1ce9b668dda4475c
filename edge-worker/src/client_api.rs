//! The client API: the widget's calls. Each checks the ticket's MAC here, before any object wakes, and
//! is then one question to the user's object, which knows the rest.

use threegate_core::otp::Label;
use threegate_core::token::{self, Genuine, Ticket};
use threegate_core::wire::client::{
    Answer, Choice, Codes, FactorChoice, NewName, PassWanted, SUBPROTOCOL,
};
use threegate_core::{Error as Cause, Method};
use worker::Response;

use crate::counts::{self, Count};
use crate::edge::Edge;
use crate::http;
use crate::problem::Error;
use crate::user::{self, ClientQuestion, Question};

mod code;
mod threema;

/// What a call asks the user's object; the text is the name in its address.
pub(crate) type Asking = fn(&Edge<'_>, &str) -> Result<ClientQuestion, Error>;

/// A call that is nothing but its question: most are, and wait at this one place.
pub(crate) async fn call(edge: &Edge<'_>, asking: Asking, name: &str) -> Result<Response, Error> {
    let ticket = ticket(edge)?;
    ask(edge, ticket, asking(edge, name)?).await
}

pub(crate) fn view(_: &Edge<'_>, _: &str) -> Result<ClientQuestion, Error> {
    Ok(ClientQuestion::View)
}

pub(crate) async fn open(edge: &Edge<'_>) -> Result<Response, Error> {
    let ticket = ticket(edge)?;
    let Choice { method } = http::json(edge.body()?)?;
    match chosen(edge, &method)? {
        Method::ThreemaReply => threema::open(edge, ticket).await,
        method @ (Method::ThreemaCode | Method::ThreemaTap) => {
            code::open(edge, ticket, method).await
        }
        method => ask(edge, ticket, ClientQuestion::Open { method }).await,
    }
}

pub(crate) fn answer(edge: &Edge<'_>, id: &str) -> Result<ClientQuestion, Error> {
    let Answer { code } = http::json(edge.body()?)?;
    let challenge = id.into();
    Ok(ClientQuestion::Answer { challenge, code })
}

pub(crate) fn abandon(_: &Edge<'_>, id: &str) -> Result<ClientQuestion, Error> {
    let challenge = id.into();
    Ok(ClientQuestion::Abandon { challenge })
}

pub(crate) async fn begin(edge: &Edge<'_>) -> Result<Response, Error> {
    let ticket = ticket(edge)?;
    let choice: FactorChoice = http::json(edge.body()?)?;
    let method = chosen(edge, &choice.method)?;
    let names_an_id = choice.threema_id.is_some() || choice.look_up.is_some();
    if method == Method::ThreemaReply || (method.needs_gateway() && names_an_id) {
        return threema::begin(edge, ticket, method, &choice).await;
    }
    let begun = ask(edge, ticket, ClientQuestion::Begin { method }).await?;
    code::tell_contacts(edge, ticket, &begun).await?;
    Ok(begun)
}

pub(crate) async fn confirm(edge: &Edge<'_>, id: &str) -> Result<Response, Error> {
    let ticket = ticket(edge)?;
    let Answer { code } = http::json(edge.body()?)?;
    let factor = id.into();
    let confirmed = ask(edge, ticket, ClientQuestion::Confirm { factor, code }).await?;
    code::tell_contacts(edge, ticket, &confirmed).await?;
    Ok(confirmed)
}

pub(crate) async fn resend(edge: &Edge<'_>, id: &str) -> Result<Response, Error> {
    code::resend(edge, ticket(edge)?, id).await
}

pub(crate) fn rename(edge: &Edge<'_>, id: &str) -> Result<ClientQuestion, Error> {
    let NewName { name } = http::json(edge.body()?)?;
    let name = Label::parse(&name).map_err(|fault| Error::refused(fault.into(), edge.now))?;
    let (factor, name) = (id.into(), name.as_str().into());
    Ok(ClientQuestion::Rename { factor, name })
}

pub(crate) fn remove(_: &Edge<'_>, id: &str) -> Result<ClientQuestion, Error> {
    let factor = id.into();
    Ok(ClientQuestion::Remove { factor })
}

pub(crate) fn choose_default(edge: &Edge<'_>, _: &str) -> Result<ClientQuestion, Error> {
    let Choice { method } = http::json(edge.body()?)?;
    let method = chosen(edge, &method)?;
    Ok(ClientQuestion::Prefer { method })
}

/// Forgets one browser.
pub(crate) fn revoke(_: &Edge<'_>, id: &str) -> Result<ClientQuestion, Error> {
    let device = Some(id.into());
    Ok(ClientQuestion::Revoke { device })
}

/// Forgets every browser.
pub(crate) fn revoke_all(_: &Edge<'_>, _: &str) -> Result<ClientQuestion, Error> {
    Ok(ClientQuestion::Revoke { device: None })
}

pub(crate) fn resync(edge: &Edge<'_>, id: &str) -> Result<ClientQuestion, Error> {
    let Codes { codes } = http::json(edge.body()?)?;
    let factor = id.into();
    Ok(ClientQuestion::Resync { factor, codes })
}

pub(crate) fn make_recovery_codes(_: &Edge<'_>, _: &str) -> Result<ClientQuestion, Error> {
    Ok(ClientQuestion::MakeRecoveryCodes)
}

pub(crate) fn keep_recovery_codes(_: &Edge<'_>, _: &str) -> Result<ClientQuestion, Error> {
    Ok(ClientQuestion::KeepRecoveryCodes)
}

pub(crate) fn pass(edge: &Edge<'_>, _: &str) -> Result<ClientQuestion, Error> {
    let PassWanted { remember } = match edge.body()? {
        [] => PassWanted::default(),
        body => http::json(body)?,
    };
    Ok(ClientQuestion::Pass { remember })
}

/// A socket that says when to look. A browser can send no bearer with it, so the ticket comes as a
/// second subprotocol, and is never echoed.
pub(crate) async fn socket(edge: &Edge<'_>) -> Result<Response, Error> {
    let upgrade = http::header(edge.request, "upgrade").unwrap_or_default();
    if !upgrade.eq_ignore_ascii_case("websocket") {
        return Err(Error::bad_request("A WebSocket is expected."));
    }
    let protocols = http::header(edge.request, "sec-websocket-protocol").unwrap_or_default();
    let mut protocols = protocols.split(',').map(str::trim);
    let ticket = match (protocols.next(), protocols.next(), protocols.next()) {
        (Some(SUBPROTOCOL), Some(ticket), None) => genuine(edge, ticket)?,
        _ => {
            return Err(Error::bad_request(format_args!(
                "The subprotocols are {SUBPROTOCOL} and the ticket."
            )));
        }
    };
    user::ask_for_socket(
        edge.env,
        ticket.object(),
        question(edge, ticket, ClientQuestion::Socket),
    )
    .await
}

/// Only the site's own pages are told that they may ask. No ticket is known yet.
pub(crate) fn preflight(edge: &Edge<'_>) -> Result<Response, Error> {
    let known = http::header(edge.request, "origin")
        .is_some_and(|origin| edge.config.knows_origin(&origin));
    if !known {
        return Err(Error::origin_unknown());
    }
    let response = Response::empty()?.with_status(204);
    let headers = response.headers();
    headers.set(
        "access-control-allow-methods",
        "GET, POST, PUT, PATCH, DELETE",
    )?;
    headers.set(
        "access-control-allow-headers",
        "authorization, content-type",
    )?;
    headers.set("access-control-max-age", "600")?;
    Ok(response)
}

fn chosen(edge: &Edge<'_>, word: &str) -> Result<Method, Error> {
    Method::parse(word).ok_or_else(|| Error::refused(Cause::MethodUnavailable, edge.now))
}

/// The ticket, if its MAC is right and its time not up: the first thing that any call looks at.
fn ticket(edge: &Edge<'_>) -> Result<Genuine<Ticket>, Error> {
    genuine(edge, &http::bearer(edge.request).unwrap_or_default())
}

fn genuine(edge: &Edge<'_>, text: &str) -> Result<Genuine<Ticket>, Error> {
    token::check::<Ticket>(text, &edge.config.tokens, edge.now).map_err(|cause| {
        counts::add(Count::TokensRefused);
        Error::refused(cause, edge.now)
    })
}

async fn ask(
    edge: &Edge<'_>,
    ticket: Genuine<Ticket>,
    asked: ClientQuestion,
) -> Result<Response, Error> {
    user::ask(edge.env, ticket.object(), question(edge, ticket, asked)).await
}

fn question(edge: &Edge<'_>, ticket: Genuine<Ticket>, question: ClientQuestion) -> Question {
    Question::Client {
        ticket: ticket.hash().to_text(),
        origin: http::header(edge.request, "origin").unwrap_or_default(),
        question,
    }
}
