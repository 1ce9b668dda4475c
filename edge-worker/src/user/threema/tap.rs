//! Asking the owner for a tap, and what a tap does.
//!
//! ```text
//! edge ── ask ─▶ User: counted, challenge and `sending` stored ─▶ Outgoing      then as for a code
//!                       Contact ── tapped ─▶ User: one transaction, then "changed" to the page
//! ```
//!
//! The challenge is what the page sees, the tap what the owner did. A prompt that is withheld, since its
//! owner declined another one, is opened like any other and nothing is sent: its page cannot tell.

use threegate_core::challenge::tap::{self, Effect, Event as Told, State};
use threegate_core::challenge::{Challenge, taken};
use threegate_core::event::Event;
use threegate_core::threema::sending::Progress;
use threegate_core::threema::tap::Thumb;
use threegate_core::words::Message as Words;
use threegate_core::{Method, UnixTime};
use worker::Response;

use super::super::ticket::{HeldTicket, Presented};
use super::super::{Account, reply, store, ticket};
use super::{Contact, Decided, Outgoing, Taken};
use crate::config::Config;
use crate::counts::Count;
use crate::events;
use crate::problem::Error;
use crate::storage::Storage;

const METHOD: Method = Method::ThreemaTap;

impl Account<'_> {
    /// Opens a challenge for a tap, which the edge then asks for. A page that was thrown away while its
    /// user was in Threema, or two clicks on it, are shown the one that there is.
    pub(in crate::user) fn ask_for_tap(
        &self,
        presented: &Presented,
        name: &str,
        device: &str,
    ) -> Result<Response, Error> {
        let (outgoing, displaced) = self.with_ticket(presented, |held| {
            let (storage, ticket, now) = (held.storage, held.stored.id.as_str(), held.now);
            let factor = match self.sent_to(held, METHOD)? {
                Ok(factor) => factor,
                Err(cause) => return Ok(Err(cause)),
            };
            let mut outgoing = Outgoing {
                name: name.into(),
                expires_at: 0,
                contact: Contact::of(&self.contact(storage, &factor)?),
                text: None,
                again: false,
                uncertain: false,
                withheld: false,
            };
            let open = store::open_tap(storage, ticket, now)?;
            let another = match open {
                Some((name, challenge, true)) if challenge.is_shown_again(now) => {
                    outgoing.name = name;
                    outgoing.expires_at = challenge.expires_at().as_secs();
                    return Ok(Ok((outgoing, Vec::new())));
                }
                Some((_, challenge, false)) => Some(challenge),
                _ => None,
            };
            let challenge = Challenge::open(METHOD, now);
            let before = store::prompts(storage)?;
            let (prompts, tap) = match before.ask(another, challenge.expires_at(), now) {
                Ok(asked) => asked,
                Err(cause) => {
                    tell_closed(storage, self.config, before.closed_until(now), now)?;
                    return Ok(Err(cause));
                }
            };
            let caps = &self.config.policy.sending;
            if let Err(cause) = store::book_sending(storage, caps, now)? {
                return Ok(Err(cause));
            }
            store::save_prompts(storage, prompts)?;
            let displaced = store::insert_challenge(storage, name, ticket, challenge, now)?;
            store::insert_tap(storage, name, ticket, &factor.id, tap)?;
            let ends = challenge.expires_at();
            outgoing.expires_at = ends.as_secs();
            outgoing.withheld = tap.state() == State::Withheld;
            outgoing.text = Some(self.text(Words::Tap, held, "", device, ends));
            Ok(Ok((outgoing, displaced)))
        })?;
        for ticket in displaced {
            self.sockets.changed(&ticket);
        }
        reply::plain(200, &outgoing)
    }

    /// What the Gateway made of the message that asks for a tap, if it was one.
    pub(super) fn tap_delivered(
        &self,
        storage: &Storage,
        name: &str,
        progress: Progress,
        now: UnixTime,
    ) -> Result<bool, Error> {
        let Some(stored) = store::tap(storage, name)? else {
            return Ok(false);
        };
        let told = match progress {
            Progress::Sent => Told::Sent,
            Progress::NotSent => Told::NotSent,
            _ => Told::SentPerhaps,
        };
        let after = stored.tap.step(told, now);
        if after == stored.tap {
            return Ok(true);
        }
        store::save_tap(storage, name, after)?;
        if after.state() == State::NotSent {
            store::save_prompts(storage, store::prompts(storage)?.not_sent())?;
        }
        if let Some((challenge, _)) = store::challenge_of_any(storage, name)? {
            store::save_challenge(storage, name, after.shown(challenge, now))?;
        }
        Ok(true)
    }

    /// Step 9 of the callback, for a tap.
    pub(super) fn tapped(
        &self,
        storage: &Storage,
        name: &str,
        thumb: Thumb,
        told: taken::Told,
        now: UnixTime,
    ) -> Result<Decided, Error> {
        let receipt = told.received_at;
        let mut decided = Decided::refused();
        decided.count = Some(Count::TapRefused);
        let Some(stored) = store::tap(storage, name)? else {
            return Ok(decided);
        };
        let throttle = self.throttle(storage)?;
        let held = ticket::find(storage, &stored.ticket, now)?;
        let mut challenge = store::challenge_of_any(storage, name)?.map(|(challenge, _)| challenge);
        if thumb == Thumb::Up {
            if stored.tap.state() == State::Approved {
                // It was taken before, and the acknowledgement got lost.
                return Ok(Decided::repeated(Taken::Proved));
            }
            // A tap proves only what its own ID is enrolled for, now, and only for whom a ticket holds.
            let active = store::threema_factor(storage, METHOD)?;
            let allowed = held.as_ref().is_some_and(|held| {
                let permitted = &held.stored.methods;
                let may = held.enrolled.may_prove_by(METHOD, permitted, throttle);
                may.is_ok() && held.stored.ticket.check(receipt).is_ok()
            });
            if !allowed || active.is_none_or(|active| active.id != stored.factor) {
                challenge = None;
            }
        }
        let before = (throttle, store::prompts(storage)?);
        let after = tap::tapped(before, challenge, stored.tap, thumb, receipt, now);
        let Some(effect) = after.effect else {
            return Ok(decided);
        };
        store::save_tap(storage, name, after.tap)?;
        store::save_prompts(storage, after.prompts)?;
        decided.count = Some(match effect {
            Effect::Prove => Count::TapProofs,
            Effect::Dispute => Count::TapDisputed,
            _ => Count::TapDeclined,
        });
        if effect == Effect::Prove {
            decided.taken = Taken::Proved;
            store::use_factor(storage, &stored.factor, now)?;
            store::save_throttle(storage, after.throttle)?;
            if let Some(challenge) = after.challenge {
                store::save_challenge(storage, name, challenge)?;
            }
            if let Some(held) = held {
                let ticket = held.stored.ticket.after_proof(METHOD, now);
                store::save_ticket(storage, &held.stored.id, &ticket)?;
            }
        } else {
            let disputed = effect == Effect::Dispute;
            let event = if disputed && take_back(storage, held)? {
                Event::LoginDisputed { method: METHOD }
            } else {
                Event::LoginDeclined { method: METHOD }
            };
            events::note(storage, self.config, &event, now)?;
            tell_closed(
                storage,
                self.config,
                after.prompts.left_alone_until(now),
                now,
            )?;
            if !disputed {
                // Its page is not told: who has the password alone must not learn that somebody saw it.
                return Ok(decided);
            }
            // Whoever was let in may have asked to be remembered.
            store::remove_devices(storage)?;
        }
        decided.tickets.push(stored.ticket);
        Ok(decided)
    }
}

