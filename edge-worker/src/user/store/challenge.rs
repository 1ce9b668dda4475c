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
        "select method, expires_at, state, misses from challenge left join message on name = id
         where id = ? and ticket = ?",
        bind![id, ticket],
    )?;
    row.as_ref().map(read_challenge).transpose()
}

/// The challenge of that name, with its ticket.
pub(in crate::user) fn challenge_of_any(
    storage: &Storage,
    id: &str,
) -> Result<Option<(Challenge, String)>, Error> {
    let row = storage.row(
        "select ticket, method, expires_at, state, misses
         from challenge left join message on name = id where id = ?",
        bind![id],
    )?;
    row.map(|row| Ok((read_challenge(&row)?, row.text("ticket")?)))
        .transpose()
}

pub(in crate::user) fn save_challenge(
    storage: &Storage,
    id: &str,
    challenge: Challenge,
) -> Result<(), Error> {
    storage.run(
        "update challenge set state = ? where id = ?",
        bind![challenge.state().as_str(), id],
    )?;
    match challenge.misses() {
        0 => Ok(()),
        misses => super::message::save_misses(storage, id, misses),
    }
}

/// Stores a new challenge. A ticket has one open at a time and a user a few: others are replaced. These
/// are the other tickets whose challenge ended so.
pub(in crate::user) fn insert_challenge(
    storage: &Storage,
    id: &str,
    ticket: &str,
    challenge: Challenge,
    now: UnixTime,
) -> Result<Vec<String>, Error> {
    let open = storage.rows(
        "select id, ticket from challenge where state = 'open'
         order by opened_at desc, rowid desc",
        bind![],
    )?;
    let mut newest_first = Vec::with_capacity(open.len());
    for row in &open {
        newest_first.push((row, row.text("ticket")? == ticket));
    }
    let mut displaced = Vec::new();
    for row in challenge::displaced(newest_first) {
        storage.run(
            "delete from challenge where id = ?",
            bind![&row.text("id")?],
        )?;
        displaced.push(row.text("ticket")?);
    }
    displaced.retain(|other| other != ticket);
    // What has ended is over whether or not it is remembered, and opening must not get dearer.
    storage.run("delete from challenge where state <> 'open'", bind![])?;
    super::reply::forget_codes(storage)?;
    super::message::forget_codes(storage)?;
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
    )?;
    Ok(displaced)
}

pub(super) fn read_challenge(row: &Row) -> Result<Challenge, Error> {
    let method = Method::parse(&row.text("method")?);
    let state = challenge::State::parse(&row.text("state")?);
    let expires_at = time(row.integer("expires_at")?);
    match (method, state) {
        (Some(method), Some(state)) => {
            // A count beyond reason must not give more room for guesses.
            let misses = row.maybe_integer("misses")?.unwrap_or(0);
            let misses = u32::try_from(misses).unwrap_or(u32::MAX);
            Ok(Challenge::restore(method, expires_at, state).with_misses(misses))
        }
        _ => Err(Error::internal("a stored challenge cannot be read")),
    }
}
