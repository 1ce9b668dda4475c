//! The one input of a screen: what was typed, and whether it can be typed now.

use super::trouble::Trouble;
use super::{Effect, Event, Frame, Moment, Say, Spot};
use threegate_core::Method;
use threegate_core::otp::{Code, Digits};
use threegate_core::recovery::RecoveryCode;

/// An input for a code.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Field {
    /// Its text.
    pub typed: String,
    /// What it is doing.
    pub phase: Phase,
    /// What is wrong, if anything.
    pub complaint: Option<Complaint>,
    /// The text that was refused last: it is not sent again by itself.
    pub(super) refused: String,
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
    /// The enrolment was over; there is a new symbol to scan.
    #[cfg(feature = "enroll")]
    Renewed,
    /// The recovery codes are not said to be kept.
    #[cfg(feature = "enroll")]
    NotKept,
}

impl Phase {
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
                method == Method::Totp && is_whole(text, method) && *text != self.refused
            }
            Event::Did(super::Action::Submit) => true,
            _ => false,
        }
    }

    /// Takes the code for sending, or complains about its shape. The code that was refused just now is
    /// not sent again, or an Enter out of habit would count as one more wrong code.
    pub(super) fn take(
        &mut self,
        method: Method,
        frame: &Frame,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let refused = matches!(self.complaint, Some(Complaint::Wrong | Complaint::Used));
        if let Some(why) = self
            .complaint
            .filter(|_| refused && self.typed == self.refused)
        {
            self.complain(why, frame, effects);
            return false;
        }
        if is_whole(&self.typed, method) {
            self.phase = Phase::Working;
            effects.push(Effect::Say(Say::Working));
            return true;
        }
        self.complain(Complaint::Malformed, frame, effects);
        false
    }

    /// Back to typing, with a reason.
    pub(super) fn complain(&mut self, why: Complaint, frame: &Frame, effects: &mut Vec<Effect>) {
        self.phase = Phase::Ready;
        self.complaint = Some(why);
        self.refused.clone_from(&self.typed);
        effects.push(frame.focus(Spot::Field));
    }

    /// No attempt for so many seconds.
    pub(super) fn wait(&mut self, seconds: u64, now: Moment, effects: &mut Vec<Effect>) {
        self.complaint = None;
        self.phase = Phase::Waiting {
            until: now.after_seconds(seconds),
            left: seconds,
        };
        effects.push(Effect::Say(Say::Wait(seconds)));
    }

    /// Counts the wait down, and ends it.
    pub(super) fn tick(&mut self, now: Moment, frame: &Frame, effects: &mut Vec<Effect>) {
        let Phase::Waiting { until, left } = &mut self.phase else {
            return;
        };
        *left = until.0.saturating_sub(now.0).div_ceil(1000);
        if *left == 0 {
            self.phase = Phase::Ready;
            self.refused.clear();
            effects.push(Effect::Say(Say::WaitOver));
            effects.push(frame.focus(Spot::Field));
        }
    }

    /// When the countdown changes next.
    pub(super) fn alarm(&self, now: Moment) -> Option<Moment> {
        let Phase::Waiting { until, .. } = self.phase else {
            return None;
        };
        let rest = until.0.saturating_sub(now.0);
        let to_next = rest
            .checked_sub(1)
            .map_or(0, |rest| rest % 1000)
            .saturating_add(1);
        Some(Moment(now.0.saturating_add(to_next)))
    }

    /// Deals with what the field itself can answer; hands the rest back.
    pub(super) fn fail(
        &mut self,
        trouble: Trouble,
        frame: &Frame,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) -> Option<Trouble> {
        match trouble {
            Trouble::Code(why) => self.complain(why, frame, effects),
            Trouble::Throttled(seconds) => self.wait(seconds, now, effects),
            Trouble::Unreachable => {
                self.doubtful = true;
                self.complain(Complaint::Unreachable, frame, effects);
            }
            other => return Some(other),
        }
        None
    }
}

/// Whether the text has the shape of a whole code.
fn is_whole(text: &str, method: Method) -> bool {
    match method {
        Method::Recovery => RecoveryCode::parse(text).is_ok(),
        _ => Code::parse(text, Digits::Six).is_ok(),
    }
}
