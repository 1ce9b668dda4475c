//! A code that the user sends by Threema, which proves a factor or confirms a new one; or a thumb with
//! which a question is answered there.
//!
//! ```text
//! Idle ──click──▶ Opening ──code, question──▶ Waiting ──message──▶ Proved ──▶ the pass, or what comes next
//! a thumb only                                   └─ time up, code gone ─▶ Over ──renew──▶ Waiting
//! ```
//!
//! Nothing is typed here: the page learns from the worker that the message came. A socket says when to
//! look; without one the page looks every three seconds, and not at all while nobody sees it. A phone
//! freezes the page while its user is in Threema, so it looks whenever it is woken.

mod code;
mod watch;

use super::call::{Answer, Failure, Request};
use super::context::{Context, Transition};
use super::field;
use super::over::{Over, Why};
use super::trouble::Trouble;
use super::{Action, Announcement, Effect, Event, FocusTarget, Moment};
pub use code::{Code, Shown};
use threegate_core::wire::client::{Proof as Proved, View};
use threegate_core::{Method, Purpose};
use watch::{Looked, Watch};
use zeroize::Zeroizing;

#[cfg(feature = "enroll")]
use super::Screen;
#[cfg(feature = "enroll")]
use super::identify::{self, Identify, Identity};
#[cfg(feature = "enroll")]
use threegate_core::threema::Level;
#[cfg(feature = "enroll")]
use threegate_core::wire::client::ThreemaBegun;
#[cfg(feature = "enroll")]
pub(super) use watch::BETWEEN_LOOKS;

/// A code to send.
#[derive(Clone)]
pub struct Send {
    /// What it is for.
    pub aim: Aim,
    /// The code; none before the first answer.
    pub code: Option<Code>,
    /// What is going on.
    pub phase: Phase,
    /// The code is on the clipboard.
    pub copied: Option<bool>,
    /// The last look had no answer.
    pub offline: bool,
    watch: Watch,
}

/// What the message is for.
#[derive(Clone)]
pub enum Aim {
    /// To prove a factor by a code.
    Proof,
    /// To prove one by a thumb.
    Tap,
    /// To confirm a Threema ID.
    #[cfg(feature = "enroll")]
    Enrollment {
        /// The ID as it was given.
        identity: Identity,
        /// How its key got here.
        level: Level,
        /// The key's fingerprint.
        fingerprint: String,
    },
}

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nobody was asked yet.
    Idle,
    /// The first code is on its way.
    Opening,
    /// The message is awaited.
    Waiting,
    /// It has come.
    Proved,
    /// It is over, and another one can be had.
    Over(Over),
}

impl Send {
    /// Opens a challenge.
    pub(super) fn prove(method: Method, wished: bool, context: &mut Context<'_>) -> Self {
        let mut send = Self::new(match method {
            Method::ThreemaTap => Aim::Tap,
            _ => Aim::Proof,
        });
        if matches!(send.aim, Aim::Tap) && !wished {
            send.phase = Phase::Idle;
        } else {
            send.open(context);
        }
        send
    }

    /// Shows the code that confirms a new factor.
    #[cfg(feature = "enroll")]
    pub(super) fn enrol(identity: Identity, begun: ThreemaBegun, context: &Context<'_>) -> Self {
        let mut send = Self::new(Aim::Enrollment {
            identity,
            level: begun.level,
            fingerprint: begun.fingerprint,
        });
        let shown = Shown::reply(begun.reply);
        send.receive(begun.factor, shown, begun.expires_at, context);
        send
    }

    const fn new(aim: Aim) -> Self {
        Self {
            aim,
            code: None,
            phase: Phase::Opening,
            copied: None,
            offline: false,
            watch: Watch::new(),
        }
    }

