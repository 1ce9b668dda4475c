//! What a Gateway ID's account is told of itself, before it becomes somebody's problem.
//!
//! ```
//! use threegate_core::threema::traffic::{Traffic, are_low};
//!
//! assert!(!Traffic { sent: 400, received: 100 }.is_one_sided());
//! assert!(Traffic { sent: 600, received: 100 }.is_one_sided()); // somebody writes to who never answers
//! assert!(are_low(150)); // buy some
//! ```

/// Messages that the deployment sent and received, ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traffic {
    /// Messages sent.
    pub sent: u64,
    /// Messages received that were the Gateway's own.
    pub received: u64,
}

/// Threema expects about ten messages sent for one received, at most; half of that is worth a word.
const SENT_FOR_ONE: u64 = 5;

/// So few messages say nothing yet.
const FEW: u64 = 100;

/// So few credits may be gone before anybody looks again.
const LOW_CREDITS: u64 = 200;

impl Traffic {
    /// Whether so much more is sent than received that Threema may object.
    #[must_use]
    pub const fn is_one_sided(self) -> bool {
        self.sent > FEW && self.sent / SENT_FOR_ONE > self.received
    }
}

/// Whether an account's credits will soon be used up.
#[must_use]
pub const fn are_low(credits: u64) -> bool {
    credits < LOW_CREDITS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn far_more_sent_than_received_is_one_sided_once_it_is_more_than_a_few() {
        for (sent, received, one_sided) in [
            (0, 0, false),
            (100, 0, false),
            (101, 0, true),
            (1_000, 200, false),
            (1_005, 200, true),
            (u64::MAX, u64::MAX, false),
        ] {
            let traffic = Traffic { sent, received };
            assert_eq!(traffic.is_one_sided(), one_sided, "{traffic:?}");
        }
    }

    #[test]
    fn credits_are_low_before_they_are_gone() {
        assert!(are_low(0) && are_low(199) && !are_low(200));
    }
}
