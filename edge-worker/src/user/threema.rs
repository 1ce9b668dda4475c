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
use threegate_core::challenge::{self, Challenge, State};
use threegate_core::qr::Symbol;
use threegate_core::threema::payload::Identity;
use threegate_core::threema::reply::Aim;
use threegate_core::threema::{Level, Pinned, PublicKey, ReplyCode, ReplyLink, ThreemaId};
use threegate_core::ticket::ENROLMENT_LIFE;
use threegate_core::wire::client::{ChallengeOpened, Drawing, Reply, ThreemaBegun};
use threegate_core::{Error as Cause, Method, UnixTime};
use worker::Response;

use super::ticket::{HeldTicket, Presented};
use super::{Account, reply, store, ticket};
use crate::config::Threema;
use crate::counts::Count;
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::Storage;

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
    /// A code must be awaited from this ID.
    Expect(Contact),
    /// Nothing: the ticket has one open, and is shown it again.
    Open,
}

/// That a contact's wait has ended, well or not.
#[derive(Serialize)]
pub(crate) struct Replied {
    /// The factor or the challenge.
    pub(crate) name: String,
    /// An [`Aim`]'s word.
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
    /// Whether the ticket may enrol a Threema ID, and one more may be looked up for it. Counts that.
    pub(super) fn may_look_up(&self, presented: &Presented) -> Result<Response, Error> {
        self.with_ticket(presented, |held| {
            let (storage, stored, now) = (held.storage, &held.stored, held.now);
            let method = Method::ThreemaReply;
            let may = stored
                .ticket
                .may_begin(method, held.enrolled, &stored.methods, now);
            let look_ups = store::look_ups(storage, &stored.id, now)?;
            let may = may.and_then(|()| look_ups.may_look_up(stored.ticket.expires_at()));
            if let Err(cause) = may {
                return Ok(Err(cause));
            }
            store::insert_look_up(storage, &stored.id, now).map(Ok)
        })?;
        Ok(Response::empty()?)
    }

    /// The ID waits for its first reply.
    pub(super) fn begin_threema(
        &self,
        presented: &Presented,
        factor: &str,
        contact: &Contact,
        code: &str,
    ) -> Result<Response, Error> {
        let pinned = contact.pinned()?;
        let sealed = self.seal_contact(factor, &pinned)?;
        let expires_at = self.with_ticket(presented, |held| {
            let (stored, now) = (&held.stored, held.now);
            let method = Method::ThreemaReply;
            let may = stored
                .ticket
                .may_begin(method, held.enrolled, &stored.methods, now);
            if let Err(cause) = may {
                return Ok(Err(cause));
            }
            let expires_at = now.saturating_add(ENROLMENT_LIFE);
            let waiting = store::WaitingFactor {
                id: factor,
                method,
                secret: &sealed,
                ticket: &stored.id,
                created_at: now,
                expires_at,
            };
            store::insert_waiting_factor(held.storage, &waiting)?;
            Ok(Ok(expires_at))
        })?;
        let begun = ThreemaBegun {
            factor: factor.into(),
            method: Method::ThreemaReply,
            threema_id: pinned.id.as_str().into(),
            level: pinned.level,
            fingerprint: pinned.key.fingerprint(),
            reply: self.reply(code, pinned.id.as_str().into())?,
            expires_at: expires_at.as_secs(),
        };
        reply::plain(201, &begun)
    }

