//! Apps and tokens: waiting for their first code, or active.

use threegate_core::otp::{Digits, Generator, Period};
use threegate_core::{Method, UnixTime};

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Row, Storage, bind};

/// The row of an app or a token.
pub(in crate::user) struct Factor {
    pub(in crate::user) id: String,
    pub(in crate::user) method: Method,
    pub(in crate::user) secret: Vec<u8>,
    pub(in crate::user) generator: Generator,
    expires_at: Option<i64>,
}

impl Factor {
    fn read(row: &Row) -> Result<Self, Error> {
        let method = Method::parse(&row.text("method")?);
        let (method, generator) = method
            .and_then(|method| Some((method, generator(row, method)?)))
            .ok_or_else(|| Error::internal("a stored factor cannot be read"))?;
        Ok(Self {
            id: row.text("id")?,
            method,
            secret: row.blob("secret")?,
            generator,
            expires_at: row.maybe_integer("expires_at")?,
        })
    }

    pub(in crate::user) fn is_over(&self, now: UnixTime) -> bool {
        self.expires_at.is_some_and(|at| now >= time(at))
    }
}

/// What the row says; what it does not is as every app knows it.
fn generator(row: &Row, method: Method) -> Option<Generator> {
    let digits = match row.maybe_integer("digits").ok()? {
        Some(count) => Digits::new(u8::try_from(count).ok()?).ok()?,
        None => Digits::default(),
    };
    let period = match row.maybe_integer("period").ok()? {
        Some(secs) => Period::from_secs(u16::try_from(secs).ok()?).ok()?,
        None => Period::default(),
    };
    let position = row.maybe_integer("position").ok()?;
    let position = position.map(u64::try_from).transpose().ok()?;
    Generator::restore(method, digits, period, position).ok()
}

/// The user's active apps, or tokens.
pub(in crate::user) fn generators(storage: &Storage, method: Method) -> Result<Vec<Factor>, Error> {
    let rows = storage.rows(
        "select * from factor where confirmed_at is not null and method = ?
         order by created_at, id",
        bind![method.as_str()],
    )?;
    rows.iter().map(Factor::read).collect()
}

/// All apps and tokens, waiting or active.
pub(in crate::user) fn all_generators(storage: &Storage) -> Result<Vec<Factor>, Error> {
    let query = "select * from factor where method in ('totp', 'hotp') order by created_at, id";
    let rows = storage.rows(query, bind![])?;
    rows.iter().map(Factor::read).collect()
}

/// The app or token that waits for its first code under that ticket.
pub(in crate::user) fn waiting_factor(
    storage: &Storage,
    id: &str,
    ticket: &str,
) -> Result<Option<Factor>, Error> {
    let row = storage.row(
        "select * from factor where id = ? and ticket = ? and confirmed_at is null
           and method in ('totp', 'hotp')",
        bind![id, ticket],
    )?;
    row.as_ref().map(Factor::read).transpose()
}

/// The active app or token of that name.
pub(in crate::user) fn generator_named(
    storage: &Storage,
    id: &str,
) -> Result<Option<Factor>, Error> {
    let row = storage.row(
        "select * from factor where id = ? and confirmed_at is not null
           and method in ('totp', 'hotp')",
        bind![id],
    )?;
    row.as_ref().map(Factor::read).transpose()
}

/// Puts a new factor in place of whatever else waits under the ticket.
pub(in crate::user) fn insert_waiting_factor(
    storage: &Storage,
    factor: &WaitingFactor<'_>,
) -> Result<(), Error> {
    storage.run(
        "delete from factor where ticket = ? and confirmed_at is null",
        bind![factor.ticket],
    )?;
    storage.run(
        "insert into factor (id, method, secret, created_at, ticket, expires_at)
         values (?, ?, ?, ?, ?, ?)",
        bind![
            factor.id,
            factor.method.as_str(),
            factor.secret,
            integer(factor.created_at),
            factor.ticket,
            integer(factor.expires_at),
        ],
    )
}

/// A factor to store.
pub(in crate::user) struct WaitingFactor<'a> {
    pub(in crate::user) id: &'a str,
    pub(in crate::user) method: Method,
    pub(in crate::user) secret: &'a [u8],
    pub(in crate::user) ticket: &'a str,
    pub(in crate::user) created_at: UnixTime,
    pub(in crate::user) expires_at: UnixTime,
}

/// The factor counts from now on, and its first code is used.
pub(in crate::user) fn confirm_factor(
    storage: &Storage,
    id: &str,
    moved: Generator,
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "update factor set confirmed_at = ?2, ticket = null, expires_at = null where id = ?1",
        bind![id, integer(now)],
    )?;
    move_on(storage, id, moved, now)
}

/// The secret under the present key.
pub(in crate::user) fn reseal_factor(
    storage: &Storage,
    id: &str,
    sealed: &[u8],
) -> Result<(), Error> {
    storage.run(
        "update factor set secret = ? where id = ?",
        bind![sealed, id],
    )
}

/// No code up to where it stands now works again.
pub(in crate::user) fn move_on(
    storage: &Storage,
    id: &str,
    moved: Generator,
    now: UnixTime,
) -> Result<(), Error> {
    let position = moved.position();
    let position = position.map(|position| i64::try_from(position).unwrap_or(i64::MAX));
    storage.run(
        "update factor set last_used_at = ?2, position = ?3 where id = ?1",
        bind![id, integer(now), position],
    )
}

/// A factor that counts at once: it was made elsewhere.
pub(in crate::user) fn insert_active_factor(
    storage: &Storage,
    id: &str,
    method: Method,
    secret: &[u8],
    generator: Option<Generator>,
    now: UnixTime,
) -> Result<(), Error> {
    let period = generator.and_then(Generator::period);
    let position = generator.and_then(Generator::position);
    storage.run(
        "insert or replace into factor
           (id, method, secret, created_at, confirmed_at, digits, period, position)
         values (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7)",
        bind![
            id,
            method.as_str(),
            secret,
            integer(now),
            generator.map(|it| i64::from(it.digits().count())),
            period.map(|period| i64::from(period.as_secs())),
            position.map(|position| i64::try_from(position).unwrap_or(i64::MAX)),
        ],
    )
}

/// Nothing is enrolled any more, and nothing open: something else comes in its place.
pub(in crate::user) fn forget_enrollment(storage: &Storage) -> Result<(), Error> {
    for table in [
        "challenge",
        "ticket",
        "factor",
        "device",
        "recovery_code",
        "recovery_set",
    ] {
        storage.run(&["delete from ", table].concat(), bind![])?;
    }
    Ok(())
}
