//! What the site's team takes back: what is enrolled, or every trace.

use threegate_core::event::Event;
use threegate_core::wire::site::UserReset;
use worker::Response;

use super::threema::Erased;
use super::{Account, reply, store};
use crate::events;
use crate::problem::Error;

impl Account<'_> {
    /// Everything of the user's goes, here. With `erase` nothing of it is told, or asked for once more.
    pub(super) fn reset(&self, erase: bool) -> Result<Response, Error> {
        let erased = Erased {
            found: store::exists(self.storage)?,
            contacts: self.contacts()?,
        };
        self.storage.transact(|storage| {
            store::drop_tables(storage, erase)?;
            if erase {
                return Ok(());
            }
            // What is left goes when the site has been told.
            storage.ring()?;
            if erased.found {
                events::note(storage, self.config, &Event::UserReset, self.now)?;
            }
            let reset = UserReset {
                reset: erased.found,
            };
            self.remember(storage, 200, &reset, self.now)
        })?;
        self.sockets.close_all_but(&[]);
        reply::plain(200, &erased)
    }
}
