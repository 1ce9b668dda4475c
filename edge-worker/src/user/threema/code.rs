//! Codes that are sent to a Threema ID: to prove it, and in basic mode to enrol it.
//!
//! ```text
//! edge ── send ─▶ User: slot, challenge, code and `sending` stored ─▶ Outgoing
//! edge ── may send? ─▶ Contact, Site        edge ── text ─▶ Gateway
//! edge ── what came of it ─▶ User           page ── code ─▶ User
//! ```

use serde::Serialize;
use threegate_core::challenge::{self, Challenge, Judgement};
use threegate_core::otp::{Code, Digits};
use threegate_core::threema::ThreemaId;
use threegate_core::threema::sending::Progress;
use threegate_core::ticket::ENROLLMENT_LIFE;
use threegate_core::wire::client::FactorConfirmed;
use threegate_core::words::{Message as Words, Values};
use threegate_core::{Error as Cause, Method, UnixTime};
use worker::Response;

use super::super::prove::Used;
use super::super::ticket::{HeldTicket, Presented};
use super::super::{Account, reply, store};
use super::Contact;
use crate::counts::Count;
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::random;
use crate::storage::Storage;

const METHOD: Method = Method::ThreemaCode;

/// The header in which the object tells the edge which contacts have changed: the one that its user joins,
/// and the one that is released by that, if one is. It never leaves the worker.
pub(crate) const CONTACTS: &str = "threegate-contacts";

/// What the edge is to send.
#[derive(Serialize)]
pub(crate) struct Outgoing {
    /// The challenge or the factor.
    pub(crate) name: String,
    pub(crate) expires_at: u64,
    pub(crate) contact: Contact,
    /// Nothing, if it was sent before and the page is only shown it again.
    pub(crate) text: Option<String>,
    /// It is sent again on the user's wish.
    pub(crate) again: bool,
    /// What was sent before may not have come.
    pub(crate) uncertain: bool,
    /// Nothing is sent, and it must look as if something was.
    pub(crate) withheld: bool,
}

/// What came of sending it.
#[derive(Serialize)]
pub(crate) struct Delivered {
    pub(crate) name: String,
    /// A [`Progress`]'s word.
    pub(crate) progress: String,
    pub(crate) again: bool,
}

impl Message for Outgoing {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            name: from.text("name")?,
            expires_at: from.integer("expires_at")?,
            contact: Contact::read(from.part("contact")?)?,
            text: from.text("text"),
            again: from.flag("again")?,
            uncertain: from.flag("uncertain")?,
            withheld: from.flag("withheld").unwrap_or(false),
        })
    }
}

impl Message for Delivered {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            name: from.text("name")?,
            progress: from.text("progress")?,
            again: from.flag("again")?,
        })
    }
}

