//! Asking the owner for a tap, and what a tap does.
//!
//! ```text
//! edge ── whom to ask? ─▶ User          edge ── expect ─▶ Contact
//! edge ── open ─▶ User: counted, `sending` stored ─▶ edge ──▶ Gateway
//! edge ── the message's ID ─▶ Contact   edge ── sent, or not ─▶ User
//!                       Contact ── tapped ─▶ User: one transaction, then "changed" to the page
//! ```
//!
//! The challenge is what the page sees, the tap what the owner did. A prompt that is withheld, since its
//! owner declined another one, is opened like any other and nothing is sent: its page cannot tell.

use serde::Serialize;
use threegate_core::challenge::tap::{self, Effect, Event as Told, State};
use threegate_core::challenge::{Challenge, LIFE};
use threegate_core::event::Event;
use threegate_core::threema::sending::Progress;
use threegate_core::threema::tap::Thumb;
use threegate_core::words::{self, Message as Words, Values};
use threegate_core::{Error as Cause, Method, UnixTime};
use worker::Response;

use super::super::ticket::{HeldTicket, Presented};
use super::super::{Account, reply, store, ticket};
use super::{Contact, Decided, Taken};
use crate::counts::Count;
use crate::events;
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::Storage;

const METHOD: Method = Method::ThreemaTap;

/// A prompt that its page may be shown.
#[derive(Serialize)]
pub(crate) struct Prompt {
    pub(crate) challenge: String,
    pub(crate) expires_at: u64,
    /// The Threema ID, masked.
    pub(crate) to: String,
}

/// What the edge must do so that somebody can be asked.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PreparedTap {
    /// This ID must await to be asked, for that factor.
    Expect { factor: String, contact: Contact },
    /// Nothing: the ticket has one open, and is shown it again.
    Open(Prompt),
}

/// A prompt that was counted and stored.
#[derive(Serialize)]
pub(crate) struct OpenedTap {
    pub(crate) prompt: Prompt,
    /// What is to be sent; nothing, if the prompt is withheld.
    pub(crate) text: Option<String>,
}

