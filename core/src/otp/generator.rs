//! What makes a user's codes, whichever kind it is, and where it stands.
//!
//! ```text
//! (Generator, typed code) ──judge──▶ Accepted(Generator) | Used | Wrong
//! ```
//!
//! The generator that comes with [`Judgement::Accepted`] is the one to store, in the transaction that lets
//! the user in: it takes that code no more.
//!
//! Its hash is SHA1, the one that every app knows: the two others would be a fiftieth of the worker.

use super::keyed::{Codes, Keyed};
use super::{
    Algorithm, Code, CodeError, Counter, CounterVerdict, Digits, Hotp, Issuer, KeyUri, Label,
    Period, ResyncWindow, Secret, Step, Totp, Verdict,
};
use crate::challenge::Judgement;
use crate::policy::Policy;
use crate::{Error, Method, UnixTime};

/// An app or token of a user: what a server stores beside its secret, and checks with under a policy.
///
/// ```
/// use threegate_core::challenge::Judgement;
/// use threegate_core::otp::{Generator, Secret, Totp};
/// use threegate_core::policy::Policy;
/// use threegate_core::{Method, UnixTime};
///
/// let (policy, now) = (Policy::default(), UnixTime::from_secs(1_700_000_000));
/// let secret = Secret::from_bytes(b"12345678901234567890")?; // 20 random bytes, really
/// let generator = Generator::fresh(Method::Totp)?;
///
/// let app = Totp::default();
/// let code = generator.parse(&app.code(&secret, app.step(now)).to_digits())?;
/// let Judgement::Accepted(moved) = generator.judge(&secret, &code, now, &policy) else {
///     panic!("a good code was refused");
/// };
/// // Stored, and read again: the code works no more.
/// let (digits, period) = (moved.digits(), moved.period().unwrap_or_default());
/// let stored = Generator::restore(Method::Totp, digits, period, moved.position())?;
/// assert_eq!(stored.judge(&secret, &code, now, &policy), Judgement::Used);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a generator that moved is to be stored"]
pub enum Generator {
    /// It reads the clock.
    Clock {
        /// The length of its codes.
        digits: Digits,
        /// How long it shows one.
        period: Period,
        /// The last step that was accepted from it.
        last: Option<Step>,
    },
    /// It counts.
    Counter {
        /// The length of its codes.
        digits: Digits,
        /// The counter that comes next.
        next: Counter,
    },
}

impl Generator {
    /// What is enrolled here, with the defaults that every app knows.
    ///
    /// # Errors
    /// [`Error::MethodUnavailable`] for a method whose codes nothing on the user's side makes.
    pub fn fresh(method: Method) -> Result<Self, Error> {
        Self::restore(method, Digits::default(), Period::default(), None)
    }

    /// What was stored, with its [`Generator::position`]. A token has no period.
    ///
    /// # Errors
    /// As [`Generator::fresh`].
    pub fn restore(
        method: Method,
        digits: Digits,
        period: Period,
        position: Option<u64>,
    ) -> Result<Self, Error> {
        match method {
            Method::Totp => Ok(Self::Clock {
                digits,
                period,
                last: position.map(Step),
            }),
            Method::Hotp => Ok(Self::Counter {
                digits,
                next: Counter(position.unwrap_or_default()),
            }),
            _ => Err(Error::MethodUnavailable),
        }
    }

    /// Where it stands, to store: the last step, none before the first; or the next counter.
    #[must_use]
    pub const fn position(self) -> Option<u64> {
        match self {
            Self::Clock { last, .. } => match last {
                Some(Step(last)) => Some(last),
                None => None,
            },
            Self::Counter { next, .. } => Some(next.0),
        }
    }

    /// How it proves itself.
    #[must_use]
    pub const fn method(self) -> Method {
        match self {
            Self::Clock { .. } => Method::Totp,
            Self::Counter { .. } => Method::Hotp,
        }
    }

    /// The length of a step, of what reads the clock.
    #[must_use]
    pub const fn period(self) -> Option<Period> {
        match self {
            Self::Clock { period, .. } => Some(period),
            Self::Counter { .. } => None,
        }
    }

