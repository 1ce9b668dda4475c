//! `POST /v1/users:…`: what the site's team sees and does of a user.

use threegate_core::idempotency::Once;
use threegate_core::user::ObjectName;
use threegate_core::wire::site::{FactorRemoval, TakeOver, UserDeleted, UserRequest, UserReset};
use worker::Response;

use crate::counts::{self, Count};
use crate::edge::Edge;
use crate::problem::Error;
use crate::user::{self, Erased, Question};
use crate::{contact, http, idempotency, internal};

pub(crate) async fn reset(edge: &Edge<'_>) -> Result<Response, Error> {
    let once = super::admin(edge)?;
    match forget(edge, once, false).await? {
        Forgotten::Before(answer) => Ok(answer),
        Forgotten::Now(reset) => {
            counts::add(Count::Resets);
            http::answer(200, &UserReset { reset })
        }
    }
}

/// What a user has enrolled.
pub(crate) async fn get(edge: &Edge<'_>) -> Result<Response, Error> {
    super::admin(edge)?;
    let asked: UserRequest = http::json(edge.body()?)?;
    let object = super::object(edge, &asked.user)?;
    user::ask(edge.env, object, Question::Describe).await
}

/// Takes a factor away.
pub(crate) async fn remove_factor(edge: &Edge<'_>) -> Result<Response, Error> {
    let once = super::admin(edge)?;
    let FactorRemoval { user, factor } = http::json(edge.body()?)?;
    let object = super::object(edge, &user)?;
    user::ask_once(edge.env, object, Question::TakeAway { factor }, once).await
}

/// Takes over authenticators of another system.
pub(crate) async fn take_over(edge: &Edge<'_>) -> Result<Response, Error> {
    let once = super::admin(edge)?;
    let TakeOver { user, uris } = http::json(edge.body()?)?;
    let object = super::object(edge, &user)?;
    user::ask_once(edge.env, object, Question::TakeOver { user, uris }, once).await
}

/// Lets every trace of a user go, in every object. Repeating it finishes what a crash left.
pub(crate) async fn delete(edge: &Edge<'_>) -> Result<Response, Error> {
    super::admin(edge)?;
    // Nothing of it is kept, so nothing is asked for once more: there is nothing to do then.
    forget(edge, None, true).await?;
    http::answer(200, &UserDeleted { deleted: true })
}

/// What came of forgetting a user.
pub(super) enum Forgotten {
    /// This very request came before, and was answered so.
    Before(Response),
    /// Whether there was anything.
    Now(bool),
}

async fn forget(edge: &Edge<'_>, once: Option<Once>, erase: bool) -> Result<Forgotten, Error> {
    let asked: UserRequest = http::json(edge.body()?)?;
    let object = super::object(edge, &asked.user)?;
    // Before, so that nothing is left if this ends in the middle; and after, for what came in between.
    let known = match erasing(edge, object, Question::Contacts, once.clone()).await? {
        Told::Before(answer) => return Ok(Forgotten::Before(answer)),
        Told::Now(known) => known,
    };
    release(edge, object, &known.contacts).await?;
    match erasing(edge, object, Question::Reset { erase }, once).await? {
        Told::Before(answer) => Ok(Forgotten::Before(answer)),
        Told::Now(erased) => {
            release(edge, object, &erased.contacts).await?;
            Ok(Forgotten::Now(erased.found))
        }
    }
}

/// What an object told.
pub(super) enum Told {
    Before(Response),
    Now(Erased),
}

pub(super) async fn erasing(
    edge: &Edge<'_>,
    object: ObjectName,
    asked: Question,
    once: Option<Once>,
) -> Result<Told, Error> {
    let mut told = user::ask_once(edge.env, object, asked, once).await?;
    // What was answered before, or that the key cannot be used, is the site's to know.
    if told.headers().has(idempotency::REPLAYED)? || (400..500).contains(&told.status_code()) {
        return Ok(Told::Before(told));
    }
    if told.status_code() != 200 {
        return Err(Error::overloaded());
    }
    internal::message(&told.bytes().await?).map(Told::Now)
}

/// Lets contacts forget a user.
pub(super) async fn release(
    edge: &Edge<'_>,
    user: ObjectName,
    contacts: &[String],
) -> Result<(), Error> {
    for contact in contacts {
        let object =
            ObjectName::parse(contact).map_err(|_| Error::internal("a contact has no object"))?;
        let question = contact::Question::Forget {
            user: user.to_hex(),
            before: None,
        };
        let told = contact::ask(edge.env, object, question).await?;
        if told.status_code() != 200 {
            return Err(Error::overloaded());
        }
    }
    Ok(())
}
