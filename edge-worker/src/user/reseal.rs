//! A vault key's end: what the previous key sealed is sealed anew.

use serde::Serialize;
use worker::Response;

use super::{Account, reply, site_user, store};
use crate::internal::{Given, Message};
use crate::problem::Error;

/// What became of it.
#[derive(Serialize)]
pub(crate) struct Resealed {
    /// All of it could be opened.
    pub(crate) whole: bool,
}

impl Message for Resealed {
    fn read(from: Given<'_>) -> Option<Self> {
        let whole = from.flag("whole")?;
        Some(Self { whole })
    }
}

impl Account<'_> {
    /// Opening a secret seals it anew, if that is due.
    pub(super) fn reseal(&self) -> Result<Response, Error> {
        let whole = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(true);
            }
            let mut whole = true;
            for factor in store::all_generators(storage)? {
                whole &= self.generator_secret(storage, &factor).is_ok();
            }
            for factor in store::threema_factors(storage)? {
                whole &= self.contact(storage, &factor).is_ok();
            }
            if let Some(stored) = store::recovery_set(storage)? {
                whole &= self.recovery_key(storage, &stored.sealed_key).is_ok();
            }
            if let Some(user) = site_user::site_user(storage, self.config)? {
                self.remember_user(storage, &user)?;
            }
            whole &= self.reseal_answers(storage)?;
            Ok(whole)
        })?;
        reply::plain(200, &Resealed { whole })
    }
}
