//! Proving the enrolled Threema ID: a challenge opened with its code, and ended by the reply.

use threegate_core::challenge::{self, Challenge, State};
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
    pub(in crate::user) fn open_reply(
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

    pub(super) fn prove_by_reply(
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
}

fn may_prove(held: &HeldTicket<'_>) -> Result<Result<(), Cause>, Error> {
    let throttle = store::throttle(held.storage)?;
    let method = Method::ThreemaReply;
    Ok(held
        .enrolled
        .may_prove_by(method, &held.stored.methods, throttle))
}