    /// The same with every code of the present window used up: what was moved here may have been used
    /// elsewhere just now.
    pub fn past(self, now: UnixTime, policy: &Policy) -> Self {
        match self {
            Self::Clock {
                digits,
                period,
                last,
            } => {
                let present = totp(digits, period).step(now);
                let newest = policy.totp_window.newest(present);
                Self::Clock {
                    digits,
                    period,
                    last: Some(last.map_or(newest, |last| last.max(newest))),
                }
            }
            Self::Counter { .. } => self,
        }
    }

    /// Reads a code of its length.
    ///
    /// # Errors
    /// [`CodeError`] for what cannot be one.
    pub fn parse(self, typed: &str) -> Result<Code, CodeError> {
        Code::parse(typed, self.digits())
    }

    /// The length of its codes.
    #[must_use]
    pub const fn digits(self) -> Digits {
        match self {
            Self::Clock { digits, .. } | Self::Counter { digits, .. } => digits,
        }
    }

    /// The link that brings its secret into an app.
    #[must_use]
    pub fn uri(self, secret: &Secret, issuer: &Issuer, account: &Label) -> KeyUri {
        match self {
            Self::Clock { digits, period, .. } => {
                KeyUri::totp(&totp(digits, period), secret, issuer, account)
            }
            Self::Counter { digits, next } => {
                KeyUri::hotp(&hotp(digits), secret, next, issuer, account)
            }
        }
    }

    /// Judges a code at `now`, within what the policy tolerates.
    ///
    /// The code of the counter that was accepted last is [`Judgement::Used`], as an app's is: a form that
    /// was sent twice is no guess. Older ones are not told from wrong ones.
    #[must_use]
    pub fn judge(
        self,
        secret: &Secret,
        code: &Code,
        now: UnixTime,
        policy: &Policy,
    ) -> Judgement<Self> {
        let keyed = Keyed::sha1(secret);
        match self {
            Self::Clock {
                digits,
                period,
                last,
            } => {
                let totp = totp(digits, period);
                match totp.check_by(&keyed, code, now, policy.totp_window, last) {
                    Verdict::Accepted { step, .. } => Judgement::Accepted(Self::Clock {
                        digits,
                        period,
                        last: Some(step),
                    }),
                    Verdict::Used => Judgement::Used,
                    Verdict::Wrong => Judgement::Wrong,
                }
            }
            Self::Counter { digits, next } => {
                let hotp = hotp(digits);
                let last = next.0.checked_sub(1);
                let used =
                    last.is_some_and(|last| code.is(keyed.code_at(last, digits), digits).into());
                match hotp.check_by(&keyed, code, next, policy.hotp_look_ahead) {
                    CounterVerdict::Accepted { next, .. } => {
                        Judgement::Accepted(Self::Counter { digits, next })
                    }
                    CounterVerdict::Wrong if used => Judgement::Used,
                    CounterVerdict::Wrong => Judgement::Wrong,
                }
            }
        }
    }

    /// Finds a token again whose button was pressed too often, by two codes in a row. Only for a user
    /// who has just proved a factor.
    ///
    /// # Errors
    /// [`Error::MethodUnavailable`] for what does not count; [`Error::CodeMalformed`] for what cannot be its
    /// codes, [`Error::CodeWrong`] if they are not two of the next thousand in their order.
    pub fn resync(self, secret: &Secret, typed: [&str; 2]) -> Result<Self, Error> {
        let Self::Counter { digits, next } = self else {
            return Err(Error::MethodUnavailable);
        };
        let [first, second] = typed;
        let (first, second) = (self.parse(first)?, self.parse(second)?);
        let keyed = Keyed::sha1(secret);
        let window = ResyncWindow::default();
        match hotp(digits).resync_by(&keyed, [&first, &second], next, window) {
            CounterVerdict::Accepted { next, .. } => Ok(Self::Counter { digits, next }),
            CounterVerdict::Wrong => Err(Error::CodeWrong),
        }
    }
}

const fn totp(digits: Digits, period: Period) -> Totp {
    Totp {
        algorithm: Algorithm::Sha1,
        digits,
        period,
    }
}

const fn hotp(digits: Digits) -> Hotp {
    Hotp {
        algorithm: Algorithm::Sha1,
        digits,
    }
}

#[cfg(test)]
mod tests;
