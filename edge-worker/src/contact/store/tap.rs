//! Messages of ours that are awaited to be tapped, and taps that came before their message was known.

use threegate_core::UnixTime;
use threegate_core::threema::MessageId;
use threegate_core::threema::tap::{EARLY, EARLY_KEPT, Tap, Thumb};

use crate::problem::Error;
use crate::storage::{Row, Storage, bind, integer, time};

pub(super) const TABLES: [&str; 2] = [
    "create table if not exists tap (
       name text primary key,
       user text not null,
       message_id text,
       thumb text,
       asked_at integer not null,
       forgotten_at integer not null
     )",
    "create table if not exists early (
       message_id text primary key,
       thumb text not null,
       messages text not null,
       received_at integer not null,
       forgotten_at integer not null
     )",
];

/// A message of ours that can be tapped.
pub(in crate::contact) struct AwaitedTap {
    pub(in crate::contact) name: String,
    pub(in crate::contact) user: String,
    /// The last thumb that meant anything.
    pub(in crate::contact) thumb: Option<Thumb>,
}

/// A tap on a message that nobody knew of.
pub(in crate::contact) struct Early {
    /// Of the tap itself.
    pub(in crate::contact) message_id: String,
    pub(in crate::contact) tap: Tap,
    pub(in crate::contact) received_at: UnixTime,
    /// Until when it could come again.
    pub(in crate::contact) forgotten_at: UnixTime,
}

pub(in crate::contact) fn insert_tap(
    storage: &Storage,
    name: &str,
    user: &str,
    now: UnixTime,
    forgotten_at: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "insert into tap values (?, ?, null, null, ?, ?) on conflict do nothing",
        bind![name, user, integer(now), integer(forgotten_at)],
    )
}

/// The Gateway's name for a message; whether anybody awaits it.
pub(in crate::contact) fn save_message_id(
    storage: &Storage,
    name: &str,
    message_id: &str,
) -> Result<bool, Error> {
    let row = storage.row(
        "update tap set message_id = ? where name = ? returning name",
        bind![message_id, name],
    )?;
    Ok(row.is_some())
}

/// Those of the messages that are awaited to be tapped.
pub(in crate::contact) fn awaited_taps(
    storage: &Storage,
    messages: &[MessageId],
) -> Result<Vec<AwaitedTap>, Error> {
    if !storage.has_table("tap")? {
        return Ok(Vec::new());
    }
    let rows = storage.rows("select * from tap where message_id is not null", bind![])?;
    let mut awaited = Vec::new();
    for row in rows {
        let id = row.text("message_id")?;
        if messages.iter().any(|message| message.to_hex() == id) {
            awaited.push(AwaitedTap {
                name: row.text("name")?,
                user: row.text("user")?,
                thumb: row.maybe_text("thumb")?.as_deref().and_then(Thumb::parse),
            });
        }
    }
    Ok(awaited)
}

pub(in crate::contact) fn save_thumb(
    storage: &Storage,
    name: &str,
    thumb: Thumb,
) -> Result<(), Error> {
    storage.run(
        "update tap set thumb = ? where name = ?",
        bind![thumb.as_str(), name],
    )
}

/// Whether a message may be on its way of which the Gateway has yet to tell the ID.
pub(in crate::contact) fn is_sending(storage: &Storage, now: UnixTime) -> Result<bool, Error> {
    let early = i64::try_from(EARLY.as_secs()).unwrap_or(i64::MAX);
    if !storage.has_table("tap")? {
        return Ok(false);
    }
    let query = "select 1 from tap where message_id is null and asked_at + ? >= ? limit 1";
    Ok(storage.row(query, bind![early, integer(now)])?.is_some())
}

/// Keeps a tap, of which the newest few are kept; whether it was not there.
pub(in crate::contact) fn insert_early(storage: &Storage, early: &Early) -> Result<bool, Error> {
    let messages: Vec<_> = early.tap.messages.iter().map(|id| id.to_hex()).collect();
    let row = storage.row(
        "insert into early values (?, ?, ?, ?, ?) on conflict do nothing returning message_id",
        bind![
            early.message_id.as_str(),
            early.tap.thumb.as_str(),
            messages.join(" "),
            integer(early.received_at),
            integer(early.forgotten_at),
        ],
    )?;
    let kept = i64::try_from(EARLY_KEPT).unwrap_or(i64::MAX);
    storage.run(
        "delete from early where rowid not in (select rowid from early order by rowid desc limit ?)",
        bind![kept],
    )?;
    Ok(row.is_some())
}

/// The taps that came early, in their order.
pub(in crate::contact) fn early_taps(
    storage: &Storage,
    now: UnixTime,
) -> Result<Vec<Early>, Error> {
    let early = i64::try_from(EARLY.as_secs()).unwrap_or(i64::MAX);
    let rows = storage.rows(
        "select * from early where received_at + ? >= ? order by rowid",
        bind![early, integer(now)],
    )?;
    rows.iter().map(read).collect()
}

pub(in crate::contact) fn remove_early(storage: &Storage, message_id: &str) -> Result<(), Error> {
    storage.run("delete from early where message_id = ?", bind![message_id])
}

pub(super) fn forget_user(storage: &Storage, user: &str, before: i64) -> Result<(), Error> {
    if !storage.has_table("tap")? {
        return Ok(());
    }
    storage.run(
        "delete from tap where user = ? and asked_at <= ?",
        bind![user, before],
    )
}

/// Forgets what is over; answers when the next of it is.
pub(super) fn clean_up(storage: &Storage, now: UnixTime) -> Result<Option<i64>, Error> {
    if !storage.has_table("tap")? {
        return Ok(None);
    }
    let (early, at) = (
        i64::try_from(EARLY.as_secs()).unwrap_or(i64::MAX),
        integer(now),
    );
    storage.run("delete from tap where forgotten_at <= ?", bind![at])?;
    storage.run(
        "delete from early where received_at + ? < ?",
        bind![early, at],
    )?;
    let next = storage.row(
        "select min(at) as earliest from (
           select forgotten_at as at from tap
           union all select received_at + ? + 1 from early)",
        bind![early],
    )?;
    let next = next.map(|row| row.maybe_integer("earliest")).transpose()?;
    Ok(next.flatten())
}

fn read(row: &Row) -> Result<Early, Error> {
    let unread = || Error::Internal("a stored tap cannot be read".into());
    let messages = row.text("messages")?;
    let messages = messages.split(' ').map(MessageId::parse);
    let messages = messages.collect::<Result<_, _>>().map_err(|_| unread())?;
    let thumb = Thumb::parse(&row.text("thumb")?).ok_or_else(unread)?;
    Ok(Early {
        message_id: row.text("message_id")?,
        tap: Tap { thumb, messages },
        received_at: time(row.integer("received_at")?),
        forgotten_at: time(row.integer("forgotten_at")?),
    })
}
