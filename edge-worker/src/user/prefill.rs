//! What the site knows of a user's Threema ID: suggested to the page, or the hash by which the directory is
//! asked. Personal data: sealed, and gone with its ticket.

use serde::Serialize;
use threegate_core::Method;
use threegate_core::vault::Kind;
use threegate_core::wire::client::LookUp;

use super::ticket::HeldTicket;
use super::{Account, Wanted, store};
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::Storage;

/// What the page is told of it.
#[derive(Default)]
pub(super) struct Prefill {
    pub(super) threema_id: Option<String>,
    pub(super) look_up: Vec<LookUp>,
}

/// Leave to ask the directory, and by which hash if by one.
#[derive(Serialize)]
pub(crate) struct LookUpLeave {
    pub(crate) hash: Option<String>,
}

impl Message for LookUpLeave {
    fn read(from: Given<'_>) -> Option<Self> {
        let hash = from.text("hash");
        Some(Self { hash })
    }
}

const THREEMA_ID: &str = "threema_id";

impl Account<'_> {
    pub(super) fn keep_prefill(
        &self,
        storage: &Storage,
        ticket: &str,
        wanted: &Wanted,
    ) -> Result<(), Error> {
        let all = [
            (THREEMA_ID, &wanted.threema_id),
            (LookUp::Email.as_str(), &wanted.email),
            (LookUp::Phone.as_str(), &wanted.phone),
        ];
        for (name, value) in all {
            if let Some(value) = value {
                let sealed = self.seal(&self.context(ticket, Kind::Prefill), value.as_bytes())?;
                store::insert_prefill(storage, ticket, name, &sealed)?;
            }
        }
        Ok(())
    }

    /// Nothing where no Threema ID can be enrolled now: whoever only has the password is told nothing.
    pub(super) fn prefill(
        &self,
        held: &HeldTicket<'_>,
        offered: &[Method],
    ) -> Result<Prefill, Error> {
        let may = held.stored.ticket.may_change(held.enrolled, held.now);
        if may.is_err() || !offered.iter().any(|method| method.needs_gateway()) {
            return Ok(Prefill::default());
        }
        let mut prefill = Prefill::default();
        for (name, sealed) in store::prefill(held.storage, &held.stored.id)? {
            match LookUp::parse(&name) {
                Some(by) => prefill.look_up.push(by),
                None => prefill.threema_id = Some(self.open_prefill(&held.stored.id, &sealed)?),
            }
        }
        Ok(prefill)
    }

    /// The hash by which the directory is asked, if the ticket carries one.
    pub(super) fn hash(&self, held: &HeldTicket<'_>, by: LookUp) -> Result<Option<String>, Error> {
        let kept = store::prefill(held.storage, &held.stored.id)?;
        let found = kept.iter().find(|(name, _)| name == by.as_str());
        let hash = found.map(|(_, sealed)| self.open_prefill(&held.stored.id, sealed));
        hash.transpose()
    }

    fn open_prefill(&self, ticket: &str, sealed: &[u8]) -> Result<String, Error> {
        let opened = self.unseal(&self.context(ticket, Kind::Prefill), sealed)?;
        let text = core::str::from_utf8(&opened);
        let text = text.map_err(|_| Error::internal("a stored prefill cannot be read"))?;
        Ok(text.into())
    }
}
