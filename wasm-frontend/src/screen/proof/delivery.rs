//! A code that was sent to the user: where to, until when it can be typed, when it can be sent again.

use crate::screen::Moment;
use crate::screen::field::Phase;
use threegate_core::wire::client::Sent;

/// A message that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Where to, and how.
    pub sent: Sent,
    /// Whether it can be sent again now.
    pub again: Phase,
    ends: Option<Moment>,
}

impl Delivery {
    /// One that was sent now.
    pub(crate) fn new(sent: Sent, ends: Option<Moment>, now: Moment) -> Self {
        Self {
            sent,
            again: Phase::wait(BEFORE_ANOTHER, now),
            // One that would have ended before it began says more about the clocks.
            ends: ends.filter(|ends| *ends > now),
        }
    }

    /// The same code, sent once more.
    pub(crate) fn again(&self, sent: Sent, now: Moment) -> Self {
        Self::new(sent, self.ends, now)
    }

    /// Counts down. Answers whether the code is over.
    pub(crate) fn tick(&mut self, now: Moment) -> bool {
        self.again.tick(now);
        self.ends.is_some_and(|ends| ends <= now)
    }

    /// When something changes by itself.
    pub(crate) fn alarm(&self, now: Moment) -> Option<Moment> {
        let ends = self
            .ends
            .map(|ends| ends.max(Moment(now.0.saturating_add(1))));
        self.again.alarm(now).into_iter().chain(ends).min()
    }
}

/// Seconds that a message may take before anybody should ask for another one: a user gets four a minute.
const BEFORE_ANOTHER: u64 = 20;
