//! Threema IDs: one a method, waiting for its first reply or active.

use threegate_core::{Method, UnixTime};

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Row, Storage, bind};

/// A Threema ID that proves by one method.
pub(in crate::user) struct ThreemaFactor {
    pub(in crate::user) id: String,
    pub(in crate::user) method: Method,
    /// The ID with its pinned key, sealed.
    pub(in crate::user) contact: Vec<u8>,
    /// Where it waits: the ticket that began it.
    pub(in crate::user) ticket: Option<String>,
    pub(in crate::user) expires_at: Option<UnixTime>,
}

/// The user's active Threema ID for a method.
pub(in crate::user) fn threema_factor(
    storage: &Storage,
    method: Method,
) -> Result<Option<ThreemaFactor>, Error> {
    let row = storage.row(
        "select * from factor where method = ? and confirmed_at is not null",
        bind![method.as_str()],
    )?;
    row.as_ref().map(read).transpose()
}

/// All the user's Threema IDs, waiting or active.
pub(in crate::user) fn threema_factors(storage: &Storage) -> Result<Vec<ThreemaFactor>, Error> {
    let query = "select * from factor where method glob 'threema-*'";
    storage.rows(query, bind![])?.iter().map(read).collect()
}

/// The Threema ID that is the factor of that name, waiting or active.
pub(in crate::user) fn threema_factor_named(
    storage: &Storage,
    id: &str,
) -> Result<Option<ThreemaFactor>, Error> {
    let row = storage.row(
        "select * from factor where id = ? and method glob 'threema-*'",
        bind![id],
    )?;
    row.as_ref().map(read).transpose()
}

/// The ID counts from now on, in place of the one that its method had before it. What was awaited from
/// that is over; these are the tickets of it.
pub(in crate::user) fn confirm_threema_factor(
    storage: &Storage,
    factor: &ThreemaFactor,
    now: UnixTime,
) -> Result<Vec<String>, Error> {
    let method = factor.method.as_str();
    storage.run(
        "delete from factor where method = ? and confirmed_at is not null",
        bind![method],
    )?;
    let abandoned = storage.rows(
        "update challenge set state = 'abandoned' where method = ? and state = 'open'
         returning ticket",
        bind![method],
    )?;
    storage.run(
        "update factor set confirmed_at = ?2, last_used_at = ?2, ticket = null, expires_at = null
         where id = ?1",
        bind![factor.id.as_str(), integer(now)],
    )?;
    abandoned.iter().map(|row| row.text("ticket")).collect()
}

/// Nothing will confirm it any more.
pub(in crate::user) fn remove_waiting_factor(storage: &Storage, id: &str) -> Result<(), Error> {
    storage.run(
        "delete from factor where id = ? and confirmed_at is null",
        bind![id],
    )
}

fn read(row: &Row) -> Result<ThreemaFactor, Error> {
    let method = Method::parse(&row.text("method")?);
    Ok(ThreemaFactor {
        id: row.text("id")?,
        method: method.ok_or_else(|| Error::internal("a stored factor cannot be read"))?,
        contact: row.blob("secret")?,
        ticket: row.maybe_text("ticket")?,
        expires_at: row.maybe_integer("expires_at")?.map(time),
    })
}
