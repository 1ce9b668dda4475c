//! How a Threema ID that was proved by its reply is asked for from now on.
//!
//! ```text
//! reply ───────────────▶ the default ──▶ what comes next
//! code, tap ──▶ added ───────┘
//! ```
//!
//! The reply stays a way in whatever is chosen: it is what still works when guesses or taps are closed.

use super::call::{Answer, Failure, Request};
use super::context::{Context, Transition};
use super::trouble::Trouble;
use super::{Action, Announcement, Event, FocusTarget, Frame, Screen};
use threegate_core::Method;
use threegate_core::wire::client::View;

/// The choice of the method for daily use: the frame's Threema methods.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Daily {
    /// One was chosen.
    pub busy: bool,
    /// There was no answer.
    pub unanswered: bool,
}

impl Daily {
    /// Whether it is asked for after `before`: there is a choice, and it was not made.
    pub(super) fn is_due(view: &View, before: &Screen, frame: &Frame) -> bool {
        let has_reply = view.usable.contains(&Method::ThreemaReply);
        let has_choice = frame.enrollment.threema().nth(1).is_some();
        let is_open = match before {
            Screen::Daily(_) => false,
            Screen::Send(_) => true,
            // The page was loaded again meanwhile.
            _ => {
                let chosen = view.default.is_some_and(Method::needs_gateway);
                frame.enrollment.enrolled == Method::ThreemaReply && !chosen
            }
        };
        has_reply && has_choice && is_open
    }

    pub(super) fn step(&mut self, event: Event, context: &mut Context<'_>) -> Transition {
        match event {
            Event::Pressed(Action::Prove(method)) if !self.busy => {
                let mut offered = context.frame.enrollment.threema();
                if offered.any(|one| one == method) {
                    self.busy = true;
                    self.unanswered = false;
                    context.call(match method {
                        Method::ThreemaReply => Request::Prefer(method),
                        _ => Request::Add(method),
                    });
                }
            }
            Event::Arrived(request, outcome) if self.busy => {
                return self.arrived(&request, *outcome, context);
            }
            _ => {}
        }
        Transition::Stay
    }

    fn arrived(
        &mut self,
        request: &Request,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        match (request, outcome) {
            (Request::Add(method), Ok(_)) => context.call(Request::Prefer(*method)),
            (Request::Prefer(_), Ok(_)) => context.call(Request::Look),
            (_, Ok(Answer::View(view))) => return Transition::Enter(view),
            (_, Ok(_)) => {}
            (_, Err(Failure::Unreachable)) => {
                self.busy = false;
                self.unanswered = true;
                context.announce(Announcement::Complaint);
                context.focus(FocusTarget::Title);
            }
            (_, Err(failure)) => return Transition::Fail(Trouble::of(failure)),
        }
        Transition::Stay
    }
}

#[cfg(test)]
pub(super) mod tests;
