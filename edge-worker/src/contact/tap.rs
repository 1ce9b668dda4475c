//! A message of ours is awaited to be tapped, and is.
//!
//! ```text
//! may_send ──▶ the message is sent ──▶ sent: its ID is known ──┐
//! callback ──▶ open ──▶ a thumb for it ────────────────────────┴▶ message ID + effect in the outbox
//!                         └─ before its ID is known: kept a minute ──▶ sent
//! ```

use threegate_core::UnixTime;
use threegate_core::replay::Window;
use threegate_core::threema::callback::Authentic;
use threegate_core::threema::tap::{Tap, Thumb};
use worker::Response;

use super::Contact;
use super::receive::RING;
use super::store::{self, Effect};
use crate::clock;
use crate::counts::{self, Count};
use crate::problem::Error;
use crate::storage::Storage;

impl Contact {
    /// From now on the message can be tapped; perhaps it was.
    pub(super) async fn sent(&self, name: &str, message_id: &str) -> Result<Response, Error> {
        let now = clock::now();
        let tapped = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(false);
            }
            let now = store::advance_clock(storage, now)?;
            store::save_message_id(storage, name, message_id)?;
            let early = store::take_early(storage, message_id, now)?;
            let Some((early, found)) = early.zip(store::awaited_tap(storage, message_id)?) else {
                return Ok(false);
            };
            store::insert_seen(storage, &early.message_id, early.forgotten_at)?;
            post(storage, &found, early.thumb, early.received_at)?;
            Ok(true)
        })?;
        let response = Response::empty()?;
        if tapped {
            self.storage.alarm_within(RING).await?;
            let mut words = vec![Count::CallbackMatched.as_str().to_owned()];
            words.extend(self.deliver(1).await?);
            response.headers().set(counts::HEADER, &words.join(" "))?;
        }
        Ok(response)
    }
}

/// Steps 8 and 9 of the callback: finds the message that was tapped, and stores the tap with its effect.
pub(super) fn receive(
    storage: &Storage,
    tap: &Tap,
    message: &Authentic<'_>,
    received_at: UnixTime,
    window: Window,
) -> Result<(Count, bool), Error> {
    let received_at = store::advance_clock(storage, received_at)?;
    let message_id = message.message_id().to_hex();
    if store::is_seen(storage, &message_id)? {
        return Ok((Count::CallbackRepeated, false));
    }
    let forgotten_at = window.keep_until(message.date(), received_at);
    let mut awaited = Vec::new();
    for id in &tap.messages {
        awaited.extend(store::awaited_tap(storage, &id.to_hex())?);
    }
    if awaited.is_empty() && store::is_sending(storage, received_at)? {
        for id in &tap.messages {
            let early = store::Early {
                thumb: tap.thumb,
                message_id: message_id.clone(),
                received_at,
                forgotten_at,
            };
            store::insert_early(storage, &id.to_hex(), &early)?;
        }
        return Ok((Count::CallbackEarly, false));
    }
    match Tap::only(awaited) {
        Some(found) if tap.thumb.counts_after(found.thumb) => {
            store::insert_seen(storage, &message_id, forgotten_at)?;
            post(storage, &found, tap.thumb, received_at)?;
            Ok((Count::CallbackMatched, true))
        }
        _ => Ok((Count::CallbackIgnored, false)),
    }
}

fn post(
    storage: &Storage,
    found: &store::AwaitedTap,
    thumb: Thumb,
    received_at: UnixTime,
) -> Result<(), Error> {
    store::save_thumb(storage, &found.name, thumb)?;
    let about = (found.user.as_str(), found.name.as_str(), thumb.as_str());
    store::post(storage, Effect::Matched, about, received_at, false)
}
