//! A ticket while it is being used: found by its hash, and checked against the page.

use threegate_core::challenge::taken::Under;
use threegate_core::origin::Origin;
use threegate_core::policy::Enrollable;
use threegate_core::throttle::Throttle;
use threegate_core::ticket::Enrolled;
use threegate_core::{Error as Cause, Method, UnixTime};
use worker::Response;

use super::{Account, store};
use crate::problem::Error;
use crate::storage::Storage;

/// What a widget shows of itself.
pub(super) struct Presented {
    /// The ticket's hash.
    pub(super) ticket: String,
    /// The page's origin.
    pub(super) origin: String,
}

type Work<'a> = dyn FnMut(&mut HeldTicket<'_>) -> Result<Result<(), Cause>, Error> + 'a;

/// A ticket inside a transaction, with what is enrolled at that moment.
pub(super) struct HeldTicket<'a> {
    pub(super) storage: &'a Storage,
    pub(super) now: UnixTime,
    pub(super) enrolled: Enrolled,
    pub(super) stored: store::StoredTicket,
}

impl Account<'_> {
    /// Runs `work` in a transaction, for a ticket that is this user's, of this page, and still holds.
    /// A refusal is an outcome: what `work` stored before it stays.
    pub(super) fn with_ticket<T>(
        &self,
        presented: &Presented,
        work: impl FnOnce(&mut HeldTicket<'_>) -> Result<Result<T, Cause>, Error>,
    ) -> Result<T, Error> {
        let mut work = Some(work);
        let mut done = None;
        self.hold(presented, &mut |held| {
            let Some(work) = work.take() else {
                return Ok(Ok(()));
            };
            Ok(work(held)?.map(|outcome| done = Some(outcome)))
        })?;
        done.ok_or_else(|| Error::internal("a transaction did not run"))
    }

    /// What is generic stays outside, to keep the module small.
    fn hold(&self, presented: &Presented, work: &mut Work<'_>) -> Result<(), Error> {
        let mut at = self.now;
        let outcome = self.storage.transact(|storage| {
            let Some(mut held) = find(storage, &presented.ticket, self.now)? else {
                return Ok(Err(Cause::TicketInvalid));
            };
            at = held.now;
            if held.stored.origin != presented.origin {
                return Ok(Err(Cause::OriginMismatch));
            }
            if let Err(cause) = held.stored.ticket.check(held.now) {
                return Ok(Err(cause));
            }
            work(&mut held)
        })?;
        outcome.map_err(|cause| Error::refused(cause, at))
    }
}

impl Account<'_> {
    /// The user's failures in a row, under the deployment's rule.
    pub(super) fn throttle(&self, storage: &Storage) -> Result<Throttle, Error> {
        store::throttle(storage, self.config.policy.throttle)
    }

    /// Whether a challenge of `method` may be opened under a ticket.
    pub(super) fn may_prove(
        &self,
        held: &HeldTicket<'_>,
        method: Method,
    ) -> Result<Result<(), Cause>, Error> {
        let throttle = self.throttle(held.storage)?;
        let (enrolled, permitted) = (held.enrolled, &held.stored.methods);
        Ok(enrolled.may_prove_by(method, permitted, throttle))
    }

    /// What may be enrolled under a ticket.
    pub(super) fn enrollable(&self, ticket: &store::StoredTicket) -> Enrollable {
        self.config.policy.enrollable(&ticket.methods)
    }

    /// A socket for the ticket's page.
    pub(super) fn socket(&self, presented: &Presented) -> Result<Response, Error> {
        self.with_ticket(presented, |_| Ok(Ok(())))?;
        self.sockets.accept(&presented.ticket)
    }
}

impl HeldTicket<'_> {
    /// The methods that can prove a factor here, the default first.
    pub(super) fn usable(&self, throttle: Throttle) -> impl Iterator<Item = Method> {
        self.enrolled.usable(&self.stored.methods, throttle)
    }

    /// What a decision about a reply looks at.
    pub(super) fn under(&self) -> Under<'_> {
        Under {
            ticket: self.stored.ticket,
            permitted: &self.stored.methods,
            enrolled: self.enrolled,
        }
    }

    /// The host of the ticket's page.
    pub(super) fn hostname(&self) -> String {
        let origin = Origin::parse(&self.stored.origin);
        origin.map_or_else(|_| String::new(), |origin| origin.hostname().into())
    }
}

/// The ticket of that hash, whether or not it still holds.
pub(super) fn find<'a>(
    storage: &'a Storage,
    id: &str,
    now: UnixTime,
) -> Result<Option<HeldTicket<'a>>, Error> {
    if !store::exists(storage)? {
        return Ok(None);
    }
    let now = store::advance_clock(storage, now)?;
    let Some(stored) = store::ticket(storage, id)? else {
        return Ok(None);
    };
    Ok(Some(HeldTicket {
        storage,
        now,
        enrolled: store::enrolled(storage)?,
        stored,
    }))
}
