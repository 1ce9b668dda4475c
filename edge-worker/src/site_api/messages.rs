//! `POST /v1/messages`: from the site's other code to a person, by Threema. Sent once; what came of it is
//! the answer, and nobody but the site tries again.

use threegate_core::Error as Cause;
use threegate_core::threema::gateway::GatewayError;
use threegate_core::threema::reply::Aim;
use threegate_core::threema::sending::Progress;
use threegate_core::threema::{Level, Message, Pinned, ThreemaId};
use threegate_core::wire::site::{MessageRequest, MessageSent};
use worker::Response;

use crate::config::Threema;
use crate::contact::{self, Send};
use crate::edge::Edge;
use crate::problem::{Error, Why};
use crate::user::{self, Contact, Question};
use crate::{gateway, http, internal, site};

pub(crate) async fn messages(edge: &Edge<'_>) -> Result<Response, Error> {
    let once = super::admin(edge)?;
    if let Some(once) = &once
        && let Some(before) = site::begin(edge.env, once).await?
    {
        return Ok(before);
    }
    let said = message(edge).await;
    if let Some(once) = once {
        site::end(edge.env, once, to_keep(&said)?).await;
    }
    match said? {
        Ok(sent) => http::answer(201, &sent),
        Err(refusal) => Ok(refusal),
    }
}

/// The answer with its status, if the message was sent, or may have been.
fn to_keep(said: &Result<Result<MessageSent, Response>, Error>) -> Result<(u16, String), Error> {
    let (status, answer) = match said {
        Ok(Ok(sent)) => (201, http::to_json(sent)?),
        Err(fault)
            if matches!(fault.why(), Why::NotSent(cause)
                if Progress::after(&Err(*cause)) != Progress::NotSent) =>
        {
            let problem = fault.problem();
            (problem.status, http::to_json(&problem)?)
        }
        _ => (0, Vec::new()),
    };
    Ok((status, String::from_utf8(answer).unwrap_or_default()))
}

/// Sends it, or answers what refuses it.
async fn message(edge: &Edge<'_>) -> Result<Result<MessageSent, Response>, Error> {
    let asked: MessageRequest = http::json(edge.body()?)?;
    let refuse = |cause| Error::refused(cause, edge.now);
    let threema = edge.config.threema.as_ref();
    let threema = threema.ok_or_else(|| refuse(Cause::MethodUnavailable))?;
    if asked.text.is_empty() {
        return Err(Error::bad_request("`text` is empty."));
    }
    if asked.text.len() > Message::MAX_TEXT {
        return Err(refuse(Cause::TextTooLong));
    }
    let (to, owner) = match (&asked.user, &asked.threema_id) {
        (Some(user), None) => match enrolled(edge, user).await? {
            Ok(found) => found,
            Err(refusal) => return Ok(Err(refusal)),
        },
        (None, Some(id)) => (listed(edge, threema, id).await?, String::new()),
        _ => {
            let words = "Either `user` or `threema_id` says to whom.";
            return Err(Error::bad_request(words));
        }
    };
    // An ID's own cap holds whoever writes to it, and so does the key that its users rely on.
    let send = contact::Question::Send(Send {
        user: owner,
        aim: Aim::Proof.as_str().into(),
        key: to.key.to_hex(),
        tap: None,
    });
    let object = to.id.object(&edge.config.naming);
    let counted = contact::ask(edge.env, object, send).await?;
    if counted.status_code() != 200 {
        return Ok(Err(counted));
    }
    if let Some(refusal) = site::may_send(edge.env, edge.now).await? {
        return Ok(Err(refusal));
    }
    let sent = gateway::send(threema, &to, &asked.text).await;
    let id = sent.map_err(Error::not_sent)?;
    Ok(Ok(MessageSent {
        message_id: id.to_hex(),
        end_to_end: threema.end_to_end.is_some(),
    }))
}

/// The user's own Threema ID, with the user's object; or the refusal.
async fn enrolled(
    edge: &Edge<'_>,
    user: &str,
) -> Result<Result<(Pinned, String), Response>, Error> {
    let object = super::object(edge, user)?;
    let mut told = user::ask(edge.env, object, Question::Address).await?;
    if told.status_code() != 200 {
        return Ok(Err(told));
    }
    let contact: Contact = internal::message(&told.bytes().await?)?;
    Ok(Ok((contact.pinned()?, object.to_hex())))
}

/// Anybody's Threema ID, as the directory has it.
async fn listed(edge: &Edge<'_>, threema: &Threema, id: &str) -> Result<Pinned, Error> {
    let refuse = |cause| Error::refused(cause, edge.now);
    let id = ThreemaId::parse_typed(id).map_err(refuse)?;
    let key = gateway::public_key(threema, id).await;
    let key = key.map_err(|fault| match fault {
        GatewayError::Unknown => refuse(Cause::ThreemaIdUnknown),
        fault => Error::gateway(fault),
    })?;
    let level = Level::Server;
    Ok(Pinned { id, key, level })
}
