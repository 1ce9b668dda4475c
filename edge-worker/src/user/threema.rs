//! Threema IDs: begun and proved by a reply, and asked for one at login.
//!
//! ```text
//! edge ── may this ID be looked up? ─▶ User      edge ── whom to expect? ─▶ User
//! edge ── its key ─▶ Gateway                     edge ── expect ─▶ Contact ──▶ code
//! edge ── expect ─▶ Contact ──▶ code             edge ── open ─▶ User ──▶ the page shows the code
//! edge ── begin ─▶ User ──▶ the page shows the code
//!                       Contact ── replied ─▶ User: one transaction, then "changed" to the page
//! ```
//!
//! The user's object never asks a contact. A wait there that nobody needs any more ends by itself.

use serde::Serialize;
use threegate_core::challenge::taken::Told;
use threegate_core::threema::payload::Identity;
use threegate_core::threema::reply::Aim;
use threegate_core::threema::tap::Thumb;
use threegate_core::threema::{Level, Pinned, PublicKey, ReplyCode, ReplyLink, ThreemaId};
use threegate_core::wire::client::Reply;
use threegate_core::{Error as Cause, UnixTime};
use worker::Response;

use super::{Account, reply, store};
use crate::counts::Count;
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::Storage;

mod code;
mod enrol;
mod prove;
mod tap;

pub(crate) use code::{CONTACTS, Delivered, Outgoing};
pub(super) use tap::tell_unanswered;

/// A Threema ID with its key and level, between edge and object.
#[derive(Serialize)]
pub(crate) struct Contact {
    pub(crate) id: String,
    pub(crate) key: String,
    pub(crate) level: Level,
}

/// What the edge must do so that a challenge can be opened.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Prepared {
    /// A code must be awaited from this ID, for that factor.
    Expect { factor: String, contact: Contact },
    /// Nothing: the ticket has one open, and is shown it again.
    Open,
}

/// That a contact's wait has ended, well or not.
#[derive(Serialize)]
pub(crate) struct Replied {
    /// The factor or the challenge.
    pub(crate) name: String,
    /// An [`Aim`]'s word; for a tap, a [`Thumb`]'s.
    pub(crate) aim: String,
    /// It ended without the code.
    pub(crate) ended: bool,
    /// When the message came.
    pub(crate) received_at: u64,
}

/// What became of a reply. All of it is an acknowledgement: none is to be sent again.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Taken {
    /// The ID is the user's now, perhaps in place of one of which this is the contact's object.
    Enrolled { releases: Option<String> },
    /// A factor is proved.
    Proved,
    /// It is too late for it, or it was never awaited.
    Refused,
}

impl Account<'_> {
    /// Step 9 of the callback, this side: what the reply does, decided and stored at once.
    pub(super) fn replied(&self, replied: &Replied) -> Result<Response, Error> {
        let told = Told {
            ended: replied.ended,
            received_at: UnixTime::from_secs(replied.received_at),
        };
        let decided = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(Decided::refused());
            }
            let now = store::advance_clock(storage, self.now)?;
            match Aim::parse(&replied.aim) {
                Some(Aim::Enrollment) => self.enrol_by_reply(storage, &replied.name, told, now),
                Some(Aim::Proof) => self.prove_by_reply(storage, &replied.name, told, now),
                _ => match Thumb::parse(&replied.aim) {
                    Some(thumb) => self.tapped(storage, &replied.name, thumb, told, now),
                    None => Ok(Decided::refused()),
                },
            }
        })?;
        for ticket in &decided.tickets {
            self.sockets.changed(ticket);
        }
        match decided.count {
            Some(count) => reply::counted(200, &decided.taken, count),
            None => reply::plain(200, &decided.taken),
        }
    }

    /// The contacts that know of the user, by their objects' names.
    pub(super) fn contacts(&self) -> Result<Vec<String>, Error> {
        self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(Vec::new());
            }
            let factors = store::threema_factors(storage)?;
            // What cannot be read any more must not stand in the way of a reset.
            let pinned = factors
                .iter()
                .filter_map(|factor| self.contact(storage, factor).ok());
            let held = pinned.map(|pinned| pinned.id.object(&self.config.naming).to_hex());
            let mut names = Vec::new();
            for name in held.chain(store::released_contacts(storage)?) {
                if !names.contains(&name) {
                    names.push(name);
                }
            }
            Ok(names)
        })
    }

    /// The contact of an ID that a factor had, by its object's name, if no active factor has it any more:
    /// one ID may serve several methods.
    pub(super) fn released(
        &self,
        storage: &Storage,
        id: ThreemaId,
    ) -> Result<Option<String>, Error> {
        for factor in store::threema_factors(storage)? {
            let is_active = factor.expires_at.is_none();
            if is_active && self.contact(storage, &factor)?.id == id {
                return Ok(None);
            }
        }
        Ok(Some(id.object(&self.config.naming).to_hex()))
    }

    /// Where a message of the site's goes, if one may be sent to the user now.
    pub(super) fn address(&self) -> Result<Response, Error> {
        let found = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(Err(Cause::NoThreemaId));
            }
            let now = store::advance_clock(storage, self.now)?;
            let factors = store::threema_factors(storage)?;
            let active = factors.iter().find(|factor| factor.expires_at.is_none());
            let Some(active) = active else {
                return Ok(Err(Cause::NoThreemaId));
            };
            let caps = &self.config.policy.sending;
            if let Err(cause) = store::book_sending(storage, caps, now)? {
                return Ok(Err(cause));
            }
            self.contact(storage, active).map(Ok)
        })?;
        let pinned = found.map_err(|cause| Error::refused(cause, self.now))?;
        reply::plain(200, &Contact::of(&pinned))
    }

    /// What a reset would find.
    pub(super) fn told_contacts(&self) -> Result<Response, Error> {
        let found = store::exists(self.storage)?;
        let contacts = self.contacts()?;
        reply::plain(200, &Erased { found, contacts })
    }

    /// What the page shows of a code.
    fn reply(&self, code: &str, from: String) -> Result<Reply, Error> {
        let unavailable = || Error::refused(Cause::MethodUnavailable, self.now);
        let threema = self.config.threema.as_ref().ok_or_else(unavailable)?;
        let own = self.config.end_to_end().ok_or_else(unavailable)?;
        let id = &threema.gateway_id;
        let code = ReplyCode::parse(code)
            .map_err(|cause| Error::internal(format_args!("a reply code: {cause}")))?;
        Ok(Reply {
            gateway: id.as_str().into(),
            from,
            link: reply::drawing(&ReplyLink::new(id, &code))?,
            gateway_identity: reply::drawing(&Identity::new(id, &own.public_key))?,
            code: (&code).into(),
        })
    }
}

