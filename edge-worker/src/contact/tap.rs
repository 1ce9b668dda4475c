//! A user is asked for a tap: a message of ours is awaited to be tapped, and is.
//!
//! ```text
//! expect_tap ──▶ the message is sent ──▶ sent: its ID is known ──┐
//! callback ──▶ open ──▶ a thumb for it ──────────────────────────┴▶ message ID + effect in the outbox
//!                         └─ before its ID is known: kept a minute ──▶ sent
//! ```

use serde::Serialize;
use threegate_core::UnixTime;
use threegate_core::replay::Window;
use threegate_core::threema::PublicKey;
use threegate_core::threema::callback::Authentic;
use threegate_core::threema::reply::{self, Aim};
use threegate_core::threema::tap::{REMEMBERED, Tap};
use worker::Response;

use super::Contact;
use super::store;
use crate::clock;
use crate::config::Config;
use crate::counts::{self, Count};
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::Storage;

/// That a user is about to be asked. It ends by itself.
#[derive(Serialize)]
pub(crate) struct ExpectTap {
    /// The user's object.
    pub(crate) user: String,
    /// The challenge.
    pub(crate) name: String,
    /// The ID's public key, as it was pinned.
    pub(crate) key: String,
}

impl Message for ExpectTap {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            user: from.text("user")?,
            name: from.text("name")?,
            key: from.text("key")?,
        })
    }
}

impl Contact {
    pub(super) async fn expect_tap(
        &self,
        config: &Config,
        expect: &ExpectTap,
        now: UnixTime,
    ) -> Result<Response, Error> {
        let key = PublicKey::parse(&expect.key)
            .map_err(|_| Error::Internal("asked to expect a tap: key".into()))?;
        let may = self.storage.transact(|storage| {
            store::create(storage, &key)?;
            let now = store::advance_clock(storage, now)?;
            let members = store::members(storage)?;
            let is_member = members.contains(&expect.user);
            let pinned = store::key(storage)?;
            let may = reply::may_expect(Aim::Proof, members.len(), is_member, &key, &pinned);
            let most = config.policy.sending.id_day;
            let tally = store::tally(storage)?;
            let tally = match may.and_then(|()| tally.one_more(most, now)) {
                Ok(tally) => tally,
                Err(cause) => return Ok(Err(cause)),
            };
            store::save_tally(storage, tally)?;
            let forgotten_at = now.saturating_add(REMEMBERED);
            store::insert_tap(storage, &expect.name, &expect.user, now, forgotten_at).map(Ok)
        })?;
        may.map_err(|cause| Error::Refused(cause, now))?;
        let memory = i64::try_from(REMEMBERED.as_millis()).unwrap_or(i64::MAX);
        self.storage.alarm_within(memory).await?;
        Ok(Response::empty()?)
    }

    /// From now on the message can be tapped; perhaps it was.
    pub(super) async fn sent(&self, name: &str, message_id: &str) -> Result<Response, Error> {
        let now = clock::now();
        let tapped = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(false);
            }
            let now = store::advance_clock(storage, now)?;
            if !store::save_message_id(storage, name, message_id)? {
                return Ok(false);
            }
            let mut tapped = false;
            for early in store::early_taps(storage, now)? {
                let mut about = early.tap.messages.iter();
                if !about.any(|id| id.to_hex() == message_id) {
                    continue;
                }
                tapped |= take(storage, &early.tap, early.received_at)?;
                store::remove_early(storage, &early.message_id)?;
                if tapped {
                    store::insert_seen(storage, &early.message_id, early.forgotten_at)?;
                }
            }
            Ok(tapped)
        })?;
        let response = Response::empty()?;
        if tapped {
            self.storage.alarm_within(super::receive::RING).await?;
            let mut words = vec![Count::CallbackMatched.as_str().to_owned()];
            words.extend(self.deliver().await?);
            response.headers().set(counts::HEADER, &words.join(" "))?;
        }
        Ok(response)
    }
}

/// Steps 8 and 9 of the callback: whether the tap is for a message that is awaited, and stores it with its
/// effect.
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
    if take(storage, tap, received_at)? {
        store::insert_seen(storage, &message_id, forgotten_at)?;
        return Ok((Count::CallbackMatched, true));
    }
    let known = store::awaited_taps(storage, &tap.messages)?;
    if !known.is_empty() || !store::is_sending(storage, received_at)? {
        return Ok((Count::CallbackIgnored, false));
    }
    let early = store::Early {
        message_id,
        tap: tap.clone(),
        received_at,
        forgotten_at,
    };
    let count = if store::insert_early(storage, &early)? {
        Count::CallbackEarly
    } else {
        Count::CallbackRepeated
    };
    Ok((count, false))
}

/// Whether the tap means anything. What it means is on its way then.
fn take(storage: &Storage, tap: &Tap, received_at: UnixTime) -> Result<bool, Error> {
    let awaited = store::awaited_taps(storage, &tap.messages)?;
    let counting = Tap::only(awaited).filter(|found| tap.thumb.counts_after(found.thumb));
    let Some(found) = counting else {
        return Ok(false);
    };
    store::save_thumb(storage, &found.name, tap.thumb)?;
    store::post_tap(storage, tap.thumb, &found, received_at)?;
    Ok(true)
}
