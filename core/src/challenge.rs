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

use core::time::Duration;

use crate::{Method, UnixTime};

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
