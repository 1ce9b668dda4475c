//! What makes a user's codes, whichever kind it is, and where it stands.
//!
//! ```text
//! (Generator, typed code) ──judge──▶ Accepted(Generator) | Used | Wrong
//! ```
//!
//! The generator that comes with [`Judgement::Accepted`] is the one to store, in the transaction that lets
//! the user in: it takes that code no more.

use super::{
    Algorithm, Code, CodeError, Counter, CounterVerdict, Digits, Hotp, Issuer, KeyUri, Label,
    Period, ResyncWindow, Secret, Step, Totp, Verdict,
};
use crate::challenge::Judgement;
use crate::policy::Policy;
use crate::{Error, Method, UnixTime};

/// An app or token of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Generator {
    /// It reads the clock; with the last step that was accepted from it.
    Clock(Totp, Option<Step>),
    /// It counts; with the counter that comes next.
    Counter(Hotp, Counter),
}

impl Generator {
    /// What is enrolled here, with the defaults that every app knows.
    ///
    /// # Errors
    /// [`Error::MethodUnavailable`] for a method whose codes nothing on the user's side makes.
    pub fn fresh(method: Method) -> Result<Self, Error> {
        Self::restore(
            method,
            Algorithm::default(),
            Digits::default(),
            Period::default(),
            None,
        )
    }

    /// What was stored, with its [`Generator::position`]. A token has no period.
    ///
    /// # Errors
    /// As [`Generator::fresh`].
    pub fn restore(
        method: Method,
        algorithm: Algorithm,
        digits: Digits,
        period: Period,
        position: Option<u64>,
    ) -> Result<Self, Error> {
        match method {
            Method::Totp => {
                let totp = Totp {
                    algorithm,
                    digits,
                    period,
                };
                Ok(Self::Clock(totp, position.map(Step)))
            }
            Method::Hotp => {
                let next = Counter(position.unwrap_or_default());
                Ok(Self::Counter(Hotp { algorithm, digits }, next))
            }
            _ => Err(Error::MethodUnavailable),
        }
    }

    /// Where it stands, to store: the last step, none before the first; or the next counter.
    #[must_use]
    pub const fn position(self) -> Option<u64> {
        match self {
            Self::Clock(_, Some(Step(last))) => Some(last),
            Self::Clock(_, None) => None,
            Self::Counter(_, Counter(next)) => Some(next),
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
            Self::Clock(totp, _) => totp.digits,
            Self::Counter(hotp, _) => hotp.digits,
        }
    }

    /// The link that brings its secret into an app.
    #[must_use]
    pub fn uri(self, secret: &Secret, issuer: &Issuer, account: &Label) -> KeyUri {
        match self {
            Self::Clock(totp, _) => KeyUri::totp(&totp, secret, issuer, account),
            Self::Counter(hotp, next) => KeyUri::hotp(&hotp, secret, next, issuer, account),
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
        match self {
            Self::Clock(totp, last) => {
                match totp.check(secret, code, now, policy.totp_window, last) {
                    Verdict::Accepted { step, .. } => {
                        Judgement::Accepted(Self::Clock(totp, Some(step)))
                    }
                    Verdict::Used => Judgement::Used,
                    Verdict::Wrong => Judgement::Wrong,
                }
            }
            Self::Counter(hotp, next) => {
                let last = next.0.checked_sub(1).map(Counter);
                let used = last.is_some_and(|last| hotp.code(secret, last) == *code);
                match hotp.check(secret, code, next, policy.hotp_look_ahead) {
                    CounterVerdict::Accepted { next, .. } => {
                        Judgement::Accepted(Self::Counter(hotp, next))
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
        let Self::Counter(hotp, next) = self else {
            return Err(Error::MethodUnavailable);
        };
        let [first, second] = typed;
        let (first, second) = (self.parse(first)?, self.parse(second)?);
        let window = ResyncWindow::default();
        match hotp.resync(secret, [&first, &second], next, window) {
            CounterVerdict::Accepted { next, .. } => Ok(Self::Counter(hotp, next)),
            CounterVerdict::Wrong => Err(Error::CodeWrong),
        }
    }
}

#[cfg(test)]
mod tests;
