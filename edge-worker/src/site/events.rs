//! How the site takes its events, as far as objects have told.

use serde::Serialize;
use threegate_core::UnixTime;
use threegate_core::event::STRANGERS_AN_HOUR;

use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::{Storage, bind, integer};

/// What the status shows of them.
#[derive(Debug, Serialize)]
pub(crate) struct Events {
    /// Events that did not get through at their first try, with what waits behind them.
    pub(crate) waiting: u64,
    pub(crate) last_failure_at: Option<u64>,
    pub(crate) last_failure: Option<String>,
}

const TABLES: [&str; 3] = [
    "create table if not exists stranger (
       hour integer primary key,
       look_ups integer not null
     )",
    "create table if not exists event_waiting (
       first text primary key,
       events integer not null,
       until integer not null
     )",
    "create table if not exists event_failure (
       id integer primary key check (id = 1),
       failed_at integer not null,
       cause text not null
     )",
];

impl Message for Events {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            waiting: from.integer("waiting")?,
            last_failure_at: from.integer("last_failure_at"),
            last_failure: from.text("last_failure"),
        })
    }
}

/// An object tells that something waits, or waits no more.
pub(super) fn note(
    storage: &Storage,
    first: &str,
    waiting: u64,
    until: UnixTime,
    failure: Option<&str>,
    now: UnixTime,
) -> Result<(), Error> {
    create(storage)?;
    if waiting == 0 {
        storage.run("delete from event_waiting where first = ?", bind![first])?;
    } else {
        let waiting = i64::try_from(waiting).unwrap_or(i64::MAX);
        storage.run(
            "insert or replace into event_waiting values (?, ?, ?)",
            bind![first, waiting, integer(until)],
        )?;
    }
    match failure {
        Some(cause) => storage.run(
            "insert or replace into event_failure values (1, ?, ?)",
            bind![integer(now), cause],
        ),
        None => Ok(()),
    }
}

/// Whether one more key of a stranger may be looked up within the hour. Counts that.
pub(super) fn may_look_up_stranger(storage: &Storage, now: UnixTime) -> Result<bool, Error> {
    create(storage)?;
    let hour = integer(now) / 3600;
    storage.run("delete from stranger where hour < ?", bind![hour])?;
    let row = storage.row(
        "insert into stranger values (?, 1) on conflict do update set look_ups = look_ups + 1
         returning look_ups",
        bind![hour],
    )?;
    let look_ups = unsigned(row.map(|row| row.integer("look_ups")).transpose()?);
    Ok(look_ups <= STRANGERS_AN_HOUR)
}

/// What is known. Whatever an object could not tell any more is forgotten when it would be given up.
pub(super) fn told(storage: &Storage, now: UnixTime) -> Result<Events, Error> {
    let mut events = Events {
        waiting: 0,
        last_failure_at: None,
        last_failure: None,
    };
    if !storage.has_table("event_failure")? {
        return Ok(events);
    }
    storage.run(
        "delete from event_waiting where until <= ?",
        bind![integer(now)],
    )?;
    let waiting = storage.row(
        "select coalesce(sum(events), 0) as events from event_waiting",
        bind![],
    )?;
    let waiting = waiting.map(|row| row.integer("events")).transpose()?;
    events.waiting = unsigned(waiting);
    if let Some(row) = storage.row("select failed_at, cause from event_failure", bind![])? {
        events.last_failure_at = Some(unsigned(row.maybe_integer("failed_at")?));
        events.last_failure = row.maybe_text("cause")?;
    }
    Ok(events)
}

fn create(storage: &Storage) -> Result<(), Error> {
    TABLES
        .iter()
        .try_for_each(|table| storage.run(table, bind![]))
}

fn unsigned(number: Option<i64>) -> u64 {
    number
        .and_then(|number| u64::try_from(number).ok())
        .unwrap_or(0)
}
