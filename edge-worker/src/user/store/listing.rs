//! What `Site`'s index of enrolled users says of this one.

use crate::problem::Error;
use crate::storage::{Storage, bind};

/// With the object's name, which it cannot tell by itself.
pub(super) const TABLE: &str = "create table if not exists listing (
       id integer primary key check (id = 1),
       object text not null,
       listed integer not null
     )";

/// What `Site` does not know yet.
pub(in crate::user) struct Unlisted {
    pub(in crate::user) object: String,
    pub(in crate::user) enrolled: bool,
}

pub(super) fn create(storage: &Storage, object: &str) -> Result<(), Error> {
    storage.run(
        "insert into listing values (1, ?, 0) on conflict do nothing",
        bind![object],
    )
}

/// What is to be told, if anything is.
pub(in crate::user) fn unlisted(storage: &Storage) -> Result<Option<Unlisted>, Error> {
    if !storage.has_table("listing")? {
        return Ok(None);
    }
    let row = storage.row("select object, listed from listing", bind![])?;
    let Some(row) = row else { return Ok(None) };
    let enrolled = super::exists(storage)? && super::enrolled(storage)?.is_active();
    if enrolled == (row.integer("listed")? != 0) {
        return Ok(None);
    }
    Ok(Some(Unlisted {
        object: row.text("object")?,
        enrolled,
    }))
}

pub(in crate::user) fn save_listed(storage: &Storage, listed: bool) -> Result<(), Error> {
    storage.run("update listing set listed = ?", bind![i64::from(listed)])
}