    /// The state's name in `threegate:statechange`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self.phase {
            Phase::Proved => "working",
            Phase::Over(over) => match over.again.name() {
                Some(name) => name,
                None => "code_over",
            },
            _ if matches!(self.aim, Aim::Tap) => "tap",
            _ => "send",
        }
    }

    /// Whether the message confirms a new factor.
    pub(super) const fn enrols(&self) -> bool {
        !matches!(self.aim, Aim::Proof | Aim::Tap)
    }

    /// What the message proves.
    #[must_use]
    pub const fn method(&self) -> Method {
        match self.aim {
            Aim::Tap => Method::ThreemaTap,
            _ => Method::ThreemaReply,
        }
    }

    /// Whether the page must hear of a message.
    pub(super) fn listens(&self) -> bool {
        self.phase != Phase::Idle
    }

    /// A proof is not left any more once the message has come.
    pub(super) fn may_be_left(&self) -> bool {
        !self.enrols() && self.phase != Phase::Proved
    }

    /// When to look next, or to say another time. Nobody looks at a page that is `hidden`.
    pub(super) fn alarm(&self, now: Moment, hidden: bool) -> Option<Moment> {
        match self.phase {
            Phase::Waiting => {}
            Phase::Over(over) => return over.again.alarm(now),
            _ => return None,
        }
        let tick = self.code.as_ref().and_then(|code| code.next_tick(now));
        let look = self.watch.alarm(hidden);
        let soonest = look.into_iter().chain(tick).min()?;
        Some(soonest.max(Moment(now.0.saturating_add(1))))
    }

    pub(super) fn step(&mut self, event: Event, context: &mut Context<'_>) -> Transition {
        match event {
            Event::Pressed(Action::Renew) => self.renew(context),
            #[cfg(feature = "enroll")]
            Event::Pressed(Action::Back) => return self.back(),
            Event::Pressed(Action::Copy) => {
                if let Some(Code {
                    shown: Shown::Reply { reply, .. },
                    ..
                }) = &self.code
                {
                    let text = Zeroizing::new(reply.code.clone());
                    context.effects.push(Effect::Copy(text));
                }
            }
            Event::Copied(done) => {
                self.copied = Some(done);
                context.announce(Announcement::copied(done));
            }
            Event::Listening(open) => self.watch.listen(open, context.now),
            Event::Changed => self.look(context),
            Event::Woke => {
                self.tick(context);
                self.look(context);
            }
            Event::Arrived(request, outcome) => return self.arrived(&request, *outcome, context),
            _ => {}
        }
        Transition::Stay
    }

    fn open(&self, context: &mut Context<'_>) {
        context.call(match &self.aim {
            Aim::Proof | Aim::Tap => Request::Open(self.method()),
            #[cfg(feature = "enroll")]
            Aim::Enrollment { identity, .. } => identity.request(context.frame),
        });
    }

    fn renew(&mut self, context: &mut Context<'_>) {
        let renews = match &mut self.phase {
            Phase::Idle => true,
            Phase::Over(over) => over.renews(context),
            _ => false,
        };
        if self.phase == Phase::Idle {
            self.phase = Phase::Opening;
        }
        if renews {
            self.open(context);
        }
    }

    #[cfg(feature = "enroll")]
    fn back(&self) -> Transition {
        if self.enrols() && self.phase != Phase::Proved {
            Transition::To(Screen::Identify(Identify::default()))
        } else {
            Transition::Stay
        }
    }

    /// There is a code to send.
    fn receive(&mut self, name: String, shown: Shown, expires_at: u64, context: &Context<'_>) {
        // The frame's clock may be minutes old, but not further off than the network.
        let ends = context.frame.local(expires_at);
        self.code = Some(Code::new(name, shown, ends, context.now));
        self.phase = Phase::Waiting;
        self.copied = None;
        self.offline = false;
        self.watch.begin(context.now);
    }

    fn look(&mut self, context: &mut Context<'_>) {
        let looks = match self.phase {
            Phase::Waiting => true,
            Phase::Over(over) => over.again == field::Phase::Ready,
            _ => false,
        };
        if looks && self.watch.look() {
            context.call(Request::Look);
        }
    }

    fn tick(&mut self, context: &mut Context<'_>) {
        let now = context.now;
        if let Phase::Over(over) = &mut self.phase {
            over.again.tick(now);
        }
        let over = self.code.as_mut().is_some_and(|code| code.tick(now));
        if over && self.phase == Phase::Waiting {
            self.stop(Over::because(Why::Ended), context);
        }
    }

    /// The code is over. A message that was sent in time may still come through: who looks, sees it.
    fn stop(&mut self, over: Over, context: &mut Context<'_>) {
        self.phase = Phase::Over(over.show(context));
    }

    fn arrived(
        &mut self,
        request: &Request,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        let awaited = match self.phase {
            Phase::Opening => true,
            Phase::Over(over) => over.again == field::Phase::Working,
            _ => false,
        };
        match (request, outcome) {
            (Request::Look, outcome) => return self.looked(outcome, context),
            (Request::Pass | Request::PassRemembering, outcome) if self.phase == Phase::Proved => {
                match outcome {
                    Ok(answer) => return Transition::after(answer, None),
                    Err(failure) => return self.not_passed(failure, context),
                }
            }
            (Request::Open(method), outcome)
                if awaited && !self.enrols() && *method == self.method() =>
            {
                return self.opened(outcome, context);
            }
            #[cfg(feature = "enroll")]
            (Request::BeginThreema { .. }, outcome) if awaited && self.enrols() => {
                return self.begun_again(outcome, context);
            }
            _ => {}
        }
        Transition::Stay
    }

    fn opened(
        &mut self,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        match outcome {
            Ok(Answer::Opened(opened)) => {
                let reply = opened.reply.map(Shown::reply);
                let Some(shown) = reply.or_else(|| opened.sent.map(Shown::Question)) else {
                    self.stop(Over::because(Why::Unanswered), context);
                    return Transition::Stay;
                };
                let asked = matches!(shown, Shown::Question(_));
                self.receive(opened.challenge, shown, opened.expires_at, context);
                if asked {
                    context.announce(Announcement::Sent);
                }
                // What the focus was on is gone with the outline.
                if !context.frame.choosing {
                    context.focus(FocusTarget::Title);
                }
            }
            Ok(_) => {}
            Err(failure) => match Over::after(failure, context) {
                Ok(over) => self.stop(over, context),
                Err(trouble) => return Transition::Fail(trouble),
            },
        }
        Transition::Stay
    }

    #[cfg(feature = "enroll")]
    fn begun_again(
        &mut self,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        match outcome {
            Ok(Answer::ThreemaBegun(begun)) => {
                if let Aim::Enrollment {
                    level, fingerprint, ..
                } = &mut self.aim
                {
                    *level = begun.level;
                    *fingerprint = begun.fingerprint;
                }
                let shown = Shown::reply(begun.reply);
                self.receive(begun.factor, shown, begun.expires_at, context);
                context.focus(FocusTarget::Title);
            }
            Ok(_) | Err(Failure::Unreachable) => {
                self.stop(Over::because(Why::Unanswered), context);
            }
            Err(failure) => return identify::refused(failure),
        }
        Transition::Stay
    }

    fn looked(
        &mut self,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        let Looked { outdated, again } = self.watch.looked(context.now);
        match outcome {
            Ok(Answer::View(view)) => {
                self.offline = false;
                if self.proves(&view) {
                    return self.proved(view, context);
                }
                if self.phase == Phase::Waiting && !outdated && !self.awaits(&view) {
                    self.stop(Over::because(Why::Ended), context);
                }
            }
            Ok(_) => {}
            Err(failure) => match Trouble::of(failure) {
                Trouble::Unreachable | Trouble::Throttled(_) => self.lose_sight(context),
                trouble => return Transition::Fail(trouble),
            },
        }
        if again {
            self.look(context);
        } else if self.phase == Phase::Waiting && self.watch.misses_the_socket() {
            context.effects.push(Effect::Listen);
        }
        Transition::Stay
    }

    /// Said once, not at every look.
    fn lose_sight(&mut self, context: &mut Context<'_>) {
        if !core::mem::replace(&mut self.offline, true) {
            context.announce(Announcement::Offline);
        }
    }

    fn proves(&self, view: &View) -> bool {
        // An enrolment may stand on an earlier proof.
        view.pass_ready || (!self.enrols() && view.proof == Proved::Given)
    }

    fn awaits(&self, view: &View) -> bool {
        let ours = self.code.as_ref().map(|code| &*code.name);
        view.awaited.as_deref() == ours
    }

    fn proved(&mut self, view: View, context: &mut Context<'_>) -> Transition {
        if self.phase == Phase::Proved {
            return Transition::Stay;
        }
        self.phase = Phase::Proved;
        if context.frame.purpose == Purpose::Verify {
            context.call_for_the_pass();
            return Transition::Stay;
        }
        context.announce(Announcement::Arrived);
        Transition::Enter(view)
    }

    /// The proof stands; the pass is fetched at the next look.
    fn not_passed(&mut self, failure: Failure, context: &mut Context<'_>) -> Transition {
        match Trouble::of(failure) {
            Trouble::Unreachable => {
                self.phase = Phase::Waiting;
                self.lose_sight(context);
                self.watch.rest(context.now);
                Transition::Stay
            }
            trouble => Transition::Fail(trouble),
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
