//! Enrolling: the choice, the authenticator's symbol and key, the recovery codes.
//!
//! ```text
//! Choose ──▶ Scan ──code──▶ Codes ──kept──▶ Done
//!              └── enough recovery codes ──▶ Done
//! ```
//!
//! The pass is fetched last: it lives five minutes, and printing may take longer.

use super::call::{Answer, Failure, Request};
use super::field::{Complaint, Field, Phase};
use super::symbol::Drawing;
use super::trouble::Trouble;
use super::verify::is_few;
use super::{Action, Effect, Event, Frame, Moment, Say, Screen, Spot, Turn};
use threegate_core::Method;
use threegate_core::wire::client::{EnrolmentBegun, RecoveryCodes, View};

/// What can be enrolled.
#[derive(Clone, PartialEq, Eq)]
pub struct Choose {
    /// The methods, the better ones first.
    pub offered: Vec<Method>,
    /// One was chosen.
    pub busy: bool,
    /// What is wrong, if anything.
    pub complaint: Option<Complaint>,
}

/// A new authenticator, to be confirmed by its first code.
#[derive(Clone, PartialEq, Eq)]
pub struct Scan {
    /// Its symbol and key.
    pub begun: EnrolmentBegun,
    /// The link as a symbol. If there is none, the key still does.
    pub symbol: Option<Drawing>,
    /// The first code.
    pub field: Field,
    /// The key is on the clipboard.
    pub copied: Option<bool>,
    ends: Option<Moment>,
}

/// New recovery codes, shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct Codes {
    /// The codes.
    pub codes: Vec<String>,
    /// The box is ticked.
    pub kept: bool,
    /// The worker is being asked.
    pub busy: bool,
    /// What is wrong, if anything.
    pub complaint: Option<Complaint>,
    /// The codes are on the clipboard.
    pub copied: Option<bool>,
}

/// The first screen of an enrolment that needs no (more) proof; none while the worker is asked.
pub(super) fn enter(view: View, frame: &Frame, effects: &mut Vec<Effect>) -> Option<Screen> {
    if view.pass_ready {
        effects.push(Effect::Call(after_confirmation(frame)));
        return None;
    }
    Some(Screen::Choose(Choose {
        offered: view.offered,
        busy: false,
        complaint: None,
    }))
}

/// Recovery codes stand beside every factor: new ones, unless enough are kept.
fn after_confirmation(frame: &Frame) -> Request {
    match frame.recovery {
        Some(recovery) if recovery.kept && !is_few(recovery.left) => Request::Pass,
        _ => Request::Codes,
    }
}

impl Choose {
    pub(super) fn step(
        &mut self,
        event: Event,
        frame: &Frame,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) -> Turn {
        match event {
            Event::Did(Action::ChooseTotp) if !self.busy => {
                self.busy = true;
                effects.push(Effect::Call(Request::Begin(Method::Totp)));
            }
            Event::Arrived(Request::Begin(_), outcome) => {
                self.busy = false;
                return match outcome {
                    Ok(Answer::Begun(begun)) => Scan::of(begun, None, frame, now),
                    Ok(_) => Turn::Stay,
                    Err(Failure::Unreachable) => {
                        self.complaint = Some(Complaint::Unreachable);
                        effects.push(frame.focus(Spot::Title));
                        Turn::Stay
                    }
                    Err(failure) => Turn::Fail(Trouble::of(failure)),
                };
            }
            _ => {}
        }
        Turn::Stay
    }
}

impl Scan {
    fn of(begun: EnrolmentBegun, complaint: Option<Complaint>, frame: &Frame, now: Moment) -> Turn {
        // The frame's clock may be minutes old, but not further off than the network.
        let ends = frame.local(begun.expires_at).filter(|ends| *ends > now);
        let field = Field {
            complaint,
            ..Field::default()
        };
        let symbol = Drawing::of(&begun);
        Turn::To(Screen::Scan(Self {
            begun,
            symbol,
            field,
            copied: None,
            ends,
        }))
    }

    pub(super) fn alarm(&self, now: Moment) -> Option<Moment> {
        let over = self.ends.filter(|_| self.field.phase == Phase::Ready);
        self.field.alarm(now).into_iter().chain(over).min()
    }

