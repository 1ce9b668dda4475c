//! How fast anybody may guess.
//!
//! ```text
//! Throttle ──admit──▶ Attempt ──failed──▶ Throttle     one more in a row
//!     │                  └─────passed──▶ Throttle     none
//!     └──▶ Throttled, GuessingClosed: nothing may be evaluated
//! ```
//!
//! The count is the user's, over all codes, tickets and addresses: whoever opens many pages gains
//! nothing. Five failures in a row are free, then each is followed by a wait of 2, 4, 8 … seconds,
//! at most 15 minutes; after a hundred the methods that can be guessed are closed (NIST SP 800-63B,
//! section 5.2.2, asks for at most a hundred). Only an [`Attempt`] may be evaluated, and it is used up by saying how
//! it ended, so a caller cannot forget to ask or to count.
//!
//! ```
//! use threegate_core::{Method, UnixTime, throttle::Throttle};
//!
//! let now = UnixTime::from_secs(1_000);
//! let mut throttle = Throttle::default();
//! for _ in 0..5 {
//!     throttle = throttle.admit(Method::Totp, now).unwrap().failed(now);
//! }
//! assert!(throttle.admit(Method::Totp, now).is_err());
//! assert!(throttle.admit(Method::Totp, UnixTime::from_secs(1_002)).is_ok());
//! ```

use core::time::Duration;

use crate::{Error, Method, UnixTime};

/// Failures in a row after which methods that can be guessed are closed, unless the admin wants it earlier.
pub const CLOSED: u32 = 100;

/// How fast anybody may guess in a deployment: only ever more slowly than NIST asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    free_tries: u32,
    longest_wait: Duration,
    close_at: u32,
}

/// A user's failures in a row. Stored with the user; survives everything but a proof.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use = "it is stored, or the change is lost"]
pub struct Throttle {
    rule: Rule,
    failures: u32,
    last_failure: UnixTime,
}

/// Leave to evaluate one code.
#[derive(Debug)]
#[must_use = "say how the attempt ended"]
pub struct Attempt(Throttle);

impl Rule {
    /// The most failures in a row that may cost nothing.
    pub const MAX_FREE_TRIES: u32 = 10;
    /// The shortest that the longest wait may be.
    pub const MIN_LONGEST_WAIT: Duration = Duration::from_secs(60);
    /// The longest that it may be: an owner who was guessed at should get in on the same day.
    pub const MAX_LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

    /// The same rule with so many failures in a row that cost nothing.
    ///
    /// # Errors
    /// [`Error::ParameterInvalid`] unless it is 1 to [`Rule::MAX_FREE_TRIES`].
    pub fn with_free_tries(mut self, tries: u32) -> Result<Self, Error> {
        self.free_tries = tries;
        self.if_within((1..=Self::MAX_FREE_TRIES).contains(&tries))
    }

    /// The same rule with that longest wait between two attempts.
    ///
    /// # Errors
    /// [`Error::ParameterInvalid`] unless it is [`Rule::MIN_LONGEST_WAIT`] to [`Rule::MAX_LONGEST_WAIT`].
    pub fn with_longest_wait(mut self, wait: Duration) -> Result<Self, Error> {
        self.longest_wait = wait;
        self.if_within((Self::MIN_LONGEST_WAIT..=Self::MAX_LONGEST_WAIT).contains(&wait))
    }

    /// The same rule with so many failures in a row after which what can be guessed is closed.
    ///
    /// # Errors
    /// [`Error::ParameterInvalid`] unless it is [`Rule::MAX_FREE_TRIES`] to [`CLOSED`].
    pub fn with_close_at(mut self, failures: u32) -> Result<Self, Error> {
        self.close_at = failures;
        self.if_within((Self::MAX_FREE_TRIES..=CLOSED).contains(&failures))
    }

    const fn if_within(self, bounds: bool) -> Result<Self, Error> {
        if bounds {
            Ok(self)
        } else {
            Err(Error::ParameterInvalid)
        }
    }
}

