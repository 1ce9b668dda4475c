//! The deployment's messages a day.
//!
//! Exact at the top, cheap below it: an isolate takes leave for some messages at once, so that this one
//! object is not asked at every login. What an isolate did not use when it ends is lost, so somewhat fewer
//! may be sent than the day has, and never more; leases get smaller towards its end.

use std::cell::RefCell;

use serde::Serialize;
use threegate_core::UnixTime;
use threegate_core::threema::sending::{Lease, Tally};
use worker::{Env, Response};

use super::{Question, Site, ask};
use crate::internal::{self, Given, Message};
use crate::problem::Error;
use crate::storage::bind;
use crate::{clock, config, http};

thread_local! {
    static LEASE: RefCell<Lease> = RefCell::new(Lease::default());
}

/// How many messages an isolate may send.
#[derive(Serialize)]
struct Granted {
    messages: u64,
}

impl Message for Granted {
    fn read(from: Given<'_>) -> Option<Self> {
        let messages = from.integer("messages")?;
        Some(Self { messages })
    }
}

/// Counts one message before it is sent, if the deployment's day has room; else answers why not.
pub(crate) async fn may_send(env: &Env, now: UnixTime) -> Result<Option<Response>, Error> {
    if LEASE.with_borrow_mut(|lease| lease.take(now)) {
        return Ok(None);
    }
    let mut answered = ask(env, &Question::Lease).await?;
    if answered.status_code() != 200 {
        worker::console_error!("threegate: the day's messages are used up: SENDS_A_DAY_IN_ALL");
        return Ok(Some(answered));
    }
    let Granted { messages } = internal::message(&answered.bytes().await?)?;
    // One of them is this one; another request may have taken a lease meanwhile.
    let more = u32::try_from(messages.saturating_sub(1)).unwrap_or(0);
    LEASE.with_borrow_mut(|lease| lease.add(more, now));
    Ok(None)
}

impl Site {
    pub(super) fn lease(&self) -> Result<Response, Error> {
        let config = config::of(&self.env).map_err(Error::misconfigured)?;
        let now = clock::now();
        let granted = self.storage.transact(|storage| {
            storage.run(
                "create table if not exists sending (
                   id integer primary key check (id = 1), day integer not null, sent integer not null)",
                bind![],
            )?;
            let row = storage.row("select day, sent from sending", bind![])?;
            let tally = match row {
                Some(row) => Tally {
                    day: u64::try_from(row.integer("day")?).unwrap_or(0),
                    sent: u32::try_from(row.integer("sent")?).unwrap_or(u32::MAX),
                },
                None => Tally::default(),
            };
            let leased = tally.lease(config.policy.sending.site_day, now);
            if let Ok((tally, _)) = leased {
                storage.run(
                    "insert or replace into sending values (1, ?, ?)",
                    bind![
                        i64::try_from(tally.day).unwrap_or(i64::MAX),
                        i64::from(tally.sent)
                    ],
                )?;
            }
            Ok(leased)
        })?;
        let (_, messages) = granted.map_err(|cause| Error::refused(cause, now))?;
        let messages = u64::from(messages);
        http::answer(200, &Granted { messages })
    }
}
