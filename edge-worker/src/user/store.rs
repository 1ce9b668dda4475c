//! A user's tables, and the way between rows and core's types.

use threegate_core::challenge::{self, Challenge};
use threegate_core::otp::Step;
use threegate_core::recovery::{Digest, Rounds, Salt, Set, Stored};
use threegate_core::throttle::Throttle;
use threegate_core::ticket::Enrolled;
use threegate_core::wire::client::Recovery;
use threegate_core::{Method, UnixTime};

use crate::problem::Error;
use crate::storage::{Row, Storage, bind};

const TABLES: [&str; 6] = [
    "create table if not exists account (
       id integer primary key check (id = 1),
       version integer not null,
       clock integer not null,
       failures integer not null,
       last_failure integer not null
     )",
    "create table if not exists factor (
       id text primary key,
       method text not null,
       secret blob not null,
       created_at integer not null,
       confirmed_at integer,
       last_used_at integer,
       last_step integer,
       ticket text,
       expires_at integer
     )",
    "create table if not exists recovery_set (
       id integer primary key check (id = 1),
       salt blob not null,
       rounds integer not null,
       key blob not null,
       created_at integer not null,
       kept_at integer
     )",
    "create table if not exists recovery_code (
       place integer primary key,
       digest blob not null,
       used_at integer
     )",
    "create table if not exists ticket (
       id text primary key,
       purpose text not null,
       origin text not null,
       label text,
       methods text not null,
       locale text,
       expires_at integer not null,
       proved_method text,
       proved_at integer,
       earned_method text,
       earned_at integer,
       pass text,
       pass_expires_at integer,
       redeemed_at integer,
       idempotency_key blob
     )",
    "create table if not exists challenge (
       id text primary key,
       ticket text not null,
       method text not null,
       opened_at integer not null,
       expires_at integer not null,
       state text not null
     )",
];

/// Whether this user has anything here.
pub(super) fn exists(storage: &Storage) -> Result<bool, Error> {
    storage.has_table("account")
}

/// Makes the tables, if they are not there.
pub(super) fn create(storage: &Storage) -> Result<(), Error> {
    for table in TABLES {
        storage.run(table, bind![])?;
    }
    storage.run(
        "insert into account values (1, 1, 0, 0, 0) on conflict do nothing",
        bind![],
    )
}

/// The later of the given time and the latest this user has seen, remembered: a clock that is set back
/// must not bring anything back.
pub(super) fn advance_clock(storage: &Storage, now: UnixTime) -> Result<UnixTime, Error> {
    let row = storage.row("select clock from account", bind![])?;
    let seen = row.map(|row| row.integer("clock")).transpose()?;
    let seen = seen.map_or_else(UnixTime::default, time);
    if seen >= now {
        return Ok(seen);
    }
    storage.run("update account set clock = ?", bind![integer(now)])?;
    Ok(now)
}

pub(super) fn throttle(storage: &Storage) -> Result<Throttle, Error> {
    let row = storage.row("select failures, last_failure from account", bind![])?;
    let Some(row) = row else {
        return Ok(Throttle::default());
    };
    // A count beyond reason must not open the door.
    let failures = u32::try_from(row.integer("failures")?).unwrap_or(u32::MAX);
    Ok(Throttle::restore(
        failures,
        time(row.integer("last_failure")?),
    ))
}

pub(super) fn save_throttle(storage: &Storage, throttle: Throttle) -> Result<(), Error> {
    storage.run(
        "update account set failures = ?, last_failure = ?",
        bind![
            i64::from(throttle.failures()),
            integer(throttle.last_failure()),
        ],
    )
}

/// What is enrolled, as far as rules ask.
pub(super) fn enrolled(storage: &Storage) -> Result<Enrolled, Error> {
    let authenticators = count(
        storage,
        "select count(*) as number from factor where confirmed_at is not null",
    )?;
    let recovery_left = count(
        storage,
        "select count(*) as number from recovery_code where used_at is null",
    )?;
    Ok(Enrolled {
        authenticators,
        recovery_left,
    })
}

/// An authenticator's row.
pub(super) struct Factor {
    pub(super) id: String,
    pub(super) secret: Vec<u8>,
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

    pub(super) fn last_step(&self) -> Option<Step> {
        self.last_step
            .map(|step| Step(u64::try_from(step).unwrap_or(u64::MAX)))
    }

