//! Messages of ours that are awaited to be tapped, and taps that came before their message was known.

use threegate_core::UnixTime;
use threegate_core::threema::tap::{EARLY, EARLY_KEPT, REMEMBERED, Thumb};

use crate::problem::Error;
use crate::storage::{Storage, bind, integer, time};

pub(super) const TABLES: [&str; 2] = [
    "create table if not exists tap (
       name text primary key,
       user text not null,
       message_id text,
       thumb text,
       asked_at integer not null
     )",
    "create table if not exists early (
       about text primary key,
       thumb text not null,
       message_id text not null,
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
    pub(in crate::contact) thumb: Thumb,
    /// Of the tap itself.
    pub(in crate::contact) message_id: String,
    pub(in crate::contact) received_at: UnixTime,
    /// Until when it could come again.
    pub(in crate::contact) forgotten_at: UnixTime,
}

pub(in crate::contact) fn insert_tap(
    storage: &Storage,
    name: &str,
    user: &str,
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "insert into tap values (?, ?, null, null, ?) on conflict do nothing",
        bind![name, user, integer(now)],
    )
}

/// The Gateway's name for a message.
pub(in crate::contact) fn save_message_id(
    storage: &Storage,
    name: &str,
    message_id: &str,
) -> Result<(), Error> {
    storage.run(
        "update tap set message_id = ? where name = ?",
        bind![message_id, name],
    )
}

/// Who awaits a message to be tapped.
pub(in crate::contact) fn awaited_tap(
    storage: &Storage,
    message_id: &str,
) -> Result<Option<AwaitedTap>, Error> {
    if !storage.has_table("tap")? {
        return Ok(None);
    }
    let row = storage.row("select * from tap where message_id = ?", bind![message_id])?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(AwaitedTap {
        name: row.text("name")?,
        user: row.text("user")?,
        thumb: row.maybe_text("thumb")?.as_deref().and_then(Thumb::parse),
    }))
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
    if !storage.has_table("tap")? {
        return Ok(false);
    }
    let query = "select 1 from tap where message_id is null and asked_at + ? >= ? limit 1";
    Ok(storage.row(query, bind![early(), integer(now)])?.is_some())
}

/// Keeps a tap on a message: the last of each message, and the newest few.
pub(in crate::contact) fn insert_early(
    storage: &Storage,
    about: &str,
    early: &Early,
) -> Result<(), Error> {
    storage.run(
        "insert or replace into early values (?, ?, ?, ?, ?)",
        bind![
            about,
            early.thumb.as_str(),
            early.message_id.as_str(),
            integer(early.received_at),
            integer(early.forgotten_at),
        ],
    )?;
    let kept = i64::try_from(EARLY_KEPT).unwrap_or(i64::MAX);
    storage.run(
        "delete from early where rowid not in (select rowid from early order by rowid desc limit ?)",
        bind![kept],
    )
}

/// Takes the tap that came early for a message, if one did and is not too old.
pub(in crate::contact) fn take_early(
    storage: &Storage,
    about: &str,
    now: UnixTime,
) -> Result<Option<Early>, Error> {
    let row = storage.row(
        "delete from early where about = ? and received_at + ? >= ? returning *",
        bind![about, early(), integer(now)],
    )?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Early {
        thumb: Thumb::parse(&row.text("thumb")?).unwrap_or(Thumb::Down),
        message_id: row.text("message_id")?,
        received_at: time(row.integer("received_at")?),
        forgotten_at: time(row.integer("forgotten_at")?),
    }))
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
    let remembered = i64::try_from(REMEMBERED.as_secs()).unwrap_or(i64::MAX);
    let spans = bind![remembered, integer(now)];
    storage.run("delete from tap where asked_at + ? <= ?", spans)?;
    storage.run(
        "delete from early where received_at + ? < ?",
        bind![early(), integer(now)],
    )?;
    let next = storage.row(
        "select min(asked_at) + ? as earliest from tap",
        bind![remembered],
    )?;
    let next = next.map(|row| row.maybe_integer("earliest")).transpose()?;
    Ok(next.flatten())
}

/// How long an early tap is kept, in seconds.
fn early() -> i64 {
    i64::try_from(EARLY.as_secs()).unwrap_or(i64::MAX)
}