impl Default for Rule {
    /// Five are free, the waits end at 15 minutes, a hundred close.
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl Rule {
    const DEFAULT: Self = Self {
        free_tries: 5,
        longest_wait: Duration::from_secs(900),
        close_at: CLOSED,
    };
}

impl Throttle {
    /// What was stored, under the default rule; [`Throttle::under`] says another one.
    pub const fn restore(failures: u32, last_failure: UnixTime) -> Self {
        Self {
            rule: Rule::DEFAULT,
            failures,
            last_failure,
        }
    }

    /// The same failures under a deployment's own rule.
    pub const fn under(mut self, rule: Rule) -> Self {
        self.rule = rule;
        self
    }

    /// No failures any more, after a proof.
    pub const fn cleared(mut self) -> Self {
        self.failures = 0;
        self.last_failure = UnixTime::from_secs(0);
        self
    }

    /// Asks for leave to evaluate a code of `method` at `now`.
    ///
    /// # Errors
    /// [`Error::Throttled`] during a wait, [`Error::GuessingClosed`] once the rule has closed the
    /// method. The attempt is then neither evaluated nor used up nor counted.
    pub fn admit(self, method: Method, now: UnixTime) -> Result<Attempt, Error> {
        if self.is_closed_to(method) {
            return Err(Error::GuessingClosed);
        }
        match self.retry_at(now) {
            Some(retry_at) => Err(Error::Throttled { retry_at }),
            None => Ok(Attempt(self)),
        }
    }

    /// When the wait ends, if there is one at `now`.
    #[must_use]
    pub fn retry_at(self, now: UnixTime) -> Option<UnixTime> {
        let over = self.failures.checked_sub(self.rule.free_tries)?;
        let wait = 2_u64
            .saturating_pow(over.saturating_add(1))
            .min(self.rule.longest_wait.as_secs());
        let retry_at = self.last_failure.saturating_add(Duration::from_secs(wait));
        (now < retry_at).then_some(retry_at)
    }

    /// Whether a method is closed: after as many failures as the rule says each that can be guessed. A recovery
    /// code is then the owner's way in, and a proof by one clears the count.
    #[must_use]
    pub const fn is_closed_to(self, method: Method) -> bool {
        method.is_guessable() && self.failures >= self.rule.close_at
    }

    /// Failures in a row, to store.
    #[must_use]
    pub const fn failures(self) -> u32 {
        self.failures
    }

    /// The last failure, to store.
    #[must_use]
    pub const fn last_failure(self) -> UnixTime {
        self.last_failure
    }
}

impl Attempt {
    /// The code was wrong.
    pub const fn failed(self, now: UnixTime) -> Throttle {
        Throttle {
            rule: self.0.rule,
            failures: self.0.failures.saturating_add(1),
            last_failure: now,
        }
    }

    /// A factor was proved.
    pub const fn passed(self) -> Throttle {
        self.0.cleared()
    }

