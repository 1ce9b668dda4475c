//! Proving a factor: a code from the app, one that was sent by Threema, or a recovery code.
//!
//! The challenge is opened while the person still looks for the phone, so an answer is one request.
//! One that ended meanwhile is opened again, once, without a word; but a code that was sent is then over.

mod delivery;

use super::call::{Answer, Failure, Request};
use super::context::{Context, Transition};
use super::field::{Complaint, Field, Phase};
use super::over::{Over, Why};
use super::send::Send;
use super::trouble::Trouble;
use super::{Action, Announcement, Event, FocusTarget, Moment, Screen};
pub use delivery::Delivery;
use threegate_core::wire::client::{Proof as Proved, Recovery};
use threegate_core::{Method, Purpose};

/// A factor is being proved.
#[derive(Clone)]
pub struct Proof {
    /// How it is proved.
    pub method: Method,
    /// The code.
    pub field: Field,
    /// How the code got to the user, if it was sent.
    pub delivery: Option<Delivery>,
    /// It is over, and can be sent anew.
    pub over: Option<Over>,
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

/// The screen on which a factor is proved by `method`. Nobody is asked for a thumb before the person
/// has `wished` for it.
pub(super) fn prove(method: Method, wished: bool, context: &mut Context<'_>) -> Screen {
    // A message is nothing to guess, so nobody waits for it to be looked at.
    if !method.is_typed() {
        return Screen::Send(Send::prove(method, wished, context));
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
            delivery: None,
            over: None,
            challenge: Challenge::Unopened,
            reopened: false,
            proved: false,
            left: None,
        }
    }

    /// The state's name in `threegate:statechange`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        if let Some(over) = self.over {
            return over.again.name().unwrap_or("code_over");
        }
        self.field.phase.name().unwrap_or(match self.method {
            Method::Recovery => "recovery",
            _ => "code",
        })
    }

    /// An answer that is under way is waited for.
    pub(super) fn may_be_left(&self) -> bool {
        self.field.phase != Phase::Working
    }

    /// When something on the screen changes by itself.
    pub(super) fn alarm(&self, now: Moment) -> Option<Moment> {
        if let Some(over) = self.over {
            return over.again.alarm(now);
        }
        let sent = self.delivery.as_ref().and_then(|sent| sent.alarm(now));
        self.field.phase.alarm(now).into_iter().chain(sent).min()
    }

    pub(super) fn step(&mut self, event: Event, context: &mut Context<'_>) -> Transition {
        if let Some(over) = &mut self.over {
            match event {
                Event::Pressed(Action::Renew) if over.renews(context) => self.open(context),
                Event::Woke => drop(over.again.tick(context.now)),
                Event::Arrived(Request::Open(method), outcome) if method == self.method => {
                    return self.opened(*outcome, context);
                }
                _ => {}
            }
            return Transition::Stay;
        }
        if self.field.sends(&event, self.method) {
            if self.field.take(self.method, context) {
                self.reopened = false;
                self.send(context);
            }
            return Transition::Stay;
        }
        match event {
            Event::Pressed(Action::Resend) => self.resend(context),
            Event::Woke => {
                self.field.tick(context);
                if let Some(delivery) = &mut self.delivery
                    && delivery.tick(context.now)
                    && self.field.phase != Phase::Working
                {
                    self.stop(Over::because(Why::Ended), context);
                    return Transition::Stay;
                }
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
            (Request::Open(_), outcome) => self.opened(outcome, context),
            (Request::Resend(_), outcome) => self.resent(outcome, context),
            _ if !working => Transition::Stay,
            (_, Ok(Answer::Ended(ended))) => {
                self.proved = true;
                self.left = ended.recovery();
                match context.frame.purpose {
                    Purpose::Verify => context.call_for_the_pass(),
                    _ => context.call(Request::Look),
                }
                Transition::Stay
            }
            (_, Ok(Answer::View(view))) => {
                self.field.doubtful = false;
                self.proved = view.pass_ready || view.proof == Proved::Given;
                if context.frame.purpose == Purpose::Verify && view.pass_ready {
                    context.call_for_the_pass();
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

    fn opened(
        &mut self,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        let working = self.field.phase == Phase::Working;
        match outcome {
            Ok(Answer::Opened(opened)) => {
                self.challenge = Challenge::Open(opened.challenge);
                if let Some(sent) = opened.sent {
                    let ends = context.frame.local(opened.expires_at);
                    self.delivery = Some(Delivery::new(sent, ends, context.now));
                    context.announce(Announcement::Sent);
                }
                if self.over.take().is_some() {
                    self.field = Field::default();
                    context.focus(FocusTarget::Field);
                } else if working && !self.field.doubtful && !self.proved {
                    self.send(context);
                }
                Transition::Stay
            }
            Ok(_) => Transition::Stay,
            Err(failure) => {
                self.challenge = Challenge::Unopened;
                if self.method == Method::ThreemaCode {
                    return self.not_sent(failure, context);
                }
                // Nobody waits for it yet, and the answer will open another.
                if !working && matches!(failure, Failure::Unreachable) {
                    return Transition::Stay;
                }
                self.failed(failure, context)
            }
        }
    }

    fn not_sent(&mut self, failure: Failure, context: &mut Context<'_>) -> Transition {
        match Over::after(failure, context) {
            Ok(over) => self.stop(over, context),
            Err(Trouble::Throttled(seconds)) => {
                self.over = None;
                self.field.wait(seconds, context);
            }
            Err(trouble) => return Transition::Fail(trouble),
        }
        Transition::Stay
    }

    /// The code that was sent is over.
    fn stop(&mut self, over: Over, context: &mut Context<'_>) {
        self.challenge = Challenge::Unopened;
        self.delivery = None;
        self.field = Field::default();
        self.over = Some(over.show(context));
    }

    fn resend(&mut self, context: &mut Context<'_>) -> Transition {
        if let (Challenge::Open(challenge), Some(delivery)) = (&self.challenge, &mut self.delivery)
            && delivery.again == Phase::Ready
        {
            delivery.again = Phase::Working;
            context.announce(Announcement::Working);
            context.call(Request::Resend(challenge.clone()));
        }
        Transition::Stay
    }

    fn resent(
        &mut self,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        let Some(delivery) = &mut self.delivery else {
            return Transition::Stay;
        };
        let failure = match outcome {
            Ok(Answer::Opened(opened)) => {
                if let Some(sent) = opened.sent {
                    *delivery = delivery.again(sent, context.now);
                    context.announce(Announcement::Sent);
                }
                return Transition::Stay;
            }
            Ok(_) => return Transition::Stay,
            Err(failure) => failure,
        };
        match Over::after(failure, context) {
            // The code that came before may still be typed.
            Ok(over) if over.why != Why::Ended => {
                delivery.again = over.again;
                self.field.complaint = match over.why {
                    Why::NotSent => Some(Complaint::NotSent),
                    Why::Unanswered => Some(Complaint::Unreachable),
                    _ => None,
                };
                context.announce(Announcement::Complaint);
                Transition::Stay
            }
            Ok(over) => {
                self.stop(over, context);
                Transition::Stay
            }
            Err(trouble) => Transition::Fail(trouble),
        }
    }

    fn failed(&mut self, failure: Failure, context: &mut Context<'_>) -> Transition {
        if self.method == Method::ThreemaCode
            && let Ok(over) = Over::after(failure.clone(), context)
            && matches!(over.why, Why::Ended | Why::Spent)
        {
            self.stop(over, context);
            return Transition::Stay;
        }
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
pub(super) mod tests;
