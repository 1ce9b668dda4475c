//! Requests with a key whose effect is outside: noted before it, and answered after it. One whose end
//! nobody told is not begun again within the key's memory.

use threegate_core::UnixTime;
use threegate_core::idempotency::Once;
use worker::{Env, Response};

use super::{Question, Site, ask};
use crate::idempotency;
use crate::problem::Error;
use crate::storage::bind;

/// The status of what has not begun yet.
const FIRST: u16 = 204;

/// Begins a request; or what it was answered before, or why it is refused.
pub(crate) async fn begin(env: &Env, once: &Once) -> Result<Option<Response>, Error> {
    let key = once.clone().into();
    let told = ask(env, &Question::Begin { key }).await?;
    Ok(Some(told).filter(|told| told.status_code() != FIRST))
}

/// Ends it with its status and answer. Without them it may come again. That it cannot be told is no reason
/// to fail: the effect was had.
pub(crate) async fn end(env: &Env, once: Once, (status, answer): (u16, String)) {
    let key = once.into();
    let question = Question::End {
        key,
        status,
        answer,
    };
    if let Err(fault) = ask(env, &question).await {
        worker::console_error!("threegate: an answer was not kept: {fault:?}");
    }
}

impl Site {
    pub(super) fn begin(&self, once: &Once, now: UnixTime) -> Result<Response, Error> {
        let kept = self.storage.transact(|storage| {
            idempotency::clean_up(storage, now)?;
            let kept = idempotency::kept(storage, once, now)?;
            if matches!(kept, Ok(None)) {
                idempotency::keep(storage, once, None, now)?;
            }
            Ok(kept)
        })?;
        match kept.map_err(|cause| Error::refused(cause, now))? {
            Some(kept) => idempotency::repeat(kept.status, &kept.sealed),
            None => Ok(Response::empty()?.with_status(FIRST)),
        }
    }

    /// The answer says nothing that would have to be sealed.
    pub(super) fn end(
        &self,
        once: &Once,
        status: u16,
        answer: &str,
        now: UnixTime,
    ) -> Result<Response, Error> {
        self.storage.transact(|storage| {
            if answer.is_empty() {
                let statement = "delete from answered where name = ?";
                return storage.run(statement, bind![&once.name]);
            }
            idempotency::keep(storage, once, Some((status, answer.as_bytes())), now)
        })?;
        Ok(Response::empty()?)
    }
}
