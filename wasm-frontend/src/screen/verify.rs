//! After the proof: there is a pass.

use super::{Action, Effect, Event, Frame, Moment, Turn};
use threegate_core::wire::client::PassGiven;
use threegate_core::{Purpose, recovery};

/// The form has its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Recovery codes left, after one was used.
    pub left: Option<u64>,
    /// The form waits until the person has read this screen.
    pub hold: bool,
    /// When the pass ends.
    pub(super) ends: Option<Moment>,
}

impl Done {
    pub(super) fn new(pass: &PassGiven, left: Option<u64>, frame: &Frame) -> Self {
        let few = left.is_some_and(is_few);
        Self {
            left,
            hold: few && frame.autosubmit && frame.purpose == Purpose::Verify,
            ends: frame.local(pass.expires_at),
        }
    }

    pub(super) fn step(&mut self, event: &Event, effects: &mut Vec<Effect>) -> Turn {
        if self.hold && matches!(event, Event::Did(Action::Continue)) {
            self.hold = false;
            effects.push(Effect::SubmitForm);
        }
        Turn::Stay
    }
}

/// Whether so few recovery codes are worth a word before going on.
#[must_use]
pub fn is_few(left: u64) -> bool {
    usize::try_from(left).is_ok_and(|left| left <= recovery::LOW)
}
