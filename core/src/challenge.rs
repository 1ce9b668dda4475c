//! One attempt to prove one factor. It belongs to one ticket and ends once, in one way.
//!
//! ```text
//!            Judged(Accepted) ─▶ Proved     effect: Prove
//! Open ──────Replied ──────────▶ Proved     effect: Prove
//!   ▲ │      Cancel ───────────▶ Abandoned
//!   │ │      (time) ───────────▶ Expired
//!   └─┘      NotSent ──────────▶ Failed
//!    │       Judged(Wrong) ────▶ Failed     effect: CountFailure, at the third wrong one of a sent code
//!  Judged(Wrong)                            effect: CountFailure
//!  Judged(Used)                             no effect
//! ```
//!
//! The edge stores the state and carries the effects out; it never looks inside. A challenge that has
//! ended never reopens, whatever comes later, and [`Effect::Prove`] comes at most once in its life.
//!
//! A reply by Threema is [`replied`], a thumb [`tap::tapped`]. An answer by a code that is typed is
//! [`answer`]: throttle, challenge and code in their order, so that no edge can evaluate a code that may not
//! be evaluated, or forget to count one.
//!
//! ```
//! use threegate_core::challenge::{Challenge, Judgement, answer};
//! use threegate_core::{Error, Method, UnixTime, throttle::Throttle};
//!
//! let now = UnixTime::from_secs(1_000);
//! let open = Challenge::open(Method::Totp, now);
//! let wrong = || Ok::<Judgement, ()>(Judgement::Wrong);
//! let answered = answer(Throttle::default(), Some(open), now, wrong).unwrap();
//! assert_eq!(answered.verdict, Err(Error::CodeWrong));
//! assert_eq!(answered.throttle.failures(), 1);
//! ```

use alloc::vec::Vec;
use core::time::Duration;

use crate::{Method, UnixTime, recovery};

pub mod taken;
pub mod tap;

mod answer;
mod reply;
mod sent;
pub use answer::{Answered, answer, may_answer};
pub use reply::{
    DELIVERED_WITHIN, LATEST, LONGEST_PAUSE, deliver_again, may_confirm, pause, replied,
};
pub use sent::{confirm_by_code, may_resend, sent};

/// How long a challenge stays open.
pub const LIFE: Duration = Duration::from_secs(180);

/// How much longer an open challenge must live for its ticket to be shown it again.
pub const SHOWN_AGAIN: Duration = Duration::from_secs(30);

/// Open challenges a user may have; one more ends the oldest.
pub const PER_USER: usize = 5;

/// Wrong codes after which a code that was sent is dead.
pub const SENT_CODE_TRIES: u32 = 3;

/// One attempt to prove one factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "it is stored, or the change is lost"]
pub struct Challenge {
    method: Method,
    expires_at: UnixTime,
    state: State,
    misses: u32,
}

/// The open challenges that a new one of a ticket ends, by being forgotten: the ticket's own, and the
/// user's oldest beyond [`PER_USER`]. `open` comes newest first, each with whether it is the ticket's own.
#[must_use]
pub fn displaced<T>(open: impl IntoIterator<Item = (T, bool)>) -> Vec<T> {
    let mut kept = 1_usize;
    let mut displaced = Vec::new();
    for (challenge, own) in open {
        if own || kept >= PER_USER {
            displaced.push(challenge);
        } else {
            kept = kept.saturating_add(1);
        }
    }
    displaced
}

/// Where a challenge stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// The user went another way.
    Abandoned,
    /// The time is up.
    Expired,
    /// Its code was not sent, or too many wrong ones were typed in its place.
    Failed,
    /// It waits for its answer.
    Open,
    /// A factor was proved.
    Proved,
}

/// What the world tells a challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The user gives up.
    Cancel,
    /// A code was evaluated. Only an [`Attempt`](crate::throttle::Attempt) allows that.
    Judged(Judgement),
    /// The Gateway did not take what was to be sent.
    NotSent,
    /// The awaited code came from the factor's own Threema ID.
    Replied,
    /// Time has passed.
    Tick,
}