    pub(super) fn step(
        &mut self,
        event: Event,
        frame: &Frame,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) -> Turn {
        if self.field.sends(&event, Method::Totp) {
            if self.field.take(Method::Totp, frame, effects) {
                self.send(effects);
            }
            return Turn::Stay;
        }
        match event {
            Event::Did(Action::Copy) => effects.push(Effect::Copy(self.begun.secret.clone())),
            Event::Copied(done) => {
                self.copied = Some(done);
                effects.push(Effect::Say(copied(done)));
            }
            Event::Woke => {
                self.field.tick(now, frame, effects);
                let over = self.ends.is_some_and(|ends| ends <= now);
                if over && self.field.phase == Phase::Ready {
                    self.renew(effects);
                }
            }
            Event::Arrived(request, outcome) => {
                return self.arrived(&request, outcome, frame, now, effects);
            }
            _ => {}
        }
        Turn::Stay
    }

    fn send(&self, effects: &mut Vec<Effect>) {
        effects.push(Effect::Call(if self.field.doubtful {
            Request::Look
        } else {
            Request::Confirm {
                factor: self.begun.factor.clone(),
                code: self.field.typed.clone(),
            }
        }));
    }

    fn renew(&mut self, effects: &mut Vec<Effect>) {
        self.field.phase = Phase::Working;
        effects.push(Effect::Call(Request::Begin(self.begun.method)));
    }

    fn arrived(
        &mut self,
        request: &Request,
        outcome: Result<Answer, Failure>,
        frame: &Frame,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) -> Turn {
        if self.field.phase != Phase::Working {
            return Turn::Stay;
        }
        match outcome {
            Ok(Answer::Begun(begun)) => Self::of(begun, Some(Complaint::Renewed), frame, now),
            Ok(Answer::Confirmed(_)) => {
                effects.push(Effect::Call(after_confirmation(frame)));
                Turn::Stay
            }
            Ok(Answer::View(view)) if view.pass_ready => Turn::Enter(view),
            Ok(Answer::View(_)) => {
                self.field.doubtful = false;
                self.send(effects);
                Turn::Stay
            }
            Ok(Answer::Codes(made)) => Turn::To(Screen::Codes(Codes::new(made))),
            Ok(Answer::Pass(pass)) => Turn::Pass(pass, None),
            Ok(_) => Turn::Stay,
            Err(failure) => {
                let trouble = Trouble::of(failure);
                match self.field.fail(trouble, frame, now, effects) {
                    None => Turn::Stay,
                    Some(Trouble::Over) if matches!(request, Request::Confirm { .. }) => {
                        self.renew(effects);
                        Turn::Stay
                    }
                    Some(other) => Turn::Fail(other),
                }
            }
        }
    }
}

impl Codes {
    pub(super) fn new(made: RecoveryCodes) -> Self {
        Self {
            codes: made.codes,
            kept: false,
            busy: false,
            complaint: None,
            copied: None,
        }
    }

    pub(super) fn step(&mut self, event: Event, frame: &Frame, effects: &mut Vec<Effect>) -> Turn {
        match event {
            Event::Did(Action::Copy) => effects.push(Effect::Copy(self.codes.join("\n"))),
            Event::Did(Action::Save) => effects.push(Effect::Save(self.codes.clone())),
            Event::Did(Action::Print) => effects.push(Effect::Print(self.codes.clone())),
            Event::Copied(done) => {
                self.copied = Some(done);
                effects.push(Effect::Say(copied(done)));
            }
            Event::Ticked(kept) => {
                self.kept = kept;
                if kept {
                    self.complaint = None;
                }
            }
            Event::Did(Action::Submit) if self.busy => {}
            Event::Did(Action::Submit) if !self.kept => {
                self.complaint = Some(Complaint::NotKept);
                effects.push(frame.focus(Spot::Tick));
            }
            Event::Did(Action::Submit) => {
                self.busy = true;
                self.complaint = None;
                effects.push(Effect::Call(Request::Kept));
            }
            Event::Arrived(_, outcome) if self.busy => return self.arrived(outcome, effects),
            _ => {}
        }
        Turn::Stay
    }

    fn arrived(&mut self, outcome: Result<Answer, Failure>, effects: &mut Vec<Effect>) -> Turn {
        match outcome {
            Ok(Answer::Kept(_)) => effects.push(Effect::Call(Request::Pass)),
            Ok(Answer::Pass(pass)) => return Turn::Pass(pass, None),
            Ok(_) => {}
            Err(Failure::Unreachable) => {
                self.busy = false;
                self.complaint = Some(Complaint::Unreachable);
                effects.push(Effect::EmitError("unreachable".into()));
            }
            Err(failure) => return Turn::Fail(Trouble::of(failure)),
        }
        Turn::Stay
    }
}

const fn copied(done: bool) -> Say {
    if done { Say::Copied } else { Say::NotCopied }
}

#[cfg(test)]
pub(super) mod tests;
