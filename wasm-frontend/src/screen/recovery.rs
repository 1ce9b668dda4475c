//! New recovery codes: shown once, and said to be kept.

use super::call::{Answer, Failure, Request};
use super::codes::UNREACHABLE;
use super::context::{Context, Transition};
use super::field::Complaint;
use super::trouble::Trouble;
use super::{Action, Announcement, Effect, Event, FocusTarget};
use threegate_core::Purpose;
use threegate_core::wire::client::RecoveryCodes;
use zeroize::Zeroizing;

/// New recovery codes, shown once.
#[derive(Clone)]
pub struct Codes {
    /// The codes.
    pub codes: Zeroizing<Vec<String>>,
    /// The box is ticked.
    pub kept: bool,
    /// The worker is being asked.
    pub busy: bool,
    /// What is wrong, if anything.
    pub complaint: Option<Complaint>,
    /// The codes are on the clipboard.
    pub copied: Option<bool>,
}

impl Codes {
    pub(super) fn new(made: RecoveryCodes) -> Self {
        Self {
            codes: Zeroizing::new(made.codes),
            kept: false,
            busy: false,
            complaint: None,
            copied: None,
        }
    }

    pub(super) fn step(&mut self, event: Event, context: &mut Context<'_>) -> Transition {
        match event {
            Event::Pressed(Action::Copy) => {
                let lines = Zeroizing::new(self.codes.join("\n"));
                context.effects.push(Effect::Copy(lines));
            }
            Event::Pressed(Action::Save) => context.effects.push(Effect::Save(self.codes.clone())),
            Event::Pressed(Action::Print) => {
                context.effects.push(Effect::Print(self.codes.clone()));
            }
            Event::Copied(done) => {
                self.copied = Some(done);
                context.announce(Announcement::copied(done));
            }
            Event::Ticked(kept) => {
                self.kept = kept;
                if kept {
                    self.complaint = None;
                }
            }
            Event::Pressed(Action::Submit) if self.busy => {}
            Event::Pressed(Action::Submit) if !self.kept => {
                self.complaint = Some(Complaint::NotKept);
                context.announce(Announcement::Complaint);
                context.focus(FocusTarget::Tick);
            }
            Event::Pressed(Action::Submit) => {
                self.busy = true;
                self.complaint = None;
                context.call(Request::Kept);
            }
            Event::Arrived(_, outcome) if self.busy => return self.arrived(*outcome, context),
            _ => {}
        }
        Transition::Stay
    }

    fn arrived(
        &mut self,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        match outcome {
            Ok(Answer::Kept(_)) => context.call(match context.frame.purpose {
                // There is no pass for what was changed: back to what there is.
                Purpose::Manage => Request::Look,
                _ => Request::Pass,
            }),
            Ok(Answer::View(view)) => return Transition::Enter(view),
            Ok(answer) => return Transition::after(answer, None),
            Err(Failure::Unreachable) => {
                self.busy = false;
                self.complaint = Some(Complaint::Unreachable);
                context.announce(Announcement::Complaint);
                context.effects.push(Effect::EmitError(UNREACHABLE.into()));
            }
            Err(failure) => return Transition::Fail(Trouble::of(failure)),
        }
        Transition::Stay
    }
}