    /// From which ID a reply would come, if a challenge for one may be opened.
    pub(super) fn prepare_reply(&self, presented: &Presented) -> Result<Response, Error> {
        let prepared = self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            if let Err(cause) = may_prove(held)? {
                return Ok(Err(cause));
            }
            let open = store::open_reply(storage, &held.stored.id, now)?;
            if open.is_some_and(|(_, challenge, _)| challenge.is_shown_again(now)) {
                return Ok(Ok(Prepared::Open));
            }
            let Some(factor) = store::reply_factor(storage)? else {
                return Ok(Err(Cause::MethodUnavailable));
            };
            let pinned = self.contact(storage, &factor)?;
            Ok(Ok(Prepared::Expect(Contact::of(&pinned))))
        })?;
        reply::plain(200, &prepared)
    }

    /// Opens a challenge for the code that is now awaited; or, without one, shows the open one again.
    pub(super) fn open_reply(
        &self,
        presented: &Presented,
        expected: Option<(&str, &str)>,
    ) -> Result<Response, Error> {
        let (name, challenge, code, id) = self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            if let Err(cause) = may_prove(held)? {
                return Ok(Err(cause));
            }
            let Some(factor) = store::reply_factor(storage)? else {
                return Ok(Err(Cause::MethodUnavailable));
            };
            let from = self.contact(storage, &factor)?.id;
            let Some((name, code)) = expected else {
                let open = store::open_reply(storage, &held.stored.id, now)?;
                let open = open.map(|(name, challenge, code)| (name, challenge, code, from));
                return Ok(open.ok_or(Cause::ChallengeOver));
            };
            let challenge = Challenge::open(Method::ThreemaReply, now);
            store::insert_challenge(storage, name, &held.stored.id, challenge, now)?;
            store::insert_reply(storage, name, code)?;
            Ok(Ok((name.to_owned(), challenge, code.to_owned(), from)))
        })?;
        let opened = ChallengeOpened {
            challenge: name,
            method: Method::ThreemaReply,
            expires_at: challenge.expires_at().as_secs(),
            // Whoever has the password alone is not told the whole ID.
            reply: Some(self.reply(&code, id.masked())?),
        };
        reply::plain(201, &opened)
    }

    /// Step 9 of the callback, this side: what the reply does, decided and stored at once.
    pub(super) fn replied(&self, replied: &Replied) -> Result<Response, Error> {
        let receipt = UnixTime::from_secs(replied.received_at);
        let decided = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(Decided::refused());
            }
            let now = store::advance_clock(storage, self.now)?;
            match Aim::parse(&replied.aim) {
                Some(Aim::Enrolment) => self.enrol_by_reply(storage, replied, receipt, now),
                Some(Aim::Proof) => self.prove_by_reply(storage, replied, receipt, now),
                _ => Ok(Decided::refused()),
            }
        })?;
        if let Some(ticket) = &decided.ticket {
            self.sockets.changed(ticket);
        }
        match decided.count {
            Some(count) => reply::counted(200, &decided.taken, count),
            None => reply::plain(200, &decided.taken),
        }
    }

    /// The IDs that are enrolled, so that their contacts can let go of the user.
    pub(super) fn threema_ids(&self) -> Result<Response, Error> {
        let ids = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(Vec::new());
            }
            let factor = store::reply_factor(storage)?;
            // What cannot be read any more must not stand in the way of a reset.
            let pinned = factor.and_then(|factor| self.contact(storage, &factor).ok());
            Ok(pinned
                .map(|pinned| pinned.id.as_str().to_owned())
                .into_iter()
                .collect())
        })?;
        reply::plain(200, &ThreemaIds { ids })
    }

    fn prove_by_reply(
        &self,
        storage: &Storage,
        replied: &Replied,
        receipt: UnixTime,
        now: UnixTime,
    ) -> Result<Decided, Error> {
        let Some((challenge, ticket)) = store::challenge_of_any(storage, &replied.name)? else {
            return Ok(Decided::refused());
        };
        if replied.ended {
            let (after, _) = challenge.step(challenge::Event::Cancel, now);
            store::save_challenge(storage, &replied.name, after)?;
            return Ok(Decided::ended(ticket));
        }
        if challenge.state() == State::Proved {
            // It was taken before, and the acknowledgement got lost.
            return Ok(Decided::repeated(Taken::Proved));
        }
        let Some(mut held) = ticket::find(storage, &ticket, now)? else {
            return Ok(Decided::refused());
        };
        let throttle = store::throttle(storage)?;
        let method = Method::ThreemaReply;
        let allowed = held.stored.ticket.check(receipt);
        let allowed = allowed.and_then(|()| {
            held.enrolled
                .may_prove_by(method, &held.stored.methods, throttle)
        });
        if allowed.is_err() {
            return Ok(Decided::refused());
        }
        let answered = challenge::replied(throttle, Some(challenge), receipt, now);
        if let Some(challenge) = answered.challenge {
            store::save_challenge(storage, &replied.name, challenge)?;
        }
        if answered.verdict.is_err() {
            return Ok(Decided::refused());
        }
        store::save_throttle(storage, answered.throttle)?;
        held.stored.ticket = held.stored.ticket.after_proof(method, now);
        store::save_ticket(storage, &held.stored.id, &held.stored.ticket)?;
        Ok(Decided {
            taken: Taken::Proved,
            count: Some(Count::ReplyProofs),
            ticket: Some(ticket),
        })
    }

    fn enrol_by_reply(
        &self,
        storage: &Storage,
        replied: &Replied,
        receipt: UnixTime,
        now: UnixTime,
    ) -> Result<Decided, Error> {
        let Some(factor) = store::waiting_reply_factor(storage, &replied.name)? else {
            return Ok(Decided::refused());
        };
        let (Some(ticket), Some(expires_at)) = (factor.ticket.clone(), factor.expires_at) else {
            // As above.
            return Ok(Decided::repeated(Taken::Enrolled { releases: None }));
        };
        if replied.ended {
            store::remove_waiting_factor(storage, &factor.id)?;
            return Ok(Decided::ended(ticket));
        }
        let Some(mut held) = ticket::find(storage, &ticket, now)? else {
            return Ok(Decided::refused());
        };
        let method = Method::ThreemaReply;
        let allowed =
            held.stored
                .ticket
                .may_begin(method, held.enrolled, &held.stored.methods, receipt);
        let in_time = receipt < expires_at && challenge::in_time(receipt, now);
        if allowed.is_err() || !in_time {
            return Ok(Decided::refused());
        }
        let own = self.contact(storage, &factor)?.id;
        let before = match store::reply_factor(storage)? {
            Some(before) => Some(self.contact(storage, &before)?.id),
            None => None,
        };
        store::confirm_reply_factor(storage, &factor.id, now)?;
        held.stored.ticket = held.stored.ticket.after_enrolment(method, now);
        store::save_ticket(storage, &held.stored.id, &held.stored.ticket)?;
        let released = before.filter(|before| *before != own);
        let releases = released.map(|id| id.object(&self.config.naming).to_hex());
        Ok(Decided {
            taken: Taken::Enrolled { releases },
            count: Some(Count::ReplyEnrolments),
            ticket: Some(ticket),
        })
    }

    /// What the page shows of a code.
    fn reply(&self, code: &str, from: String) -> Result<Reply, Error> {
        let threema = self.threema()?;
        let id = &threema.gateway_id;
        let code = ReplyCode::parse(code)
            .map_err(|cause| Error::Internal(format!("a reply code: {cause}")))?;
        Ok(Reply {
            gateway: id.as_str().into(),
            from,
            link: drawing(Symbol::new(&ReplyLink::new(id, &code)))?,
            gateway_identity: drawing(Symbol::new(&Identity::new(id, &threema.public_key)))?,
            code: (&code).into(),
        })
    }

    fn threema(&self) -> Result<&Threema, Error> {
        let threema = self.config.threema.as_ref();
        threema.ok_or(Error::Refused(Cause::MethodUnavailable, self.now))
    }
}

