//! Proving a factor: a code from the app, or a recovery code.
//!
//! The challenge is opened while the person still looks for the phone, so an answer is one request.
//! One that ended meanwhile is opened again, once, without a word.

use super::call::{Answer, Failure, Request};
use super::field::{Complaint, Field, Phase};
use super::trouble::Trouble;
use super::{Action, Effect, Event, Frame, Moment, Screen, Turn, another};
use threegate_core::wire::client::Proof as Proved;
use threegate_core::{Method, Purpose};

/// A factor is being proved.
#[derive(Clone, PartialEq, Eq)]
pub struct Proof {
    /// How it can be proved, the default first.
    pub usable: Vec<Method>,
    /// How it is proved now.
    pub method: Method,
    /// The code.
    pub field: Field,
    challenge: Challenge,
    /// The challenge was over once already for this answer.
    reopened: bool,
    /// The worker took the code.
    proved: bool,
    /// Recovery codes left, after one was used.
    left: Option<u64>,
}

#[derive(Clone, PartialEq, Eq)]
enum Challenge {
    Unopened,
    Opening,
    Open(String),
}

impl Proof {
    /// Begins with the first of `usable`, after a wait of so many seconds.
    pub(super) fn begin(
        usable: Vec<Method>,
        wait: u64,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) -> Option<Self> {
        let method = usable.first().copied()?;
        let mut proof = Self::by(method, usable);
        if wait > 0 {
            proof.field.wait(wait, now, effects);
        } else {
            proof.open(effects);
        }
        Some(proof)
    }

    fn by(method: Method, usable: Vec<Method>) -> Self {
        Self {
            usable,
            method,
            field: Field::default(),
            challenge: Challenge::Unopened,
            reopened: false,
            proved: false,
            left: None,
        }
    }

    /// The state's name in `threegate:statechange`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.field.phase.name().unwrap_or(match self.method {
            Method::Recovery => "recovery",
            _ => "code",
        })
    }

    /// The other way, if there is one.
    #[must_use]
    pub fn another(&self) -> Option<Method> {
        another(&self.usable, self.method)
    }

    pub(super) fn step(
        &mut self,
        event: Event,
        frame: &Frame,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) -> Turn {
        if self.field.sends(&event, self.method) {
            if self.field.take(self.method, frame, effects) {
                self.reopened = false;
                self.send(effects);
            }
            return Turn::Stay;
        }
        match event {
            Event::Did(Action::Switch) => self.switch(effects),
            Event::Woke => {
                self.field.tick(now, frame, effects);
                if self.field.phase == Phase::Ready && matches!(self.challenge, Challenge::Unopened)
                {
                    self.open(effects);
                }
                Turn::Stay
            }
            Event::Arrived(request, outcome) => {
                self.arrived(&request, outcome, frame, now, effects)
            }
            _ => Turn::Stay,
        }
    }

    fn switch(&mut self, effects: &mut Vec<Effect>) -> Turn {
        let (Some(method), false) = (self.another(), self.field.phase == Phase::Working) else {
            return Turn::Stay;
        };
        let mut next = Self::by(method, core::mem::take(&mut self.usable));
        next.field.phase = self.field.phase;
        if next.field.phase == Phase::Ready {
            next.open(effects);
        }
        Turn::To(Screen::Proof(next))
    }

    fn open(&mut self, effects: &mut Vec<Effect>) {
        self.challenge = Challenge::Opening;
        effects.push(Effect::Call(Request::Open(self.method)));
    }

    fn send(&mut self, effects: &mut Vec<Effect>) {
        if self.field.doubtful || self.proved {
            effects.push(Effect::Call(Request::Look));
            return;
        }
        match &self.challenge {
            Challenge::Unopened => self.open(effects),
            Challenge::Opening => {}
            Challenge::Open(challenge) => effects.push(Effect::Call(Request::Answer {
                challenge: challenge.clone(),
                code: self.field.typed.clone(),
            })),
        }
    }

    fn arrived(
        &mut self,
        request: &Request,
        outcome: Result<Answer, Failure>,
        frame: &Frame,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) -> Turn {
        let working = self.field.phase == Phase::Working;
        match (request, outcome) {
            (Request::Open(method), _) if *method != self.method => Turn::Stay,
            (_, Ok(Answer::Opened(opened))) => {
                self.challenge = Challenge::Open(opened.challenge);
                if working && !self.field.doubtful && !self.proved {
                    self.send(effects);
                }
                Turn::Stay
            }
            (Request::Open(_), Err(failure)) => {
                self.challenge = Challenge::Unopened;
                // Nobody waits for it yet, and the answer will open another.
                if !working && matches!(failure, Failure::Unreachable) {
                    return Turn::Stay;
                }
                self.failed(failure, frame, now, effects)
            }
            _ if !working => Turn::Stay,
            (_, Ok(Answer::Ended(ended))) => {
                self.proved = true;
                self.left = ended.recovery_left;
                effects.push(Effect::Call(match frame.purpose {
                    Purpose::Verify => Request::Pass,
                    _ => Request::Look,
                }));
                Turn::Stay
            }
            (_, Ok(Answer::View(view))) => {
                self.field.doubtful = false;
                self.proved = view.pass_ready || view.proof == Proved::Given;
                if frame.purpose == Purpose::Verify && view.pass_ready {
                    effects.push(Effect::Call(Request::Pass));
                } else if self.proved {
                    return Turn::Enter(view);
                } else {
                    self.send(effects);
                }
                Turn::Stay
            }
            (_, Ok(Answer::Pass(pass))) => Turn::Pass(pass, self.left),
            #[cfg(feature = "enroll")]
            (_, Ok(_)) => Turn::Stay,
            (_, Err(failure)) => self.failed(failure, frame, now, effects),
        }
    }

    fn failed(
        &mut self,
        failure: Failure,
        frame: &Frame,
        now: Moment,
        effects: &mut Vec<Effect>,
    ) -> Turn {
        let trouble = Trouble::of(failure);
        match self.field.fail(trouble, frame, now, effects) {
            None => Turn::Stay,
            Some(Trouble::Over) if !self.reopened => {
                self.reopened = true;
                self.open(effects);
                Turn::Stay
            }
            Some(Trouble::Over) => {
                self.challenge = Challenge::Unopened;
                self.field.complain(Complaint::Unreachable, frame, effects);
                Turn::Stay
            }
            Some(other) => Turn::Fail(other),
        }
    }
}
