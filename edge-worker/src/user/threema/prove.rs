//! Proving the enrolled Threema ID: a challenge opened with its code, and ended by the reply.

use threegate_core::challenge::Challenge;
use threegate_core::challenge::taken::{self, Proving, Told};
use threegate_core::threema::ThreemaId;
use threegate_core::threema::reply::may_draw;
use threegate_core::wire::client::ChallengeOpened;
use threegate_core::{Error as Cause, Method, UnixTime};
use worker::Response;

use super::super::ticket::{HeldTicket, Presented};
use super::super::{Account, reply, store, ticket};
use super::{Contact, Decided, Prepared, Taken};
use crate::counts::Count;
use crate::problem::Error;
use crate::storage::Storage;

const METHOD: Method = Method::ThreemaReply;

impl Account<'_> {
    /// From which ID a reply would come, if a challenge for one may be opened.
    pub(in crate::user) fn prepare_reply(&self, presented: &Presented) -> Result<Response, Error> {
        let prepared = self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            if let Err(cause) = self.may_prove(held, METHOD)? {
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
            let Some(factor) = store::threema_factor(storage, METHOD)? else {
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
            if let Err(cause) = self.may_prove(held, METHOD)? {
                return Ok(Err(cause));
            }
            // Another ID may have taken the factor's place since it was asked for.
            let active =
                store::threema_factor(storage, METHOD)?.filter(|active| active.id == factor);
            let Some(active) = active else {
                return Ok(Err(Cause::ChallengeOver));
            };
            let from = self.contact(storage, &active)?.id;
            let life = self.config.policy.challenge_life;
            let challenge = Challenge::open_for(METHOD, life, now);
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
            if let Err(cause) = self.may_prove(held, METHOD)? {
                return Ok(Err(cause));
            }
            let open = store::open_reply(storage, &held.stored.id, now)?;
            let (Some(open), Some(active)) = (open, store::threema_factor(storage, METHOD)?) else {
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
            method: METHOD,
            expires_at: challenge.expires_at().as_secs(),
            // Whoever has the password alone is not told the whole ID.
            reply: Some(self.reply(code, from.masked())?),
            sent: None,
        };
        reply::plain(201, &opened)
    }

    pub(super) fn prove_by_reply(
        &self,
        storage: &Storage,
        name: &str,
        told: Told,
        now: UnixTime,
    ) -> Result<Decided, Error> {
        let Some((challenge, ticket)) = store::challenge_of_any(storage, name)? else {
            return Ok(Decided::gone(told));
        };
        let active = store::threema_factor(storage, METHOD)?.map(|active| active.id);
        let is_active = active.is_some() && active == store::awaited_from(storage, name)?;
        let held = ticket::find(storage, &ticket, now)?;
        let under = held.as_ref().map(HeldTicket::under);
        let throttle = self.throttle(storage)?;
        match taken::proves(told, Some((challenge, is_active)), under, throttle, now) {
            Proving::Gone => Ok(Decided::gone(told)),
            Proving::Repeated => Ok(Decided::repeated(Taken::Proved)),
            Proving::Ended(challenge) => {
                store::save_challenge(storage, name, challenge)?;
                Ok(Decided::ended(ticket))
            }
            Proving::Refused(challenge) => {
                if let Some(challenge) = challenge {
                    store::save_challenge(storage, name, challenge)?;
                }
                Ok(Decided::refused())
            }
            Proving::Proved {
                challenge,
                throttle,
                ticket: after,
            } => {
                store::save_challenge(storage, name, challenge)?;
                store::save_throttle(storage, throttle)?;
                store::clear_prompts(storage)?;
                if let Some(factor) = &active {
                    store::use_factor(storage, factor, now)?;
                }
                store::save_ticket(storage, &ticket, &after)?;
                Ok(Decided {
                    taken: Taken::Proved,
                    count: Some(Count::ReplyProofs),
                    tickets: vec![ticket],
                })
            }
        }
    }
}
