//! What a code that is sent needs beyond a question to the user's object: leave of the ID's contact and of
//! the deployment's day, and the Gateway. All is counted and stored before anything is sent.

use threegate_core::Method;
use threegate_core::threema::reply::Aim;
use threegate_core::threema::sending::Progress;
use threegate_core::threema::{MessageId, Pinned};
use threegate_core::token::{Genuine, Ticket};
use threegate_core::user::ObjectName;
use threegate_core::wire::client::{ChallengeOpened, Sent, ThreemaCodeBegun};
use threegate_core::words;
use worker::Response;

use super::ask;
use super::threema::{fresh_name, threema};
use crate::contact::{self, Send};
use crate::counts::{self, Count};
use crate::edge::Edge;
use crate::problem::Error;
use crate::user::{self, CONTACTS, ClientQuestion, Contact, Delivered, Outgoing, Question};
use crate::{gateway, http, internal, random, site};

/// The user proves the enrolled Threema ID by a code that is sent to it, or by a tap on what is.
pub(super) async fn open(
    edge: &Edge<'_>,
    ticket: Genuine<Ticket>,
    method: Method,
) -> Result<Response, Error> {
    threema(edge)?;
    let (challenge, device) = (fresh_name()?, device(edge));
    let question = match method {
        Method::ThreemaTap => ClientQuestion::AskForTap { challenge, device },
        _ => ClientQuestion::SendCode { challenge, device },
    };
    send_to_prove(edge, ticket, method, question).await
}

/// The code of an open challenge is sent again.
pub(super) async fn resend(
    edge: &Edge<'_>,
    ticket: Genuine<Ticket>,
    challenge: &str,
) -> Result<Response, Error> {
    let question = ClientQuestion::ResendCode {
        challenge: challenge.into(),
        device: device(edge),
    };
    send_to_prove(edge, ticket, Method::ThreemaCode, question).await
}

/// In basic mode, where nothing comes back: the user's ID is proved by a code that is sent to it.
pub(super) async fn begin(
    edge: &Edge<'_>,
    ticket: Genuine<Ticket>,
    pinned: &Pinned,
) -> Result<Response, Error> {
    let question = ClientQuestion::BeginByCode {
        factor: fresh_name()?,
        contact: Contact::of(pinned),
        device: device(edge),
    };
    let mut answered = ask(edge, ticket, question).await?;
    if answered.status_code() != 200 {
        return Ok(answered);
    }
    let outgoing: Outgoing = internal::message(&answered.bytes().await?)?;
    let uncertain = match send(edge, ticket, &outgoing, pinned, None).await? {
        Ok(uncertain) => uncertain,
        Err(refusal) => return Ok(refusal),
    };
    let begun = ThreemaCodeBegun {
        factor: outgoing.name,
        method: Method::ThreemaCode,
        threema_id: pinned.id.as_str().into(),
        level: pinned.level,
        fingerprint: pinned.key.fingerprint(),
        sent: sent(edge, pinned.id.as_str().into(), uncertain),
        expires_at: outgoing.expires_at,
    };
    http::answer(201, &begun)
}

/// Tells the contacts of an ID that was enrolled by a code. Should that fail, the user has the ID all the
/// same, and one user more than may be has it.
pub(super) async fn tell_contacts(
    edge: &Edge<'_>,
    ticket: Genuine<Ticket>,
    confirmed: &Response,
) -> Result<(), Error> {
    let Some(contacts) = confirmed.headers().get(CONTACTS)? else {
        return Ok(());
    };
    let user = ticket.object().to_hex();
    let (joins, released) = contacts.split_once(' ').unwrap_or((&contacts, ""));
    if let Ok(object) = ObjectName::parse(joins) {
        let question = contact::Question::Join { user: user.clone() };
        contact::ask(edge.env, object, question).await?;
    }
    if let Ok(object) = ObjectName::parse(released) {
        let before = Some(edge.now.as_secs());
        let question = contact::Question::Forget { user, before };
        contact::ask(edge.env, object, question).await?;
    }
    Ok(())
}