/// What a reply led to.
struct Decided {
    taken: Taken,
    count: Option<Count>,
    /// Whose pages should look.
    tickets: Vec<String>,
}

impl Decided {
    const fn refused() -> Self {
        Self {
            taken: Taken::Refused,
            count: Some(Count::ReplyRefused),
            tickets: Vec::new(),
        }
    }

    /// What was never awaited here, or is forgotten.
    const fn gone(told: Told) -> Self {
        let mut refused = Self::refused();
        if told.ended {
            refused.count = None;
        }
        refused
    }

    const fn repeated(taken: Taken) -> Self {
        Self {
            taken,
            count: None,
            tickets: Vec::new(),
        }
    }

    fn ended(ticket: String) -> Self {
        Self {
            taken: Taken::Refused,
            count: None,
            tickets: vec![ticket],
        }
    }
}

/// What there was of a user, or still is.
#[derive(Serialize)]
pub(crate) struct Erased {
    pub(crate) found: bool,
    /// The contacts that know of the user, by their objects' names.
    pub(crate) contacts: Vec<String>,
}

impl Message for Contact {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            id: from.text("id")?,
            key: from.text("key")?,
            level: Level::parse(&from.text("level")?)?,
        })
    }
}

impl Message for Prepared {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(match from.part("expect") {
            Some(expect) => Self::Expect {
                factor: expect.text("factor")?,
                contact: Contact::read(expect.part("contact")?)?,
            },
            None => Self::Open,
        })
    }
}

impl Message for Replied {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            name: from.text("name")?,
            aim: from.text("aim")?,
            ended: from.flag("ended")?,
            received_at: from.integer("received_at")?,
        })
    }
}

impl Message for Taken {
    fn read(from: Given<'_>) -> Option<Self> {
        let (word, carried) = from.kind()?;
        Some(match word {
            "enrolled" => Self::Enrolled {
                releases: carried.text("releases"),
            },
            "proved" => Self::Proved,
            _ => Self::Refused,
        })
    }
}

impl Message for Erased {
    fn read(from: Given<'_>) -> Option<Self> {
        let contacts = from.list("contacts").filter_map(Given::as_text);
        Some(Self {
            found: from.flag("found")?,
            contacts: contacts.map(Into::into).collect(),
        })
    }
}

impl Contact {
    pub(crate) fn of(pinned: &Pinned) -> Self {
        Self {
            id: pinned.id.as_str().into(),
            key: pinned.key.to_hex(),
            level: pinned.level,
        }
    }

    pub(crate) fn pinned(&self) -> Result<Pinned, Error> {
        let internal = |cause| Error::internal(format_args!("a contact: {cause}"));
        Ok(Pinned {
            id: ThreemaId::parse(&self.id).map_err(internal)?,
            key: PublicKey::parse(&self.key).map_err(internal)?,
            level: self.level,
        })
    }
}
