//! A pass: what a ticket's proof is worth to the site, once.

use core::time::Duration;

use sha2::{Digest, Sha256};

use crate::{Error, UnixTime};

/// How long a pass can be redeemed: Turnstile's figure
/// (<https://developers.cloudflare.com/turnstile/get-started/server-side-validation/>).
const LIFE: Duration = Duration::from_secs(300);

/// What a ticket's pass has been through. A ticket has at most one.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "it is stored, or the change is lost"]
pub struct Pass {
    expires_at: UnixTime,
    redeemed: Option<Redeemed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Redeemed {
    idempotency_key: Option<RedemptionKey>,
}

/// siteverify's `idempotency_key`, by which a site marks a repetition, a UUID for instance. Only its hash is
/// kept. (The header `Idempotency-Key` of other calls is [`idempotency`](crate::idempotency).)
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RedemptionKey([u8; 32]);

/// How a pass was redeemed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "it is stored, or the change is lost"]
pub enum Redemption {
    /// Now, for the first time. Must be stored before it is told.
    First,
    /// Before, and the same request came again, by its idempotency key.
    Repeated,
}

impl RedemptionKey {
    /// The key of that text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        Self(Sha256::digest(text).into())
    }

    /// What was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl Pass {
    /// A pass from `now` on.
    pub const fn issue(now: UnixTime) -> Self {
        Self {
            expires_at: now.saturating_add(LIFE),
            redeemed: None,
        }
    }

    /// What was stored: a redeemed pass with the idempotency key of its redemption, if it had one.
    pub fn restore(expires_at: UnixTime, redeemed: Option<Option<RedemptionKey>>) -> Self {
        Self {
            expires_at,
            redeemed: redeemed.map(|idempotency_key| Redeemed { idempotency_key }),
        }
    }

    /// Redeems the pass, once. The same idempotency key gets the same answer again while the pass lives.
    ///
    /// # Errors
    /// [`Error::PassOver`].
    pub fn redeem(
        self,
        idempotency_key: Option<RedemptionKey>,
        now: UnixTime,
    ) -> Result<(Self, Redemption), Error> {
        if now >= self.expires_at {
            return Err(Error::PassOver);
        }
        match &self.redeemed {
            None => Ok((
                Self {
                    redeemed: Some(Redeemed { idempotency_key }),
                    ..self
                },
                Redemption::First,
            )),
            Some(before)
                if idempotency_key.is_some() && before.idempotency_key == idempotency_key =>
            {
                Ok((self, Redemption::Repeated))
            }
            Some(_) => Err(Error::PassOver),
        }
    }

    /// Whether the page may be given it (again).
    ///
    /// # Errors
    /// [`Error::PassOver`] once it is redeemed or its time is up.
    pub fn check(&self, now: UnixTime) -> Result<(), Error> {
        if self.redeemed.is_some() || now >= self.expires_at {
            return Err(Error::PassOver);
        }
        Ok(())
    }

    /// Whether the site has redeemed it.
    #[must_use]
    pub const fn is_redeemed(&self) -> bool {
        self.redeemed.is_some()
    }

    /// When it ends.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_000);
    const KEY: Option<RedemptionKey> = Some(RedemptionKey([1; 32]));

    #[test]
    fn a_pass_is_redeemed_once() {
        let (pass, redemption) = Pass::issue(NOW).redeem(None, NOW).unwrap();
        assert_eq!(redemption, Redemption::First);
        assert_eq!(pass.check(NOW), Err(Error::PassOver));
        for key in [None, KEY] {
            assert_eq!(pass.clone().redeem(key, NOW), Err(Error::PassOver));
        }
    }

    #[test]
    fn the_same_idempotency_key_gets_the_same_answer_and_another_does_not() {
        let (pass, _) = Pass::issue(NOW).redeem(KEY, NOW).unwrap();
        assert_eq!(
            pass.clone().redeem(KEY, NOW).unwrap().1,
            Redemption::Repeated
        );
        for key in [None, Some(RedemptionKey([2; 32]))] {
            assert!(pass.clone().redeem(key, NOW).is_err());
        }
    }

    #[test]
    fn a_pass_ends_after_300_seconds() {
        let pass = Pass::issue(NOW);
        let last = UnixTime::from_secs(1_299);
        let over = UnixTime::from_secs(1_300);
        assert!(pass.clone().redeem(None, last).is_ok());
        assert!(pass.clone().redeem(None, over).is_err());
        assert_eq!(pass.check(over), Err(Error::PassOver));
    }
}
