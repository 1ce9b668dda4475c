//! Contacts that have yet to hear that the user has their ID no more.

use threegate_core::UnixTime;

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Storage, bind};

/// `user` is this object's own name, which it cannot tell by itself.
pub(super) const TABLE: &str = "create table if not exists release (
       contact text primary key,
       user text not null,
       removed_at integer not null,
       tries integer not null,
       due_at integer not null
     )";

/// A contact that has yet to hear of it.
pub(in crate::user) struct Release {
    pub(in crate::user) contact: String,
    pub(in crate::user) user: String,
    pub(in crate::user) removed_at: UnixTime,
    pub(in crate::user) tries: u32,
}

pub(in crate::user) fn insert_release(
    storage: &Storage,
    contact: &str,
    user: &str,
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "insert or replace into release values (?, ?, ?, 0, 0)",
        bind![contact, user, integer(now)],
    )
}

/// Those that are due.
pub(in crate::user) fn releases(storage: &Storage, now: UnixTime) -> Result<Vec<Release>, Error> {
    if !storage.has_table("release")? {
        return Ok(Vec::new());
    }
    let rows = storage.rows(
        "select * from release where due_at <= ?",
        bind![integer(now)],
    )?;
    let all = rows.iter().map(|row| {
        Ok(Release {
            contact: row.text("contact")?,
            user: row.text("user")?,
            removed_at: time(row.integer("removed_at")?),
            tries: u32::try_from(row.integer("tries")?).unwrap_or(u32::MAX),
        })
    });
    all.collect()
}

/// The contact has heard of it, or the user has the ID again.
pub(in crate::user) fn remove_release(
    storage: &Storage,
    contact: &str,
    removed_by: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "delete from release where contact = ? and removed_at <= ?",
        bind![contact, integer(removed_by)],
    )
}

/// All of them, for a reset.
pub(in crate::user) fn released_contacts(storage: &Storage) -> Result<Vec<String>, Error> {
    let rows = storage.rows("select contact from release", bind![])?;
    rows.iter().map(|row| row.text("contact")).collect()
}

pub(in crate::user) fn put_off_release(
    storage: &Storage,
    contact: &str,
    due_at: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "update release set tries = tries + 1, due_at = ? where contact = ?",
        bind![integer(due_at), contact],
    )
}
