//! Who is enrolled, by the names of their objects: one small row each.

use serde::Serialize;
use worker::Response;

use super::Site;
use crate::http;
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::{Storage, bind};

const TABLE: &str = "create table if not exists enrolled (object text primary key) without rowid";

const NUMBER: &str = "create table if not exists enrolled_number (
       id integer primary key check (id = 1),
       number integer not null
     )";

/// Some enrolled users.
#[derive(Serialize)]
pub(crate) struct Page {
    /// In the order of their names.
    pub(crate) objects: Vec<String>,
}

impl Message for Page {
    fn read(from: Given<'_>) -> Option<Self> {
        let objects = from.list("objects").filter_map(Given::as_text);
        Some(Self {
            objects: objects.map(Into::into).collect(),
        })
    }
}

impl Site {
    pub(super) fn list(&self, object: &str, enrolled: bool) -> Result<Response, Error> {
        self.storage.transact(|storage| {
            storage.run(TABLE, bind![])?;
            let (statement, more) = if enrolled {
                (
                    "insert into enrolled values (?) on conflict do nothing returning 1",
                    1_i64,
                )
            } else {
                ("delete from enrolled where object = ? returning 1", -1)
            };
            if storage.row(statement, bind![object])?.is_none() {
                return Ok(());
            }
            // Counted as they come and go: a hundred thousand rows are not read to be counted.
            storage.run(NUMBER, bind![])?;
            storage.run(
                "insert into enrolled_number values (1, ?1)
                 on conflict do update set number = number + ?1",
                bind![more],
            )
        })?;
        Ok(Response::empty()?)
    }

    pub(super) fn page(&self, after: &str, limit: u64) -> Result<Response, Error> {
        let objects = next(&self.storage, after, limit)?;
        http::answer(200, &Page { objects })
    }
}

/// The names that come after one.
pub(super) fn next(storage: &Storage, after: &str, limit: u64) -> Result<Vec<String>, Error> {
    if !storage.has_table("enrolled")? {
        return Ok(Vec::new());
    }
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = storage.rows(
        "select object from enrolled where object > ? order by object limit ?",
        bind![after, limit],
    )?;
    rows.iter().map(|row| row.text("object")).collect()
}

/// How many users are enrolled.
pub(super) fn number(storage: &Storage) -> Result<u64, Error> {
    storage.run(NUMBER, bind![])?;
    let row = storage.row("select number from enrolled_number", bind![])?;
    let number = row.map(|row| row.integer("number")).transpose()?;
    Ok(u64::try_from(number.unwrap_or(0)).unwrap_or(0))
}
