//! When Threema IDs were looked up, and under which ticket.

use threegate_core::UnixTime;
use threegate_core::ticket::{LOOK_UP_MEMORY, LookUps};

use super::{count, integer, time};
use crate::problem::Error;
use crate::storage::{Storage, bind};

pub(super) const TABLE: &str = "create table if not exists look_up (
       ticket text not null,
       looked_up_at integer not null
     )";

/// What was looked up under this ticket, and for this user within a day.
pub(in crate::user) fn look_ups(
    storage: &Storage,
    ticket: &str,
    now: UnixTime,
) -> Result<LookUps, Error> {
    let since = bind![integer(LookUps::day_before(now))];
    let today = "select count(*) as number from look_up where looked_up_at > ?";
    let first = "select min(looked_up_at) as first from look_up where looked_up_at > ?";
    let row = storage.row(first, since)?;
    let first = row.map(|row| row.maybe_integer("first")).transpose()?;
    Ok(LookUps {
        under_ticket: count(
            storage,
            "select count(*) as number from look_up where ticket = ?",
            bind![ticket],
        )?,
        today: count(storage, today, since)?,
        first_today: first.flatten().map(time),
    })
}

pub(in crate::user) fn insert_look_up(
    storage: &Storage,
    ticket: &str,
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "insert into look_up values (?, ?)",
        bind![ticket, integer(now)],
    )
}

pub(super) fn clean_up(storage: &Storage, now: UnixTime) -> Result<(), Error> {
    storage.run(
        "delete from look_up where looked_up_at <= ?",
        bind![integer(LookUps::day_before(now))],
    )
}

/// How long a look-up is remembered, in seconds.
pub(super) fn memory() -> i64 {
    i64::try_from(LOOK_UP_MEMORY.as_secs()).unwrap_or(i64::MAX)
}
