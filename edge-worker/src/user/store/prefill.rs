//! What the site knows of a user's Threema ID, by ticket.

use crate::problem::Error;
use crate::storage::{Storage, bind};

pub(super) const TABLE: &str = "create table if not exists prefill (
       ticket text not null,
       name text not null,
       value blob not null,
       primary key (ticket, name)
     )";

pub(in crate::user) fn insert_prefill(
    storage: &Storage,
    ticket: &str,
    name: &str,
    sealed: &[u8],
) -> Result<(), Error> {
    storage.run(
        "insert or replace into prefill values (?, ?, ?)",
        bind![ticket, name, sealed],
    )
}

/// The names and sealed values of a ticket's.
pub(in crate::user) fn prefill(
    storage: &Storage,
    ticket: &str,
) -> Result<Vec<(String, Vec<u8>)>, Error> {
    let rows = storage.rows(
        "select name, value from prefill where ticket = ? order by name",
        bind![ticket],
    )?;
    rows.iter()
        .map(|row| Ok((row.text("name")?, row.blob("value")?)))
        .collect()
}

pub(super) fn clean_up(storage: &Storage) -> Result<(), Error> {
    storage.run(
        "delete from prefill where ticket not in (select id from ticket)",
        bind![],
    )
}
