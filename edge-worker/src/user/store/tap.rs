//! Taps that were asked for, behind what their pages see, and how often that was in vain.

use threegate_core::challenge::Challenge;
use threegate_core::challenge::tap::{self, Prompts, Tap};
use threegate_core::threema::tap::REMEMBERED;
use threegate_core::{Method, UnixTime};

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Row, Storage, bind};

/// Taps outlive their challenges and tickets: an owner may say hours later that it was not they.
pub(super) const TABLES: [&str; 2] = [
    "create table if not exists tap (
       challenge text primary key,
       ticket text not null,
       factor text not null,
       state text not null,
       asked_at integer not null
     )",
    "create table if not exists prompts (
       id integer primary key check (id = 1),
       unapproved integer not null,
       last_ends_at integer not null,
       declined integer not null,
       declined_at integer not null,
       told integer not null
     )",
];

const METHOD: &str = Method::ThreemaTap.as_str();

/// A tap, and what it is for.
pub(in crate::user) struct StoredTap {
    pub(in crate::user) ticket: String,
    pub(in crate::user) factor: String,
    pub(in crate::user) tap: Tap,
}

pub(in crate::user) fn tap(storage: &Storage, challenge: &str) -> Result<Option<StoredTap>, Error> {
    let row = storage.row("select * from tap where challenge = ?", bind![challenge])?;
    row.as_ref().map(read).transpose()
}

pub(in crate::user) fn insert_tap(
    storage: &Storage,
    challenge: &str,
    ticket: &str,
    factor: &str,
    tap: Tap,
) -> Result<(), Error> {
    storage.run(
        "insert into tap values (?, ?, ?, ?, ?)",
        bind![
            challenge,
            ticket,
            factor,
            tap.state().as_str(),
            integer(tap.asked_at()),
        ],
    )
}

pub(in crate::user) fn save_tap(storage: &Storage, challenge: &str, tap: Tap) -> Result<(), Error> {
    storage.run(
        "update tap set state = ? where challenge = ?",
        bind![tap.state().as_str(), challenge],
    )
}

/// The user's open challenge for a tap, with its name and whether it is the ticket's own.
pub(in crate::user) fn open_tap(
    storage: &Storage,
    ticket: &str,
    now: UnixTime,
) -> Result<Option<(String, Challenge, bool)>, Error> {
    settle_taps(storage, now)?;
    let row = storage.row(
        "select id from challenge where method = ? and state = 'open' and expires_at > ?",
        bind![METHOD, integer(now)],
    )?;
    let Some(row) = row else { return Ok(None) };
    let name = row.text("id")?;
    let found = super::challenge_of_any(storage, &name)?;
    Ok(found.map(|(challenge, of)| (name, challenge, of == ticket)))
}

/// Gives up what has been on its way for too long: whoever sent it is gone.
pub(in crate::user) fn settle_taps(storage: &Storage, now: UnixTime) -> Result<(), Error> {
    let life = i64::try_from(tap::SENDING_LIFE.as_secs()).unwrap_or(i64::MAX);
    storage.run(
        "update challenge set state = 'abandoned' where state = 'open' and id in (
           select challenge from tap where state = 'sending' and asked_at + ? <= ?)",
        bind![life, integer(now)],
    )?;
    storage.run(
        "update tap set state = 'send_unknown' where state = 'sending' and asked_at + ? <= ?",
        bind![life, integer(now)],
    )
}

pub(in crate::user) fn prompts(storage: &Storage) -> Result<Prompts, Error> {
    let Some(row) = storage.row("select * from prompts", bind![])? else {
        return Ok(Prompts::default());
    };
    // A count beyond reason must not open the door.
    let number = |column| {
        row.integer(column)
            .map(|number| u32::try_from(number).unwrap_or(u32::MAX))
    };
    Ok(Prompts::restore(
        (number("unapproved")?, time(row.integer("last_ends_at")?)),
        (number("declined")?, time(row.integer("declined_at")?)),
    ))
}

pub(in crate::user) fn save_prompts(storage: &Storage, prompts: Prompts) -> Result<(), Error> {
    let ((unapproved, last_ends_at), (declined, declined_at)) =
        (prompts.unapproved(), prompts.declines());
    storage.run(
        "insert or replace into prompts values (1, ?, ?, ?, ?, 0)",
        bind![
            i64::from(unapproved),
            integer(last_ends_at),
            i64::from(declined),
            integer(declined_at),
        ],
    )
}

/// The owner was here: nobody was asked in vain.
pub(in crate::user) fn clear_prompts(storage: &Storage) -> Result<(), Error> {
    storage.run("delete from prompts", bind![])
}

/// Whether the site has yet to be told that these prompts closed the method; from now on it is told.
pub(in crate::user) fn is_news(storage: &Storage) -> Result<bool, Error> {
    let told = "update prompts set told = 1 where told = 0 returning id";
    Ok(storage.row(told, bind![])?.is_some())
}

pub(super) fn clean_up(storage: &Storage, now: UnixTime) -> Result<(), Error> {
    settle_taps(storage, now)?;
    storage.run(
        "delete from tap where asked_at + ? <= ?",
        bind![memory(), integer(now)],
    )
}

/// How long a tap is remembered, in seconds.
pub(super) fn memory() -> i64 {
    i64::try_from(REMEMBERED.as_secs()).unwrap_or(i64::MAX)
}

fn read(row: &Row) -> Result<StoredTap, Error> {
    let state = tap::State::parse(&row.text("state")?)
        .ok_or_else(|| Error::internal("a stored tap cannot be read"))?;
    Ok(StoredTap {
        ticket: row.text("ticket")?,
        factor: row.text("factor")?,
        tap: Tap::restore(state, time(row.integer("asked_at")?)),
    })
}
