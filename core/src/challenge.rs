//! One attempt to prove one factor. It belongs to one ticket and ends once, in one way.
//!
//! ```text
//!            Judged(Accepted) ─▶ Proved     effect: Prove
//! Open ──────Cancel ───────────▶ Abandoned
//!   ▲ │      Replace ──────────▶ Replaced
//!   └─┘      (time) ───────────▶ Expired
//!  Judged(Wrong)                            effect: CountFailure
//! ```
//!
//! The edge stores the state and carries the effects out; it never looks inside. A challenge that has
//! ended never reopens, whatever comes later, and [`Effect::Prove`] comes at most once in its life.
//!
//! An answer by a code is [`answer`]: throttle, challenge and code in their order, so that no edge can
//! evaluate a code that may not be evaluated, or forget to count one.
//!
//! ```
//! use threegate_core::challenge::{Challenge, Judgement, answer};
//! use threegate_core::{Error, Method, UnixTime, throttle::Throttle};
//!
//! let now = UnixTime::from_secs(1_000);
//! let open = Challenge::open(Method::Totp, now);
//! let wrong = || Ok::<_, ()>(Judgement::Wrong);
//! let answered = answer(Throttle::default(), open, now, wrong).unwrap();
//! assert_eq!(answered.verdict, Err(Error::CodeWrong));
//! assert_eq!(answered.throttle.failures(), 1);
//! ```

use core::time::Duration;

use crate::throttle::{Attempt, Throttle};
use crate::{Error, Method, UnixTime, otp};

/// How long a challenge stays open.
pub const LIFE: Duration = Duration::from_secs(180);

/// Open challenges a user may have; one more ends the oldest.
pub const PER_USER: usize = 5;

/// One attempt to prove one factor by a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Challenge {
    method: Method,
    expires_at: UnixTime,
    state: State,
}

/// Where a challenge stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// The user went another way.
    Abandoned,
    /// The time is up.
    Expired,
    /// It waits for its answer.
    Open,
    /// A factor was proved.
    Proved,
    /// The same ticket, or too many others of this user, opened another.
    Replaced,
}

/// What the world tells a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The user gives up.
    Cancel,
    /// A code was evaluated. Only an [`Attempt`](crate::throttle::Attempt) allows that.
    Judged(Judgement),
    /// Another challenge takes its place.
    Replace,
    /// Time has passed.
    Tick,
}

/// What evaluating a code said, whichever method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Judgement {
    /// Right, and for the first time.
    Accepted,
    /// Right once, and used then.
    Used,
    /// Wrong.
    Wrong,
}

/// What an answer changed. All of it is stored in the transaction that evaluated the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    /// The user's failures in a row, now.
    pub throttle: Throttle,
    /// The challenge, now.
    pub challenge: Challenge,
    /// Whether the factor is proved; what was accepted must then be used up.
    pub verdict: Result<(), Error>,
}

/// Whether a challenge may be answered by a code now, so that no work is done for one that may not.
///
/// # Errors
/// [`Error::Throttled`] and [`Error::GuessingClosed`] as [`Throttle::admit`] has them, then
/// [`Error::ChallengeOver`].
pub fn may_answer(throttle: Throttle, challenge: Challenge, now: UnixTime) -> Result<(), Error> {
    open_attempt(throttle, challenge, now).map(drop)
}

/// Takes a code as the answer to a challenge. `evaluate` is asked only if the code may be evaluated.
///
/// # Errors
/// Whatever `evaluate` fails with. Nothing has changed then, and nothing may be stored.
pub fn answer<E>(
    throttle: Throttle,
    challenge: Challenge,
    now: UnixTime,
    evaluate: impl FnOnce() -> Result<Judgement, E>,
) -> Result<Answered, E> {
    let (attempt, open) = match open_attempt(throttle, challenge, now) {
        Ok(open) => open,
        Err(cause) => {
            return Ok(Answered {
                throttle,
                challenge: challenge.step(Event::Tick, now).0,
                verdict: Err(cause),
            });
        }
    };
    let (challenge, effect) = open.step(Event::Judged(evaluate()?), now);
    let (throttle, verdict) = match effect {
        Some(Effect::Prove) => (attempt.passed(), Ok(())),
        Some(Effect::CountFailure) => (attempt.failed(now), Err(Error::CodeWrong)),
        None => (attempt.neither(), Err(Error::CodeUsed)),
    };
    Ok(Answered {
        throttle,
        challenge,
        verdict,
    })
}