/// Tells the site that prompts which nobody answered have closed the method, once the last has ended.
pub(in crate::user) fn tell_unanswered(
    storage: &Storage,
    config: &Config,
    now: UnixTime,
) -> Result<(), Error> {
    if !store::exists(storage)? {
        return Ok(());
    }
    let prompts = store::prompts(storage)?;
    let (_, last_ends_at) = prompts.unapproved();
    let until = prompts.closed_until(now).filter(|_| now >= last_ends_at);
    tell_closed(storage, config, until, now)
}

/// Tells the site once that the method is closed until then, if it is.
fn tell_closed(
    storage: &Storage,
    config: &Config,
    until: Option<UnixTime>,
    now: UnixTime,
) -> Result<(), Error> {
    if until.is_none() || !store::is_news(storage)? {
        return Ok(());
    }
    let method = METHOD;
    events::note(storage, config, &Event::MethodClosed { method, until }, now)
}

/// Takes back what a proof has earned; whether it was used by then, as far as anybody can tell.
fn take_back(storage: &Storage, held: Option<HeldTicket<'_>>) -> Result<bool, Error> {
    let Some(held) = held else { return Ok(true) };
    let pass = held.stored.pass.as_ref().map(|(_, pass)| pass);
    let (ticket, dispute) = held.stored.ticket.after_dispute(METHOD, pass);
    store::save_ticket(storage, &held.stored.id, &ticket)?;
    if dispute.revokes_pass {
        store::remove_pass(storage, &held.stored.id)?;
    }
    Ok(dispute.is_told)
}
