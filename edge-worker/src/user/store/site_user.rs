//! Whose account it is, by the site's own id: sealed, beside the object's name that the seal is bound to.

use crate::problem::Error;
use crate::storage::{Storage, bind};

const TABLE: &str = "create table if not exists site_user (
       id integer primary key check (id = 1),
       object text not null,
       name blob not null
     )";

/// The object's name, and the sealed id.
pub(in crate::user) fn site_user(storage: &Storage) -> Result<Option<(String, Vec<u8>)>, Error> {
    if !storage.has_table("site_user")? {
        return Ok(None);
    }
    let row = storage.row("select object, name from site_user", bind![])?;
    let read = |row: crate::storage::Row| Ok((row.text("object")?, row.blob("name")?));
    row.map(read).transpose()
}

pub(in crate::user) fn save_site_user(
    storage: &Storage,
    object: &str,
    sealed: &[u8],
) -> Result<(), Error> {
    storage.run(TABLE, bind![])?;
    storage.run(
        "insert or replace into site_user values (1, ?, ?)",
        bind![object, sealed],
    )
}