/// What evaluating a code said, whichever method. What was accepted must be used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Judgement<T = ()> {
    /// Right, and for the first time.
    Accepted(T),
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
    pub const fn open(method: Method, now: UnixTime) -> Self {
        Self::open_for(method, LIFE, now)
    }

    /// A challenge opened at `now`, for as long as the deployment's policy says.
    pub const fn open_for(method: Method, life: Duration, now: UnixTime) -> Self {
        Self {
            method,
            expires_at: now.saturating_add(life),
            state: State::Open,
            misses: 0,
        }
    }

    /// What was stored.
    pub const fn restore(method: Method, expires_at: UnixTime, state: State) -> Self {
        Self {
            method,
            expires_at,
            state,
            misses: 0,
        }
    }

    /// The same, with how many wrong codes were typed in place of the one that was sent.
    pub const fn with_misses(mut self, misses: u32) -> Self {
        self.misses = misses;
        self
    }

    /// Takes one event at `now`. An ended challenge stays as it is, without effect.
    pub fn step(self, event: Event, now: UnixTime) -> (Self, Option<Effect>) {
        if self.state != State::Open {
            return (self, None);
        }
        if now >= self.expires_at {
            return (self.ended(State::Expired), None);
        }
        match event {
            Event::Cancel => (self.ended(State::Abandoned), None),
            Event::Judged(Judgement::Accepted(())) | Event::Replied => {
                (self.ended(State::Proved), Some(Effect::Prove))
            }
            Event::Judged(Judgement::Used) | Event::Tick => (self, None),
            Event::Judged(Judgement::Wrong) => (self.missed(), Some(Effect::CountFailure)),
            Event::NotSent => (self.ended(State::Failed), None),
        }
    }

    /// Whether its ticket is shown it again rather than another one: a phone may have thrown the page
    /// away while its user was in Threema.
    #[must_use]
    pub fn is_shown_again(self, now: UnixTime) -> bool {
        self.state == State::Open && now.saturating_add(SHOWN_AGAIN) < self.expires_at
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

    /// Wrong codes that were typed in place of the one that was sent, to store.
    #[must_use]
    pub const fn misses(self) -> u32 {
        self.misses
    }

    const fn missed(mut self) -> Self {
        if !matches!(self.method, Method::ThreemaCode) {
            return self;
        }
        self.misses = self.misses.saturating_add(1);
        if self.misses < SENT_CODE_TRIES {
            return self;
        }
        self.ended(State::Failed)
    }

    const fn ended(mut self, state: State) -> Self {
        self.state = state;
        self
    }
}

impl<T> Judgement<T> {
    /// What a code is to a user with several factors: right if it is for any of them. It is then used
    /// up with each that accepted it, or the same code would work once more.
    #[must_use]
    pub fn over(judgements: impl IntoIterator<Item = Self>) -> Judgement<Vec<T>> {
        let mut accepted = Vec::new();
        let mut used = false;
        for judgement in judgements {
            match judgement {
                Self::Accepted(by) => accepted.push(by),
                Self::Used => used = true,
                Self::Wrong => {}
            }
        }
        match (accepted.is_empty(), used) {
            (false, _) => Judgement::Accepted(accepted),
            (true, true) => Judgement::Used,
            (true, false) => Judgement::Wrong,
        }
    }

    /// The same judgement with something else to use up.
    #[must_use]
    pub fn map<U>(self, by: impl FnOnce(T) -> U) -> Judgement<U> {
        match self {
            Self::Accepted(accepted) => Judgement::Accepted(by(accepted)),
            Self::Used => Judgement::Used,
            Self::Wrong => Judgement::Wrong,
        }
    }
}

impl From<recovery::Verdict> for Judgement<usize> {
    fn from(verdict: recovery::Verdict) -> Self {
        match verdict {
            recovery::Verdict::Accepted { index, .. } => Self::Accepted(index),
            recovery::Verdict::Used => Self::Used,
            recovery::Verdict::Wrong => Self::Wrong,
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
            Self::Failed => "failed",
            Self::Open => "open",
            Self::Proved => "proved",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Abandoned,
            Self::Expired,
            Self::Failed,
            Self::Open,
            Self::Proved,
        ]
        .into_iter()
        .find(|state| state.as_str() == word)
    }
}

#[cfg(test)]
mod tests;