fn open_attempt(
    throttle: Throttle,
    challenge: Challenge,
    now: UnixTime,
) -> Result<(Attempt, Challenge), Error> {
    let attempt = throttle.admit(now)?;
    let (challenge, _) = challenge.step(Event::Tick, now);
    match challenge.state {
        State::Open => Ok((attempt, challenge)),
        _ => Err(Error::ChallengeOver),
    }
}

/// What the world must then do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Count a failure for the user.
    CountFailure,
    /// The factor is proved for the challenge's ticket.
    Prove,
}

impl Challenge {
    /// A challenge opened at `now`, for [`LIFE`].
    #[must_use]
    pub const fn open(method: Method, now: UnixTime) -> Self {
        Self {
            method,
            expires_at: now.saturating_add(LIFE),
            state: State::Open,
        }
    }

    /// What was stored.
    #[must_use]
    pub const fn restore(method: Method, expires_at: UnixTime, state: State) -> Self {
        Self {
            method,
            expires_at,
            state,
        }
    }

    /// Takes one event at `now`. An ended challenge stays as it is, without effect.
    #[must_use]
    pub fn step(self, event: Event, now: UnixTime) -> (Self, Option<Effect>) {
        if self.state != State::Open {
            return (self, None);
        }
        if now >= self.expires_at {
            return (self.ended(State::Expired), None);
        }
        match event {
            Event::Cancel => (self.ended(State::Abandoned), None),
            Event::Judged(Judgement::Accepted) => (self.ended(State::Proved), Some(Effect::Prove)),
            Event::Judged(Judgement::Used) | Event::Tick => (self, None),
            Event::Judged(Judgement::Wrong) => (self, Some(Effect::CountFailure)),
            Event::Replace => (self.ended(State::Replaced), None),
        }
    }

    /// How it is to be answered.
    #[must_use]
    pub const fn method(self) -> Method {
        self.method
    }

