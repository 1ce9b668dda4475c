//! A user awaits a code from this ID, or has the ID no more.

use std::time::Duration;

use serde::Serialize;
use threegate_core::UnixTime;
use threegate_core::threema::PublicKey;
use threegate_core::threema::reply::{self, Aim, ReplyCode};
use worker::Response;

use super::Contact;
use super::store::{self, Effect, StoredWait};
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::Storage;
use crate::{http, random};

/// That a user awaits a code. It ends by itself.
#[derive(Serialize)]
pub(crate) struct Expect {
    /// The user's object.
    pub(crate) user: String,
    /// The factor or the challenge that waits.
    pub(crate) name: String,
    /// An [`Aim`]'s word.
    pub(crate) aim: String,
    /// The ID's public key, as the directory has it or as it was pinned.
    pub(crate) key: String,
    /// For how long, in seconds, by this object's clock.
    pub(crate) life: u64,
}

/// The code that is awaited.
#[derive(Serialize)]
pub(crate) struct Expected {
    pub(crate) code: String,
}

impl Message for Expect {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            user: from.text("user")?,
            name: from.text("name")?,
            aim: from.text("aim")?,
            key: from.text("key")?,
            life: from.integer("life")?,
        })
    }
}

impl Message for Expected {
    fn read(from: Given<'_>) -> Option<Self> {
        let code = from.text("code")?;
        Some(Self { code })
    }
}

impl Contact {
    pub(super) async fn expect(&self, expect: &Expect, now: UnixTime) -> Result<Response, Error> {
        let unread = |what: &str| Error::internal(format_args!("asked to expect: {what}"));
        let aim = Aim::parse(&expect.aim).ok_or_else(|| unread("aim"))?;
        let key = PublicKey::parse(&expect.key).map_err(|_| unread("key"))?;
        let random = random::bytes::<{ reply::RANDOM }>()?;
        let issued = self.storage.transact(|storage| {
            store::create(storage, &key)?;
            let now = store::advance_clock(storage, now)?;
            let members = store::members(storage)?;
            let is_member = members.contains(&expect.user);
            let pinned = store::key(storage)?;
            let may = reply::may_expect(aim, members.len(), is_member, &key, &pinned);
            if let Err(cause) = may {
                return Ok(Err(cause));
            }
            let mut displaced = false;
            if pinned != key {
                // Nobody has enrolled under the other key, and nobody will.
                let waits = store::end_all_waits(storage, now)?;
                displaced |= tell(storage, &waits, now)?;
                store::save_key(storage, &key)?;
            }
            displaced |= make_room(storage, aim, &expect.user, now)?;
            let code = fresh(storage, &random)?;
            let wait = store::NewWait {
                code: code.as_str(),
                user: &expect.user,
                name: &expect.name,
                aim,
                issued_at: now,
                expires_at: now.saturating_add(Duration::from_secs(expect.life)),
            };
            store::insert_wait(storage, &wait)?;
            Ok(Ok((String::from(&code), displaced)))
        })?;
        let (code, displaced) = issued.map_err(|cause| Error::refused(cause, now))?;
        let memory = i64::try_from(reply::MEMORY.as_millis()).unwrap_or(i64::MAX);
        self.storage
            .alarm_within(if displaced { 0 } else { memory })
            .await?;
        http::answer(201, &Expected { code })
    }

    /// Forgets a user; with `before`, only what was there by then.
    pub(super) async fn forget(
        &self,
        user: &str,
        before: Option<UnixTime>,
    ) -> Result<Response, Error> {
        if store::exists(&self.storage)? {
            self.storage
                .transact(|storage| store::forget_user(storage, user, before))?;
            // What is left, if anything, is for the alarm to forget.
            self.storage.alarm_within(0).await?;
        }
        Ok(Response::empty()?)
    }
}

/// Ends the waits that a new one displaces, if any. Their pages are told.
fn make_room(storage: &Storage, aim: Aim, user: &str, now: UnixTime) -> Result<bool, Error> {
    let open = store::open_waits(storage, aim, now)?;
    let open = open.into_iter().map(|wait| {
        let own = wait.user == user;
        (wait, own)
    });
    let displaced = reply::displaced(aim, open);
    for wait in &displaced {
        store::end_wait(storage, &wait.code)?;
    }
    tell(storage, &displaced, now)
}

/// Tells whose waits have ended, if any have.
fn tell(storage: &Storage, ended: &[StoredWait], now: UnixTime) -> Result<bool, Error> {
    for wait in ended {
        store::post(storage, Effect::Ended, wait.about(), now, false)?;
    }
    Ok(!ended.is_empty())
}

/// A code that was not drawn for this ID lately.
fn fresh(storage: &Storage, random: &[u8; reply::RANDOM]) -> Result<ReplyCode, Error> {
    for code in ReplyCode::draw(random) {
        if store::wait(storage, code.as_str())?.is_none() {
            return Ok(code);
        }
    }
    Err(Error::overloaded())
}
