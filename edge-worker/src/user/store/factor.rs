//! Authenticators: waiting for their first code, or active.

use threegate_core::otp::Step;
use threegate_core::{Method, UnixTime};

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Row, Storage, bind};

/// An authenticator's row.
pub(in crate::user) struct Factor {
    pub(in crate::user) id: String,
    pub(in crate::user) secret: Vec<u8>,
    last_step: Option<i64>,
    expires_at: Option<i64>,
}

impl Factor {
    fn read(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.text("id")?,
            secret: row.blob("secret")?,
            last_step: row.maybe_integer("last_step")?,
            expires_at: row.maybe_integer("expires_at")?,
        })
    }

    pub(in crate::user) fn last_step(&self) -> Option<Step> {
        self.last_step
            .map(|step| Step(u64::try_from(step).unwrap_or(u64::MAX)))
    }

    pub(in crate::user) fn is_over(&self, now: UnixTime) -> bool {
        self.expires_at.is_some_and(|at| now >= time(at))
    }
}

pub(in crate::user) fn active_authenticators(storage: &Storage) -> Result<Vec<Factor>, Error> {
    let rows = storage.rows(
        "select id, secret, last_step, expires_at from factor
         where confirmed_at is not null and method = 'totp' order by created_at, id",
        bind![],
    )?;
    rows.iter().map(Factor::read).collect()
}

/// The factor that waits for its first code under that ticket.
pub(in crate::user) fn waiting_factor(
    storage: &Storage,
    id: &str,
    ticket: &str,
) -> Result<Option<Factor>, Error> {
    let row = storage.row(
        "select id, secret, last_step, expires_at from factor
         where id = ? and ticket = ? and confirmed_at is null",
        bind![id, ticket],
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
    step: Step,
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "update factor set confirmed_at = ?2, last_used_at = ?2, last_step = ?3,
           ticket = null, expires_at = null where id = ?1",
        bind![id, integer(now), step_integer(step)],
    )
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

/// No code up to and including `step` works again.
pub(in crate::user) fn use_step(
    storage: &Storage,
    id: &str,
    step: Step,
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "update factor set last_used_at = ?2, last_step = ?3 where id = ?1",
        bind![id, integer(now), step_integer(step)],
    )
}

fn step_integer(step: Step) -> i64 {
    i64::try_from(step.0).unwrap_or(i64::MAX)
}
