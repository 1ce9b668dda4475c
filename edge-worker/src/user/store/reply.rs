//! Threema IDs that answer by a reply, and the codes that are awaited from them.

use threegate_core::challenge::Challenge;
use threegate_core::{Method, UnixTime};

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Storage, bind};

/// The codes of open challenges, for a page that has to be shown its own again.
pub(super) const TABLE: &str = "create table if not exists reply (
       challenge text primary key,
       code text not null
     )";

const METHOD: &str = Method::ThreemaReply.as_str();

/// A Threema ID, waiting for its first reply or active.
pub(in crate::user) struct ReplyFactor {
    pub(in crate::user) id: String,
    /// The ID with its pinned key, sealed.
    pub(in crate::user) contact: Vec<u8>,
    /// Where it waits: the ticket that began it.
    pub(in crate::user) ticket: Option<String>,
    pub(in crate::user) expires_at: Option<UnixTime>,
}

/// The user's active Threema ID.
pub(in crate::user) fn reply_factor(storage: &Storage) -> Result<Option<ReplyFactor>, Error> {
    find(
        storage,
        "select * from factor where method = ? and confirmed_at is not null",
        METHOD,
    )
}

/// The Threema ID of that name, whether or not it still waits.
pub(in crate::user) fn waiting_reply_factor(
    storage: &Storage,
    id: &str,
) -> Result<Option<ReplyFactor>, Error> {
    find(storage, "select * from factor where id = ?", id)
}

fn find(storage: &Storage, query: &str, by: &str) -> Result<Option<ReplyFactor>, Error> {
    let Some(row) = storage.row(query, bind![by])? else {
        return Ok(None);
    };
    if row.text("method")? != METHOD {
        return Ok(None);
    }
    Ok(Some(ReplyFactor {
        id: row.text("id")?,
        contact: row.blob("secret")?,
        ticket: row.maybe_text("ticket")?,
        expires_at: row.maybe_integer("expires_at")?.map(time),
    }))
}

/// The ID counts from now on, in place of the one before it; what was awaited from that is over.
pub(in crate::user) fn confirm_reply_factor(
    storage: &Storage,
    id: &str,
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "delete from factor where method = ? and confirmed_at is not null",
        bind![METHOD],
    )?;
    storage.run(
        "update challenge set state = 'abandoned' where method = ? and state = 'open'",
        bind![METHOD],
    )?;
    storage.run(
        "update factor set confirmed_at = ?2, last_used_at = ?2, ticket = null, expires_at = null
         where id = ?1",
        bind![id, integer(now)],
    )
}

/// Nothing will confirm it any more.
pub(in crate::user) fn remove_waiting_factor(storage: &Storage, id: &str) -> Result<(), Error> {
    storage.run(
        "delete from factor where id = ? and confirmed_at is null",
        bind![id],
    )
}

pub(in crate::user) fn insert_reply(
    storage: &Storage,
    challenge: &str,
    code: &str,
) -> Result<(), Error> {
    storage.run(
        "insert or replace into reply values (?, ?)",
        bind![challenge, code],
    )
}

/// The ticket's open challenge that awaits a reply, with its code.
pub(in crate::user) fn open_reply(
    storage: &Storage,
    ticket: &str,
    now: UnixTime,
) -> Result<Option<(String, Challenge, String)>, Error> {
    let row = storage.row(
        "select challenge.id, challenge.method, challenge.expires_at, challenge.state, reply.code
         from challenge join reply on reply.challenge = challenge.id
         where challenge.ticket = ? and challenge.state = 'open' and challenge.expires_at > ?
         order by challenge.opened_at desc limit 1",
        bind![ticket, integer(now)],
    )?;
    let Some(row) = row else { return Ok(None) };
    let challenge = super::challenge::read_challenge(&row)?;
    Ok(Some((row.text("id")?, challenge, row.text("code")?)))
}

/// The challenge or factor that waits for a reply under this ticket.
pub(in crate::user) fn awaited(
    storage: &Storage,
    ticket: &str,
    now: UnixTime,
) -> Result<Option<String>, Error> {
    let row = storage.row(
        "select id from challenge where ticket = ?1 and method = ?2 and state = 'open'
           and expires_at > ?3
         union all
         select id from factor where ticket = ?1 and method = ?2 and confirmed_at is null
           and expires_at > ?3",
        bind![ticket, METHOD, integer(now)],
    )?;
    row.map(|row| row.text("id")).transpose()
}

/// Codes of challenges that are forgotten.
pub(super) fn clean_up(storage: &Storage) -> Result<(), Error> {
    storage.run(
        "delete from reply where challenge not in (select id from challenge)",
        bind![],
    )
}
