//! Events for the site: noted with the change that they tell of, posted until the site has taken them.
//!
//! ```text
//! a change ── note ─▶ outbox ── the object's alarm ─▶ POST, signed ─▶ taken: forgotten
//! └─ one transaction ─┘   ▲                                └▶ else: put off ─┐
//!                         └──────────────────────────────────────────────────┘
//! ```
//!
//! Each object has an outbox of its own, so nobody waits for anybody else's events. It is emptied in its
//! order: what is told of a user is told in the order in which it happened.

use base64ct::{Base64UrlUnpadded, Encoding};
use threegate_core::UnixTime;
use threegate_core::event::{Event, Incoming, webhook};
use worker::Env;

use crate::config::Config;
use crate::counts::{self, Count, Moment};
use crate::problem::Error;
use crate::storage::{Next, Storage};
use crate::{clock, random, site};

mod post;
mod store;

use store::Waiting;

/// How many are posted before anything else has its turn.
const AT_ONCE: usize = 20;

/// Notes an event in the outbox of the object whose storage it is: call it in the transaction of the
/// change. Without a webhook in the settings it does nothing.
pub(crate) fn note(
    storage: &Storage,
    config: &Config,
    event: &Event,
    now: UnixTime,
) -> Result<(), Error> {
    if config.webhook.is_none() {
        return Ok(());
    }
    store::create(storage)?;
    if event.is_cheap() && (store::is_full(storage)? || !store::may_tell(storage, event, now)?) {
        counts::add(Count::EventsDropped);
        return Ok(());
    }
    let id = Base64UrlUnpadded::encode_string(&random::bytes::<16>()?);
    store::insert(storage, &["msg_", &id].concat(), event, now)?;
    storage.ring()
}

/// Notes a message that came, under the name by which it is known; `members` is what was made of it. It is
/// noted once while it waits, and has the same name whenever it comes, so that the site can tell.
pub(crate) fn note_message(
    storage: &Storage,
    config: &Config,
    name: &str,
    members: &str,
    now: UnixTime,
) -> Result<(), Error> {
    store::create(storage)?;
    if store::is_full(storage)? {
        counts::add(Count::EventsDropped);
        return Ok(());
    }
    let id = ["msg_", name].concat();
    let sealed = post::seal(config, &id, members)?;
    store::insert_sealed(storage, &id, Incoming::KIND, &sealed, now)?;
    storage.ring()
}

/// Empties the outbox as far as it is due. `user` is the site's own id for whom it is about. For the alarm:
/// whatever is left rings again, by [`after`].
pub(crate) async fn deliver(
    storage: &Storage,
    env: &Env,
    config: &Config,
    user: Option<&str>,
    now: UnixTime,
) -> Result<(), Error> {
    let Some(webhook) = &config.webhook else {
        // Nobody wants them any more.
        return store::remove_all(storage);
    };
    let mut delivered = false;
    for _ in 0..AT_ONCE {
        let Some(waiting) = store::next(storage)?.filter(|next| next.due_at <= now) else {
            break;
        };
        let posted = post::post(webhook, config, &waiting, user, now).await;
        delivered = true;
        match posted {
            Ok(()) => {
                counts::add(Count::EventsDelivered);
                counts::saw(Moment::EventDelivered, now);
                storage.transact(|storage| store::remove(storage, &waiting.id))?;
                if waiting.tries > 0 {
                    tell_site(env, &waiting, 0, None).await;
                }
            }
            Err(cause) => {
                counts::add(Count::EventsFailed);
                // It may have taken its time.
                let left = put_off(storage, &waiting, clock::now())?;
                tell_site(env, &waiting, left, Some(cause)).await;
                break;
            }
        }
    }
    if delivered {
        counts::hand_over(env, config).await?;
    }
    Ok(())
}

/// What is to be done next by an object that would do `next` but for its outbox.
pub(crate) fn after(storage: &Storage, next: Next) -> Result<Next, Error> {
    let Some(waiting) = store::next(storage)? else {
        return Ok(next);
    };
    Ok(match next {
        Next::At(at) => Next::At(at.min(waiting.due_at)),
        Next::Nothing | Next::Rest => Next::At(waiting.due_at),
    })
}

/// Later again, or never: then how many are left is told without it.
fn put_off(storage: &Storage, waiting: &Waiting, now: UnixTime) -> Result<u64, Error> {
    let [jitter] = random::bytes()?;
    let again = webhook::again(waiting.noted_at, waiting.tries, jitter, now);
    storage.transact(|storage| match again {
        Some(due_at) => {
            store::put_off(storage, &waiting.id, due_at)?;
            store::number(storage)
        }
        None => {
            counts::add(Count::EventsGivenUp);
            store::remove(storage, &waiting.id)?;
            Ok(0)
        }
    })
}

/// Whoever looks at the status shall see that something waits, and why. That it cannot be told is no reason
/// to fail.
async fn tell_site(env: &Env, waiting: &Waiting, left: u64, failure: Option<String>) {
    let question = site::Question::Events {
        first: waiting.id.clone(),
        waiting: left,
        until: waiting
            .noted_at
            .saturating_add(webhook::GIVEN_UP_AFTER)
            .as_secs(),
        failure,
    };
    if let Err(fault) = site::ask(env, &question).await {
        worker::console_error!("threegate: events: {fault:?}");
    }
}
