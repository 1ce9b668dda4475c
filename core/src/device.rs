//! A browser that is remembered: for a while its user's password is enough there.
//!
//! ```text
//! proved, "remember this browser" ─▶ siteverify ─▶ token 1 ─▶ tickets ─▶ not required, token 2 ─▶ …
//!                                                     └─ again ─▶ Replayed: the device is forgotten
//! ```
//!
//! The site keeps the token in a cookie of its own. Each works once and is answered with the next one. An
//! answer that gets lost only means that a second factor is asked for: the site then shows the old token,
//! which nobody can tell from a thief's, so the browser is forgotten and can be remembered anew.
//!
//! It is never a proof: nothing can be changed by it, and whatever is changed ends it. It lasts as long as
//! was said when the factor was proved, however often it is used.
//!
//! ```
//! use core::time::Duration;
//! use threegate_core::UnixTime;
//! use threegate_core::device::{Device, Shown};
//! use threegate_core::key::{Key, Keyring};
//! use threegate_core::policy::Policy;
//! use threegate_core::token::{self, DeviceName};
//! use threegate_core::user::ObjectName;
//!
//! let month = Duration::from_secs(30 * 24 * 60 * 60);
//! let mut policy = Policy::default(); // remembers nobody
//! policy.trusted_device = Some(month);
//!
//! // Remembered: the token goes into the site's cookie, its hash into the store.
//! let keys = Keyring::new(Key::from_bytes([1; 32]), None);
//! let (alice, now) = (ObjectName::from_bytes([2; 16]), UnixTime::from_secs(1_000));
//! let until = now.saturating_add(month);
//! let first = token::mint::<token::Device>(&keys, alice, [3; 16], until);
//! let device = Device::remember(first.hash(), month, now);
//!
//! // Shown at the next login: it is the one that works now, and the next one takes its place.
//! assert_eq!(device.shown(first.hash(), &policy, now), Shown::Trusted);
//! let random = DeviceName::of([3; 16]).rotated([4; 16]);
//! let next = token::mint::<token::Device>(&keys, alice, random, until);
//! let device = Device::restore(next.hash(), device.created_at(), device.expires_at());
//!
//! // Shown once more, by whoever copied the cookie.
//! assert_eq!(device.shown(first.hash(), &policy, now), Shown::Replayed);
//! ```

use core::time::Duration;

use crate::policy::Policy;
use crate::ticket::{Admission, NotRequired, Ticket};
use crate::token::TokenHash;
use crate::{Method, Purpose, UnixTime};

/// Browsers that are remembered for a user at once; one more ends the one that was used longest ago.
pub const PER_USER: usize = 10;

/// A browser that is remembered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Device {
    token: TokenHash,
    created_at: UnixTime,
    expires_at: UnixTime,
}

/// What showing a token comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// The password is enough. The token is to be replaced before that is told.
    Trusted,
    /// It was shown before: somebody else may have it. The device is to be forgotten.
    Replayed,
    /// The time is up, or the site's team remembers no browsers any more.
    Over,
}

impl Device {
    /// A browser that is remembered from `now` on, by that token.
    #[must_use]
    pub const fn remember(token: TokenHash, life: Duration, now: UnixTime) -> Self {
        Self {
            token,
            created_at: now,
            expires_at: now.saturating_add(life),
        }
    }

    /// What was stored.
    #[must_use]
    pub const fn restore(token: TokenHash, created_at: UnixTime, expires_at: UnixTime) -> Self {
        Self {
            token,
            created_at,
            expires_at,
        }
    }

    /// Judges a token of this device at `now`.
    #[must_use]
    pub fn shown(self, token: TokenHash, policy: &Policy, now: UnixTime) -> Shown {
        let Some(life) = policy.trusted_device else {
            return Shown::Over;
        };
        // The rule may have become stricter since.
        let expires_at = self.expires_at.min(self.created_at.saturating_add(life));
        if now >= expires_at {
            return Shown::Over;
        }
        if token != self.token {
            return Shown::Replayed;
        }
        Shown::Trusted
    }

    /// The hash of the token that works now, to store.
    #[must_use]
    pub const fn token(&self) -> TokenHash {
        self.token
    }

