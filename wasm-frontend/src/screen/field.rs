//! The one input of a screen: what was typed, and whether it can be typed now.

use super::call::Failure;
use super::context::{Context, Transition};
use super::trouble::Trouble;
use super::{Action, Announcement, Event, FocusTarget, Moment};
use threegate_core::Method;
use threegate_core::otp::{Code, Digits};
use threegate_core::recovery::RecoveryCode;
use zeroize::{Zeroize, Zeroizing};

/// An input for a code.
#[derive(Clone, Default)]
pub struct Field {
    /// Its text.
    pub typed: Zeroizing<String>,
    /// What it is doing.
    pub phase: Phase,
    /// What is wrong, if anything.
    pub complaint: Option<Complaint>,
    /// The text that was refused last: it is not sent again by itself.
    pub(super) refused: Zeroizing<String>,
    /// The last request had no answer: it may have been heard all the same.
    pub(super) doubtful: bool,
}

/// What a field is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// It can be typed into.
    #[default]
    Ready,
    /// The worker is being asked.
    Working,
    /// No attempt is looked at until then.
    Waiting {
        /// The end of the wait.
        until: Moment,
        /// Whole seconds until then, as shown.
        left: u64,
    },
}

/// What is wrong with what was done last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complaint {
    /// It has not a code's shape.
    Malformed,
    /// It is not the code.
    Wrong,
    /// It was the code, and has been used.
    Used,
    /// There was no answer.
    Unreachable,
    /// It could not be sent again.
    NotSent,
    /// The enrolment was over; there is a new symbol to scan.
    #[cfg(feature = "enroll")]
    Renewed,
    /// The recovery codes are not said to be kept.
    #[cfg(feature = "factors")]
    NotKept,
}

impl Phase {
    /// A wait of so many seconds.
    pub(super) const fn wait(seconds: u64, now: Moment) -> Self {
        Self::Waiting {
            until: now.after_seconds(seconds),
            left: seconds,
        }
    }

    /// Counts a wait down. Answers whether it ended now.
    pub(super) fn tick(&mut self, now: Moment) -> bool {
        let Self::Waiting { until, left } = self else {
            return false;
        };
        *left = until.0.saturating_sub(now.0).div_ceil(1000);
        let over = *left == 0;
        if over {
            *self = Self::Ready;
        }
        over
    }

    /// When the countdown changes next.
    pub(super) fn alarm(self, now: Moment) -> Option<Moment> {
        let Self::Waiting { until, .. } = self else {
            return None;
        };
        let rest = until.0.saturating_sub(now.0);
        let to_next = rest
            .checked_sub(1)
            .map_or(0, |rest| rest % 1000)
            .saturating_add(1);
        Some(Moment(now.0.saturating_add(to_next)))
    }

    /// The name in `threegate:statechange`, if the phase is what matters.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::Ready => None,
            Self::Working => Some("working"),
            Self::Waiting { .. } => Some("throttled"),
        }
    }
}

impl Field {
    /// Whether the event is a wish to send. Keeps the text up to date on the way.
    ///
    /// The last digit sends by itself, unless it makes the code that was refused just now.
    pub(super) fn sends(&mut self, event: &Event, method: Method) -> bool {
        if self.phase != Phase::Ready {
            return false;
        }
        match event {
            Event::Typed(text) => {
                self.typed.clone_from(text);
                let counts = matches!(method, Method::Totp | Method::ThreemaCode);
                counts && is_whole(text, method) && *text != self.refused
            }
            Event::Pressed(Action::Submit) => true,
            _ => false,
        }
    }

    /// Takes the code for sending, or complains about its shape. The code that was refused just now is
    /// not sent again, or an Enter out of habit would count as one more wrong code.
    pub(super) fn take(&mut self, method: Method, context: &mut Context<'_>) -> bool {
        let refused = matches!(self.complaint, Some(Complaint::Wrong | Complaint::Used));
        if let Some(why) = self
            .complaint
            .filter(|_| refused && self.typed == self.refused)
        {
            self.complain(why, context);
            return false;
        }
        if is_whole(&self.typed, method) {
            self.phase = Phase::Working;
            context.announce(Announcement::Working);
            return true;
        }
        self.complain(Complaint::Malformed, context);
        false
    }

    /// Back to typing, with a reason.
    pub(super) fn complain(&mut self, why: Complaint, context: &mut Context<'_>) {
        self.phase = Phase::Ready;
        self.complaint = Some(why);
        self.refused.clone_from(&self.typed);
        context.announce(Announcement::Complaint);
        context.focus(FocusTarget::Field);
    }

    /// Deals with what the field itself can answer. None: what the code was for is over, and may
    /// be begun again.
    pub(super) fn fail(
        &mut self,
        failure: Failure,
        context: &mut Context<'_>,
    ) -> Option<Transition> {
        match Trouble::of(failure) {
            Trouble::Code(why) => self.complain(why, context),
            Trouble::Throttled(seconds) => self.wait(seconds, context),
            Trouble::Unreachable => {
                self.doubtful = true;
                self.complain(Complaint::Unreachable, context);
            }
            Trouble::Over => return None,
            other => return Some(Transition::Fail(other)),
        }
        Some(Transition::Stay)
    }

    /// No attempt for so many seconds. The field is emptied: its code will be over by then.
    pub(super) fn wait(&mut self, seconds: u64, context: &mut Context<'_>) {
        self.complaint = None;
        self.typed.zeroize();
        self.phase = Phase::wait(seconds, context.now);
        context.announce(Announcement::Wait(seconds));
    }

    /// Counts the wait down, and ends it.
    pub(super) fn tick(&mut self, context: &mut Context<'_>) {
        if self.phase.tick(context.now) {
            self.refused.zeroize();
            context.announce(Announcement::WaitOver);
            context.focus(FocusTarget::Field);
        }
    }

    /// When the countdown changes next.
    #[cfg(feature = "enroll")]
    pub(super) fn alarm(&self, now: Moment) -> Option<Moment> {
        self.phase.alarm(now)
    }
}

/// Whether the text has the shape of a whole code.
fn is_whole(text: &str, method: Method) -> bool {
    match method {
        Method::Recovery => RecoveryCode::parse(text).is_ok(),
        // A token may show longer ones.
        Method::Hotp => Digits::ALL
            .iter()
            .any(|length| Code::parse(text, *length).is_ok()),
        _ => Code::parse(text, Digits::Six).is_ok(),
    }
}
