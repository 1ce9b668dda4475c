//! Enrolling a Threema ID: looked up, begun, and confirmed by its first reply.

use threegate_core::challenge::taken::{self, Awaiting, Enrollment, Told};
use threegate_core::event::Event;
use threegate_core::threema::Level;
use threegate_core::ticket::ENROLLMENT_LIFE;
use threegate_core::wire::client::{LookUp, ThreemaBegun};
use threegate_core::{Error as Cause, Method, UnixTime};
use worker::Response;

use super::super::ticket::{HeldTicket, Presented};
use super::super::{Account, LookUpLeave, listing, reply, store, ticket};
use super::{Contact, Decided, Taken};
use crate::counts::Count;
use crate::events;
use crate::problem::Error;
use crate::storage::Storage;

impl Account<'_> {
    /// Whether the ticket may enrol a Threema ID, and one more may be looked up for it. Counts that.
    pub(in crate::user) fn may_look_up(
        &self,
        presented: &Presented,
        method: Method,
        by: Option<&str>,
    ) -> Result<Response, Error> {
        let leave = self.with_ticket(presented, |held| {
            let (storage, stored, now) = (held.storage, &held.stored, held.now);
            let may = stored
                .ticket
                .may_begin(method, held.enrolled, &self.enrollable(stored), now);
            let look_ups = store::look_ups(storage, &stored.id, now)?;
            let may = may.and_then(|()| look_ups.may_look_up(stored.ticket.expires_at()));
            if let Err(cause) = may {
                return Ok(Err(cause));
            }
            let hash = match by {
                None => None,
                Some(by) => match LookUp::parse(by)
                    .map(|by| self.hash(held, by))
                    .transpose()?
                {
                    Some(Some(hash)) => Some(hash),
                    _ => return Ok(Err(Cause::LookUpUnavailable)),
                },
            };
            store::insert_look_up(storage, &stored.id, now)?;
            Ok(Ok(LookUpLeave { hash }))
        })?;
        reply::plain(200, &leave)
    }

    /// Whoever the user is, or wants to be: the site is told.
    pub(in crate::user) fn key_changed(&self, presented: &Presented) -> Result<Response, Error> {
        self.with_ticket(presented, |held| {
            let event = Event::ThreemaKeyChanged;
            events::note(held.storage, self.config, &event, held.now).map(Ok)
        })?;
        Ok(Response::empty()?)
    }

    /// The ID waits for its first reply.
    pub(in crate::user) fn begin_threema(
        &self,
        presented: &Presented,
        method: Method,
        factor: &str,
        contact: &Contact,
        code: &str,
    ) -> Result<Response, Error> {
        let pinned = contact.pinned()?;
        let sealed = self.seal_contact(factor, &pinned)?;
        let expires_at = self.with_ticket(presented, |held| {
            let (stored, now) = (&held.stored, held.now);
            let may = stored
                .ticket
                .may_begin(method, held.enrolled, &self.enrollable(stored), now);
            if let Err(cause) = may {
                return Ok(Err(cause));
            }
            let expires_at = now.saturating_add(ENROLLMENT_LIFE);
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
        // Whose address it is did not show yet: the ID that it led to is for its owner's eyes.
        let (id, fingerprint) = match pinned.level {
            Level::Matched => (pinned.id.masked(), String::new()),
            _ => (pinned.id.as_str().into(), pinned.key.fingerprint()),
        };
        let begun = ThreemaBegun {
            factor: factor.into(),
            method,
            threema_id: id.clone(),
            level: pinned.level,
            fingerprint,
            reply: self.reply(code, id)?,
            expires_at: expires_at.as_secs(),
        };
        reply::plain(201, &begun)
    }

    pub(super) fn enrol_by_reply(
        &self,
        storage: &Storage,
        name: &str,
        told: Told,
        now: UnixTime,
    ) -> Result<Decided, Error> {
        let Some(factor) = store::threema_factor_named(storage, name)? else {
            return Ok(Decided::gone(told));
        };
        let awaiting = factor.expires_at.map(Awaiting::Until);
        let ticket = factor.ticket.clone().unwrap_or_default();
        let held = ticket::find(storage, &ticket, now)?;
        let under = held.as_ref().map(HeldTicket::under);
        let awaiting = Some(awaiting.unwrap_or(Awaiting::Confirmed));
        match taken::enrols(told, factor.method, awaiting, under, now) {
            Enrollment::Gone => Ok(Decided::gone(told)),
            Enrollment::Repeated => {
                let releases = store::released(storage, &factor.id)?;
                Ok(Decided::repeated(Taken::Enrolled { releases }))
            }
            Enrollment::Ended => {
                store::remove_waiting_factor(storage, &factor.id)?;
                Ok(Decided::ended(ticket))
            }
            Enrollment::Refused => Ok(Decided::refused()),
            Enrollment::Confirmed(after) => {
                let (releases, abandoned) = self.activate(storage, &factor, now)?;
                store::save_ticket(storage, &ticket, &after)?;
                Ok(Decided {
                    taken: Taken::Enrolled { releases },
                    count: Some(Count::ReplyEnrollments),
                    tickets: [ticket].into_iter().chain(abandoned).collect(),
                })
            }
        }
    }

    /// The factor counts from now on. The contact that is released by that, if one is, and the tickets
    /// whose challenges it ends.
    pub(super) fn activate(
        &self,
        storage: &Storage,
        factor: &store::ThreemaFactor,
        now: UnixTime,
    ) -> Result<(Option<String>, Vec<String>), Error> {
        let method = factor.method;
        let before = match store::threema_factor(storage, method)? {
            Some(before) => Some(self.contact(storage, &before)?.id),
            None => None,
        };
        let abandoned = store::confirm_threema_factor(storage, factor, now)?;
        events::note(storage, self.config, &Event::FactorEnrolled { method }, now)?;
        listing::changed(storage)?;
        store::remove_devices(storage)?;
        let own = self.contact(storage, factor)?.id;
        let contact = own.object(&self.config.naming).to_hex();
        store::remove_release(storage, &contact, now)?;
        let releases = match before {
            Some(before) => self.released(storage, before)?,
            None => None,
        };
        if let Some(contact) = &releases {
            store::insert_released(storage, &factor.id, contact)?;
        }
        Ok((releases, abandoned))
    }
}
