//! What is enrolled, changed by its user.
//!
//! Each change asks core, in its own transaction, whether it may be made: a factor was proved under the same
//! ticket lately.

use threegate_core::Error as Cause;
use threegate_core::wire::client::FactorConfirmed;
use worker::Response;

use super::ticket::Presented;
use super::{Account, reply, store};
use crate::problem::Error;

impl Account<'_> {
    /// A token's button was pressed too often: two codes in a row say where it stands.
    pub(super) fn resync(
        &self,
        presented: &Presented,
        id: &str,
        [first, second]: &[String; 2],
    ) -> Result<Response, Error> {
        let found = self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            if let Err(cause) = held.stored.ticket.may_change(held.enrolled, now) {
                return Ok(Err(cause));
            }
            let Some(factor) = store::generator_named(storage, id)? else {
                return Ok(Err(Cause::FactorUnknown));
            };
            let secret = self.generator_secret(storage, &factor)?;
            let moved = match factor.generator.resync(&secret, [first, second]) {
                Ok(moved) => moved,
                Err(cause) => return Ok(Err(cause)),
            };
            store::move_on(storage, id, moved, now)?;
            Ok(Ok(FactorConfirmed {
                factor: id.into(),
                method: factor.method,
                state: "active".into(),
            }))
        })?;
        reply::plain(200, &found)
    }
}
