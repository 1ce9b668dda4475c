//! What Threema needs beyond a question to the user's object: the directory's key, and a contact that
//! awaits the code. Only when that is done is anything shown.

use base64ct::{Base64UrlUnpadded, Encoding};
use threegate_core::threema::gateway::GatewayError;
use threegate_core::threema::reply::Aim;
use threegate_core::threema::{Level, Pinned, PublicKey, ThreemaId};
use threegate_core::ticket::ENROLLMENT_LIFE;
use threegate_core::token::{Genuine, Ticket};
use threegate_core::wire::client::{FactorChoice, LookUp};
use threegate_core::{Error as Cause, Method};
use worker::Response;

use super::{ask, code};
use crate::config::Threema;
use crate::contact::{self, Expect, Expected};
use crate::counts::{self, Count};
use crate::edge::Edge;
use crate::problem::Error;
use crate::user::{ClientQuestion, Contact, LookUpLeave, Prepared};
use crate::{gateway, internal, random};

/// The user names a Threema ID, and is shown a code to send from it.
pub(super) async fn begin(
    edge: &Edge<'_>,
    ticket: Genuine<Ticket>,
    method: Method,
    choice: &FactorChoice,
) -> Result<Response, Error> {
    let threema = threema(edge)?;
    let (id, level) = match named(edge, threema, ticket, method, choice).await? {
        Ok(named) => named,
        Err(refusal) => return Ok(refusal),
    };
    let (key, level) = match level {
        Named::Typed(scanned) => {
            let key = directory_key(edge, threema, id).await?;
            let level = Level::of_directory(&key, scanned.as_ref());
            (key, level.map_err(|cause| Error::refused(cause, edge.now))?)
        }
        Named::LookedUp => (directory_key(edge, threema, id).await?, Level::Matched),
    };

    let pinned = Pinned { id, key, level };
    if threema.end_to_end.is_none() {
        return code::begin(edge, ticket, &pinned).await;
    }
    let factor = fresh_name()?;
    let contact = Contact::of(&pinned);
    let expect = Expect {
        user: ticket.object().to_hex(),
        name: factor.clone(),
        aim: Aim::Enrollment.as_str().into(),
        key: contact.key.clone(),
        life: ENROLLMENT_LIFE.as_secs(),
    };
    match expected(edge, ticket, id, expect).await? {
        Ok(code) => {
            let question = ClientQuestion::BeginThreema {
                method,
                factor,
                contact,
                code,
            };
            ask(edge, ticket, question).await
        }
        Err(refusal) => Ok(refusal),
    }
}

/// How an ID was named.
enum Named {
    /// By the user, perhaps by its code, which has a key in it.
    Typed(Option<PublicKey>),
    /// By an address that the site knows.
    LookedUp,
}

/// The ID that is to be enrolled, and a look-up counted for it; or the refusal.
async fn named(
    edge: &Edge<'_>,
    threema: &Threema,
    ticket: Genuine<Ticket>,
    method: Method,
    choice: &FactorChoice,
) -> Result<Result<(ThreemaId, Named), Response>, Error> {
    let refuse = |cause| Error::refused(cause, edge.now);
    let by = choice.look_up.clone();
    let typed = match &by {
        Some(_) => None,
        None => {
            let typed = choice.threema_id.as_deref().unwrap_or_default();
            let id = ThreemaId::parse_typed(typed).map_err(refuse)?;
            if id.is_gateway() {
                return Err(refuse(Cause::ThreemaIdUnknown));
            }
            let scanned = choice.key.as_deref().map(PublicKey::parse_any_case);
            Some((id, scanned.transpose().map_err(refuse)?))
        }
    };
    let email = by.as_deref() == Some(LookUp::Email.as_str());
    let mut answered = ask(edge, ticket, ClientQuestion::MayLookUp { method, by }).await?;
    if answered.status_code() != 200 {
        return Ok(Err(answered));
    }
    if let Some((id, scanned)) = typed {
        return Ok(Ok((id, Named::Typed(scanned))));
    }
    let LookUpLeave { hash } = internal::message(&answered.bytes().await?)?;
    let id = gateway::look_up(threema, email, &hash.unwrap_or_default()).await;
    let id = id.map_err(|fault| unknown(edge, fault))?;
    if id.is_gateway() {
        return Err(refuse(Cause::ThreemaIdUnknown));
    }
    Ok(Ok((id, Named::LookedUp)))
}

async fn directory_key(
    edge: &Edge<'_>,
    threema: &Threema,
    id: ThreemaId,
) -> Result<PublicKey, Error> {
    let key = gateway::public_key(threema, id).await;
    key.map_err(|fault| unknown(edge, fault))
}

fn unknown(edge: &Edge<'_>, fault: GatewayError) -> Error {
    match fault {
        GatewayError::Unknown => Error::refused(Cause::ThreemaIdUnknown, edge.now),
        fault => Error::gateway(fault),
    }
}

/// The user proves the enrolled Threema ID, and is shown a code to send from it.
pub(super) async fn open(edge: &Edge<'_>, ticket: Genuine<Ticket>) -> Result<Response, Error> {
    threema(edge)?;
    let mut answered = ask(edge, ticket, ClientQuestion::PrepareReply).await?;
    if answered.status_code() != 200 {
        return Ok(answered);
    }
    let (factor, contact) = match internal::message(&answered.bytes().await?)? {
        Prepared::Expect { factor, contact } => (factor, contact),
        Prepared::Open => {
            return ask(edge, ticket, ClientQuestion::ShowReply).await;
        }
    };
    let id = ThreemaId::parse(&contact.id)
        .map_err(|cause| Error::internal(format_args!("an enrolled ID: {cause}")))?;
    let name = fresh_name()?;
    let expect = Expect {
        user: ticket.object().to_hex(),
        name: name.clone(),
        aim: Aim::Proof.as_str().into(),
        key: contact.key,
        life: edge.config.policy.challenge_life.as_secs(),
    };
    match expected(edge, ticket, id, expect).await? {
        Ok(code) => {
            let open = ClientQuestion::OpenReply {
                challenge: name,
                factor,
                code,
            };
            ask(edge, ticket, open).await
        }
        Err(refusal) => Ok(refusal),
    }
}

/// The code that the ID's contact awaits from now on, or what it says instead.
async fn expected(
    edge: &Edge<'_>,
    ticket: Genuine<Ticket>,
    id: ThreemaId,
    expect: Expect,
) -> Result<Result<String, Response>, Error> {
    let object = id.object(&edge.config.naming);
    let question = contact::Question::Expect(expect);
    let mut answered = contact::ask(edge.env, object, question).await?;
    if answered.status_code() != 201 {
        if counts::are(&answered, Count::KeysChanged)? {
            ask(edge, ticket, ClientQuestion::KeyChanged).await?;
        }
        return Ok(Err(answered));
    }
    let Expected { code } = internal::message(&answered.bytes().await?)?;
    Ok(Ok(code))
}

pub(super) fn threema<'a>(edge: &Edge<'a>) -> Result<&'a Threema, Error> {
    let threema = edge.config.threema.as_ref();
    threema.ok_or_else(|| Error::refused(Cause::MethodUnavailable, edge.now))
}

/// The name of a factor or a challenge in paths. No secret.
pub(super) fn fresh_name() -> Result<String, Error> {
    Ok(Base64UrlUnpadded::encode_string(&random::bytes::<16>()?))
}