impl Account<'_> {
    /// Whom to ask, if somebody may be asked now.
    pub(in crate::user) fn prepare_tap(&self, presented: &Presented) -> Result<Response, Error> {
        let prepared = self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            if let Err(cause) = self.may_prove(held, METHOD)? {
                return Ok(Err(cause));
            }
            let Some(factor) = store::threema_factor(storage, METHOD)? else {
                return Ok(Err(Cause::MethodUnavailable));
            };
            let pinned = self.contact(storage, &factor)?;
            let another = match self.open_tap_but(held)? {
                Open::Own(name, challenge) => {
                    let to = pinned.id.masked();
                    return Ok(Ok(PreparedTap::Open(prompt(&name, challenge, to))));
                }
                Open::Another(another) => another,
            };
            let prompts = store::prompts(storage)?;
            if let Err(cause) = prompts.ask(another, now.saturating_add(LIFE), now) {
                self.tell_closed(storage, prompts.closed_until(now), now)?;
                return Ok(Err(cause));
            }
            let (factor, contact) = (factor.id, Contact::of(&pinned));
            Ok(Ok(PreparedTap::Expect { factor, contact }))
        })?;
        reply::plain(200, &prepared)
    }

    /// Opens a prompt for that factor's ID, which awaits it. From here on it counts.
    pub(in crate::user) fn ask_for_tap(
        &self,
        presented: &Presented,
        name: &str,
        factor: &str,
        device: &str,
    ) -> Result<Response, Error> {
        let (opened, displaced, withheld) = self.with_ticket(presented, |held| {
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
            let another = match self.open_tap_but(held)? {
                // Two clicks at once, or this question for the second time: one message is enough.
                Open::Own(name, challenge) => {
                    let to = self.contact(storage, &active)?.id.masked();
                    let prompt = prompt(&name, challenge, to);
                    return Ok(Ok((OpenedTap { prompt, text: None }, Vec::new(), false)));
                }
                Open::Another(another) => another,
            };
            let challenge = Challenge::open(METHOD, now);
            let asked = store::prompts(storage)?.ask(another, challenge.expires_at(), now);
            let (prompts, tap) = match asked {
                Ok(asked) => asked,
                Err(cause) => return Ok(Err(cause)),
            };
            let caps = &self.config.policy.sending;
            if let Err(cause) = store::book_sending(storage, caps, now)? {
                return Ok(Err(cause));
            }
            store::save_prompts(storage, prompts)?;
            let displaced = store::insert_challenge(storage, name, ticket, challenge, now)?;
            let stored = store::StoredTap {
                ticket: ticket.into(),
                factor: factor.into(),
                tap,
            };
            store::insert_tap(storage, name, &stored)?;
            let to = self.contact(storage, &active)?.id.masked();
            let withheld = tap.state() == State::Withheld;
            let opened = OpenedTap {
                prompt: prompt(name, challenge, to),
                text: (!withheld).then(|| self.question(held, device)),
            };
            Ok(Ok((opened, displaced, withheld)))
        })?;
        for ticket in displaced {
            self.sockets.changed(&ticket);
        }
        if withheld {
            reply::counted(201, &opened, Count::TapWithheld)
        } else {
            reply::plain(201, &opened)
        }
    }

    /// What the Gateway made of the message.
    pub(in crate::user) fn tap_sent(
        &self,
        presented: &Presented,
        name: &str,
        progress: &str,
    ) -> Result<Response, Error> {
        let told = match Progress::parse(progress) {
            Some(Progress::Sent) => Told::Sent,
            Some(Progress::NotSent) => Told::NotSent,
            _ => Told::SentPerhaps,
        };
        self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            let stored = store::tap(storage, name)?;
            let Some(stored) = stored.filter(|stored| stored.ticket == held.stored.id) else {
                return Ok(Err(Cause::ChallengeOver));
            };
            let after = stored.tap.step(told, now);
            if after != stored.tap {
                if after.state() == State::NotSent {
                    let prompts = store::prompts(storage)?;
                    store::save_prompts(storage, prompts.not_sent())?;
                }
                store::give_up(storage, name, after, now)?;
            }
            Ok(Ok(()))
        })?;
        Ok(Response::empty()?)
    }

    /// Step 9 of the callback, for a tap: what it does, decided and stored at once.
    pub(in crate::user) fn tapped(
        &self,
        name: &str,
        thumb: &str,
        received_at: u64,
    ) -> Result<Response, Error> {
        let thumb = Thumb::parse(thumb).ok_or_else(|| Error::Internal("no such thumb".into()))?;
        let receipt = UnixTime::from_secs(received_at);
        let decided = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(refused());
            }
            let now = store::advance_clock(storage, self.now)?;
            self.decide(storage, name, thumb, receipt, now)
        })?;
        self.acknowledge(&decided)
    }

    fn decide(
        &self,
        storage: &Storage,
        name: &str,
        thumb: Thumb,
        receipt: UnixTime,
        now: UnixTime,
    ) -> Result<Decided, Error> {
        let Some(stored) = store::tap(storage, name)? else {
            return Ok(refused());
        };
        let throttle = self.throttle(storage)?;
        let held = ticket::find(storage, &stored.ticket, now)?;
        if thumb == Thumb::Up {
            if stored.tap.state() == State::Approved {
                // It was taken before, and the acknowledgement got lost.
                return Ok(Decided::repeated(Taken::Proved));
            }
            // A tap proves only what its own ID is enrolled for, now.
            let active =
                store::threema_factor(storage, METHOD)?.is_some_and(|one| one.id == stored.factor);
            let allowed = held.as_ref().is_some_and(|held| {
                let methods = &held.stored.methods;
                let may = held.enrolled.may_prove_by(METHOD, methods, throttle);
                may.is_ok() && held.stored.ticket.check(receipt).is_ok()
            });
            if !active || !allowed {
                return Ok(refused());
            }
        }
        let challenge = store::challenge_of_any(storage, name)?.map(|(challenge, _)| challenge);
        let before = (throttle, store::prompts(storage)?);
        let after = tap::tapped(before, challenge, stored.tap, thumb, receipt, now);
        let Some(effect) = after.effect else {
            return Ok(refused());
        };
        store::save_tap(storage, name, after.tap)?;
        if effect == Effect::Prove {
            if let (Some(challenge), Some(mut held)) = (after.challenge, held) {
                store::save_challenge(storage, name, challenge)?;
                store::save_throttle(storage, after.throttle)?;
                store::clear_prompts(storage)?;
                held.stored.ticket = held.stored.ticket.after_proof(METHOD, now);
                store::save_ticket(storage, &held.stored.id, &held.stored.ticket)?;
            }
            return Ok(Decided {
                taken: Taken::Proved,
                count: Some(Count::TapProofs),
                tickets: vec![stored.ticket],
            });
        }
        store::save_prompts(storage, after.prompts)?;
        let disputed = effect == Effect::Dispute;
        let event = if disputed && take_back(storage, held)? {
            Event::LoginDisputed { method: METHOD }
        } else {
            Event::LoginDeclined { method: METHOD }
        };
        events::note(storage, self.config, &event, now)?;
        self.tell_closed(storage, after.prompts.left_alone_until(now), now)?;
        let (count, tickets) = if disputed {
            (Count::TapDisputed, vec![stored.ticket])
        } else {
            // Its page is not told: whoever knows the password alone must not learn that somebody saw it.
            (Count::TapDeclined, Vec::new())
        };
        Ok(Decided {
            taken: Taken::Refused,
            count: Some(count),
            tickets,
        })
    }

    /// The open prompt, if there is one: the ticket's own, or another's.
    fn open_tap_but(&self, held: &HeldTicket<'_>) -> Result<Open, Error> {
        let Some((name, ticket)) = store::open_tap(held.storage, held.now)? else {
            return Ok(Open::Another(None));
        };
        let found = store::challenge_of_any(held.storage, &name)?;
        let challenge = found.map(|(challenge, _)| challenge);
        match challenge.filter(|challenge| challenge.is_shown_again(held.now)) {
            Some(challenge) if ticket == held.stored.id => Ok(Open::Own(name, challenge)),
            _ if ticket == held.stored.id => Ok(Open::Another(None)),
            _ => Ok(Open::Another(challenge)),
        }
    }

    /// The words of the question.
    fn question(&self, held: &HeldTicket<'_>, device: &str) -> String {
        let (words, device) = (&self.config.words, words::browser(device));
        let values = Values {
            site: self.config.site_name.as_str(),
            label: held.stored.label.as_deref().unwrap_or_default(),
            ip: held.stored.ip.as_deref().unwrap_or_default(),
            device: &device,
            minutes: LIFE.as_secs() / 60,
            ..Values::default()
        };
        let language = words.language(held.stored.locale.as_deref());
        words.render(Words::Tap, language, &values)
    }

    /// Tells the site once that the method is closed until then, if it is.
    fn tell_closed(
        &self,
        storage: &Storage,
        until: Option<UnixTime>,
        now: UnixTime,
    ) -> Result<(), Error> {
        if until.is_none() || !store::is_news(storage)? {
            return Ok(());
        }
        let method = METHOD;
        events::note(
            storage,
            self.config,
            &Event::MethodClosed { method, until },
            now,
        )
    }
}

enum Open {
    Own(String, Challenge),
    Another(Option<Challenge>),
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

fn prompt(name: &str, challenge: Challenge, to: String) -> Prompt {
    Prompt {
        challenge: name.into(),
        expires_at: challenge.expires_at().as_secs(),
        to,
    }
}

fn refused() -> Decided {
    Decided {
        count: Some(Count::TapRefused),
        ..Decided::refused()
    }
}

impl Message for Prompt {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            challenge: from.text("challenge")?,
            expires_at: from.integer("expires_at")?,
            to: from.text("to")?,
        })
    }
}

impl Message for PreparedTap {
    fn read(from: Given<'_>) -> Option<Self> {
        let (word, carried) = from.kind()?;
        Some(match word {
            "expect" => Self::Expect {
                factor: carried.text("factor")?,
                contact: Contact::read(carried.part("contact")?)?,
            },
            "open" => Self::Open(Prompt::read(carried)?),
            _ => return None,
        })
    }
}

impl Message for OpenedTap {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            prompt: Prompt::read(from.part("prompt")?)?,
            text: from.text("text"),
        })
    }
}
