//! A contact's tables, and the way between rows and core's types.

use threegate_core::UnixTime;
use threegate_core::threema::PublicKey;
use threegate_core::threema::reply::{self, Aim, Wait};
use threegate_core::threema::sending::Tally;

use crate::problem::Error;
use crate::storage::{Next, Row, Storage, bind, integer, time};

mod outbox;
mod tap;

pub(super) use outbox::{
    Effect, Posted, next_posted, post, post_release, put_off, remove_posted, settle_membership,
};
pub(super) use tap::{
    AwaitedTap, Early, awaited_tap, insert_early, insert_tap, is_sending, save_message_id,
    save_thumb, take_early,
};

const TABLES: [&str; 7] = [
    "create table if not exists contact (
       id integer primary key check (id = 1),
       version integer not null,
       clock integer not null,
       key blob not null,
       misses integer not null
     )",
    "create table if not exists member (
       user text primary key,
       enrolled_at integer not null
     )",
    "create table if not exists wait (
       code text primary key,
       user text not null,
       name text not null,
       aim text not null,
       issued_at integer not null,
       expires_at integer not null,
       ended integer not null
     )",
    "create index if not exists open_wait on wait (aim, ended)",
    "create table if not exists seen (
       message_id text primary key,
       forgotten_at integer not null
     )",
    "create table if not exists tally (
       id integer primary key check (id = 1),
       day integer not null,
       sent integer not null
     )",
    outbox::TABLE,
];

/// Whether anything was ever stored here.
pub(super) fn exists(storage: &Storage) -> Result<bool, Error> {
    storage.has_table("contact")
}

/// Makes the tables, if they are not there; the ID then has this key.
pub(super) fn create(storage: &Storage, key: &PublicKey) -> Result<(), Error> {
    for table in TABLES.into_iter().chain(tap::TABLES) {
        storage.run(table, bind![])?;
    }
    storage.run(
        "insert into contact values (1, 1, 0, ?, 0) on conflict do nothing",
        bind![key.as_bytes().as_slice()],
    )
}

/// The later of the given time and the latest this contact has seen, remembered.
pub(super) fn advance_clock(storage: &Storage, now: UnixTime) -> Result<UnixTime, Error> {
    let row = storage.row("select clock from contact", bind![])?;
    let seen = row.map(|row| row.integer("clock")).transpose()?;
    let seen = seen.map_or_else(UnixTime::default, time);
    if seen >= now {
        return Ok(seen);
    }
    storage.run("update contact set clock = ?", bind![integer(now)])?;
    Ok(now)
}

/// The ID's key.
pub(super) fn key(storage: &Storage) -> Result<PublicKey, Error> {
    let row = storage.row("select key from contact", bind![])?;
    let row = row.ok_or_else(|| Error::internal("a contact without a row"))?;
    let bytes = row.blob("key")?.try_into().ok();
    bytes
        .and_then(|bytes| PublicKey::from_bytes(bytes).ok())
        .ok_or_else(|| Error::internal("a stored key cannot be read"))
}

/// The ID's key, if anybody here has enrolled the ID, enrols it, or did so lately.
pub(super) fn key_in_use(storage: &Storage) -> Result<Option<PublicKey>, Error> {
    if !exists(storage)? {
        return Ok(None);
    }
    let query = "select 1 from member union all select 1 from wait limit 1";
    match storage.row(query, bind![])? {
        Some(_) => key(storage).map(Some),
        None => Ok(None),
    }
}

/// Puts another key in place of one under which nobody has enrolled.
pub(super) fn save_key(storage: &Storage, key: &PublicKey) -> Result<(), Error> {
    storage.run(
        "update contact set key = ?",
        bind![key.as_bytes().as_slice()],
    )
}

/// The users who have enrolled the ID, by their objects.
pub(super) fn members(storage: &Storage) -> Result<Vec<String>, Error> {
    let rows = storage.rows("select user from member", bind![])?;
    rows.iter().map(|row| row.text("user")).collect()
}

/// The user has the ID, and has had it lately: an earlier release must not take it back.
pub(super) fn insert_member(storage: &Storage, user: &str, now: UnixTime) -> Result<(), Error> {
    storage.run(
        "insert into member values (?, ?)
         on conflict do update set enrolled_at = max(enrolled_at, excluded.enrolled_at)",
        bind![user, integer(now)],
    )
}

pub(super) fn remove_member(storage: &Storage, user: &str) -> Result<(), Error> {
    storage.run("delete from member where user = ?", bind![user])
}

/// Everything of a user's goes; with `before`, only what was there by then.
pub(super) fn forget_user(
    storage: &Storage,
    user: &str,
    before: Option<UnixTime>,
) -> Result<(), Error> {
    let before = before.map_or(i64::MAX, integer);
    storage.run(
        "delete from member where user = ? and enrolled_at <= ?",
        bind![user, before],
    )?;
    storage.run(
        "delete from wait where user = ? and issued_at <= ?",
        bind![user, before],
    )?;
    tap::forget_user(storage, user, before)?;
    outbox::forget_user(storage, user, before)
}

/// A wait to store.
pub(super) struct NewWait<'a> {
    pub(super) code: &'a str,
    pub(super) user: &'a str,
    pub(super) name: &'a str,
    pub(super) aim: Aim,
    pub(super) issued_at: UnixTime,
    pub(super) expires_at: UnixTime,
}

/// A stored wait.
pub(super) struct StoredWait {
    pub(super) code: String,
    pub(super) user: String,
    pub(super) name: String,
    pub(super) aim: Aim,
    pub(super) wait: Wait,
}

