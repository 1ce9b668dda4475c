//! What was sent or awaited is over. It can be asked for again, perhaps after a wait.

use super::call::Failure;
use super::context::Context;
use super::field::Phase;
use super::trouble::{Trouble, wait};
use super::{Announcement, FocusTarget};
use threegate_core::threema::gateway::GatewayError;
use threegate_core::{Error, UnixTime};

/// Nothing can be typed or awaited just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over {
    /// Why not.
    pub why: Why,
    /// Whether it can be asked for now.
    pub again: Phase,
}

/// Why it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Its time is up, or another one took its place.
    Ended,
    /// Too many wrong codes were typed.
    Spent,
    /// There was no answer.
    Unanswered,
    /// The message could not be sent.
    NotSent,
    /// As many messages were sent as may be.
    Enough,
    /// Nobody is asked for a thumb for now.
    Closed,
}

impl Over {
    pub(super) const fn because(why: Why) -> Self {
        let again = Phase::Ready;
        Self { why, again }
    }

    /// What a refusal means for whoever asked.
    ///
    /// # Errors
    /// What has nothing to do with messages.
    pub(super) fn after(failure: Failure, context: &Context<'_>) -> Result<Self, Trouble> {
        let why = match &failure {
            Failure::Refused(problem) => match &*problem.code {
                ENOUGH_MESSAGES | ENOUGH_CODES => Some((Why::Enough, wait(problem))),
                CLOSED => Some((Why::Closed, wait(problem))),
                NOT_SENT => Some((Why::NotSent, 0)),
                _ => None,
            },
            Failure::Unreachable => None,
        };
        if let Some((why, seconds)) = why {
            let mut over = Self::because(why);
            if seconds > 0 {
                over.again = Phase::wait(seconds, context.now);
            }
            return Ok(over);
        }
        match Trouble::of(failure) {
            Trouble::Unreachable => Ok(Self::because(Why::Unanswered)),
            Trouble::Over => Ok(Self::because(Why::Ended)),
            Trouble::Spent => Ok(Self::because(Why::Spent)),
            trouble => Err(trouble),
        }
    }

    /// Says why, and moves the focus there.
    pub(super) fn show(self, context: &mut Context<'_>) -> Self {
        context.announce(Announcement::Complaint);
        context.focus(FocusTarget::Title);
        self
    }

    /// Whether it is asked for now.
    pub(super) fn renews(&mut self, context: &mut Context<'_>) -> bool {
        let renews = self.again == Phase::Ready;
        if renews {
            self.again = Phase::Working;
            context.announce(Announcement::Working);
        }
        renews
    }
}

const NO_TIME: UnixTime = UnixTime::from_secs(0);
const ENOUGH_MESSAGES: &str = Error::TooManyMessages { retry_at: NO_TIME }.code();
const ENOUGH_CODES: &str = Error::TooManyCodes { retry_at: NO_TIME }.code();
const CLOSED: &str = Error::TapClosed { retry_at: NO_TIME }.code();
const NOT_SENT: &str = GatewayError::Unavailable.code();
