//! After the proof: there is a pass.

use super::context::{Context, Transition};
use super::{Action, Effect, Event, Frame, Moment};
use threegate_core::Purpose;
use threegate_core::wire::client::{PassGiven, Recovery};

/// The form has its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// What is left of the recovery codes, after one was used.
    pub left: Option<Recovery>,
    /// The form waits until the person has read this screen.
    pub hold: bool,
    /// When the pass ends.
    pub(super) ends: Option<Moment>,
}

impl Done {
    pub(super) fn new(pass: &PassGiven, left: Option<Recovery>, frame: &Frame) -> Self {
        let low = left.is_some_and(Recovery::is_low);
        Self {
            left,
            hold: low && frame.autosubmit && frame.purpose == Purpose::Verify,
            ends: frame.local(pass.expires_at),
        }
    }

    pub(super) fn step(&mut self, event: &Event, context: &mut Context<'_>) -> Transition {
        if self.hold && matches!(event, Event::Pressed(Action::Continue)) {
            self.hold = false;
            context.effects.push(Effect::SubmitForm);
        }
        Transition::Stay
    }
}

#[cfg(test)]
mod tests;
