//! A user's tables, and the way between rows and core's types.

use threegate_core::throttle::{Rule, Throttle};
use threegate_core::ticket::Enrolled;
use threegate_core::{Method, UnixTime};

use crate::idempotency;
use crate::problem::Error;
use crate::storage::{Next, Storage, Value, bind, integer, time};

mod challenge;
mod device;
mod factor;
mod forced;
mod listed;
mod listing;
mod look_up;
mod message;
mod prefill;
mod recovery;
mod release;
mod reply;
mod site_user;
mod tap;
mod threema;
mod ticket;

pub(super) use challenge::{challenge, challenge_of_any, insert_challenge, save_challenge};
pub(super) use device::{
    device, devices, remove_device, remove_devices, save_device, save_remember,
};
pub(super) use factor::{
    Factor, WaitingFactor, all_generators, confirm_factor, forget_enrollment, generator_named,
    generators, insert_active_factor, insert_waiting_factor, move_on, reseal_factor,
    waiting_factor,
};
pub(super) use forced::{force, forced_since};
pub(super) use listed::{
    active_method, listed_factors, remove_factor, rename_factor, save_default, use_factor,
};
pub(super) use listing::{save_listed, unlisted};
pub(super) use look_up::{insert_look_up, look_ups};
pub(super) use message::{
    SentCode, book_sending, insert_sent_code, open_code, save_misses, save_progress, sent_code,
};
pub(super) use prefill::{insert_prefill, prefill};
pub(super) use recovery::{
    keep_recovery_set, recovery, recovery_set, remove_recovery_set, replace_recovery_set,
    reseal_recovery_key, use_recovery_code,
};
pub(super) use release::{
    Release, insert_release, put_off_release, released_contacts, releases, remove_release,
};
pub(super) use reply::{
    awaited, awaited_from, count_drawn, drawn, insert_released, insert_reply, open_reply, released,
};
pub(super) use site_user::{save_site_user, site_user};
pub(super) use tap::{
    clear_prompts, insert_tap, is_news, open_tap, prompts, save_prompts, save_tap, settle_taps, tap,
};
pub(super) use threema::{
    ThreemaFactor, confirm_threema_factor, remove_waiting_factor, threema_factor,
    threema_factor_named, threema_factors,
};
pub(super) use ticket::{
    StoredTicket, end_proofs, insert_ticket, remove_pass, save_pass, save_redemption, save_ticket,
    ticket, tickets,
};

const TABLES: [&str; 13] = [
    "create table if not exists account (
       id integer primary key check (id = 1),
       version integer not null,
       clock integer not null,
       failures integer not null,
       last_failure integer not null,
       default_method text
     )",
    "create table if not exists factor (
       id text primary key,
       method text not null,
       secret blob not null,
       name text,
       created_at integer not null,
       confirmed_at integer,
       last_used_at integer,
       digits integer,
       period integer,
       position integer,
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
       remember integer,
       redeemed_at integer,
       idempotency_key blob,
       ip text
     )",
    "create table if not exists challenge (
       id text primary key,
       ticket text not null,
       method text not null,
       opened_at integer not null,
       expires_at integer not null,
       state text not null
     )",
    look_up::TABLE,
    listing::TABLE,
    idempotency::TABLE,
    forced::TABLE,
    device::TABLE,
    release::TABLE,
    prefill::TABLE,
];

/// What a reset leaves, until it has done its work.
const KEPT_BY_RESET: [&str; 4] = ["answered", "event", "listing", "site_user"];

/// Whether this user has anything here.
pub(super) fn exists(storage: &Storage) -> Result<bool, Error> {
    storage.has_table("account")
}

/// Makes the tables, if they are not there.
pub(super) fn create(storage: &Storage, object: &str) -> Result<(), Error> {
    let tables = TABLES.into_iter().chain(reply::TABLES);
    for table in tables.chain(message::TABLES).chain(tap::TABLES) {
        storage.run(table, bind![])?;
    }
    listing::create(storage, object)?;
    storage.run(
        "insert into account values (1, 1, 0, 0, 0, null) on conflict do nothing",
        bind![],
    )
}

