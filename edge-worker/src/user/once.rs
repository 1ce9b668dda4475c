//! Requests that may come twice: their answers, sealed under the user's place.

use serde::Serialize;
use threegate_core::UnixTime;
use threegate_core::idempotency::Once;
use worker::Response;

use super::Account;
use crate::problem::Error;
use crate::storage::Storage;
use crate::{http, idempotency};

impl Account<'_> {
    /// The answer that this request got when it came before, if it did.
    pub(super) fn replayed(&self) -> Result<Option<Response>, Error> {
        let Some(once) = &self.once else {
            return Ok(None);
        };
        let kept = self
            .storage
            .transact(|storage| idempotency::kept(storage, once, self.now))?;
        let Some(kept) = kept.map_err(|cause| Error::refused(cause, self.now))? else {
            return Ok(None);
        };
        let answer = self.unseal_answer(&once.name, &kept.sealed)?;
        idempotency::repeat(kept.status, &answer).map(Some)
    }

    /// Keeps an answer with its effect, in the transaction of that.
    pub(super) fn remember(
        &self,
        storage: &Storage,
        status: u16,
        answer: &impl Serialize,
        now: UnixTime,
    ) -> Result<(), Error> {
        match &self.once {
            Some(once) => self.remember_json(storage, once, status, &http::to_json(answer)?, now),
            None => Ok(()),
        }
    }

    /// Seals what is kept under the present key. Whether all of it could be opened.
    pub(super) fn reseal_answers(&self, storage: &Storage) -> Result<bool, Error> {
        let mut whole = true;
        for (name, sealed) in idempotency::all(storage)? {
            match self.answer_anew(&name, &sealed) {
                Ok(Some(anew)) => idempotency::reseal(storage, &name, &anew)?,
                Ok(None) => {}
                Err(_) => whole = false,
            }
        }
        Ok(whole)
    }

    fn remember_json(
        &self,
        storage: &Storage,
        once: &Once,
        status: u16,
        json: &[u8],
        now: UnixTime,
    ) -> Result<(), Error> {
        let sealed = self.seal_answer(&once.name, json)?;
        idempotency::keep(storage, once, Some((status, &sealed)), now)
    }
}