    /// Since when it is remembered.
    #[must_use]
    pub const fn created_at(&self) -> UnixTime {
        self.created_at
    }

    /// When it is forgotten.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }
}

const TRUSTED: Admission = Admission::NotRequired {
    reason: NotRequired::TrustedDevice,
    enrollment_due_at: None,
};

impl Admission {
    /// The same for a browser that showed a device's token. It replaces a proof at login, never another.
    #[must_use]
    pub fn on_device(self, purpose: Purpose, shown: Option<Shown>) -> Self {
        match (self, shown) {
            (
                Self::Ticket {
                    proof_required: true,
                },
                Some(Shown::Trusted),
            ) if purpose == Purpose::Verify => TRUSTED,
            _ => self,
        }
    }
}

impl Ticket {
    /// For how long the ticket's browser may be remembered, if its page may offer that: at a login that is
    /// not proved by a recovery code, since whoever uses one has lost something.
    #[must_use]
    pub fn remembers_for(&self, policy: &Policy) -> Option<Duration> {
        let by_recovery = |proved: crate::ticket::Proved| proved.method == Method::Recovery;
        let life = policy.trusted_device?;
        let may = self.purpose() == Purpose::Verify && !self.earned().is_some_and(by_recovery);
        may.then_some(life)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_000_000);
    const DAY: Duration = Duration::from_secs(86_400);

    fn policy(trusted_device: Option<Duration>) -> Policy {
        Policy {
            trusted_device,
            ..Policy::default()
        }
    }

    fn hash(name: &str) -> TokenHash {
        TokenHash::parse(name).unwrap()
    }

    #[test]
    fn a_token_is_trusted_until_its_device_is_over_and_another_is_a_replay() {
        let own = hash("AAAAAAAAAAAAAAAAAAAAAA");
        let other = hash("AQEBAQEBAQEBAQEBAQEBAQ");
        let device = Device::remember(own, DAY * 30, NOW);
        let after = |days: u32| NOW.saturating_add(DAY * days);
        for (token, life, at, expected) in [
            (own, Some(30), 0, Shown::Trusted),
            (own, Some(30), 29, Shown::Trusted),
            (own, Some(30), 30, Shown::Over),
            (own, Some(7), 6, Shown::Trusted),
            (own, Some(7), 7, Shown::Over),
            (own, Some(90), 30, Shown::Over),
            (own, None, 0, Shown::Over),
            (other, Some(30), 0, Shown::Replayed),
            (other, Some(30), 30, Shown::Over),
        ] {
            let policy = policy(life.map(|days| DAY * days));
            let shown = device.shown(token, &policy, after(at));
            assert_eq!(shown, expected, "{life:?} {at}");
        }
    }

    #[test]
    fn a_trusted_device_replaces_a_proof_at_login_and_nothing_else() {
        let needed = Admission::Ticket {
            proof_required: true,
        };
        let free = Admission::Ticket {
            proof_required: false,
        };
        let all = [
            None,
            Some(Shown::Trusted),
            Some(Shown::Replayed),
            Some(Shown::Over),
        ];
        for purpose in Purpose::ALL {
            for shown in all {
                let trusted = purpose == Purpose::Verify && shown == Some(Shown::Trusted);
                let expected = if trusted { TRUSTED } else { needed };
                assert_eq!(needed.on_device(purpose, shown), expected);
                for other in [free, Admission::EnrollmentRequired] {
                    assert_eq!(other.on_device(purpose, shown), other);
                }
            }
        }
    }

    #[test]
    fn a_browser_is_remembered_at_a_login_that_no_recovery_code_proved_if_the_site_wants_that() {
        let month = Some(DAY * 30);
        for purpose in Purpose::ALL {
            for method in Method::ALL {
                let ticket = Ticket::issue(purpose, NOW);
                let open = (purpose == Purpose::Verify).then_some(DAY * 30);
                assert_eq!(ticket.remembers_for(&policy(month)), open);
                let proved = ticket.after_proof(method, NOW);
                let may = open.filter(|_| method != Method::Recovery);
                assert_eq!(proved.remembers_for(&policy(month)), may, "{method:?}");
                assert_eq!(proved.remembers_for(&policy(None)), None);
            }
        }
    }
}
