//! Effects on their way to another object.

use threegate_core::UnixTime;

use crate::problem::Error;
use crate::storage::{Row, Storage, bind, integer, time};

pub(super) const TABLE: &str = "create table if not exists outbox (
       id integer primary key,
       effect text not null,
       object text not null,
       name text not null,
       aim text not null,
       received_at integer not null,
       new_member integer not null,
       tries integer not null,
       due_at integer not null
     )";

/// What another object is to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::contact) enum Effect {
    /// To a user: the awaited code came, or the awaited tap.
    Matched,
    /// To a user: the code is awaited no more.
    Ended,
    /// To another contact: the user has another ID now.
    Release,
}

/// An effect in the outbox.
pub(in crate::contact) struct Posted {
    pub(in crate::contact) id: i64,
    pub(in crate::contact) effect: Effect,
    /// The object that takes it.
    pub(in crate::contact) object: String,
    /// What it is about: a challenge, a factor, or for a release the user.
    pub(in crate::contact) name: String,
    pub(in crate::contact) aim: String,
    pub(in crate::contact) received_at: UnixTime,
    /// This match made the user a member.
    pub(in crate::contact) new_member: bool,
    pub(in crate::contact) tries: u32,
}

/// Tells a user what became of what they awaited: the user's object, what it is about, and its aim.
pub(in crate::contact) fn post(
    storage: &Storage,
    effect: Effect,
    (user, name, aim): (&str, &str, &str),
    received_at: UnixTime,
    new_member: bool,
) -> Result<(), Error> {
    storage.run(
        INSERT,
        bind![
            effect.as_str(),
            user,
            name,
            aim,
            integer(received_at),
            i64::from(new_member),
        ],
    )
}

/// Tells another contact to forget what it knew of a user by then.
pub(in crate::contact) fn post_release(
    storage: &Storage,
    contact: &str,
    user: &str,
    then: UnixTime,
) -> Result<(), Error> {
    let release = Effect::Release.as_str();
    storage.run(
        INSERT,
        bind![release, contact, user, "", integer(then), 0_i64],
    )
}

/// Due at once, whatever the clock.
const INSERT: &str = "insert into outbox
       (effect, object, name, aim, received_at, new_member, tries, due_at)
     values (?, ?, ?, ?, ?, ?, 0, 0)";

/// The oldest effect that is due.
pub(in crate::contact) fn next_posted(
    storage: &Storage,
    now: UnixTime,
) -> Result<Option<Posted>, Error> {
    let row = storage.row(
        "select * from outbox where due_at <= ? order by id limit 1",
        bind![integer(now)],
    )?;
    row.as_ref().map(read).transpose()
}

/// Whether it was still there.
pub(in crate::contact) fn remove_posted(storage: &Storage, id: i64) -> Result<bool, Error> {
    let removed = "delete from outbox where id = ? returning id";
    Ok(storage.row(removed, bind![id])?.is_some())
}

pub(in crate::contact) fn put_off(
    storage: &Storage,
    id: i64,
    due_at: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "update outbox set tries = tries + 1, due_at = ? where id = ?",
        bind![integer(due_at), id],
    )
}

/// No effect that is still on its way takes the user's membership back.
pub(in crate::contact) fn settle_membership(storage: &Storage, user: &str) -> Result<(), Error> {
    storage.run(
        "update outbox set new_member = 0 where object = ?",
        bind![user],
    )
}

/// What a user who is gone will not take.
pub(super) fn forget_user(storage: &Storage, user: &str, before: i64) -> Result<(), Error> {
    storage.run(
        "delete from outbox where object = ? and effect <> 'release' and received_at <= ?",
        bind![user, before],
    )
}

impl Effect {
    const ALL: [Self; 3] = [Self::Matched, Self::Ended, Self::Release];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Ended => "ended",
            Self::Release => "release",
        }
    }
}

fn read(row: &Row) -> Result<Posted, Error> {
    let word = row.text("effect")?;
    let effect = Effect::ALL.into_iter().find(|one| one.as_str() == word);
    Ok(Posted {
        id: row.integer("id")?,
        effect: effect.ok_or_else(|| Error::internal("a posted effect cannot be read"))?,
        object: row.text("object")?,
        name: row.text("name")?,
        aim: row.text("aim")?,
        received_at: time(row.integer("received_at")?),
        new_member: row.integer("new_member")? != 0,
        tries: u32::try_from(row.integer("tries")?).unwrap_or(u32::MAX),
    })
}
