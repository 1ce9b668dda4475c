//! Answers that a site may ask for once more, by the header `Idempotency-Key`.
//!
//! An answer is stored where its effect is, in the same transaction, so there is no moment at which only
//! one of them is. It may hold a ticket: it is sealed.

use serde::Serialize;
use threegate_core::idempotency::{IdempotencyKey, MEMORY, Once, Turn};
use threegate_core::{Error as Cause, UnixTime};
use worker::Response;

use crate::edge::Edge;
use crate::http;
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::{Storage, bind, integer, time};

/// The header on an answer that was given before.
pub(crate) const REPLAYED: &str = "idempotency-replayed";

pub(crate) const TABLE: &str = "create table if not exists answered (
       name text primary key,
       body text not null,
       status integer,
       answer blob,
       expires_at integer not null
     )";

/// A request's key, bound to the secret that it came with.
pub(crate) fn of(edge: &Edge<'_>, secret: &str) -> Result<Option<Once>, Error> {
    let Some(header) = http::header(edge.request, "idempotency-key") else {
        return Ok(None);
    };
    let key = IdempotencyKey::parse(&header);
    let key = key.map_err(|cause| Error::refused(cause, edge.now))?;
    let (naming, address) = (&edge.config.naming, edge.request.path());
    Ok(Some(Once::of(&key, naming, secret, &address, edge.body()?)))
}

/// A key between edge and object.
#[derive(Debug, Serialize)]
pub(crate) struct Key {
    name: String,
    body: String,
}

impl From<Once> for Key {
    fn from(once: Once) -> Self {
        let Once { name, body } = once;
        Self { name, body }
    }
}

impl Key {
    pub(crate) fn once(self) -> Once {
        let Self { name, body } = self;
        Once { name, body }
    }
}

impl Message for Key {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            name: from.text("name")?,
            body: from.text("body")?,
        })
    }
}

/// An answer as it is stored.
pub(crate) struct Kept {
    pub(crate) status: u16,
    pub(crate) sealed: Vec<u8>,
}

/// The answer to the same request, if it came before. A table that is not there knows none.
pub(crate) fn kept(
    storage: &Storage,
    once: &Once,
    now: UnixTime,
) -> Result<Result<Option<Kept>, Cause>, Error> {
    if !storage.has_table("answered")? {
        return Ok(Ok(None));
    }
    let row = storage.row(
        "select body, status, answer from answered where name = ? and expires_at > ?",
        bind![once.name.as_str(), integer(now)],
    )?;
    let Some(row) = row else { return Ok(Ok(None)) };
    let (body, sealed) = (row.text("body")?, row.maybe_blob("answer")?);
    let status = row.maybe_integer("status")?;
    match once.judge(Some((&body, sealed.is_some()))) {
        Err(cause) => Ok(Err(cause)),
        Ok(Turn::First) => Ok(Ok(None)),
        Ok(Turn::Repeated) => Ok(Ok(sealed.map(|sealed| Kept {
            status: status.and_then(|s| u16::try_from(s).ok()).unwrap_or(200),
            sealed,
        }))),
    }
}

/// Answers as before.
pub(crate) fn repeat(status: u16, answer: &[u8]) -> Result<Response, Error> {
    let response = http::repeat(status, answer)?;
    response.headers().set(REPLAYED, "true")?;
    Ok(response)
}

/// The names of all answers, and what is sealed of them.
pub(crate) fn all(storage: &Storage) -> Result<Vec<(String, Vec<u8>)>, Error> {
    if !storage.has_table("answered")? {
        return Ok(Vec::new());
    }
    let query = "select name, answer from answered where answer is not null";
    let rows = storage.rows(query, bind![])?;
    let read = rows
        .iter()
        .map(|row| Ok((row.text("name")?, row.blob("answer")?)));
    read.collect()
}

pub(crate) fn reseal(storage: &Storage, name: &str, sealed: &[u8]) -> Result<(), Error> {
    storage.run(
        "update answered set answer = ? where name = ?",
        bind![sealed, name],
    )
}

/// Forgets what is old enough, and tells when the next is.
pub(crate) fn clean_up(storage: &Storage, now: UnixTime) -> Result<Option<UnixTime>, Error> {
    if !storage.has_table("answered")? {
        return Ok(None);
    }
    storage.run(
        "delete from answered where expires_at <= ?",
        bind![integer(now)],
    )?;
    let row = storage.row("select min(expires_at) as at from answered", bind![])?;
    let at = row.map(|row| row.maybe_integer("at")).transpose()?;
    Ok(at.flatten().map(time))
}

/// Keeps the answer. Without one, the request is under way.
pub(crate) fn keep(
    storage: &Storage,
    once: &Once,
    answer: Option<(u16, &[u8])>,
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(TABLE, bind![])?;
    storage.run(
        "insert or replace into answered values (?, ?, ?, ?, ?)",
        bind![
            once.name.as_str(),
            once.body.as_str(),
            answer.map(|(status, _)| i64::from(status)),
            answer.map(|(_, sealed)| sealed),
            integer(now.saturating_add(MEMORY)),
        ],
    )
}
