//! Codes by the clock: RFC 6238.

mod prepared;

use core::num::NonZero;
use core::ops::RangeInclusive;

use subtle::{Choice, ConditionallySelectable};

pub use prepared::PreparedTotp;

use super::keyed::Codes;
use super::{Algorithm, Code, CodeError, Digits, ParameterError, Secret};
use crate::UnixTime;

/// How an app makes its codes. The default is what every app knows: SHA1, 6 digits, 30 s.
///
/// A check takes the last accepted step and says which one it accepts: that is to be stored, in the
/// transaction that lets the user in, and no code works twice.
///
/// ```
/// use threegate_core::UnixTime;
/// use threegate_core::otp::{Period, Secret, Totp, Verdict, Window};
///
/// let totp = Totp { period: Period::from_secs(60)?, ..Totp::default() };
/// let secret = Secret::from_bytes(b"12345678901234567890")?; // 20 random bytes, really
/// let now = UnixTime::from_secs(1_700_000_000);
///
/// // An app whose clock is two minutes behind, and a window that looks further back than ahead.
/// let late = totp.step(UnixTime::from_secs(1_700_000_000 - 120));
/// let code = totp.code(&secret, late);
/// let window = Window::new(3, 1)?;
/// let verdict = totp.check(&secret, &code, now, window, None);
/// assert_eq!(verdict, Verdict::Accepted { step: late, drift: -2 });
///
/// assert_eq!(totp.check(&secret, &code, now, window, Some(late)), Verdict::Used);
/// assert_eq!(totp.check(&secret, &code, now, Window::ONE, None), Verdict::Wrong);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Totp {
    /// The hash.
    pub algorithm: Algorithm,
    /// The length of a code.
    pub digits: Digits,
    /// How long a code is shown.
    pub period: Period,
}

/// What a check says. There is nothing between right and wrong that a guesser could learn from,
/// except that a code was right before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an accepted step must be stored before anybody is let in"]
pub enum Verdict {
    /// Right, for the first time.
    Accepted {
        /// The step to store, in the transaction that lets the user in: `last` of the next check.
        step: Step,
        /// How many steps the app's clock is ahead of ours; negative if it is behind.
        drift: i64,
    },
    /// Right, but of a step that is not after the last accepted one: the same code again, or an
    /// older one. RFC 6238, section 5.2, forbids to accept it.
    Used,
    /// Not a code of any step in the window.
    Wrong,
}

impl Totp {
    /// The code of `step`, as the app shows it.
    #[must_use]
    pub fn code(&self, secret: &Secret, step: Step) -> Code {
        self.prepare(secret).code(step)
    }

    /// Reads a code as it was typed, of this length.
    ///
    /// # Errors
    /// [`CodeError`] for what cannot be one.
    pub fn parse(&self, typed: &str) -> Result<Code, CodeError> {
        Code::parse(typed, self.digits)
    }

    /// The step that `now` belongs to; time begins at the Unix epoch.
    #[must_use]
    pub fn step(&self, now: UnixTime) -> Step {
        Step(now.as_secs() / NonZero::<u64>::from(self.period.0))
    }

    /// How many seconds the code of `now` is still shown: 1 to the period's.
    ///
    /// ```
    /// use threegate_core::UnixTime;
    /// use threegate_core::otp::Totp;
    ///
    /// assert_eq!(Totp::default().remaining(UnixTime::from_secs(59)), 1);
    /// assert_eq!(Totp::default().remaining(UnixTime::from_secs(60)), 30);
    /// ```
    #[must_use]
    pub fn remaining(&self, now: UnixTime) -> u16 {
        let period = u64::from(self.period.as_secs());
        let shown = now.as_secs() % NonZero::<u64>::from(self.period.0);
        u16::try_from(period.saturating_sub(shown)).unwrap_or(u16::MAX)
    }