/// Drops the tables, except for what a reset has still to do. With `erase`, its answer too.
pub(super) fn drop_tables(storage: &Storage, erase: bool) -> Result<(), Error> {
    let all = storage.rows(
        "select name from sqlite_master where type = 'table'
           and name not like 'sqlite%' and name not like '!_cf%' escape '!'",
        bind![],
    )?;
    for row in all {
        let name = row.text("name")?;
        let kept = KEPT_BY_RESET.contains(&name.as_str());
        if !kept || (erase && name != "listing") {
            storage.run(&["drop table \"", &name, "\""].concat(), bind![])?;
        }
    }
    Ok(())
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

/// The failures in a row, under the deployment's rule.
pub(super) fn throttle(storage: &Storage, rule: Rule) -> Result<Throttle, Error> {
    let row = storage.row("select failures, last_failure from account", bind![])?;
    let Some(row) = row else {
        return Ok(Throttle::default().under(rule));
    };
    // A count beyond reason must not open the door.
    let failures = u32::try_from(row.integer("failures")?).unwrap_or(u32::MAX);
    let last_failure = time(row.integer("last_failure")?);
    Ok(Throttle::restore(failures, last_failure).under(rule))
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
    let active = |method: Method| {
        let query = "select count(*) as number from factor
                     where confirmed_at is not null and method = ?";
        count(storage, query, bind![method.as_str()])
    };
    let recovery_left = count(
        storage,
        "select count(*) as number from recovery_code where used_at is null",
        bind![],
    )?;
    Ok(Enrolled {
        authenticators: active(Method::Totp)?,
        tokens: active(Method::Hotp)?,
        threema_reply: active(Method::ThreemaReply)? > 0,
        threema_code: active(Method::ThreemaCode)? > 0,
        threema_tap: active(Method::ThreemaTap)? > 0,
        default: default_method(storage)?,
        recovery_left,
    })
}

fn default_method(storage: &Storage) -> Result<Option<Method>, Error> {
    let row = storage.row("select default_method from account", bind![])?;
    let word = row
        .map(|row| row.maybe_text("default_method"))
        .transpose()?;
    Ok(word.flatten().as_deref().and_then(Method::parse))
}

/// Forgets tickets, challenges and waiting factors whose time is up.
pub(super) fn clean_up(storage: &Storage, now: UnixTime) -> Result<Next, Error> {
    let answered = idempotency::clean_up(storage, now)?;
    if !exists(storage)? {
        return Ok(answered.map_or(Next::Nothing, Next::At));
    }
    let now = advance_clock(storage, now)?;
    let at = integer(now);
    storage.run("delete from challenge where expires_at <= ?", bind![at])?;
    look_up::clean_up(storage, now)?;
    device::clean_up(storage, now)?;
    storage.run(
        "delete from factor where confirmed_at is null and expires_at <= ?",
        bind![at],
    )?;
    storage.run(
        "delete from ticket where expires_at <= ?1 and coalesce(pass_expires_at, 0) <= ?1",
        bind![at],
    )?;
    storage.run(
        "delete from challenge where ticket not in (select id from ticket)",
        bind![],
    )?;
    storage.run(
        "delete from factor where confirmed_at is null and ticket not in (select id from ticket)",
        bind![],
    )?;
    reply::clean_up(storage)?;
    prefill::clean_up(storage)?;
    message::clean_up(storage, now)?;
    tap::clean_up(storage, now)?;
    // The runtime takes five terms of a union at most.
    let ends = "select min(at) as earliest from (
           select max(expires_at, coalesce(pass_expires_at, 0)) as at from ticket
           union all select expires_at from challenge
           union all select expires_at from factor where confirmed_at is null
           union all select expires_at from device
           union all select due_at from release)";
    let memories = "select min(at) as earliest from (
           select looked_up_at + ? as at from look_up
           union all select sent_at + ? from sent
           union all select asked_at + ? from tap)";
    let spans = bind![look_up::memory(), message::memory(), tap::memory()];
    let next = earliest(storage, ends, bind![])?
        .into_iter()
        .chain(earliest(storage, memories, spans)?)
        .chain(answered)
        .min();
    if let Some(at) = next {
        return Ok(Next::At(at));
    }
    // Failures are worth keeping only beside a factor that could be guessed.
    if enrolled(storage)?.is_active() || forced_since(storage)?.is_some() {
        Ok(Next::Rest)
    } else {
        Ok(Next::Nothing)
    }
}

fn earliest(
    storage: &Storage,
    query: &str,
    bindings: &[Value<'_>],
) -> Result<Option<UnixTime>, Error> {
    let row = storage.row(query, bindings)?;
    let at = row.map(|row| row.maybe_integer("earliest")).transpose()?;
    Ok(at.flatten().map(time))
}

fn count(storage: &Storage, query: &str, bindings: &[Value<'_>]) -> Result<usize, Error> {
    let row = storage.row(query, bindings)?;
    let number = row.map(|row| row.integer("number")).transpose()?;
    Ok(usize::try_from(number.unwrap_or(0)).unwrap_or(0))
}
