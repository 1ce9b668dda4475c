//! What the site's team sees of a user, and takes away.

use threegate_core::Error as Cause;
use threegate_core::wire::client::FactorConfirmed;
use threegate_core::wire::site::UserView;
use worker::Response;

use super::{Account, reply, store};
use crate::problem::Error;

impl Account<'_> {
    pub(super) fn describe(&self) -> Result<Response, Error> {
        let view = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(UserView::default());
            }
            let enrolled = store::enrolled(storage)?;
            let throttle = self.throttle(storage)?;
            let permitted: Vec<_> = self.config.methods().collect();
            let (factors, devices) = self.listed(storage)?;
            let retry_at = throttle.retry_at(self.now);
            let forced = store::forced_since(storage)?.filter(|_| !enrolled.is_active());
            let due_at = forced.map(|since| self.config.policy.enrollment.due_at(since));
            Ok(UserView {
                enrolled: enrolled.is_active(),
                default: enrolled.default,
                factors,
                recovery: store::recovery(storage)?,
                devices,
                closed: enrolled.is_closed(&permitted, throttle),
                retry_at: retry_at.map(|at| at.as_secs()),
                enrollment_due_at: due_at.map(|at| at.as_secs()),
            })
        })?;
        reply::plain(200, &view)
    }

    pub(super) fn taken_away(&self, id: &str) -> Result<Response, Error> {
        let gone = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(None);
            }
            let now = store::advance_clock(storage, self.now)?;
            let enrolled = store::enrolled(storage)?;
            let Some(gone) = self.take_away(storage, enrolled, id, None, now)? else {
                return Ok(None);
            };
            let answer = FactorConfirmed {
                factor: id.into(),
                method: gone.method,
                state: "removed".into(),
            };
            self.remember(storage, 200, &answer, now)?;
            Ok(Some((gone, answer)))
        })?;
        let (gone, answer) = gone.ok_or_else(|| Error::refused(Cause::FactorUnknown, self.now))?;
        for ticket in &gone.tickets {
            self.sockets.changed(ticket);
        }
        reply::plain(200, &answer)
    }
}
