//! Forgetting: what has ended goes, and with the last of it everything.

use threegate_core::UnixTime;

use super::{Contact, store};
use crate::problem::Error;

/// Milliseconds between two alarms, at least.
const SHORTEST: i64 = 2_000;

impl Contact {
    pub(super) async fn clean_up(&self, now: UnixTime) -> Result<(), Error> {
        let next = self
            .storage
            .transact(|storage| store::clean_up(storage, now))?;
        match next {
            store::Next::Nothing => self.storage.erase().await,
            store::Next::Rest => Ok(()),
            store::Next::At(at) => {
                let wait = at.saturating_since(now).as_millis();
                // What is due already is on its way, or was put off just now.
                let wait = i64::try_from(wait).unwrap_or(i64::MAX).max(SHORTEST);
                self.storage.alarm_within(wait).await
            }
        }
    }
}
