//! Proving the enrolled Threema ID: a challenge opened with its code, and ended by the reply.

use threegate_core::challenge::{self, Challenge, State};
use threegate_core::threema::ThreemaId;
use threegate_core::threema::reply::may_draw;
use threegate_core::wire::client::ChallengeOpened;
use threegate_core::{Error as Cause, Method, UnixTime};
use worker::Response;

use super::super::ticket::{HeldTicket, Presented};
use super::super::{Account, reply, store, ticket};
use super::{Contact, Decided, Prepared, Replied, Taken};
use crate::counts::Count;
use crate::problem::Error;
use crate::storage::Storage;

impl Account<'_> {
    /// From which ID a reply would come, if a challenge for one may be opened.
    pub(in crate::user) fn prepare_reply(&self, presented: &Presented) -> Result<Response, Error> {
        let prepared = self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            if let Err(cause) = may_prove(held)? {
                return Ok(Err(cause));
            }
            let open = store::open_reply(storage, &held.stored.id, now)?;
            if open.is_some_and(|open| open.challenge.is_shown_again(now)) {
                return Ok(Ok(Prepared::Open));
            }
            let drawn = store::drawn(storage, &held.stored.id)?;
            if let Err(cause) = may_draw(drawn, held.stored.ticket.expires_at()) {
                return Ok(Err(cause));
            }
            let Some(factor) = store::reply_factor(storage)? else {
                return Ok(Err(Cause::MethodUnavailable));
            };
            let contact = Contact::of(&self.contact(storage, &factor)?);
            let factor = factor.id;
            Ok(Ok(Prepared::Expect { factor, contact }))
        })?;
        reply::plain(200, &prepared)
    }

    /// Opens a challenge for the code that is now awaited from that factor's ID.
    pub(in crate::user) fn open_reply(
        &self,
        presented: &Presented,
        name: &str,
        factor: &str,
        code: &str,
    ) -> Result<Response, Error> {
        let (opened, displaced) = self.with_ticket(presented, |held| {
            let (storage, ticket, now) = (held.storage, held.stored.id.as_str(), held.now);
            if let Err(cause) = may_prove(held)? {
                return Ok(Err(cause));
            }
            // Another ID may have taken the factor's place since it was asked for.
            let active = store::reply_factor(storage)?.filter(|active| active.id == factor);
            let Some(active) = active else {
                return Ok(Err(Cause::ChallengeOver));
            };
            let from = self.contact(storage, &active)?.id;
            let challenge = Challenge::open(Method::ThreemaReply, now);
            let displaced = store::insert_challenge(storage, name, ticket, challenge, now)?;
            store::insert_reply(storage, name, factor, code)?;
            store::count_drawn(storage, ticket)?;
            Ok(Ok(((challenge, from), displaced)))
        })?;
        for ticket in displaced {
            self.sockets.changed(&ticket);
        }
        self.shown(name, opened, code)
    }

    /// Shows the ticket's open challenge again.
    pub(in crate::user) fn show_reply(&self, presented: &Presented) -> Result<Response, Error> {
        let (name, code, opened) = self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            if let Err(cause) = may_prove(held)? {
                return Ok(Err(cause));
            }
            let open = store::open_reply(storage, &held.stored.id, now)?;
            let (Some(open), Some(active)) = (open, store::reply_factor(storage)?) else {
                return Ok(Err(Cause::ChallengeOver));
            };
            let from = self.contact(storage, &active)?.id;
            Ok(Ok((open.name, open.code, (open.challenge, from))))
        })?;
        self.shown(&name, opened, &code)
    }

    fn shown(
        &self,
        name: &str,
        (challenge, from): (Challenge, ThreemaId),
        code: &str,
    ) -> Result<Response, Error> {
        let opened = ChallengeOpened {
            challenge: name.into(),
            method: Method::ThreemaReply,
            expires_at: challenge.expires_at().as_secs(),
            // Whoever has the password alone is not told the whole ID.
            reply: Some(self.reply(code, from.masked())?),
        };
        reply::plain(201, &opened)
    }

    pub(super) fn prove_by_reply(
        &self,
        storage: &Storage,
        replied: &Replied,
        receipt: UnixTime,
        now: UnixTime,
    ) -> Result<Decided, Error> {
        let found = store::challenge_of_any(storage, &replied.name)?;
        let Some((challenge, ticket)) = found else {
            return Ok(Decided::gone(replied));
        };
        if replied.ended {
            let (after, _) = challenge.step(challenge::Event::Cancel, now);
            store::save_challenge(storage, &replied.name, after)?;
            return Ok(Decided::ended(ticket));
        }
        // A message proves only what its own ID is enrolled for, now.
        let from = store::awaited_from(storage, &replied.name)?;
        let active = store::reply_factor(storage)?.map(|active| active.id);
        if active.is_none() || active != from {
            return Ok(Decided::refused());
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
            tickets: vec![ticket],
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
