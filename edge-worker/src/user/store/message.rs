//! What was sent to the user: how much of late, and what is known of each code.

use threegate_core::challenge::Challenge;
use threegate_core::policy::SendingCaps;
use threegate_core::threema::sending::{self, Progress, USER_MEMORY};
use threegate_core::{Error as Cause, UnixTime};

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Storage, bind};

/// When something was sent, and the codes of challenges and factors that are open.
pub(super) const TABLES: [&str; 2] = [
    "create table if not exists sent (
       sent_at integer not null
     )",
    "create table if not exists message (
       name text primary key,
       factor text not null,
       code blob not null,
       progress text not null,
       misses integer not null
     )",
];

/// Counts a message before it is sent, if it may be. A slot is never given back.
pub(in crate::user) fn book_sending(
    storage: &Storage,
    caps: &SendingCaps,
    now: UnixTime,
) -> Result<Result<(), Cause>, Error> {
    let rows = storage.rows(
        "select sent_at from sent where sent_at > ? order by sent_at desc",
        bind![integer(sending::forgotten_at(now))],
    )?;
    let times = rows.iter().map(|row| row.integer("sent_at").map(time));
    let times: Vec<_> = times.collect::<Result<_, _>>()?;
    if let Err(cause) = sending::may_send(caps, &times, now) {
        return Ok(Err(cause));
    }
    storage
        .run("insert into sent values (?)", bind![integer(now)])
        .map(Ok)
}

/// A code that was sent, for a challenge or for a factor that waits.
pub(in crate::user) struct SentCode {
    pub(in crate::user) factor: String,
    /// Sealed.
    pub(in crate::user) code: Vec<u8>,
    pub(in crate::user) progress: Progress,
    /// How often another one was typed.
    pub(in crate::user) misses: u32,
}

pub(in crate::user) fn insert_sent_code(
    storage: &Storage,
    name: &str,
    factor: &str,
    code: &[u8],
) -> Result<(), Error> {
    let sending = Progress::Sending.as_str();
    storage.run(
        "insert or replace into message values (?, ?, ?, ?, 0)",
        bind![name, factor, code, sending],
    )
}

pub(in crate::user) fn sent_code(storage: &Storage, name: &str) -> Result<Option<SentCode>, Error> {
    let row = storage.row("select * from message where name = ?", bind![name])?;
    let Some(row) = row else { return Ok(None) };
    let progress = Progress::parse(&row.text("progress")?);
    Ok(Some(SentCode {
        factor: row.text("factor")?,
        code: row.blob("code")?,
        progress: progress.unwrap_or(Progress::Sending),
        misses: u32::try_from(row.integer("misses")?).unwrap_or(u32::MAX),
    }))
}

/// A ticket's open challenge whose code was sent.
pub(in crate::user) struct OpenCode {
    pub(in crate::user) name: String,
    pub(in crate::user) challenge: Challenge,
    pub(in crate::user) progress: Progress,
}

/// The ticket's open challenge whose code was sent to the ID of that factor.
pub(in crate::user) fn open_code(
    storage: &Storage,
    ticket: &str,
    factor: &str,
) -> Result<Option<OpenCode>, Error> {
    let row = storage.row(
        "select id, method, expires_at, state, misses, progress
         from challenge join message on name = id
         where ticket = ? and factor = ? and state = 'open' order by opened_at desc limit 1",
        bind![ticket, factor],
    )?;
    let Some(row) = row else { return Ok(None) };
    let progress = Progress::parse(&row.text("progress")?);
    Ok(Some(OpenCode {
        name: row.text("id")?,
        challenge: super::challenge::read_challenge(&row)?,
        progress: progress.unwrap_or(Progress::Sending),
    }))
}

pub(in crate::user) fn save_progress(
    storage: &Storage,
    name: &str,
    progress: Progress,
) -> Result<(), Error> {
    storage.run(
        "update message set progress = ? where name = ?",
        bind![progress.as_str(), name],
    )
}

pub(in crate::user) fn save_misses(
    storage: &Storage,
    name: &str,
    misses: u32,
) -> Result<(), Error> {
    storage.run(
        "update message set misses = ? where name = ?",
        bind![i64::from(misses), name],
    )
}

/// Codes of what is forgotten.
pub(super) fn forget_codes(storage: &Storage) -> Result<(), Error> {
    storage.run(
        "delete from message where name not in (select id from challenge)
           and name not in (select id from factor where confirmed_at is null)",
        bind![],
    )
}

pub(super) fn clean_up(storage: &Storage, now: UnixTime) -> Result<(), Error> {
    forget_codes(storage)?;
    storage.run(
        "delete from sent where sent_at <= ?",
        bind![integer(sending::forgotten_at(now))],
    )
}

/// How long a message counts, in seconds.
pub(super) fn memory() -> i64 {
    i64::try_from(USER_MEMORY.as_secs()).unwrap_or(i64::MAX)
}
