//! Enrolling a Threema ID: looked up, begun, and confirmed by its first reply.

use threegate_core::challenge;
use threegate_core::event::Event;
use threegate_core::ticket::ENROLMENT_LIFE;
use threegate_core::wire::client::ThreemaBegun;
use threegate_core::{Method, UnixTime};
use worker::Response;

use super::super::ticket::Presented;
use super::super::{Account, reply, store, ticket};
use super::{Contact, Decided, Replied, Taken};
use crate::counts::Count;
use crate::events;
use crate::problem::Error;
use crate::storage::Storage;

impl Account<'_> {
    /// Whether the ticket may enrol a Threema ID, and one more may be looked up for it. Counts that.
    pub(in crate::user) fn may_look_up(&self, presented: &Presented) -> Result<Response, Error> {
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
    pub(in crate::user) fn begin_threema(
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

    pub(super) fn enrol_by_reply(
        &self,
        storage: &Storage,
        replied: &Replied,
        receipt: UnixTime,
        now: UnixTime,
    ) -> Result<Decided, Error> {
        let Some(factor) = store::reply_factor_named(storage, &replied.name)? else {
            return Ok(Decided::gone(replied));
        };
        let (Some(ticket), Some(expires_at)) = (factor.ticket.clone(), factor.expires_at) else {
            // It was taken before, and the acknowledgement got lost.
            let releases = store::released(storage, &factor.id)?;
            return Ok(Decided::repeated(Taken::Enrolled { releases }));
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
        let allowed = allowed.and_then(|()| challenge::may_confirm(expires_at, receipt, now));
        if allowed.is_err() {
            return Ok(Decided::refused());
        }
        let own = self.contact(storage, &factor)?.id;
        let before = match store::reply_factor(storage)? {
            Some(before) => Some(self.contact(storage, &before)?.id),
            None => None,
        };
        let abandoned = store::confirm_reply_factor(storage, &factor.id, now)?;
        held.stored.ticket = held.stored.ticket.after_enrolment(method, now);
        store::save_ticket(storage, &held.stored.id, &held.stored.ticket)?;
        events::note(storage, self.config, &Event::FactorEnrolled { method }, now)?;
        let released = before.filter(|before| *before != own);
        let releases = released.map(|id| id.object(&self.config.naming).to_hex());
        if let Some(contact) = &releases {
            store::insert_released(storage, &factor.id, contact)?;
        }
        Ok(Decided {
            taken: Taken::Enrolled { releases },
            count: Some(Count::ReplyEnrolments),
            tickets: [ticket].into_iter().chain(abandoned).collect(),
        })
    }
}
