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
use threegate_core::event::Event;

use crate::config::Config;
use crate::counts::{self, Count};
use crate::problem::Error;
use crate::random;
use crate::storage::Storage;

mod store;

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
    if event.is_cheap() && store::is_full(storage)? {
        counts::add(Count::EventsDropped);
        return Ok(());
    }
    let id = Base64UrlUnpadded::encode_string(&random::bytes::<16>()?);
    store::insert(storage, &["msg_", &id].concat(), event, now)?;
    storage.ring()
}
