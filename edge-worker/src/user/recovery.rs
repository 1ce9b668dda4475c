//! Recovery codes: made, shown once, confirmed as kept.

use threegate_core::Error as Cause;
use threegate_core::recovery::{
    CODE_RANDOM, COUNT, RecoveryCode, Rounds, Salt, Set, Stretching, UserKey,
};
use threegate_core::vault::Kind;
use threegate_core::wire::client::{RecoveryCodes, RecoveryKept};
use worker::Response;
use zeroize::Zeroizing;

use super::ticket::Shown;
use super::{Desk, reply, store};
use crate::problem::Error;
use crate::{random, stretch};

/// PBKDF2 rounds of a new set. Ten codes are stretched in one request, which has 10 ms on the free plan.
const ROUNDS: u32 = 2_000;

/// The vault's name for the key of a set. A user has one set.
pub(super) const FACTOR: &str = "recovery";

impl Desk<'_> {
    pub(super) async fn make_recovery_codes(&self, shown: &Shown) -> Result<Response, Error> {
        // Asked first, and again in the transaction: no work for whoever may not have it.
        self.holding(shown, |holder| {
            Ok(holder
                .ticket
                .may_have_recovery_codes(holder.enrolled, holder.now))
        })?;

        let random = Zeroizing::new(random::bytes::<{ COUNT * CODE_RANDOM }>()?);
        let mut parts = Zeroizing::new([[0; CODE_RANDOM]; COUNT]);
        for (part, random) in parts.iter_mut().zip(random.chunks_exact(CODE_RANDOM)) {
            part.copy_from_slice(random);
        }
        let codes = RecoveryCode::generate(&parts);
        let salt = Salt::from_bytes(random::bytes()?);
        let rounds = Rounds::new(ROUNDS)
            .map_err(|fault| Error::Internal(format!("rounds: {}", fault.code())))?;
        let key = Zeroizing::new(random::bytes::<32>()?);
        let user_key = UserKey::from_bytes(*key);
        let mut digests = Vec::with_capacity(COUNT);
        for code in &codes {
            let stretched = stretch::stretch(Stretching::new(code, &salt, rounds)).await?;
            digests.push(stretched.digest(&user_key));
        }
        let set = Set::new(salt, rounds, digests)
            .map_err(|fault| Error::Internal(format!("a new set: {}", fault.code())))?;
        let sealed_key = self.seal(&*key, FACTOR, Kind::RecoveryKey)?;

        self.holding(shown, |holder| {
            let (ticket, now) = (&holder.ticket, holder.now);
            if let Err(cause) = ticket.may_have_recovery_codes(holder.enrolled, now) {
                return Ok(Err(cause));
            }
            store::replace_recovery_set(holder.storage, &set, &sealed_key, holder.now).map(Ok)
        })?;
        let codes = codes.iter().map(|code| code.to_text().as_str().into());
        reply::plain(
            201,
            &RecoveryCodes {
                codes: codes.collect(),
            },
        )
    }

    pub(super) fn keep_recovery_codes(&self, shown: &Shown) -> Result<Response, Error> {
        let kept = self.holding(shown, |holder| {
            let (ticket, now) = (&holder.ticket, holder.now);
            if let Err(cause) = ticket.may_have_recovery_codes(holder.enrolled, now) {
                return Ok(Err(cause));
            }
            store::keep_recovery_set(holder.storage, holder.now)?;
            let recovery = store::recovery(holder.storage)?;
            Ok(recovery.ok_or(Cause::MethodUnavailable))
        })?;
        reply::plain(200, &RecoveryKept { recovery: kept })
    }
}

/// The key over a user's recovery codes, out of the vault.
pub(super) fn user_key(bytes: &[u8]) -> Result<UserKey, Error> {
    let bytes = bytes.try_into();
    let bytes =
        bytes.map_err(|_| Error::Internal("a stored recovery key cannot be read".into()))?;
    Ok(UserKey::from_bytes(bytes))
}
