//! The outbox's rows.

use threegate_core::UnixTime;
use threegate_core::event::Event;
use threegate_core::event::webhook::KEPT;

use crate::problem::Error;
use crate::storage::{Row, Storage, bind, integer, time};

/// `members` is the body's, without the user; what somebody wrote is `sealed` instead.
const TABLE: &str = "create table if not exists event (
       number integer primary key,
       id text not null unique,
       kind text not null,
       members text,
       sealed blob,
       noted_at integer not null,
       tries integer not null default 0,
       due_at integer not null default 0
     )";

/// An event that the site has not taken yet.
pub(super) struct Waiting {
    /// The `webhook-id`.
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) members: Members,
    pub(super) noted_at: UnixTime,
    pub(super) tries: u32,
    pub(super) due_at: UnixTime,
}

/// The members of the body's data.
pub(super) enum Members {
    Plain(String),
    Sealed(Vec<u8>),
}

/// When one of a cheap kind was told of last.
const TOLD: &str = "create table if not exists event_told (
       kind text primary key,
       at integer not null
     )";

pub(super) fn create(storage: &Storage) -> Result<(), Error> {
    storage.run(TABLE, bind![])
}

/// Whether a cheap event is told of again. Then that is remembered.
pub(super) fn may_tell(storage: &Storage, event: &Event, now: UnixTime) -> Result<bool, Error> {
    storage.run(TOLD, bind![])?;
    let before = now.as_secs().saturating_sub(event.told_every().as_secs());
    let told = storage.row(
        "insert into event_told values (?1, ?2) on conflict do update set at = ?2 where at <= ?3
         returning kind",
        bind![
            event.kind(),
            integer(now),
            integer(UnixTime::from_secs(before))
        ],
    )?;
    Ok(told.is_some())
}

/// Whether cheap events have no place any more.
pub(super) fn is_full(storage: &Storage) -> Result<bool, Error> {
    Ok(number(storage)? >= KEPT)
}

pub(super) fn number(storage: &Storage) -> Result<u64, Error> {
    if !exists(storage)? {
        return Ok(0);
    }
    let row = storage.row("select count(*) as number from event", bind![])?;
    let number = row.map(|row| row.integer("number")).transpose()?;
    Ok(u64::try_from(number.unwrap_or(0)).unwrap_or(0))
}

pub(super) fn insert(
    storage: &Storage,
    id: &str,
    event: &Event,
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "insert into event (id, kind, members, noted_at) values (?, ?, ?, ?)",
        bind![id, event.kind(), &event.members(), integer(now)],
    )
}

pub(super) fn insert_sealed(
    storage: &Storage,
    id: &str,
    kind: &str,
    sealed: &[u8],
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "insert into event (id, kind, sealed, noted_at) values (?, ?, ?, ?) on conflict do nothing",
        bind![id, kind, sealed, integer(now)],
    )
}

/// The event whose turn it is, due or not.
pub(super) fn next(storage: &Storage) -> Result<Option<Waiting>, Error> {
    if !exists(storage)? {
        return Ok(None);
    }
    let row = storage.row("select * from event order by number limit 1", bind![])?;
    row.as_ref().map(read).transpose()
}

/// While it was being posted, everything may have been forgotten.
pub(super) fn remove(storage: &Storage, id: &str) -> Result<(), Error> {
    if !exists(storage)? {
        return Ok(());
    }
    storage.run("delete from event where id = ?", bind![id])
}

pub(super) fn put_off(storage: &Storage, id: &str, due_at: UnixTime) -> Result<(), Error> {
    if !exists(storage)? {
        return Ok(());
    }
    storage.run(
        "update event set tries = tries + 1, due_at = ? where id = ?",
        bind![integer(due_at), id],
    )
}

pub(super) fn remove_all(storage: &Storage) -> Result<(), Error> {
    storage.run("drop table if exists event", bind![])
}

fn exists(storage: &Storage) -> Result<bool, Error> {
    storage.has_table("event")
}

fn read(row: &Row) -> Result<Waiting, Error> {
    let members = match row.maybe_text("members")? {
        Some(members) => Members::Plain(members),
        None => Members::Sealed(row.blob("sealed")?),
    };
    Ok(Waiting {
        id: row.text("id")?,
        kind: row.text("kind")?,
        members,
        noted_at: time(row.integer("noted_at")?),
        tries: u32::try_from(row.integer("tries")?).unwrap_or(u32::MAX),
        due_at: time(row.integer("due_at")?),
    })
}
