//! Since when a user without a second factor must have one. Nothing is kept of whoever need not.

use threegate_core::UnixTime;

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Storage, bind};

pub(super) const TABLE: &str = "create table if not exists forced (
       id integer primary key check (id = 1),
       forced_at integer not null
     )";

/// When it was wanted first: now, if it was not before.
pub(in crate::user) fn force(storage: &Storage, now: UnixTime) -> Result<UnixTime, Error> {
    storage.run(
        "insert into forced values (1, ?) on conflict do nothing",
        bind![integer(now)],
    )?;
    Ok(forced_since(storage)?.unwrap_or(now))
}

/// When it was wanted first, if ever.
pub(in crate::user) fn forced_since(storage: &Storage) -> Result<Option<UnixTime>, Error> {
    if !storage.has_table("forced")? {
        return Ok(None);
    }
    let row = storage.row("select forced_at from forced", bind![])?;
    let since = row.map(|row| row.integer("forced_at")).transpose()?;
    Ok(since.map(time))
}
