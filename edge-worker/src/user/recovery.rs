//! Recovery codes: made, presented once, confirmed as kept.

use threegate_core::Error as Cause;
use threegate_core::event::Event;
use threegate_core::recovery::{
    CODE_RANDOM, COUNT, RecoveryCode, Rounds, Salt, Set, Stretching, UserKey,
};
use threegate_core::wire::client::{RecoveryCodes, RecoveryKept};
use worker::Response;
use zeroize::Zeroizing;

use super::ticket::Presented;
use super::{Account, reply, store};
use crate::problem::Error;
use crate::{events, random, stretch};

impl Account<'_> {
    pub(super) async fn make_recovery_codes(
        &self,
        presented: &Presented,
    ) -> Result<Response, Error> {
        // Asked first, and again in the transaction: no work for whoever may not have it.
        self.with_ticket(presented, |held| {
            Ok(held
                .stored
                .ticket
                .may_have_recovery_codes(held.enrolled, held.now))
        })?;

        let mut random = Zeroizing::new([[0; CODE_RANDOM]; COUNT]);
        for part in random.iter_mut() {
            *part = random::bytes()?;
        }
        let codes = RecoveryCode::generate(&random);
        let salt = Salt::from_bytes(random::bytes()?);
        let rounds = Rounds::DEFAULT;
        let key = Zeroizing::new(random::bytes::<32>()?);
        let user_key = UserKey::from_bytes(*key);
        let mut digests = Vec::with_capacity(COUNT);
        for code in &codes {
            let stretched = stretch::stretch(Stretching::new(code, &salt, rounds)).await?;
            digests.push(stretched.digest(&user_key));
        }
        let set = Set::new(salt, rounds, digests)
            .map_err(|fault| Error::internal(format_args!("a new set: {fault}")))?;
        let sealed_key = self.seal_recovery_key(&*key)?;

        self.with_ticket(presented, |held| {
            let (ticket, now) = (&held.stored.ticket, held.now);
            if let Err(cause) = ticket.may_have_recovery_codes(held.enrolled, now) {
                return Ok(Err(cause));
            }
            store::remove_devices(held.storage)?;
            let replaced = store::recovery_set(held.storage)?.is_some();
            store::replace_recovery_set(held.storage, &set, &sealed_key, held.now)?;
            if replaced {
                let event = Event::RecoveryCodesReplaced;
                events::note(held.storage, self.config, &event, held.now)?;
            }
            Ok(Ok(()))
        })?;
        let codes = codes.iter().map(|code| code.to_text().as_str().into());
        reply::plain(
            201,
            &RecoveryCodes {
                codes: codes.collect(),
            },
        )
    }

    pub(super) fn keep_recovery_codes(&self, presented: &Presented) -> Result<Response, Error> {
        let kept = self.with_ticket(presented, |held| {
            let (ticket, now) = (&held.stored.ticket, held.now);
            if let Err(cause) = ticket.may_have_recovery_codes(held.enrolled, now) {
                return Ok(Err(cause));
            }
            store::keep_recovery_set(held.storage, held.now)?;
            let recovery = store::recovery(held.storage)?;
            Ok(recovery.ok_or(Cause::MethodUnavailable))
        })?;
        reply::plain(200, &RecoveryKept { recovery: kept })
    }
}
