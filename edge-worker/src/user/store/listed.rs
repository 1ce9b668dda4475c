//! The active factors, whichever method they are of.

use threegate_core::wire::client::ListedFactor;
use threegate_core::{Method, UnixTime};

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Storage, bind};

/// The active factors, the oldest first. What is sealed of them is not here.
pub(in crate::user) fn listed_factors(storage: &Storage) -> Result<Vec<ListedFactor>, Error> {
    let rows = storage.rows(
        "select id, method, name, confirmed_at, coalesce(last_used_at, confirmed_at) as used_at
         from factor where confirmed_at is not null order by confirmed_at, rowid",
        bind![],
    )?;
    let mut listed = Vec::with_capacity(rows.len());
    for row in &rows {
        // A later version of the worker may know more.
        let Some(method) = Method::parse(&row.text("method")?) else {
            continue;
        };
        listed.push(ListedFactor {
            factor: row.text("id")?,
            method,
            name: row.maybe_text("name")?,
            created_at: time(row.integer("confirmed_at")?).as_secs(),
            last_used_at: time(row.integer("used_at")?).as_secs(),
            threema_id: None,
            level: None,
        });
    }
    Ok(listed)
}

/// The method of an active factor.
pub(in crate::user) fn active_method(storage: &Storage, id: &str) -> Result<Option<Method>, Error> {
    let row = storage.row(
        "select method from factor where id = ? and confirmed_at is not null",
        bind![id],
    )?;
    let word = row.map(|row| row.text("method")).transpose()?;
    Ok(word.as_deref().and_then(Method::parse))
}

pub(in crate::user) fn rename_factor(storage: &Storage, id: &str, name: &str) -> Result<(), Error> {
    storage.run(
        "update factor set name = ? where id = ? and confirmed_at is not null",
        bind![name, id],
    )
}

/// It proved something.
pub(in crate::user) fn use_factor(storage: &Storage, id: &str, now: UnixTime) -> Result<(), Error> {
    storage.run(
        "update factor set last_used_at = ? where id = ?",
        bind![integer(now), id],
    )
}

/// Removes a factor of that method. If there is no other one, nobody can answer the challenges that are
/// open; whose these were are the tickets.
pub(in crate::user) fn remove_factor(
    storage: &Storage,
    id: &str,
    method: Method,
    has_another: bool,
) -> Result<Vec<String>, Error> {
    storage.run("delete from factor where id = ?", bind![id])?;
    if has_another {
        return Ok(Vec::new());
    }
    let abandoned = storage.rows(
        "update challenge set state = 'abandoned' where method = ? and state = 'open'
         returning ticket",
        bind![method.as_str()],
    )?;
    abandoned.iter().map(|row| row.text("ticket")).collect()
}

/// The method that the user wants to be asked for first.
pub(in crate::user) fn save_default(
    storage: &Storage,
    default: Option<Method>,
) -> Result<(), Error> {
    storage.run(
        "update account set default_method = ?",
        bind![default.map(Method::as_str)],
    )
}
