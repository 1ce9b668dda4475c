//! Browsers that are remembered: made with the site's redemption of a pass, shown with its next wish for a
//! ticket.

use serde::Serialize;
use threegate_core::UnixTime;
use threegate_core::device::{Device, Shown};
use threegate_core::event::Event;
use threegate_core::token::{self, DeviceName, TokenHash};
use threegate_core::wire::site::TicketAnswer;

use super::ticket::HeldTicket;
use super::{Account, store};
use crate::events;
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::Storage;

/// A device's token whose MAC is right.
#[derive(Serialize)]
pub(crate) struct ShownDevice {
    pub(crate) name: String,
    /// The token's hash.
    pub(crate) token: String,
}

impl Message for ShownDevice {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            name: from.text("name")?,
            token: from.text("token")?,
        })
    }
}

/// What it came to.
pub(super) struct Judged {
    pub(super) as_what: Shown,
    name: DeviceName,
    device: Device,
    now: UnixTime,
}

impl Account<'_> {
    /// Judges a device's token. A replay ends the device, and so does a device's end.
    pub(super) fn judge_device(
        &self,
        storage: &Storage,
        shown: &ShownDevice,
    ) -> Result<Option<Judged>, Error> {
        let now = store::advance_clock(storage, self.now)?;
        let Some(device) = store::device(storage, &shown.name)? else {
            return Ok(None);
        };
        let unread = |_| Error::internal("a device's token");
        let token = TokenHash::parse(&shown.token).map_err(unread)?;
        let name = DeviceName::parse(&shown.name).map_err(unread)?;
        let as_what = device.shown(token, &self.config.policy, now);
        if as_what != Shown::Trusted {
            store::remove_device(storage, &shown.name)?;
        }
        Ok(Some(Judged {
            as_what,
            name,
            device,
            now,
        }))
    }

    /// The browser is let in, and gets its next token.
    pub(super) fn rotate(
        &self,
        storage: &Storage,
        shown: &Judged,
        fresh: [u8; 16],
    ) -> Result<TicketAnswer, Error> {
        let expires_at = shown.device.expires_at();
        let token = self.device_token(shown.name.rotated(fresh), expires_at);
        let device = Device::restore(token.hash(), shown.device.created_at(), expires_at);
        store::save_device(storage, &shown.name.to_text(), device, shown.now)?;
        Ok(TicketAnswer::trusted_device(&token))
    }

    /// Remembers the browser of a ticket whose pass is redeemed, if its user wants that and it may be.
    pub(super) fn remember_browser(&self, held: &HeldTicket<'_>) -> Result<(), Error> {
        let ticket = &held.stored.ticket;
        let life = ticket.remembers_for(&self.config.policy);
        let Some(life) = life.filter(|_| held.stored.remember) else {
            return Ok(());
        };
        let (random, name) = self.first_token(&held.stored.id)?;
        let token = self.device_token(random, held.now.saturating_add(life));
        let device = Device::remember(token.hash(), life, held.now);
        store::save_device(held.storage, &name.to_text(), device, held.now)?;
        events::note(held.storage, self.config, &Event::DeviceTrusted, held.now)
    }

    /// The first token of the device that the ticket's browser has become, as long as it is the one that
    /// works: a site may ask twice.
    pub(super) fn remembered(&self, held: &HeldTicket<'_>) -> Result<Option<String>, Error> {
        if !held.stored.remember {
            return Ok(None);
        }
        let (random, name) = self.first_token(&held.stored.id)?;
        let Some(device) = store::device(held.storage, &name.to_text())? else {
            return Ok(None);
        };
        let token = self.device_token(random, device.expires_at());
        Ok((token.hash() == device.token()).then(|| token.as_str().into()))
    }

    fn first_token(&self, ticket: &str) -> Result<([u8; 16], DeviceName), Error> {
        let hash = TokenHash::parse(ticket)
            .map_err(|cause| Error::internal(format_args!("ticket hash: {cause}")))?;
        let random = token::device_random(&self.config.tokens, hash);
        Ok((random, DeviceName::of(random)))
    }

    fn device_token(&self, random: [u8; 16], expires_at: UnixTime) -> token::Token<token::Device> {
        token::mint::<token::Device>(&self.config.tokens, self.object, random, expires_at)
    }
}
