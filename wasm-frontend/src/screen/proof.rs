//! Proving a factor: a code from the app, or a recovery code.
//!
//! The challenge is opened while the person still looks for the phone, so an answer is one request.
//! One that ended meanwhile is opened again, once, without a word.

use super::call::{Answer, Failure, Request};
use super::context::{Context, Transition};
use super::field::{Complaint, Field, Phase};
use super::send::Send;
use super::{Event, Screen};
use threegate_core::wire::client::{Proof as Proved, Recovery};
use threegate_core::{Method, Purpose};

/// A factor is being proved.
#[derive(Clone)]
pub struct Proof {
    /// How it is proved.
    pub method: Method,
    /// The code.
    pub field: Field,
    challenge: Challenge,
    /// The challenge was over once already for this answer.
    reopened: bool,
    /// The worker took the code.
    proved: bool,
    /// What is left of the recovery codes, after one was used.
    left: Option<Recovery>,
}

#[derive(Clone)]
enum Challenge {
    Unopened,
    Opening,
    Open(String),
}

/// Whether a factor can be proved by `method` here. Others are passed over: a worker may know more ways
/// than this widget.
pub(super) const fn has_screen(method: Method) -> bool {
    matches!(
        method,
        Method::Totp | Method::Hotp | Method::ThreemaReply | Method::Recovery
    )
}

/// The screen on which a factor is proved by `method`.
pub(super) fn prove(method: Method, context: &mut Context<'_>) -> Screen {
    // A message is nothing to guess, so nobody waits for it to be looked at.
    if !method.is_typed() {
        return Screen::Send(Send::prove(context));
    }
    let mut proof = Proof::by(method);
    let wait = context.frame.wait(context.now);
    if wait > 0 {
        proof.field.wait(wait, context);
    } else {
        proof.open(context);
    }
    Screen::Proof(proof)
}

impl Proof {
    fn by(method: Method) -> Self {
        Self {
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

    /// An answer that is under way is waited for.
    pub(super) fn may_be_left(&self) -> bool {
        self.field.phase != Phase::Working
    }

    pub(super) fn step(&mut self, event: Event, context: &mut Context<'_>) -> Transition {
        if self.field.sends(&event, self.method) {
            if self.field.take(self.method, context) {
                self.reopened = false;
                self.send(context);
            }
            return Transition::Stay;
        }
        match event {
            Event::Woke => {
                self.field.tick(context);
                if self.field.phase == Phase::Ready && matches!(self.challenge, Challenge::Unopened)
                {
                    self.open(context);
                }
                Transition::Stay
            }
            Event::Arrived(request, outcome) => self.arrived(&request, *outcome, context),
            _ => Transition::Stay,
        }
    }

    fn open(&mut self, context: &mut Context<'_>) {
        self.challenge = Challenge::Opening;
        context.call(Request::Open(self.method));
    }

    fn send(&mut self, context: &mut Context<'_>) {
        if self.field.doubtful || self.proved {
            context.call(Request::Look);
            return;
        }
        match &self.challenge {
            Challenge::Unopened => self.open(context),
            Challenge::Opening => {}
            Challenge::Open(challenge) => context.call(Request::Answer {
                challenge: challenge.clone(),
                code: self.field.typed.clone(),
            }),
        }
    }

    fn arrived(
        &mut self,
        request: &Request,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        let working = self.field.phase == Phase::Working;
        match (request, outcome) {
            (Request::Open(method), _) if *method != self.method => Transition::Stay,
            (_, Ok(Answer::Opened(opened))) => {
                self.challenge = Challenge::Open(opened.challenge);
                if working && !self.field.doubtful && !self.proved {
                    self.send(context);
                }
                Transition::Stay
            }
            (Request::Open(_), Err(failure)) => {
                self.challenge = Challenge::Unopened;
                // Nobody waits for it yet, and the answer will open another.
                if !working && matches!(failure, Failure::Unreachable) {
                    return Transition::Stay;
                }
                self.failed(failure, context)
            }
            _ if !working => Transition::Stay,
            (_, Ok(Answer::Ended(ended))) => {
                self.proved = true;
                self.left = ended.recovery();
                context.call(match context.frame.purpose {
                    Purpose::Verify => Request::Pass,
                    _ => Request::Look,
                });
                Transition::Stay
            }
            (_, Ok(Answer::View(view))) => {
                self.field.doubtful = false;
                self.proved = view.pass_ready || view.proof == Proved::Given;
                if context.frame.purpose == Purpose::Verify && view.pass_ready {
                    context.call(Request::Pass);
                } else if self.proved {
                    return Transition::Enter(view);
                } else {
                    self.send(context);
                }
                Transition::Stay
            }
            (_, Ok(answer)) => Transition::after(answer, self.left),
            (_, Err(failure)) => self.failed(failure, context),
        }
    }

    fn failed(&mut self, failure: Failure, context: &mut Context<'_>) -> Transition {
        if let Some(transition) = self.field.fail(failure, context) {
            return transition;
        }
        if self.reopened {
            self.challenge = Challenge::Unopened;
            self.field.complain(Complaint::Unreachable, context);
        } else {
            self.reopened = true;
            self.open(context);
        }
        Transition::Stay
    }
}

#[cfg(test)]
mod tests;