/// What a reply led to.
struct Decided {
    taken: Taken,
    count: Option<Count>,
    /// Whose pages should look.
    ticket: Option<String>,
}

impl Decided {
    const fn refused() -> Self {
        Self {
            taken: Taken::Refused,
            count: Some(Count::ReplyRefused),
            ticket: None,
        }
    }

    const fn repeated(taken: Taken) -> Self {
        Self {
            taken,
            count: None,
            ticket: None,
        }
    }

    const fn ended(ticket: String) -> Self {
        Self {
            taken: Taken::Refused,
            count: None,
            ticket: Some(ticket),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct ThreemaIds {
    pub(crate) ids: Vec<String>,
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
            Some(contact) => Self::Expect(Contact::read(contact)?),
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

impl Message for ThreemaIds {
    fn read(from: Given<'_>) -> Option<Self> {
        let ids = from.list("ids").filter_map(Given::as_text);
        Some(Self {
            ids: ids.map(Into::into).collect(),
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

    fn pinned(&self) -> Result<Pinned, Error> {
        let internal = |cause| Error::Internal(format!("a contact: {cause}"));
        Ok(Pinned {
            id: ThreemaId::parse(&self.id).map_err(internal)?,
            key: PublicKey::parse(&self.key).map_err(internal)?,
            level: self.level,
        })
    }
}

fn may_prove(held: &HeldTicket<'_>) -> Result<Result<(), Cause>, Error> {
    let throttle = store::throttle(held.storage)?;
    let method = Method::ThreemaReply;
    Ok(held
        .enrolled
        .may_prove_by(method, &held.stored.methods, throttle))
}

fn drawing<E: std::fmt::Display>(symbol: Result<Symbol, E>) -> Result<Drawing, Error> {
    let symbol = symbol.map_err(|fault| Error::Internal(format!("a symbol: {fault}")))?;
    Ok(Drawing {
        modules: symbol.modules().into(),
        path: symbol.path().into(),
    })
}
