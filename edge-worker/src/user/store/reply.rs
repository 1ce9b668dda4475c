//! The codes that are awaited from Threema IDs by a reply.

use threegate_core::UnixTime;
use threegate_core::challenge::Challenge;

use super::integer;
use crate::problem::Error;
use crate::storage::{Storage, bind};

/// The codes of open challenges, for a page that has to be shown its own again; how many were drawn under
/// a ticket; and whose contact was let go when a factor took another one's place.
pub(super) const TABLES: [&str; 3] = [
    "create table if not exists reply (
       challenge text primary key,
       factor text not null,
       code text not null
     )",
    "create table if not exists drawn (
       ticket text primary key,
       codes integer not null
     )",
    "create table if not exists released (
       factor text primary key,
       contact text not null
     )",
];

pub(in crate::user) fn insert_reply(
    storage: &Storage,
    challenge: &str,
    factor: &str,
    code: &str,
) -> Result<(), Error> {
    storage.run(
        "insert or replace into reply values (?, ?, ?)",
        bind![challenge, factor, code],
    )
}

/// From which factor a challenge awaits its reply.
pub(in crate::user) fn awaited_from(
    storage: &Storage,
    challenge: &str,
) -> Result<Option<String>, Error> {
    let row = storage.row(
        "select factor from reply where challenge = ?",
        bind![challenge],
    )?;
    row.map(|row| row.text("factor")).transpose()
}

/// How many codes were drawn under a ticket.
pub(in crate::user) fn drawn(storage: &Storage, ticket: &str) -> Result<usize, Error> {
    let row = storage.row("select codes from drawn where ticket = ?", bind![ticket])?;
    let codes = row.map(|row| row.integer("codes")).transpose()?;
    Ok(usize::try_from(codes.unwrap_or(0)).unwrap_or(usize::MAX))
}

pub(in crate::user) fn count_drawn(storage: &Storage, ticket: &str) -> Result<(), Error> {
    storage.run(
        "insert into drawn values (?, 1) on conflict do update set codes = codes + 1",
        bind![ticket],
    )
}

/// Whose contact was let go when that factor took its place.
pub(in crate::user) fn released(storage: &Storage, factor: &str) -> Result<Option<String>, Error> {
    let row = storage.row(
        "select contact from released where factor = ?",
        bind![factor],
    )?;
    row.map(|row| row.text("contact")).transpose()
}

pub(in crate::user) fn insert_released(
    storage: &Storage,
    factor: &str,
    contact: &str,
) -> Result<(), Error> {
    storage.run(
        "insert or replace into released values (?, ?)",
        bind![factor, contact],
    )
}

/// An open challenge that awaits a reply.
pub(in crate::user) struct OpenReply {
    pub(in crate::user) name: String,
    pub(in crate::user) challenge: Challenge,
    pub(in crate::user) code: String,
}

/// The ticket's open challenge that awaits a reply.
pub(in crate::user) fn open_reply(
    storage: &Storage,
    ticket: &str,
    now: UnixTime,
) -> Result<Option<OpenReply>, Error> {
    let row = storage.row(
        "select challenge.id, challenge.method, challenge.expires_at, challenge.state, reply.code,
           0 as misses
         from challenge join reply on reply.challenge = challenge.id
         where challenge.ticket = ? and challenge.state = 'open' and challenge.expires_at > ?
         order by challenge.opened_at desc limit 1",
        bind![ticket, integer(now)],
    )?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(OpenReply {
        name: row.text("id")?,
        challenge: super::challenge::read_challenge(&row)?,
        code: row.text("code")?,
    }))
}

/// The challenge or factor that waits for a reply under this ticket.
pub(in crate::user) fn awaited(
    storage: &Storage,
    ticket: &str,
    now: UnixTime,
) -> Result<Option<String>, Error> {
    let row = storage.row(
        "select id from challenge where ticket = ?1 and method in ('threema-reply', 'threema-tap')
           and state = 'open' and expires_at > ?2
         union all
         select id from factor where ticket = ?1 and method glob 'threema-*' and confirmed_at is null
           and expires_at > ?2 and id not in (select name from message)",
        bind![ticket, integer(now)],
    )?;
    row.map(|row| row.text("id")).transpose()
}

/// Codes of challenges that are forgotten, and what was counted for tickets that are.
pub(super) fn clean_up(storage: &Storage) -> Result<(), Error> {
    forget_codes(storage)?;
    storage.run(
        "delete from drawn where ticket not in (select id from ticket)",
        bind![],
    )?;
    storage.run(
        "delete from released where factor not in (select id from factor)",
        bind![],
    )
}

pub(super) fn forget_codes(storage: &Storage) -> Result<(), Error> {
    storage.run(
        "delete from reply where challenge not in (select id from challenge)",
        bind![],
    )
}
