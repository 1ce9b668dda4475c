//! The outbox's rows.

use threegate_core::UnixTime;
use threegate_core::event::Event;
use threegate_core::event::webhook::KEPT;

use crate::problem::Error;
use crate::storage::{Storage, bind, integer};

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

pub(super) fn create(storage: &Storage) -> Result<(), Error> {
    storage.run(TABLE, bind![])
}

/// Whether cheap events have no place any more.
pub(super) fn is_full(storage: &Storage) -> Result<bool, Error> {
    let row = storage.row("select count(*) as number from event", bind![])?;
    let number = row.map(|row| row.integer("number")).transpose()?;
    Ok(u64::try_from(number.unwrap_or(0)).unwrap_or(0) >= KEPT)
}

pub(super) fn insert(
    storage: &Storage,
    id: &str,
    event: &Event,
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "insert into event (id, kind, members, noted_at) values (?, ?, ?, ?)",
        bind![id, event.kind(), event.members(), integer(now)],
    )
}
