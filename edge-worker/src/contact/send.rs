//! A message to this ID: counted, whoever of its users it is for.

use serde::Serialize;
use threegate_core::UnixTime;
use threegate_core::threema::PublicKey;
use threegate_core::threema::reply::{self, Aim};
use worker::Response;

use super::{Contact, store};
use crate::config::Config;
use crate::internal::{Given, Message};
use crate::problem::Error;

/// That a message is about to be sent.
#[derive(Serialize)]
pub(crate) struct Send {
    /// The user's object.
    pub(crate) user: String,
    /// An [`Aim`]'s word.
    pub(crate) aim: String,
    /// The ID's public key, as the directory has it or as it was pinned.
    pub(crate) key: String,
    /// It asks for a tap, which is awaited from now on: the challenge.
    pub(crate) tap: Option<String>,
}

impl Message for Send {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            user: from.text("user")?,
            aim: from.text("aim")?,
            key: from.text("key")?,
            tap: from.text("tap"),
        })
    }
}

impl Contact {
    /// Counts a message before it is sent, if the ID's day has room.
    pub(super) async fn may_send(
        &self,
        config: &Config,
        send: &Send,
        now: UnixTime,
    ) -> Result<Response, Error> {
        let unread = |what: &str| Error::internal(format_args!("asked to send: {what}"));
        let aim = Aim::parse(&send.aim).ok_or_else(|| unread("aim"))?;
        let key = PublicKey::parse(&send.key).map_err(|_| unread("key"))?;
        let counted = self.storage.transact(|storage| {
            store::create(storage, &key)?;
            let now = store::advance_clock(storage, now)?;
            let members = store::members(storage)?;
            let is_member = members.contains(&send.user);
            let pinned = store::key(storage)?;
            let may = reply::may_expect(aim, members.len(), is_member, &key, &pinned);
            let most = config.policy.sending.id_day;
            let tally = store::tally(storage)?;
            let tally = match may.and_then(|()| tally.one_more(most, now)) {
                Ok(tally) => tally,
                Err(cause) => return Ok(Err(cause)),
            };
            if pinned != key && members.is_empty() {
                store::save_key(storage, &key)?;
            }
            if aim == Aim::Proof && !is_member && !send.user.is_empty() {
                // The user has it: that was not heard when it was enrolled by a code.
                store::insert_member(storage, &send.user, now)?;
            }
            if let Some(name) = &send.tap {
                store::insert_tap(storage, name, &send.user, now)?;
            }
            store::save_tally(storage, tally)?;
            Ok(Ok(is_member))
        })?;
        let is_member = counted.map_err(|cause| Error::refused(cause, now))?;
        if !is_member || send.tap.is_some() {
            // Nobody may ever have the ID here; a tap is to be forgotten.
            let memory = i64::try_from(reply::MEMORY.as_millis()).unwrap_or(i64::MAX);
            self.storage.alarm_within(memory).await?;
        }
        Ok(Response::empty()?)
    }

    pub(super) fn join(&self, user: &str, now: UnixTime) -> Result<Response, Error> {
        if store::exists(&self.storage)? {
            self.storage.transact(|storage| {
                let now = store::advance_clock(storage, now)?;
                store::insert_member(storage, user, now)
            })?;
        }
        Ok(Response::empty()?)
    }
}
