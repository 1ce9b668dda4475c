//! Challenges: open, and ended until they are forgotten.

use threegate_core::challenge::{self, Challenge};
use threegate_core::{Method, UnixTime};

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Row, Storage, bind};

pub(in crate::user) fn challenge(
    storage: &Storage,
    id: &str,
    ticket: &str,
) -> Result<Option<Challenge>, Error> {
    let row = storage.row(
        "select method, expires_at, state from challenge where id = ? and ticket = ?",
        bind![id, ticket],
    )?;
    row.as_ref().map(read_challenge).transpose()
}

pub(in crate::user) fn save_challenge(
    storage: &Storage,
    id: &str,
    challenge: Challenge,
) -> Result<(), Error> {
    storage.run(
        "update challenge set state = ? where id = ?",
        bind![challenge.state().as_str(), id],
    )
}

/// Stores a new challenge. A ticket has one open at a time and a user a few: others are replaced.
pub(in crate::user) fn insert_challenge(
    storage: &Storage,
    id: &str,
    ticket: &str,
    challenge: Challenge,
    now: UnixTime,
) -> Result<(), Error> {
    let others_kept = i64::try_from(challenge::PER_USER.saturating_sub(1)).unwrap_or(0);
    let displaced = storage.rows(
        "select id, method, expires_at, state from challenge where state = 'open' and
           (ticket = ?1 or id not in (
             select id from challenge where state = 'open' and ticket <> ?1
             order by opened_at desc, rowid desc limit ?2))",
        bind![ticket, others_kept],
    )?;
    for row in displaced {
        let (ended, _) = read_challenge(&row)?.step(challenge::Event::Replace, now);
        save_challenge(storage, &row.text("id")?, ended)?;
    }
    storage.run(
        "insert into challenge values (?, ?, ?, ?, ?, ?)",
        bind![
            id,
            ticket,
            challenge.method().as_str(),
            integer(now),
            integer(challenge.expires_at()),
            challenge.state().as_str(),
        ],
    )
}

fn read_challenge(row: &Row) -> Result<Challenge, Error> {
    let method = Method::parse(&row.text("method")?);
    let state = challenge::State::parse(&row.text("state")?);
    let expires_at = time(row.integer("expires_at")?);
    match (method, state) {
        (Some(method), Some(state)) => Ok(Challenge::restore(method, expires_at, state)),
        _ => Err(Error::Internal("a stored challenge cannot be read".into())),
    }
}
