//! A vault key's end: every user is asked to seal anew what the key before it sealed.
//!
//! ```text
//! counts, with the present key ─▶ another one than last time? ─▶ alarm ─▶ 25 users ─▶ alarm ─▶ … ─▶ finished
//! ```
//!
//! It begins by itself when a worker with `VAULT_KEY_PREVIOUS` hands its counts over, goes on after every
//! crash where it was, and its progress stands in the status. Then the previous key is used by nobody.

use threegate_core::user::ObjectName;
use threegate_core::wire::status::Reseal;

use super::{Site, index};
use crate::clock;
use crate::internal::{self, Given, Message};
use crate::problem::Error;
use crate::storage::{Storage, bind, integer};
use crate::user::{self, Question, Resealed};

/// Users in one go. A request may ask fifty objects on the free plan.
const BATCH: u64 = 25;

/// Milliseconds between two goes.
const PAUSE: i64 = 500;

const TABLE: &str = "create table if not exists reseal (
       id integer primary key check (id = 1),
       key text not null,
       after text not null,
       users integer not null,
       failed integer not null,
       finished_at integer
     )";

impl Message for Reseal {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            key: from.text("key")?,
            users: from.integer("users")?,
            failed: from.integer("failed")?,
            finished_at: from.integer("finished_at"),
        })
    }
}

/// Begins it if it is due, and tells how far it is.
pub(super) fn look(storage: &Storage, rotating_to: Option<&str>) -> Result<Option<Reseal>, Error> {
    storage.run(TABLE, bind![])?;
    if let Some(key) = rotating_to {
        let begun = storage.row(
            "insert into reseal values (1, ?, '', 0, 0, null)
             on conflict do update set key = excluded.key, after = '', users = 0, failed = 0,
               finished_at = null where key <> excluded.key
             returning id",
            bind![key],
        )?;
        if begun.is_some() {
            storage.ring()?;
        }
    }
    let Some(row) = storage.row("select * from reseal", bind![])? else {
        return Ok(None);
    };
    let number = |column| row.integer(column).map(|n| u64::try_from(n).unwrap_or(0));
    let finished = row.maybe_integer("finished_at")?;
    Ok(Some(Reseal {
        key: row.text("key")?,
        users: number("users")?,
        failed: number("failed")?,
        finished_at: finished.map(|at| u64::try_from(at).unwrap_or(0)),
    }))
}

impl Site {
    /// Asks the next users, and rings again until there are none.
    pub(super) async fn reseal(&self) -> Result<(), Error> {
        let query = "select key, after from reseal where finished_at is null";
        if !self.storage.has_table("reseal")? || self.resealing.get() {
            return Ok(());
        }
        let Some(row) = self.storage.row(query, bind![])? else {
            return Ok(());
        };
        let (key, after) = (row.text("key")?, row.text("after")?);
        let users = index::next(&self.storage, &after, BATCH)?;
        let Some(last) = users.last() else {
            let now = integer(clock::now());
            let finish = "update reseal set finished_at = ? where key = ? and after = ?";
            return self.storage.run(finish, bind![now, &key, &after]);
        };
        self.resealing.set(true);
        let asked = self.ask_all(&users).await;
        self.resealing.set(false);
        let failed = asked?;
        // Another rotation may have begun since.
        self.storage.run(
            "update reseal set after = ?, users = users + ?, failed = failed + ?
             where key = ? and after = ?",
            bind![
                last.as_str(),
                i64::try_from(users.len()).unwrap_or(i64::MAX),
                failed,
                &key,
                &after
            ],
        )?;
        self.storage.alarm_within(PAUSE).await
    }

    /// How many failed. An object that cannot be asked ends the go: it is begun again.
    async fn ask_all(&self, users: &[String]) -> Result<i64, Error> {
        let mut failed = 0_i64;
        for name in users {
            let object = ObjectName::parse(name)
                .map_err(|_| Error::internal("a listed user has no object"))?;
            let mut told = user::ask(&self.env, object, Question::Reseal).await?;
            if told.status_code() != 200 {
                return Err(Error::overloaded());
            }
            let resealed: Resealed = internal::message(&told.bytes().await?)?;
            failed = failed.saturating_add(i64::from(!resealed.whole));
        }
        Ok(failed)
    }
}