impl Account<'_> {
    /// Opens a challenge for a code, which the edge then sends. A page that was thrown away while its user
    /// was in Threema is shown the one that it has.
    pub(in crate::user) fn send_code(
        &self,
        presented: &Presented,
        name: &str,
        device: &str,
    ) -> Result<Response, Error> {
        let code = self.draw()?;
        let sealed = self.seal_sent_code(name, &code)?;
        let (outgoing, displaced) = self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            let factor = match self.sent_to(held, METHOD)? {
                Ok(factor) => factor,
                Err(cause) => return Ok(Err(cause)),
            };
            let contact = Contact::of(&self.contact(storage, &factor)?);
            let open = store::open_code(storage, &held.stored.id, &factor.id)?;
            if let Some(open) = open.filter(|open| open.challenge.is_shown_again(now)) {
                let outgoing = Outgoing {
                    name: open.name,
                    expires_at: open.challenge.expires_at().as_secs(),
                    contact,
                    text: None,
                    again: false,
                    uncertain: open.progress != Progress::Sent,
                    withheld: false,
                };
                return Ok(Ok((outgoing, Vec::new())));
            }
            let caps = &self.config.policy.sending;
            if let Err(cause) = store::book_sending(storage, caps, now)? {
                return Ok(Err(cause));
            }
            let challenge = Challenge::open(METHOD, now);
            let ticket = &held.stored.id;
            let displaced = store::insert_challenge(storage, name, ticket, challenge, now)?;
            store::insert_sent_code(storage, name, &factor.id, &sealed)?;
            let ends = challenge.expires_at();
            let outgoing = Outgoing {
                name: name.into(),
                expires_at: ends.as_secs(),
                contact,
                text: Some(self.text(self.words(), held, &code.to_digits(), device, ends)),
                again: false,
                uncertain: false,
                withheld: false,
            };
            Ok(Ok((outgoing, displaced)))
        })?;
        for ticket in displaced {
            self.sockets.changed(&ticket);
        }
        reply::plain(200, &outgoing)
    }

    /// Sends the code of an open challenge again.
    pub(in crate::user) fn resend_code(
        &self,
        presented: &Presented,
        name: &str,
        device: &str,
    ) -> Result<Response, Error> {
        let outgoing = self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            let factor = match self.sent_to(held, METHOD)? {
                Ok(factor) => factor,
                Err(cause) => return Ok(Err(cause)),
            };
            let throttle = self.throttle(storage)?;
            let challenge = store::challenge(storage, name, &held.stored.id)?;
            let open = match challenge::may_resend(throttle, challenge, now) {
                Ok(open) => open,
                Err(cause) => return Ok(Err(cause)),
            };
            let sent = store::sent_code(storage, name)?;
            let Some(sent) = sent.filter(|sent| sent.factor == factor.id) else {
                return Ok(Err(Cause::ChallengeOver));
            };
            let caps = &self.config.policy.sending;
            if let Err(cause) = store::book_sending(storage, caps, now)? {
                return Ok(Err(cause));
            }
            let code = self.unseal_sent_code(name, &sent.code)?;
            let ends = open.expires_at();
            Ok(Ok(Outgoing {
                name: name.into(),
                expires_at: ends.as_secs(),
                contact: Contact::of(&self.contact(storage, &factor)?),
                text: Some(self.text(self.words(), held, &code.to_digits(), device, ends)),
                again: true,
                uncertain: sent.progress != Progress::Sent,
                withheld: false,
            }))
        })?;
        reply::plain(200, &outgoing)
    }

    /// In basic mode: the ID waits for the code that is sent to it.
    pub(in crate::user) fn begin_by_code(
        &self,
        presented: &Presented,
        name: &str,
        contact: Contact,
        device: &str,
    ) -> Result<Response, Error> {
        let sealed_contact = self.seal_contact(name, &contact.pinned()?)?;
        let code = self.draw()?;
        let sealed = self.seal_sent_code(name, &code)?;
        let outgoing = self.with_ticket(presented, |held| {
            let (storage, stored, now) = (held.storage, &held.stored, held.now);
            let may = stored
                .ticket
                .may_begin(METHOD, held.enrolled, &self.enrollable(stored), now);
            if let Err(cause) = may {
                return Ok(Err(cause));
            }
            let caps = &self.config.policy.sending;
            if let Err(cause) = store::book_sending(storage, caps, now)? {
                return Ok(Err(cause));
            }
            let ends = now.saturating_add(ENROLLMENT_LIFE);
            let waiting = store::WaitingFactor {
                id: name,
                method: METHOD,
                secret: &sealed_contact,
                ticket: &stored.id,
                created_at: now,
                expires_at: ends,
            };
            store::insert_waiting_factor(storage, &waiting)?;
            store::insert_sent_code(storage, name, name, &sealed)?;
            Ok(Ok(Outgoing {
                name: name.into(),
                expires_at: ends.as_secs(),
                contact,
                text: Some(self.text(Words::Enroll, held, &code.to_digits(), device, ends)),
                again: false,
                uncertain: false,
                withheld: false,
            }))
        })?;
        reply::plain(200, &outgoing)
    }

    /// What came of a message, stored; and what that means to whatever waited for its code.
    pub(in crate::user) fn delivered(&self, delivered: &Delivered) -> Result<Response, Error> {
        let (name, again) = (&delivered.name, delivered.again);
        let progress = Progress::parse(&delivered.progress).unwrap_or(Progress::Unknown);
        self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(());
            }
            let now = store::advance_clock(storage, self.now)?;
            if self.tap_delivered(storage, name, progress, now)? {
                return Ok(());
            }
            if !again || progress == Progress::Sent {
                store::save_progress(storage, name, progress)?;
            }
            match store::challenge_of_any(storage, name)? {
                Some((challenge, _)) => {
                    let after = challenge::sent(challenge, progress, again, now);
                    store::save_challenge(storage, name, after)
                }
                None if progress == Progress::NotSent && !again => {
                    store::remove_waiting_factor(storage, name)
                }
                None => Ok(()),
            }
        })?;
        Ok(Response::empty()?)
    }

    /// What a typed code is to a challenge whose code was sent to an ID that is the user's still.
    pub(in crate::user) fn evaluate_sent(
        &self,
        storage: &Storage,
        challenge: &str,
        typed: &Code,
    ) -> Result<Judgement<Vec<Used>>, Error> {
        let active = store::threema_factor(storage, METHOD)?;
        let sent = store::sent_code(storage, challenge)?;
        let sent = sent.filter(|sent| active.is_some_and(|active| active.id == sent.factor));
        let Some(sent) = sent else {
            return Ok(Judgement::Wrong);
        };
        let code = self.unseal_sent_code(challenge, &sent.code)?;
        let judged = Judgement::of_sent(&code, typed);
        Ok(judged.map(|()| vec![Used::ThreemaFactor(sent.factor)]))
    }

    /// How long the code of a challenge is.
    pub(in crate::user) fn length_of_sent(
        &self,
        storage: &Storage,
        challenge: &str,
    ) -> Result<Option<Digits>, Error> {
        let Some(sent) = store::sent_code(storage, challenge)? else {
            return Ok(None);
        };
        let code = self.unseal_sent_code(challenge, &sent.code)?;
        Ok(Some(code.digits()))
    }

    /// The Threema ID that waits for a code under that ticket, if it is one.
    pub(in crate::user) fn confirmed_by_code(
        storage: &Storage,
        id: &str,
        ticket: &str,
    ) -> Result<Option<(store::ThreemaFactor, store::SentCode)>, Error> {
        let waiting = store::threema_factor_named(storage, id)?;
        let waiting = waiting.filter(|waiting| waiting.ticket.as_deref() == Some(ticket));
        Ok(waiting.zip(store::sent_code(storage, id)?))
    }

    /// Takes the code that is to confirm a Threema ID. Another one is a guess at somebody's ID, and counts.
    pub(in crate::user) fn confirm_by_code(
        &self,
        held: &mut HeldTicket<'_>,
        (factor, sent): &(store::ThreemaFactor, store::SentCode),
        typed: &str,
    ) -> Result<Result<(FactorConfirmed, String), Cause>, Error> {
        let (storage, now) = (held.storage, held.now);
        let own = self.contact(storage, factor)?.id;
        let ticket = &held.stored.ticket;
        if let Err(cause) = ticket.may_add(METHOD, held.enrolled, now) {
            return Ok(Err(cause));
        }
        let code = self.unseal_sent_code(&factor.id, &sent.code)?;
        let typed = match Code::parse(typed, code.digits()) {
            Ok(typed) => typed,
            Err(fault) => return Ok(Err(fault.into())),
        };
        let ends = factor.expires_at.unwrap_or_default();
        if let Err(cause) = challenge::confirm_by_code(ends, sent.misses, &code, &typed, now) {
            match cause {
                Cause::CodeWrong => {
                    store::save_misses(storage, &factor.id, sent.misses.saturating_add(1))?;
                }
                _ => store::remove_waiting_factor(storage, &factor.id)?,
            }
            return Ok(Err(cause));
        }
        self.confirmed_now(held, factor, own).map(Ok)
    }

    /// One more method of the ID that answers for [`Method::ThreemaReply`]: whoever it is has written to us
    /// from it, so nothing is to be proved again. It counts at once.
    pub(in crate::user) fn add_method(
        &self,
        presented: &Presented,
        name: &str,
        method: Method,
    ) -> Result<Response, Error> {
        let (confirmed, contacts) = self.with_ticket(presented, |held| {
            let (storage, stored, now) = (held.storage, &held.stored, held.now);
            let may = stored
                .ticket
                .may_begin(method, held.enrolled, &self.enrollable(stored), now);
            if let Err(cause) = may {
                return Ok(Err(cause));
            }
            let Some(proved) = store::threema_factor(storage, Method::ThreemaReply)? else {
                return Ok(Err(Cause::ThreemaIdMalformed));
            };
            let pinned = self.contact(storage, &proved)?;
            let contact = self.seal_contact(name, &pinned)?;
            let factor = store::WaitingFactor {
                id: name,
                method,
                secret: &contact,
                ticket: &stored.id,
                created_at: now,
                expires_at: now,
            };
            store::insert_waiting_factor(storage, &factor)?;
            let factor = store::ThreemaFactor {
                id: name.into(),
                method,
                contact,
                ..proved
            };
            self.confirmed_now(held, &factor, pinned.id).map(Ok)
        })?;
        let response = reply::counted(201, &confirmed, Count::Enrollments)?;
        response.headers().set(CONTACTS, &contacts)?;
        Ok(response)
    }

    /// The factor counts from now on. What the page is told, and what the edge tells the contacts.
    fn confirmed_now(
        &self,
        held: &mut HeldTicket<'_>,
        factor: &store::ThreemaFactor,
        own: ThreemaId,
    ) -> Result<(FactorConfirmed, String), Error> {
        let (storage, now, method) = (held.storage, held.now, factor.method);
        let (releases, abandoned) = self.activate(storage, factor, now)?;
        held.stored.ticket = held.stored.ticket.after_enrollment(method, now);
        store::save_ticket(storage, &held.stored.id, &held.stored.ticket)?;
        for ticket in &abandoned {
            self.sockets.changed(ticket);
        }
        let joins = own.object(&self.config.naming).to_hex();
        let contacts = [joins.as_str(), releases.as_deref().unwrap_or_default()].join(" ");
        let confirmed = FactorConfirmed {
            factor: factor.id.clone(),
            method,
            state: "active".into(),
        };
        Ok((confirmed, contacts))
    }

    /// The user's Threema ID for that method, if it may be proved here and now.
    pub(super) fn sent_to(
        &self,
        held: &HeldTicket<'_>,
        method: Method,
    ) -> Result<Result<store::ThreemaFactor, Cause>, Error> {
        let throttle = self.throttle(held.storage)?;
        let permitted = &held.stored.methods;
        if let Err(cause) = held.enrolled.may_prove_by(method, permitted, throttle) {
            return Ok(Err(cause));
        }
        let factor = store::threema_factor(held.storage, method)?;
        Ok(factor.ok_or(Cause::MethodUnavailable))
    }

    fn draw(&self) -> Result<Code, Error> {
        let code = Code::draw(&random::bytes()?, self.config.policy.code_digits);
        code.ok_or_else(|| Error::internal("no code was drawn"))
    }

    fn words(&self) -> Words {
        if self.config.policy.short_messages {
            Words::CodeShort
        } else {
            Words::Code
        }
    }

    pub(super) fn text(
        &self,
        message: Words,
        held: &HeldTicket<'_>,
        code: &str,
        device: &str,
        ends: UnixTime,
    ) -> String {
        let words = &self.config.words;
        let minutes = ends.saturating_since(held.now).as_secs().div_ceil(60);
        let language = words.language(held.stored.locale.as_deref());
        let values = Values {
            site: self.config.site_name.as_str(),
            code,
            label: held.stored.label.as_deref().unwrap_or_default(),
            ip: held.stored.ip.as_deref().unwrap_or_default(),
            device,
            minutes,
        };
        words.render(message, language, &values)
    }
}
