//! What is enrolled, changed by its user.
//!
//! Each change asks core, in its own transaction, whether it may be made: a factor was proved under the same
//! ticket lately. What says who gets in ends what was remembered: no browser stays trusted after it.

use threegate_core::event::Event;
use threegate_core::ticket::Enrolled;
use threegate_core::wire::client::{
    DefaultChosen, DevicesRevoked, FactorConfirmed, ListedDevice, ListedFactor,
};
use threegate_core::{Error as Cause, Method, UnixTime};
use worker::Response;

use super::ticket::{HeldTicket, Presented};
use super::{Account, listing, reply, store};
use crate::events;
use crate::problem::Error;
use crate::storage::Storage;

/// A factor that is gone.
pub(super) struct Gone {
    pub(super) method: Method,
    /// Whose pages should look.
    pub(super) tickets: Vec<String>,
}

impl Account<'_> {
    /// What can be changed.
    pub(super) fn listed(
        &self,
        storage: &Storage,
    ) -> Result<(Vec<ListedFactor>, Vec<ListedDevice>), Error> {
        let mut factors = store::listed_factors(storage)?;
        for listed in factors
            .iter_mut()
            .filter(|listed| listed.method.needs_gateway())
        {
            let factor = store::threema_factor_named(storage, &listed.factor)?;
            // One that cannot be read any more can still be removed.
            let pinned = factor.and_then(|factor| self.contact(storage, &factor).ok());
            listed.threema_id = pinned.as_ref().map(|pinned| pinned.id.as_str().into());
            listed.level = pinned.map(|pinned| pinned.level);
        }
        Ok((factors, store::devices(storage)?))
    }

    /// Removes a factor, and with the last one what only stands beside one.
    pub(super) fn remove(&self, presented: &Presented, id: &str) -> Result<Response, Error> {
        let gone = self.changed(presented, |held| {
            let own = Some(held.stored.id.as_str());
            let gone = self.take_away(held.storage, held.enrolled, id, own, held.now)?;
            Ok(gone.ok_or(Cause::FactorUnknown))
        })?;
        for ticket in &gone.tickets {
            self.sockets.changed(ticket);
        }
        reply::plain(200, &state(id, gone.method, "removed"))
    }

    /// Takes a factor away, if it is there, whoever may have asked for that, perhaps under a ticket of the
    /// user's `own`. What the method proved under other tickets it proves no more.
    pub(super) fn take_away(
        &self,
        storage: &Storage,
        enrolled: Enrolled,
        id: &str,
        own: Option<&str>,
        now: UnixTime,
    ) -> Result<Option<Gone>, Error> {
        let Some(method) = store::active_method(storage, id)? else {
            return Ok(None);
        };
        let factor = store::threema_factor_named(storage, id)?;
        // What cannot be read any more must not stand in the way of its removal.
        let pinned = factor.and_then(|factor| self.contact(storage, &factor).ok());
        let left = enrolled.without(method);
        let has_another = left.number_of(method) > 0;
        let tickets = store::remove_factor(storage, id, method, has_another)?;
        store::end_proofs(storage, method, own)?;
        if let Some(contact) = pinned {
            self.note_release(storage, contact.id, now)?;
        }
        store::save_default(storage, left.default)?;
        if !left.is_active() {
            store::remove_recovery_set(storage)?;
        }
        store::remove_devices(storage)?;
        let remaining = left.factors();
        let removed = Event::FactorRemoved { method, remaining };
        events::note(storage, self.config, &removed, now)?;
        listing::changed(storage)?;
        Ok(Some(Gone { method, tickets }))
    }

    /// What the user calls it. That lets nobody in, so browsers stay remembered.
    pub(super) fn rename(
        &self,
        presented: &Presented,
        id: &str,
        name: &str,
    ) -> Result<Response, Error> {
        let method = self.changed(presented, |held| {
            let method = store::active_method(held.storage, id)?;
            store::rename_factor(held.storage, id, name)?;
            Ok(method.ok_or(Cause::FactorUnknown))
        })?;
        reply::plain(200, &state(id, method, "active"))
    }

    /// A token's button was pressed too often: two codes in a row say where it stands.
    pub(super) fn resync(
        &self,
        presented: &Presented,
        id: &str,
        [first, second]: &[String; 2],
    ) -> Result<Response, Error> {
        let method = self.changed(presented, |held| {
            let Some(factor) = store::generator_named(held.storage, id)? else {
                return Ok(Err(Cause::FactorUnknown));
            };
            let secret = self.generator_secret(held.storage, &factor)?;
            let moved = match factor.generator.resync(&secret, [first, second]) {
                Ok(moved) => moved,
                Err(cause) => return Ok(Err(cause)),
            };
            store::move_on(held.storage, id, moved, held.now)?;
            store::remove_devices(held.storage)?;
            Ok(Ok(factor.method))
        })?;
        reply::plain(200, &state(id, method, "active"))
    }

    /// The method that the user is asked for first.
    pub(super) fn prefer(&self, presented: &Presented, method: Method) -> Result<Response, Error> {
        self.changed(presented, |held| {
            let ticket = &held.stored.ticket;
            if let Err(cause) = ticket.may_prefer(method, held.enrolled, held.now) {
                return Ok(Err(cause));
            }
            store::save_default(held.storage, Some(method))?;
            store::remove_devices(held.storage).map(|_| Ok(()))
        })?;
        reply::plain(200, &DefaultChosen { default: method })
    }

    /// Forgets a remembered browser, or all.
    pub(super) fn revoke(
        &self,
        presented: &Presented,
        device: Option<&str>,
    ) -> Result<Response, Error> {
        let revoked = self.changed(presented, |held| {
            let Some(device) = device else {
                return store::remove_devices(held.storage).map(Ok);
            };
            if !store::remove_device(held.storage, device)? {
                return Ok(Err(Cause::DeviceUnknown));
            }
            Ok(Ok(1))
        })?;
        let revoked = u64::try_from(revoked).unwrap_or(u64::MAX);
        reply::plain(200, &DevicesRevoked { revoked })
    }

    /// Runs a change in a transaction, if it may be made.
    fn changed<T>(
        &self,
        presented: &Presented,
        change: impl FnOnce(&HeldTicket<'_>) -> Result<Result<T, Cause>, Error>,
    ) -> Result<T, Error> {
        self.with_ticket(presented, |held| {
            if let Err(cause) = held.stored.ticket.may_change(held.enrolled, held.now) {
                return Ok(Err(cause));
            }
            change(held)
        })
    }
}

fn state(id: &str, method: Method, state: &str) -> FactorConfirmed {
    FactorConfirmed {
        factor: id.into(),
        method,
        state: state.into(),
    }
}