pub(super) fn insert_wait(storage: &Storage, new: &NewWait<'_>) -> Result<(), Error> {
    storage.run(
        "insert into wait values (?, ?, ?, ?, ?, ?, 0)",
        bind![
            new.code,
            new.user,
            new.name,
            new.aim.as_str(),
            integer(new.issued_at),
            integer(new.expires_at),
        ],
    )
}

/// The wait for that code, open or lately ended.
pub(super) fn wait(storage: &Storage, code: &str) -> Result<Option<StoredWait>, Error> {
    let row = storage.row("select * from wait where code = ?", bind![code])?;
    row.as_ref().map(read_wait).transpose()
}

impl StoredWait {
    /// Whom it concerns, what it is about, and its aim.
    pub(super) fn about(&self) -> (&str, &str, &str) {
        (&self.user, &self.name, self.aim.as_str())
    }
}

/// The open waits, the newest first.
pub(super) fn open_waits(
    storage: &Storage,
    aim: Aim,
    now: UnixTime,
) -> Result<Vec<StoredWait>, Error> {
    let rows = storage.rows(
        "select * from wait where ended = 0 and aim = ? and expires_at > ?
         order by issued_at desc, rowid desc",
        bind![aim.as_str(), integer(now)],
    )?;
    rows.iter().map(read_wait).collect()
}

/// Whether any code is awaited.
pub(super) fn is_awaiting(storage: &Storage, now: UnixTime) -> Result<bool, Error> {
    let query = "select 1 from wait where ended = 0 and expires_at > ? limit 1";
    Ok(storage.row(query, bind![integer(now)])?.is_some())
}

pub(super) fn end_wait(storage: &Storage, code: &str) -> Result<(), Error> {
    storage.run("update wait set ended = 1 where code = ?", bind![code])
}

/// Ends all open waits, and tells which these were.
pub(super) fn end_all_waits(storage: &Storage, now: UnixTime) -> Result<Vec<StoredWait>, Error> {
    let rows = storage.rows(
        "select * from wait where ended = 0 and expires_at > ?",
        bind![integer(now)],
    )?;
    storage.run("update wait set ended = 1", bind![])?;
    rows.iter().map(read_wait).collect()
}

/// What was sent to the ID, on the last day of it.
pub(super) fn tally(storage: &Storage) -> Result<Tally, Error> {
    let row = storage.row("select day, sent from tally", bind![])?;
    let Some(row) = row else {
        return Ok(Tally::default());
    };
    // A count beyond reason must not give more room.
    Ok(Tally {
        day: u64::try_from(row.integer("day")?).unwrap_or(0),
        sent: u32::try_from(row.integer("sent")?).unwrap_or(u32::MAX),
    })
}

pub(super) fn save_tally(storage: &Storage, tally: Tally) -> Result<(), Error> {
    storage.run(
        "insert or replace into tally values (1, ?, ?)",
        bind![
            i64::try_from(tally.day).unwrap_or(i64::MAX),
            i64::from(tally.sent)
        ],
    )
}

/// Codes in a row that nobody awaits.
pub(super) fn misses(storage: &Storage) -> Result<u32, Error> {
    let row = storage.row("select misses from contact", bind![])?;
    let misses = row.map(|row| row.integer("misses")).transpose()?;
    // A count beyond reason must not give more room for guesses.
    Ok(u32::try_from(misses.unwrap_or(0)).unwrap_or(u32::MAX))
}

pub(super) fn save_misses(storage: &Storage, misses: u32) -> Result<(), Error> {
    storage.run("update contact set misses = ?", bind![i64::from(misses)])
}

/// Whether the message had its effect.
pub(super) fn is_seen(storage: &Storage, message_id: &str) -> Result<bool, Error> {
    let query = "select 1 from seen where message_id = ?";
    Ok(storage.row(query, bind![message_id])?.is_some())
}

pub(super) fn insert_seen(
    storage: &Storage,
    message_id: &str,
    forgotten_at: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "insert into seen values (?, ?) on conflict do nothing",
        bind![message_id, integer(forgotten_at)],
    )
}

/// Forgets waits and messages whose time is up.
pub(super) fn clean_up(storage: &Storage, now: UnixTime) -> Result<Next, Error> {
    if !exists(storage)? {
        return Ok(Next::Nothing);
    }
    let now = advance_clock(storage, now)?;
    let memory = i64::try_from(reply::MEMORY.as_secs()).unwrap_or(i64::MAX);
    storage.run(
        "delete from wait where max(expires_at, issued_at + ?) <= ?",
        bind![memory, integer(now)],
    )?;
    storage.run(
        "delete from seen where forgotten_at <= ?",
        bind![integer(now)],
    )?;
    let tap = tap::clean_up(storage, now)?;
    let next = storage.row(
        "select min(at) as earliest from (
           select max(expires_at, issued_at + ?) as at from wait
           union all select forgotten_at from seen
           union all select (day + 1) * 86400 from tally where (day + 1) * 86400 > ?
           union all select due_at from outbox)",
        bind![memory, integer(now)],
    )?;
    let next = next.map(|row| row.maybe_integer("earliest")).transpose()?;
    if let Some(at) = next.flatten().into_iter().chain(tap).min() {
        return Ok(Next::At(time(at)));
    }
    if members(storage)?.is_empty() {
        Ok(Next::Nothing)
    } else {
        Ok(Next::Rest)
    }
}

fn read_wait(row: &Row) -> Result<StoredWait, Error> {
    let aim = Aim::parse(&row.text("aim")?)
        .ok_or_else(|| Error::internal("a stored wait cannot be read"))?;
    Ok(StoredWait {
        code: row.text("code")?,
        user: row.text("user")?,
        name: row.text("name")?,
        aim,
        wait: Wait {
            issued_at: time(row.integer("issued_at")?),
            expires_at: time(row.integer("expires_at")?),
            ended: row.integer("ended")? != 0,
        },
    })
}
