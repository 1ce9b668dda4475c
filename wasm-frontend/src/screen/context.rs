//! What a screen's step is given, and what it leads to.

use super::call::{Answer, Request};
use super::trouble::Trouble;
use super::{Announcement, Effect, FocusTarget, Frame, Moment};
use threegate_core::wire::client::{PassGiven, Recovery, View};

/// What a step may look at, and the list of what it wants done.
pub(super) struct Context<'a> {
    pub(super) frame: &'a Frame,
    pub(super) now: Moment,
    pub(super) effects: &'a mut Vec<Effect>,
}

/// What a step leads to. It is made and taken once.
#[allow(clippy::large_enum_variant)]
pub(super) enum Transition {
    /// The screen stays, perhaps changed.
    Stay,
    /// Another screen.
    #[cfg(feature = "factors")]
    To(super::Screen),
    /// The worker is asked anew what to show.
    Reload,
    /// The worker said what to show.
    Enter(View),
    /// There is a pass; and after a recovery code, what is left of its set.
    Pass(PassGiven, Option<Recovery>),
    /// It goes on elsewhere, or ends.
    Fail(Trouble),
}

impl Context<'_> {
    pub(super) fn call(&mut self, request: Request) {
        self.effects.push(Effect::Call(request));
    }

    /// Fetches the pass, as the person wants it.
    pub(super) fn call_for_the_pass(&mut self) {
        let remembers = self.frame.remember.is_some() && self.frame.remembered;
        self.call(if remembers {
            Request::PassRemembering
        } else {
            Request::Pass
        });
    }

    pub(super) fn announce(&mut self, announcement: Announcement) {
        self.effects.push(Effect::Announce(announcement));
    }

    pub(super) fn focus(&mut self, target: FocusTarget) {
        self.effects.push(self.frame.focus(target));
    }
}

impl Transition {
    /// What an answer means on whatever screen it is awaited; `left`: of the recovery codes, after
    /// one was used.
    pub(super) fn after(answer: Answer, left: Option<Recovery>) -> Self {
        match answer {
            Answer::Pass(pass) => Self::Pass(pass, left),
            #[cfg(feature = "factors")]
            Answer::Codes(made) => {
                Self::To(super::Screen::Codes(super::recovery::Codes::new(made)))
            }
            _ => Self::Stay,
        }
    }
}