    /// Neither a proof nor a guess, such as a right code for the second time.
    pub const fn neither(self) -> Throttle {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec::Vec;

    fn at(secs: u64) -> UnixTime {
        UnixTime::from_secs(secs)
    }

    fn after(failures: u32) -> Throttle {
        Throttle::restore(failures, at(1_000))
    }

    #[test]
    fn waits_double_from_the_fifth_failure_and_stop_at_fifteen_minutes() {
        let waits: Vec<_> = (0..18)
            .map(|failures| {
                after(failures)
                    .retry_at(at(1_000))
                    .map(|t| t.as_secs() - 1_000)
            })
            .collect();
        let seconds = [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900];
        let expected: Vec<_> = [None; 5].into_iter().chain(seconds.map(Some)).collect();
        assert_eq!(waits, expected);
    }

    #[test]
    fn an_attempt_in_a_wait_is_refused_until_its_very_second() {
        let throttle = after(7);
        let retry_at = at(1_008);
        assert_eq!(
            throttle.admit(Method::Totp, at(1_007)).err(),
            Some(Error::Throttled { retry_at })
        );
        assert!(throttle.admit(Method::Totp, retry_at).is_ok());
    }

    #[test]
    fn a_hundred_failures_close_for_good_and_no_wait_reopens() {
        let mut throttle = Throttle::default();
        let mut now = at(0);
        for _ in 0..CLOSED {
            now = throttle.retry_at(now).unwrap_or(now);
            throttle = throttle.admit(Method::Totp, now).unwrap().failed(now);
        }
        assert_eq!(
            throttle.admit(Method::Totp, at(u64::MAX)).err(),
            Some(Error::GuessingClosed)
        );
        // What cannot be guessed stays open, after its waits, and a proof by it opens the rest.
        let recovery = |now| throttle.admit(Method::Recovery, now);
        assert!(matches!(recovery(now), Err(Error::Throttled { .. })));
        assert_eq!(
            recovery(at(u64::MAX)).unwrap().passed(),
            Throttle::default()
        );
    }

    #[test]
    fn a_proof_clears_the_count_and_a_used_code_leaves_it() {
        let now = at(2_000);
        assert_eq!(
            after(9).admit(Method::Totp, now).unwrap().neither(),
            after(9)
        );
        assert_eq!(
            after(9).admit(Method::Totp, now).unwrap().passed(),
            Throttle::default()
        );
    }

    #[test]
    fn a_rule_of_the_deployment_stands_in_for_the_default_and_outlives_a_proof() {
        let rule = Rule::default().with_free_tries(2).unwrap();
        let rule = rule.with_longest_wait(Duration::from_secs(60)).unwrap();
        let rule = rule.with_close_at(10).unwrap();
        let mut throttle = Throttle::default().under(rule);
        let mut now = at(0);
        let mut waits = Vec::new();
        while let Ok(attempt) = throttle.admit(Method::Totp, now) {
            throttle = attempt.failed(now);
            let until = throttle.retry_at(now).unwrap_or(now);
            waits.push(until.saturating_since(now).as_secs());
            now = until;
        }
        assert_eq!(waits, [0, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
        assert!(throttle.is_closed_to(Method::Totp));
        let after = throttle.admit(Method::Recovery, now).unwrap().passed();
        assert_eq!(after, Throttle::default().under(rule));
    }

    #[test]
    fn no_rule_lets_guess_more_than_a_hundred_times_in_a_row() {
        let rule = Rule::default();
        for tries in [0, 11, u32::MAX] {
            assert!(rule.with_free_tries(tries).is_err());
        }
        for failures in [0, 9, 101, u32::MAX] {
            assert!(rule.with_close_at(failures).is_err());
        }
        for secs in [0, 59, 3_601, u64::MAX] {
            assert!(rule.with_longest_wait(Duration::from_secs(secs)).is_err());
        }
    }

    #[test]
    fn a_rule_may_be_as_wide_and_as_narrow_as_it_says() {
        let rule = Rule::default();
        for tries in [1, 10] {
            assert!(rule.with_free_tries(tries).is_ok(), "{tries}");
        }
        for secs in [60, 3_600] {
            assert!(rule.with_longest_wait(Duration::from_secs(secs)).is_ok());
        }
    }

    #[test]
    fn ten_thousand_guesses_in_a_day_are_evaluated_no_more_often_than_the_rule_says() {
        let mut throttle = Throttle::default();
        let mut evaluated = 0;
        for guess in 0..10_000_u64 {
            let now = at(guess * 86_400 / 10_000);
            if let Ok(attempt) = throttle.admit(Method::Totp, now) {
                throttle = attempt.failed(now);
                evaluated += 1;
            }
        }
        // A day holds more waits of 15 minutes than are left before the door closes.
        assert_eq!(evaluated, CLOSED);
    }
}