    pub(super) fn is_over(&self, now: UnixTime) -> bool {
        self.expires_at.is_some_and(|at| now >= time(at))
    }
}

pub(super) fn active_authenticators(storage: &Storage) -> Result<Vec<Factor>, Error> {
    let rows = storage.rows(
        "select id, secret, last_step, expires_at from factor
         where confirmed_at is not null and method = 'totp' order by created_at, id",
        bind![],
    )?;
    rows.iter().map(Factor::read).collect()
}

/// The factor that waits for its first code under that ticket.
pub(super) fn waiting_factor(
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
pub(super) fn insert_waiting_factor(
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
pub(super) struct WaitingFactor<'a> {
    pub(super) id: &'a str,
    pub(super) method: Method,
    pub(super) secret: &'a [u8],
    pub(super) ticket: &'a str,
    pub(super) created_at: UnixTime,
    pub(super) expires_at: UnixTime,
}

/// The factor counts from now on, and its first code is used.
pub(super) fn confirm_factor(
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

/// No code up to and including `step` works again.
pub(super) fn use_step(
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

/// The set of recovery codes with its sealed key.
pub(super) struct RecoverySet {
    pub(super) set: Set,
    pub(super) sealed_key: Vec<u8>,
}

pub(super) fn recovery_set(storage: &Storage) -> Result<Option<RecoverySet>, Error> {
    let row = storage.row("select salt, rounds, key from recovery_set", bind![])?;
    let Some(row) = row else {
        return Ok(None);
    };
    let codes = storage.rows(
        "select digest, used_at from recovery_code order by place",
        bind![],
    )?;
    let mut stored = Vec::with_capacity(codes.len());
    for code in codes {
        stored.push(Stored {
            digest: Digest::from_bytes(exact(&code.blob("digest")?)?),
            used: code.maybe_integer("used_at")?.is_some(),
        });
    }
    let salt = Salt::from_bytes(exact(&row.blob("salt")?)?);
    let rounds = u32::try_from(row.integer("rounds")?).unwrap_or(0);
    let set = Rounds::new(rounds)
        .ok()
        .and_then(|rounds| Set::from_stored(salt, rounds, stored).ok());
    let set = set.ok_or_else(|| Error::Internal("a stored recovery set cannot be read".into()))?;
    Ok(Some(RecoverySet {
        set,
        sealed_key: row.blob("key")?,
    }))
}

/// Puts a new set in place of the old one, which stops working at once.
pub(super) fn replace_recovery_set(
    storage: &Storage,
    set: &Set,
    sealed_key: &[u8],
    now: UnixTime,
) -> Result<(), Error> {
    storage.run("delete from recovery_code", bind![])?;
    storage.run(
        "insert or replace into recovery_set values (1, ?, ?, ?, ?, null)",
        bind![
            set.salt().as_bytes().as_slice(),
            i64::from(set.rounds().count()),
            sealed_key,
            integer(now),
        ],
    )?;
    for (place, code) in (0_i64..).zip(set.stored()) {
        storage.run(
            "insert into recovery_code values (?, ?, null)",
            bind![place, code.digest.as_bytes().as_slice()],
        )?;
    }
    Ok(())
}

pub(super) fn use_recovery_code(
    storage: &Storage,
    index: usize,
    now: UnixTime,
) -> Result<(), Error> {
    let place = i64::try_from(index).unwrap_or(i64::MAX);
    storage.run(
        "update recovery_code set used_at = ? where place = ?",
        bind![integer(now), place],
    )
}

pub(super) fn keep_recovery_set(storage: &Storage, now: UnixTime) -> Result<(), Error> {
    storage.run(
        "update recovery_set set kept_at = coalesce(kept_at, ?)",
        bind![integer(now)],
    )
}

/// What is left of the recovery codes, if there are any.
pub(super) fn recovery(storage: &Storage) -> Result<Option<Recovery>, Error> {
    let row = storage.row(
        "select (select count(*) from recovery_code where used_at is null) as unused,
           kept_at from recovery_set",
        bind![],
    )?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Recovery {
        left: u64::try_from(row.integer("unused")?).unwrap_or(0),
        kept: row.maybe_integer("kept_at")?.is_some(),
    }))
}

pub(super) fn challenge(
    storage: &Storage,
    id: &str,
    ticket: &str,
) -> Result<Option<Challenge>, Error> {
    let row = storage.row(
        "select method, expires_at, state from challenge where id = ? and ticket = ?",
        bind![id, ticket],
    )?;
    row.as_ref().map(read_challenge).transpose()
}

pub(super) fn save_challenge(
    storage: &Storage,
    id: &str,
    challenge: Challenge,
) -> Result<(), Error> {
    storage.run(
        "update challenge set state = ? where id = ?",
        bind![challenge.state().as_str(), id],
    )
}

/// Stores a new challenge. A ticket has one open at a time and a user a few: others are replaced.
pub(super) fn insert_challenge(
    storage: &Storage,
    id: &str,
    ticket: &str,
    challenge: Challenge,
    now: UnixTime,
) -> Result<(), Error> {
    let others_kept = i64::try_from(challenge::PER_USER.saturating_sub(1)).unwrap_or(0);
    let displaced = storage.rows(
        "select id, method, expires_at, state from challenge where state = 'open' and
           (ticket = ?1 or id not in (
             select id from challenge where state = 'open' and ticket <> ?1
             order by opened_at desc, rowid desc limit ?2))",
        bind![ticket, others_kept],
    )?;
    for row in displaced {
        let (ended, _) = read_challenge(&row)?.step(challenge::Event::Replace, now);
        save_challenge(storage, &row.text("id")?, ended)?;
    }
    storage.run(
        "insert into challenge values (?, ?, ?, ?, ?, ?)",
        bind![
            id,
            ticket,
            challenge.method().as_str(),
            integer(now),
            integer(challenge.expires_at()),
            challenge.state().as_str(),
        ],
    )
}

/// What is to be done after a clean-up.
pub(super) enum Next {
    /// Nothing is worth keeping.
    Nothing,
    /// Nothing will end by itself.
    Rest,
    /// Something ends then.
    At(UnixTime),
}

/// Forgets tickets, challenges and waiting factors whose time is up.
pub(super) fn clean_up(storage: &Storage, now: UnixTime) -> Result<Next, Error> {
    if !exists(storage)? {
        return Ok(Next::Nothing);
    }
    let now = advance_clock(storage, now)?;
    let at = integer(now);
    storage.run("delete from challenge where expires_at <= ?", bind![at])?;
    storage.run(
        "delete from factor where confirmed_at is null and expires_at <= ?",
        bind![at],
    )?;
    storage.run(
        "delete from ticket where expires_at <= ?1 and coalesce(pass_expires_at, 0) <= ?1",
        bind![at],
    )?;
    let next = storage.row(
        "select min(max(expires_at, coalesce(pass_expires_at, 0))) as earliest from ticket",
        bind![],
    )?;
    let next = next.map(|row| row.maybe_integer("earliest")).transpose()?;
    if let Some(at) = next.flatten() {
        return Ok(Next::At(time(at)));
    }
    // Failures are worth keeping only beside a factor that could be guessed.
    if enrolled(storage)?.is_active() {
        Ok(Next::Rest)
    } else {
        Ok(Next::Nothing)
    }
}

/// Seconds as SQL has them. Times beyond its integers do not come up before the year 292 277 026 596.
pub(super) fn integer(at: UnixTime) -> i64 {
    i64::try_from(at.as_secs()).unwrap_or(i64::MAX)
}

pub(super) fn time(secs: i64) -> UnixTime {
    UnixTime::from_secs(u64::try_from(secs).unwrap_or(0))
}

fn step_integer(step: Step) -> i64 {
    i64::try_from(step.0).unwrap_or(i64::MAX)
}

fn count(storage: &Storage, query: &str) -> Result<usize, Error> {
    let row = storage.row(query, bind![])?;
    let number = row.map(|row| row.integer("number")).transpose()?;
    Ok(usize::try_from(number.unwrap_or(0)).unwrap_or(0))
}

fn exact<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Error> {
    let exact = bytes.try_into();
    exact.map_err(|_| Error::Internal("stored bytes of another length".into()))
}

fn read_challenge(row: &Row) -> Result<Challenge, Error> {
    let method = Method::parse(&row.text("method")?);
    let state = challenge::State::parse(&row.text("state")?);
    let expires_at = time(row.integer("expires_at")?);
    match (method, state) {
        (Some(method), Some(state)) => Ok(Challenge::restore(method, expires_at, state)),
        _ => Err(Error::Internal("a stored challenge cannot be read".into())),
    }
}
