//! Where messages can only be sent: a Threema ID that is confirmed by the code that was sent to it.
//!
//! ```text
//! Identify ──▶ code sent ──typed──▶ what comes next
//!                  └─ time up, too many wrong ones ─▶ Over ──renew──▶ code sent
//! ```

use super::call::{Answer, Failure, Request};
use super::context::{Context, Transition};
use super::field::{Field, Phase};
use super::identify::{self, Identify, Identity};
use super::over::{Over, Why};
use super::proof::Delivery;
use super::{Action, Announcement, Event, FocusTarget, Moment, Screen};
use threegate_core::Method;
use threegate_core::threema::Level;
use threegate_core::wire::client::ThreemaCodeBegun;

/// A code that was sent to a new ID.
#[derive(Clone)]
pub struct Receive {
    /// How its key got here.
    pub level: Level,
    /// The key's fingerprint.
    pub fingerprint: String,
    /// The message.
    pub delivery: Delivery,
    /// The code.
    pub field: Field,
    /// It is over, and another one can be had.
    pub over: Option<Over>,
    identity: Identity,
    factor: String,
}

impl Receive {
    pub(super) fn new(identity: Identity, begun: ThreemaCodeBegun, context: &Context<'_>) -> Self {
        let ends = context.frame.local(begun.expires_at);
        Self {
            level: begun.level,
            fingerprint: begun.fingerprint,
            delivery: Delivery::new(begun.sent, ends, context.now),
            field: Field::default(),
            over: None,
            identity,
            factor: begun.factor,
        }
    }

    /// The state's name in `threegate:statechange`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self.over {
            Some(over) => over.again.name().unwrap_or("code_over"),
            None => self.field.phase.name().unwrap_or("code"),
        }
    }

    /// When something on the screen changes by itself.
    pub(super) fn alarm(&self, now: Moment) -> Option<Moment> {
        match self.over {
            Some(over) => over.again.alarm(now),
            None => {
                let sent = self.delivery.alarm(now);
                self.field.phase.alarm(now).into_iter().chain(sent).min()
            }
        }
    }

    pub(super) fn step(&mut self, event: Event, context: &mut Context<'_>) -> Transition {
        if self.over.is_none() && self.field.sends(&event, Method::ThreemaCode) {
            if self.field.take(Method::ThreemaCode, context) {
                self.send(context);
            }
            return Transition::Stay;
        }
        match event {
            Event::Pressed(Action::Renew)
                if self.over.as_mut().is_some_and(|over| over.renews(context)) =>
            {
                context.call(self.identity.request(context.frame));
            }
            Event::Pressed(Action::Resend)
                if self.over.is_none() && self.delivery.again == Phase::Ready =>
            {
                self.delivery.again = Phase::Working;
                context.announce(Announcement::Working);
                context.call(self.identity.request(context.frame));
            }
            Event::Pressed(Action::Back) if self.field.phase != Phase::Working => {
                return Transition::To(Screen::Identify(Identify::default()));
            }
            Event::Woke => self.wake(context),
            Event::Arrived(Request::BeginThreema { identity, .. }, outcome) => {
                return self.begun(identity, *outcome, context);
            }
            Event::Arrived(_, outcome) if self.field.phase == Phase::Working => {
                return self.answered(*outcome, context);
            }
            _ => {}
        }
        Transition::Stay
    }

    fn send(&self, context: &mut Context<'_>) {
        context.call(if self.field.doubtful {
            Request::Look
        } else {
            Request::Confirm {
                factor: self.factor.clone(),
                code: self.field.typed.clone(),
            }
        });
    }

    fn wake(&mut self, context: &mut Context<'_>) {
        if let Some(over) = &mut self.over {
            over.again.tick(context.now);
            return;
        }
        self.field.tick(context);
        if self.delivery.tick(context.now) && self.field.phase != Phase::Working {
            self.stop(Over::because(Why::Ended), context);
        }
    }

    /// Another code was sent, or not.
    fn begun(
        &mut self,
        identity: Identity,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        let again = self.over.map_or(self.delivery.again, |over| over.again);
        match outcome {
            _ if again != Phase::Working => {}
            Ok(Answer::ThreemaCodeBegun(begun)) => {
                *self = Self::new(identity, begun, context);
                context.announce(Announcement::Sent);
                context.focus(FocusTarget::Field);
            }
            Ok(_) => {}
            Err(failure) => match Over::after(failure.clone(), context) {
                Ok(over) => self.stop(over, context),
                Err(_) => return identify::refused(failure),
            },
        }
        Transition::Stay
    }

    fn answered(
        &mut self,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        match outcome {
            Ok(Answer::Confirmed(_)) => context.call(Request::Look),
            Ok(Answer::View(view)) if view.pass_ready => return Transition::Enter(view),
            Ok(Answer::View(_)) => {
                self.field.doubtful = false;
                self.send(context);
            }
            Ok(_) => {}
            Err(failure) => match Over::after(failure.clone(), context) {
                Ok(over) if matches!(over.why, Why::Ended | Why::Spent) => self.stop(over, context),
                _ => {
                    let transition = self.field.fail(failure, context);
                    return transition.unwrap_or(Transition::Stay);
                }
            },
        }
        Transition::Stay
    }

    fn stop(&mut self, over: Over, context: &mut Context<'_>) {
        self.field = Field::default();
        self.over = Some(over.show(context));
    }
}

#[cfg(test)]
pub(super) mod tests;
