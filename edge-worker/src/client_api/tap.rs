//! Asking for a tap: counted and stored first, then sent once, then the contact learns which message it was.

use threegate_core::Method;
use threegate_core::threema::sending::Progress;
use threegate_core::token::{Genuine, Ticket};
use threegate_core::wire::client::{ChallengeOpened, Sent};
use worker::Response;

use super::ask;
use super::threema::{fresh_name, threema};
use crate::contact::{self, ExpectTap};
use crate::edge::Edge;
use crate::problem::Error;
use crate::user::{ClientQuestion, OpenedTap, PreparedTap, Prompt};
use crate::{counts, gateway, http, internal, site};

/// The owner is asked on the phone. What they do there the page learns by looking.
pub(super) async fn open(edge: &Edge<'_>, ticket: Genuine<Ticket>) -> Result<Response, Error> {
    let threema = threema(edge)?;
    let mut answered = ask(edge, ticket, ClientQuestion::PrepareTap).await?;
    if answered.status_code() != 200 {
        return Ok(answered);
    }
    let (factor, contact) = match internal::message(&answered.bytes().await?)? {
        PreparedTap::Expect { factor, contact } => (factor, contact),
        PreparedTap::Open(prompt) => return shown(prompt, false),
    };
    let pinned = contact.pinned()?;
    let challenge = fresh_name()?;
    let expect = ExpectTap {
        user: ticket.object().to_hex(),
        name: challenge.clone(),
        key: contact.key,
    };
    let object = pinned.id.object(&edge.config.naming);
    let expected = contact::ask(edge.env, object, contact::Question::ExpectTap(expect)).await?;
    if expected.status_code() != 200 {
        return Ok(expected);
    }
    if let Some(refusal) = site::may_send(edge.env, edge.now).await? {
        return Ok(refusal);
    }
    let question = ClientQuestion::AskForTap {
        challenge: challenge.clone(),
        factor,
        device: http::header(edge.request, "user-agent").unwrap_or_default(),
    };
    let mut opened = ask(edge, ticket, question).await?;
    if opened.status_code() != 201 {
        return Ok(opened);
    }
    counts::take_from(&opened)?;
    let OpenedTap { prompt, text } = internal::message(&opened.bytes().await?)?;
    let sent = match text {
        Some(text) => gateway::send(threema, &pinned, &text).await.map(Some),
        // Nothing is sent, and that takes as long and can fail as well.
        None => gateway::public_key(threema, pinned.id).await.map(|_| None),
    };
    if let Ok(Some(message_id)) = &sent {
        let known = contact::Question::Sent {
            name: challenge.clone(),
            message_id: message_id.to_hex(),
        };
        counts::take_from(&contact::ask(edge.env, object, known).await?)?;
    }
    let progress = match &sent {
        Ok(_) => Progress::Sent,
        Err(fault) => Progress::after(&Err(*fault)),
    };
    let told = ClientQuestion::TapSent {
        challenge,
        progress: progress.as_str().into(),
    };
    ask(edge, ticket, told).await?;
    sent.map_err(Error::Gateway)?;
    shown(prompt, false)
}

fn shown(prompt: Prompt, uncertain: bool) -> Result<Response, Error> {
    let opened = ChallengeOpened {
        challenge: prompt.challenge,
        method: Method::ThreemaTap,
        expires_at: prompt.expires_at,
        reply: None,
        sent: Some(Sent {
            to: prompt.to,
            end_to_end: true,
            uncertain,
        }),
    };
    http::answer(201, &opened)
}