    /// Judges `code` at `now`, given the `last` step that was accepted from this app.
    ///
    /// Should two steps of the window share the code, the later one is taken, so that what was
    /// seen by somebody once does not work once more.
    pub fn check(
        &self,
        secret: &Secret,
        code: &Code,
        now: UnixTime,
        window: Window,
        last: Option<Step>,
    ) -> Verdict {
        self.prepare(secret).check(code, now, window, last)
    }

    pub(super) fn check_by(
        &self,
        keyed: &impl Codes,
        code: &Code,
        now: UnixTime,
        window: Window,
        last: Option<Step>,
    ) -> Verdict {
        let present = self.step(now);
        let mut accepted = Choice::from(0);
        let mut step = 0;
        let mut used = Choice::from(0);
        for candidate in window.around(present) {
            let right = code.is(keyed.code_at(candidate, self.digits), self.digits);
            // The code is the secret, not which steps were taken before it.
            if last.is_none_or(|last| candidate > last.0) {
                step.conditional_assign(&candidate, right);
                accepted |= right;
            } else {
                used |= right;
            }
        }
        if accepted.into() {
            let drift = step.checked_signed_diff(present.0).unwrap_or_default();
            Verdict::Accepted {
                step: Step(step),
                drift,
            }
        } else if used.into() {
            Verdict::Used
        } else {
            Verdict::Wrong
        }
    }
}

/// A period of time counted from the epoch, in units of [`Period`]: RFC 6238's `T`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Step(pub u64);

/// How long a step lasts, 1 to 3600 seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(NonZero<u16>);

impl Period {
    /// The longest.
    pub const MAX: u16 = 3600;

    const THIRTY: Self = match Self::from_secs(30) {
        Ok(thirty) => thirty,
        Err(_) => Self(NonZero::<u16>::MIN),
    };

    /// A period of `secs` seconds.
    ///
    /// # Errors
    /// [`ParameterError::Period`] unless it is 1 to 3600.
    pub const fn from_secs(secs: u16) -> Result<Self, ParameterError> {
        match NonZero::new(secs) {
            Some(period) if secs <= Self::MAX => Ok(Self(period)),
            _ => Err(ParameterError::Period),
        }
    }

    /// The seconds.
    #[must_use]
    pub const fn as_secs(self) -> u16 {
        self.0.get()
    }
}

impl Default for Period {
    /// 30 seconds.
    fn default() -> Self {
        Self::THIRTY
    }
}

/// How many steps besides the present one are looked at. Each one more is one more code that a
/// guess may hit, and a longer life for a code that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    past: u8,
    future: u8,
}

impl Window {
    /// One step either way: for a clock a little off, and for typing slowly.
    pub const ONE: Self = Self { past: 1, future: 1 };
    /// The most steps either way: ten minutes, at 30 s.
    pub const MAX: u8 = 20;

    /// A window of `past` steps before the present one and `future` steps after it.
    ///
    /// # Errors
    /// [`ParameterError::Window`] if one is beyond [`Window::MAX`].
    pub const fn new(past: u8, future: u8) -> Result<Self, ParameterError> {
        if past > Self::MAX || future > Self::MAX {
            return Err(ParameterError::Window);
        }
        Ok(Self { past, future })
    }

    /// How many steps before the present one.
    #[must_use]
    pub const fn past(self) -> u8 {
        self.past
    }

    /// How many steps after it.
    #[must_use]
    pub const fn future(self) -> u8 {
        self.future
    }

    /// The newest step that is looked at.
    pub(super) const fn newest(self, present: Step) -> Step {
        // The widening of a byte cannot be written as `From` in a constant.
        let future: [u8; 8] = [0, 0, 0, 0, 0, 0, 0, self.future];
        Step(present.0.saturating_add(u64::from_be_bytes(future)))
    }

    fn around(self, present: Step) -> RangeInclusive<u64> {
        let first = present.0.saturating_sub(u64::from(self.past));
        let last = present.0.saturating_add(u64::from(self.future));
        first..=last
    }
}

impl Default for Window {
    /// [`Window::ONE`].
    fn default() -> Self {
        Self::ONE
    }
}

#[cfg(test)]
mod tests;