    /// When it ends by itself.
    #[must_use]
    pub const fn expires_at(self) -> UnixTime {
        self.expires_at
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(self) -> State {
        self.state
    }

    const fn ended(mut self, state: State) -> Self {
        self.state = state;
        self
    }
}

impl Judgement {
    /// What a code is to a user with several factors: right if it is for any of them.
    #[must_use]
    pub fn over(judgements: impl IntoIterator<Item = Self>) -> Self {
        judgements
            .into_iter()
            .fold(Self::Wrong, |best, next| match (best, next) {
                (Self::Accepted, _) | (_, Self::Accepted) => Self::Accepted,
                (Self::Used, _) | (_, Self::Used) => Self::Used,
                (Self::Wrong, Self::Wrong) => Self::Wrong,
            })
    }
}

impl From<otp::Verdict> for Judgement {
    fn from(verdict: otp::Verdict) -> Self {
        match verdict {
            otp::Verdict::Accepted { .. } => Self::Accepted,
            otp::Verdict::Used => Self::Used,
            otp::Verdict::Wrong => Self::Wrong,
        }
    }
}

impl State {
    /// The word to store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Abandoned => "abandoned",
            Self::Expired => "expired",
            Self::Open => "open",
            Self::Proved => "proved",
            Self::Replaced => "replaced",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Abandoned,
            Self::Expired,
            Self::Open,
            Self::Proved,
            Self::Replaced,
        ]
        .into_iter()
        .find(|state| state.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: UnixTime = UnixTime::from_secs(1_000);
    const STATES: [State; 5] = [
        State::Abandoned,
        State::Expired,
        State::Open,
        State::Proved,
        State::Replaced,
    ];
    const EVENTS: [Event; 6] = [
        Event::Cancel,
        Event::Judged(Judgement::Accepted),
        Event::Judged(Judgement::Used),
        Event::Judged(Judgement::Wrong),
        Event::Replace,
        Event::Tick,
    ];

    #[test]
    fn every_event_has_its_outcome_in_an_open_challenge_and_none_in_an_ended_one() {
        let outcomes = [
            (State::Abandoned, None),
            (State::Proved, Some(Effect::Prove)),
            (State::Open, None),
            (State::Open, Some(Effect::CountFailure)),
            (State::Replaced, None),
            (State::Open, None),
        ];
        for state in STATES {
            for (event, (expected, effect)) in EVENTS.into_iter().zip(outcomes) {
                let before = Challenge {
                    state,
                    ..Challenge::open(Method::Totp, NOW)
                };
                let (after, done) = before.step(event, NOW);
                if state == State::Open {
                    assert_eq!((after.state, done), (expected, effect), "{event:?}");
                } else {
                    assert_eq!((after, done), (before, None), "{state:?} {event:?}");
                }
            }
        }
    }

    #[test]
    fn a_right_code_in_the_last_second_counts_and_one_second_later_does_not() {
        let challenge = Challenge::open(Method::Totp, NOW);
        let right = Event::Judged(Judgement::Accepted);
        let last = UnixTime::from_secs(challenge.expires_at().as_secs() - 1);
        assert_eq!(challenge.step(right, last).1, Some(Effect::Prove));
        let (after, effect) = challenge.step(right, challenge.expires_at());
        assert_eq!((after.state(), effect), (State::Expired, None));
    }

    #[test]
    fn every_state_reads_back_from_its_word() {
        for state in STATES {
            assert_eq!(State::parse(state.as_str()), Some(state));
        }
    }

    fn answered(throttle: Throttle, challenge: Challenge, judgement: Judgement) -> Answered {
        let evaluate = || Ok::<_, ()>(judgement);
        answer(throttle, challenge, NOW, evaluate).unwrap()
    }

    #[test]
    fn a_code_is_judged_counted_and_told_apart() {
        let open = Challenge::open(Method::Totp, NOW);
        let before = Throttle::restore(3, UnixTime::from_secs(1));
        for (judgement, verdict, failures, state) in [
            (Judgement::Accepted, Ok(()), 0, State::Proved),
            (Judgement::Used, Err(Error::CodeUsed), 3, State::Open),
            (Judgement::Wrong, Err(Error::CodeWrong), 4, State::Open),
        ] {
            let after = answered(before, open, judgement);
            assert_eq!(after.verdict, verdict);
            assert_eq!(after.throttle.failures(), failures);
            assert_eq!(after.challenge.state(), state);
        }
    }

    #[test]
    fn nothing_is_evaluated_in_a_wait_or_for_a_challenge_that_is_over() {
        let never = || -> Result<Judgement, ()> { unreachable!("evaluated") };
        let open = Challenge::open(Method::Totp, NOW);
        let waiting = Throttle::restore(6, NOW);
        let after = answer(waiting, open, NOW, never).unwrap();
        assert!(matches!(after.verdict, Err(Error::Throttled { .. })));
        assert_eq!((after.throttle, after.challenge), (waiting, open));
        assert_eq!(
            Err(after.verdict.unwrap_err()),
            may_answer(waiting, open, NOW)
        );

        let late = open.expires_at();
        let after = answer(Throttle::default(), open, late, never).unwrap();
        assert_eq!(after.verdict, Err(Error::ChallengeOver));
        assert_eq!(after.challenge.state(), State::Expired);
        assert!(may_answer(Throttle::default(), open, NOW).is_ok());
    }

    #[test]
    fn a_fault_while_evaluating_is_no_failure_of_the_user() {
        let open = Challenge::open(Method::Totp, NOW);
        let faulty = || Err("the vault does not open");
        assert!(answer(Throttle::default(), open, NOW, faulty).is_err());
    }

    #[test]
    fn a_code_right_for_one_factor_is_right() {
        use Judgement::{Accepted, Used, Wrong};
        for (judgements, expected) in [
            (&[][..], Wrong),
            (&[Wrong, Wrong], Wrong),
            (&[Wrong, Used, Wrong], Used),
            (&[Used, Accepted], Accepted),
            (&[Accepted, Wrong, Used], Accepted),
        ] {
            assert_eq!(Judgement::over(judgements.iter().copied()), expected);
        }
    }

    proptest! {
        #[test]
        fn no_sequence_of_events_proves_twice(
            events in proptest::collection::vec((0..EVENTS.len(), 0_u64..60), 0..40),
        ) {
            let mut challenge = Challenge::open(Method::Recovery, NOW);
            let mut now = NOW;
            let mut proofs = 0;
            for (event, pause) in events {
                now = now.saturating_add(Duration::from_secs(pause));
                let (next, effect) = challenge.step(EVENTS[event], now);
                challenge = next;
                proofs += usize::from(effect == Some(Effect::Prove));
            }
            prop_assert!(proofs <= 1);
        }
    }
}