async fn send_to_prove(
    edge: &Edge<'_>,
    ticket: Genuine<Ticket>,
    method: Method,
    question: ClientQuestion,
) -> Result<Response, Error> {
    let mut answered = ask(edge, ticket, question).await?;
    if answered.status_code() != 200 {
        return Ok(answered);
    }
    let outgoing: Outgoing = internal::message(&answered.bytes().await?)?;
    let pinned = outgoing.contact.pinned()?;
    let uncertain = match send(edge, ticket, &outgoing, &pinned, Some(method)).await? {
        Ok(uncertain) => uncertain,
        Err(refusal) => return Ok(refusal),
    };
    let opened = ChallengeOpened {
        challenge: outgoing.name,
        method,
        expires_at: outgoing.expires_at,
        reply: None,
        // Whoever has the password alone is not told the whole ID.
        sent: Some(sent(edge, pinned.id.masked(), uncertain)),
    };
    http::answer(if outgoing.again { 200 } else { 201 }, &opened)
}

/// Sends it once, if there is anything to send, and tells the user's object what came of it. Whether it may
/// not have come; or what refuses it.
async fn send(
    edge: &Edge<'_>,
    ticket: Genuine<Ticket>,
    outgoing: &Outgoing,
    to: &Pinned,
    proves: Option<Method>,
) -> Result<Result<bool, Response>, Error> {
    let Some(text) = &outgoing.text else {
        return Ok(Ok(outgoing.uncertain));
    };
    let user = ticket.object();
    let tap = (proves == Some(Method::ThreemaTap)).then(|| outgoing.name.clone());
    let is_tap = tap.is_some();
    let aim = match proves {
        Some(_) => Aim::Proof,
        None => Aim::Enrollment,
    };
    let send = Send {
        user: user.to_hex(),
        aim: aim.as_str().into(),
        key: to.key.to_hex(),
        tap,
    };
    match may_send(edge, to, send).await {
        Ok(None) => {}
        refused => {
            counts::add(Count::SendsRefused);
            tell(edge, user, outgoing, Progress::NotSent).await;
            return refused.map(|refusal| refusal.map_or(Ok(false), Err));
        }
    }
    let answer = if outgoing.withheld {
        counts::add(Count::TapWithheld);
        // Nothing is sent, and that takes as long and can fail as well.
        let asked = gateway::public_key(threema(edge)?, to.id).await;
        let id = random::bytes()?;
        asked.map(|_| MessageId::from_bytes(id))
    } else {
        gateway::send(threema(edge)?, to, text).await
    };
    if let (true, Ok(id)) = (is_tap, &answer) {
        known(edge, to, &outgoing.name, *id).await?;
    }
    let progress = Progress::after(&answer);
    tell(edge, user, outgoing, progress).await;
    match answer {
        // A tap counts only if it is known on what.
        Err(fault) if is_tap || progress == Progress::NotSent => Err(Error::gateway(fault)),
        _ => Ok(Ok(progress != Progress::Sent)),
    }
}

/// Counts a message for its ID and for the deployment, or tells what refuses it.
async fn may_send(edge: &Edge<'_>, to: &Pinned, send: Send) -> Result<Option<Response>, Error> {
    let question = contact::Question::Send(send);
    let object = to.id.object(&edge.config.naming);
    let counted = contact::ask(edge.env, object, question).await?;
    if counted.status_code() != 200 {
        return Ok(Some(counted));
    }
    site::may_send(edge.env, edge.now).await
}

/// Tells the ID's contact which message is to be tapped.
async fn known(edge: &Edge<'_>, to: &Pinned, name: &str, id: MessageId) -> Result<(), Error> {
    let question = contact::Question::Sent {
        name: name.into(),
        message_id: id.to_hex(),
    };
    let object = to.id.object(&edge.config.naming);
    let answered = contact::ask(edge.env, object, question).await?;
    Ok(counts::take_from(&answered)?)
}

/// If nobody hears it, `sending` stands, which leaves the challenge open.
async fn tell(edge: &Edge<'_>, user: ObjectName, outgoing: &Outgoing, progress: Progress) {
    let question = Question::Delivered(Delivered {
        name: outgoing.name.clone(),
        progress: progress.as_str().into(),
        again: outgoing.again,
    });
    if let Err(fault) = user::ask(edge.env, user, question).await {
        worker::console_error!("threegate: what came of a message was not stored: {fault:?}");
    }
}

fn sent(edge: &Edge<'_>, to: String, uncertain: bool) -> Sent {
    Sent {
        to,
        end_to_end: edge.config.end_to_end().is_some(),
        uncertain,
    }
}

/// The browser that asks, in words.
fn device(edge: &Edge<'_>) -> String {
    let agent = http::header(edge.request, "user-agent").unwrap_or_default();
    words::browser(&agent)
}
