//! Codes by the counter of a token: RFC 4226.
//!
//! ```text
//!            next                     next + look-ahead
//!  ───────────┼──────────────────────────────┼─────────────────────────▶ counter
//!   used      │ one code is enough           │ resync: two in a row     │
//! ```

use subtle::{Choice, ConditionallySelectable};

use super::keyed::{Codes, Keyed};
use super::{Algorithm, Code, CodeError, Digits, ParameterError, Secret};

/// How a token makes its codes.
///
/// A check takes the counter that comes next and says which one comes then. It looks ahead, since buttons are
/// pressed in vain, and never back. A token that is further ahead is found again by two codes in a row.
///
/// ```
/// use threegate_core::otp::{Counter, CounterVerdict, Hotp, LookAhead, ResyncWindow, Secret};
///
/// let hotp = Hotp::default(); // SHA1, 6 digits
/// let secret = Secret::from_bytes(b"12345678901234567890")?; // 20 random bytes, really
/// let shown = |counter| hotp.code(&secret, Counter(counter));
///
/// // The button was pressed twice in vain.
/// let verdict = hotp.check(&secret, &shown(2), Counter(0), LookAhead::default());
/// let CounterVerdict::Accepted { next, skipped } = verdict else { panic!("refused") };
/// assert_eq!((next, skipped), (Counter(3), 2));
///
/// // The same code again, and one that is too far ahead.
/// assert_eq!(hotp.check(&secret, &shown(2), next, LookAhead::default()), CounterVerdict::Wrong);
/// assert_eq!(hotp.check(&secret, &shown(500), next, LookAhead::default()), CounterVerdict::Wrong);
///
/// // Two in a row find it, for a user who has proved another factor.
/// let two = [&shown(500), &shown(501)];
/// let verdict = hotp.resync(&secret, two, next, ResyncWindow::default());
/// assert_eq!(verdict, CounterVerdict::Accepted { next: Counter(502), skipped: 497 });
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Hotp {
    /// The hash. RFC 4226 knows only SHA1.
    pub algorithm: Algorithm,
    /// The length of a code.
    pub digits: Digits,
}

/// What a check says. A counter that was used is not told from a wrong code: nothing before
/// `next` is ever computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "the next counter must be stored before anybody is let in"]
pub enum CounterVerdict {
    /// Right.
    Accepted {
        /// The counter to store, in the transaction that lets the user in: `next` of the next
        /// check.
        next: Counter,
        /// How many codes the token had shown that were never entered here.
        skipped: u64,
    },
    /// Not one of the codes that were looked at.
    Wrong,
}

impl Hotp {
    /// The code of `counter`, as the token shows it.
    #[must_use]
    pub fn code(&self, secret: &Secret, counter: Counter) -> Code {
        let keyed = Keyed::new(self.algorithm, secret);
        Code::new(keyed.code_at(counter.0, self.digits), self.digits)
    }

    /// Reads a code as it was typed, of this length.
    ///
    /// # Errors
    /// [`CodeError`] for what cannot be one.
    pub fn parse(&self, typed: &str) -> Result<Code, CodeError> {
        Code::parse(typed, self.digits)
    }

    /// Judges `code`, given the `next` counter: 0 for a new token, then what the last accepted
    /// check said. Looks only forward, RFC 4226, section 7.4.
    ///
    /// Should two counters share the code, the nearer one is taken: a counter that is ahead of its
    /// token would shut it out.
    pub fn check(
        &self,
        secret: &Secret,
        code: &Code,
        next: Counter,
        ahead: LookAhead,
    ) -> CounterVerdict {
        let keyed = Keyed::new(self.algorithm, secret);
        self.check_by(&keyed, code, next, ahead)
    }

    pub(super) fn check_by(
        &self,
        keyed: &impl Codes,
        code: &Code,
        next: Counter,
        ahead: LookAhead,
    ) -> CounterVerdict {
        let last = next.0.saturating_add(u64::from(ahead.0));
        self.search(next, last, 1, |counter| {
            code.is(keyed.code_at(counter, self.digits), self.digits)
        })
    }

    /// Finds a token again that is too far ahead, by two codes in a row. Only for a user who has
    /// proved another factor: it looks at many more codes than a login may.
    pub fn resync(
        &self,
        secret: &Secret,
        codes: [&Code; 2],
        next: Counter,
        window: ResyncWindow,
    ) -> CounterVerdict {
        let keyed = Keyed::new(self.algorithm, secret);
        self.resync_by(&keyed, codes, next, window)
    }

    pub(super) fn resync_by(
        &self,
        keyed: &impl Codes,
        codes: [&Code; 2],
        next: Counter,
        window: ResyncWindow,
    ) -> CounterVerdict {
        let [first, second] = codes;
        let last = next.0.saturating_add(u64::from(window.0)).saturating_sub(1);
        let mut code = keyed.code_at(next.0, self.digits);
        self.search(next, last, 2, |counter| {
            let following = keyed.code_at(counter.saturating_add(1), self.digits);
            let right = first.is(code, self.digits) & second.is(following, self.digits);
            code = following;
            right
        })
    }

    /// Asks `right` for every counter from `next` to `last`, and takes the first it confirms. The
    /// `spent` counters from there on are used then; those without one after them are never taken.
    fn search(
        &self,
        next: Counter,
        last: u64,
        spent: u64,
        mut right: impl FnMut(u64) -> Choice,
    ) -> CounterVerdict {
        let last = last.min(u64::MAX.saturating_sub(spent));
        let mut accepted = Choice::from(0);
        let mut counter = 0;
        for candidate in next.0..=last {
            let first = right(candidate) & !accepted;
            counter.conditional_assign(&candidate, first);
            accepted |= first;
        }
        if accepted.into() {
            CounterVerdict::Accepted {
                next: Counter(counter.saturating_add(spent)),
                skipped: counter.saturating_sub(next.0),
            }
        } else {
            CounterVerdict::Wrong
        }
    }
}

/// The number of a code: RFC 4226's `C`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counter(pub u64);

/// How many counters after the next one are looked at: a token's button is pressed in vain now and
/// then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LookAhead(u8);

impl LookAhead {
    /// The most.
    pub const MAX: u8 = 50;

    /// A look-ahead of `counters`.
    ///
    /// # Errors
    /// [`ParameterError::LookAhead`] if it is beyond [`LookAhead::MAX`].
    pub const fn new(counters: u8) -> Result<Self, ParameterError> {
        if counters > Self::MAX {
            return Err(ParameterError::LookAhead);
        }
        Ok(Self(counters))
    }

    /// How many counters.
    #[must_use]
    pub const fn count(self) -> u8 {
        self.0
    }
}

impl Default for LookAhead {
    /// 10 counters.
    fn default() -> Self {
        Self(10)
    }
}

/// Among how many counters two codes in a row are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ResyncWindow(u16);

impl ResyncWindow {
    /// The most.
    pub const MAX: u16 = 1000;

    /// A window of `counters`.
    ///
    /// # Errors
    /// [`ParameterError::ResyncWindow`] unless it is 1 to [`ResyncWindow::MAX`].
    pub const fn new(counters: u16) -> Result<Self, ParameterError> {
        if counters == 0 || counters > Self::MAX {
            return Err(ParameterError::ResyncWindow);
        }
        Ok(Self(counters))
    }

    /// How many counters.
    #[must_use]
    pub const fn count(self) -> u16 {
        self.0
    }
}

impl Default for ResyncWindow {
    /// 1000 counters, the most.
    fn default() -> Self {
        Self(Self::MAX)
    }
}

#[cfg(test)]
mod tests;
