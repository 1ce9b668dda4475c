//! Enrolling: the choice, the authenticator's symbol and key. (The Threema ID is asked for in
//! [`identify`](super::identify), its code sent in [`send`](super::send), and the recovery codes are shown in
//! [`recovery`](super::recovery).)
//!
//! ```text
//! Choose ──▶ Scan ──code────────────────────────▶ Codes ──kept──▶ Done
//!    └──▶ Identify ──▶ Send ──message──▶ Daily ──▶  └── enough recovery codes ──▶ Done
//! ```
//!
//! The pass is fetched last: it lives five minutes, and printing may take longer.

use super::call::{Answer, Failure, Request};
use super::context::{Context, Transition};
use super::daily::Daily;
use super::field::{Complaint, Field, Phase};
use super::identify::Identify;
use super::send::BETWEEN_LOOKS;
use super::trouble::Trouble;
use super::{Action, Announcement, Effect, Event, FocusTarget, Frame, Moment, Screen};
use threegate_core::Method;
use threegate_core::wire::client::{Drawing, EnrollmentBegun, LookUp, Recovery, View};
use zeroize::Zeroizing;

/// What holds across the screens of an enrolment.
#[derive(Clone, PartialEq, Eq)]
pub struct Enrollment {
    /// What can be enrolled.
    pub offered: Vec<Method>,
    /// There is a Threema ID, whose place a new one takes.
    pub has_threema: bool,
    /// The Threema ID that the site knows of the user.
    pub suggested: Option<String>,
    /// By which addresses a Threema ID can be found.
    pub look_up: Vec<LookUp>,
    /// How the user is asked for what was enrolled just now.
    pub enrolled: Method,
}

/// What can be enrolled: what the frame knows to be offered.
#[derive(Clone, Default)]
pub struct Choose {
    /// One was chosen.
    pub busy: bool,
    /// What is wrong, if anything.
    pub complaint: Option<Complaint>,
    /// A Threema ID waits for its message, and nobody here knows its code: the page was loaded again.
    /// So it looks, at this moment the next time.
    awaiting: Option<Moment>,
}

/// A new authenticator, to be confirmed by its first code.
#[derive(Clone)]
pub struct Scan {
    /// The key, in groups.
    pub secret: Zeroizing<String>,
    /// The same as a link, for an app on this phone. Without one the key still does.
    pub uri: Option<Zeroizing<String>>,
    /// The link as a symbol.
    pub symbol: Drawing,
    /// The first code.
    pub field: Field,
    /// The key is on the clipboard.
    pub copied: Option<bool>,
    /// Whether it counts time or presses.
    pub method: Method,
    factor: String,
    ends: Option<Moment>,
}

/// The first screen of an enrolment that needs no (more) proof, or the one after `before`; none while the
/// worker is asked.
pub(super) fn enter(view: &View, before: &Screen, context: &mut Context<'_>) -> Option<Screen> {
    if view.pass_ready {
        if Daily::is_due(view, before, context.frame) {
            return Some(Screen::Daily(Daily::default()));
        }
        context.call(after_confirmation(context.frame));
        return None;
    }
    Some(Screen::Choose(Choose {
        awaiting: next_look(view, context),
        ..Choose::default()
    }))
}

/// Recovery codes stand beside every factor.
fn after_confirmation(frame: &Frame) -> Request {
    if frame.recovery.is_none_or(Recovery::should_be_replaced) {
        Request::Codes
    } else {
        Request::Pass
    }
}

/// When to look for the message that waits, if one does.
fn next_look(view: &View, context: &Context<'_>) -> Option<Moment> {
    let waits = view.awaited.is_some();
    waits.then(|| context.now.after_seconds(BETWEEN_LOOKS))
}

impl Enrollment {
    pub(super) const fn new() -> Self {
        Self {
            offered: Vec::new(),
            has_threema: false,
            suggested: None,
            look_up: Vec::new(),
            enrolled: Method::Totp,
        }
    }

    /// What a person chooses among: Threema is one thing, however it will be asked for.
    pub fn choices(&self) -> impl Iterator<Item = Method> {
        let first = self.threema().next();
        let offered = self.offered.iter().copied();
        offered.filter(move |method| !method.needs_gateway() || Some(*method) == first)
    }

    /// Threema's methods, the one that an ID is proved by first.
    pub fn threema(&self) -> impl Iterator<Item = Method> {
        let offered = self.offered.iter().copied();
        offered.filter(|method| method.needs_gateway())
    }

    /// What is said to be the strongest, where there is a choice: a reply cannot be guessed, and what is
    /// sent to be typed can be.
    #[must_use]
    pub fn strongest(&self) -> Option<Method> {
        self.choices().nth(1)?;
        let offered = |method: &Method| self.offered.contains(method);
        [Method::ThreemaReply, Method::Totp]
            .into_iter()
            .find(offered)
    }

    /// Learns what is shown next, after `before`.
    pub(super) fn learn(&mut self, view: &View, before: &Screen) {
        self.offered.clone_from(&view.offered);
        self.offered.retain(|method| method.is_factor());
        self.has_threema = view.usable.iter().any(|method| method.needs_gateway());
        self.suggested.clone_from(&view.suggested_id);
        self.look_up.clone_from(&view.look_up);
        let by_threema = match before {
            Screen::Scan(_) => false,
            Screen::Send(_) | Screen::Receive(_) | Screen::Daily(_) => true,
            // Whoever comes back later is told by what there is.
            _ => !view.usable.iter().any(|method| is_generated(*method)),
        };
        let mut asked = view.default.into_iter().chain(view.usable.iter().copied());
        let asked = asked.find(|method| method.needs_gateway());
        let asked = asked.filter(|_| by_threema && view.pass_ready);
        self.enrolled = asked.unwrap_or(Method::Totp);
    }
}

/// Whether an app or a token makes its codes.
const fn is_generated(method: Method) -> bool {
    matches!(method, Method::Totp | Method::Hotp)
}

impl Choose {
    /// When to look next. Nobody looks at a page that is `hidden`.
    pub(super) fn alarm(&self, now: Moment, hidden: bool) -> Option<Moment> {
        let next = self.awaiting.filter(|_| !hidden && !self.busy)?;
        Some(next.max(Moment(now.0.saturating_add(1))))
    }

    pub(super) fn step(&mut self, event: Event, context: &mut Context<'_>) -> Transition {
        match event {
            Event::Pressed(Action::Prove(method)) if !self.busy => {
                if !context.frame.enrollment.offered.contains(&method) {
                    return Transition::Stay;
                }
                if method.needs_gateway() {
                    return Transition::To(Screen::Identify(Identify::default()));
                }
                self.busy = true;
                context.call(Request::Begin(method));
                Transition::Stay
            }
            Event::Woke if !self.busy && self.awaiting.take().is_some() => {
                context.call(Request::Look);
                Transition::Stay
            }
            Event::Arrived(Request::Look, outcome) if !self.busy => {
                match *outcome {
                    Ok(Answer::View(view)) if view.pass_ready => return Transition::Enter(view),
                    Ok(Answer::View(view)) => self.awaiting = next_look(&view, context),
                    // Not worth a word: nobody waits for this answer.
                    _ => self.awaiting = Some(context.now.after_seconds(BETWEEN_LOOKS)),
                }
                Transition::Stay
            }
            Event::Arrived(Request::Begin(_), outcome) => {
                self.busy = false;
                match *outcome {
                    Ok(Answer::Begun(begun)) => Scan::of(begun, None, context),
                    Ok(_) => Transition::Stay,
                    Err(Failure::Unreachable) => {
                        self.complaint = Some(Complaint::Unreachable);
                        context.announce(Announcement::Complaint);
                        context.focus(FocusTarget::Title);
                        Transition::Stay
                    }
                    Err(failure) => Transition::Fail(Trouble::of(failure)),
                }
            }
            _ => Transition::Stay,
        }
    }
}

impl Scan {
    fn of(
        begun: EnrollmentBegun,
        complaint: Option<Complaint>,
        context: &Context<'_>,
    ) -> Transition {
        // The frame's clock may be minutes old, but not further off than the network.
        let ends = context.frame.local(begun.expires_at);
        let field = Field {
            complaint,
            ..Field::default()
        };
        // Whatever else a worker may say, no link of this page leads anywhere but to an app.
        let is_key = begun.uri.starts_with("otpauth://");
        Transition::To(Screen::Scan(Self {
            secret: Zeroizing::new(begun.secret),
            uri: is_key.then(|| Zeroizing::new(begun.uri)),
            symbol: begun.symbol,
            field,
            copied: None,
            factor: begun.factor,
            method: begun.method,
            ends: ends.filter(|ends| *ends > context.now),
        }))
    }

    pub(super) fn alarm(&self, now: Moment) -> Option<Moment> {
        let over = self.ends.filter(|_| self.field.phase == Phase::Ready);
        self.field.alarm(now).into_iter().chain(over).min()
    }

    pub(super) fn step(&mut self, event: Event, context: &mut Context<'_>) -> Transition {
        if self.field.sends(&event, Method::Totp) {
            if self.field.take(Method::Totp, context) {
                self.send(context);
            }
            return Transition::Stay;
        }
        match event {
            Event::Pressed(Action::Copy) => {
                context.effects.push(Effect::Copy(self.secret.clone()));
            }
            Event::Copied(done) => {
                self.copied = Some(done);
                context.announce(Announcement::copied(done));
            }
            Event::Pressed(Action::Back) if self.field.phase != Phase::Working => {
                return Transition::To(Screen::Choose(Choose::default()));
            }
            Event::Woke => {
                self.field.tick(context);
                let over = self.ends.is_some_and(|ends| ends <= context.now);
                if over && self.field.phase == Phase::Ready {
                    self.renew(context);
                }
            }
            Event::Arrived(request, outcome) if self.field.phase == Phase::Working => {
                return self.arrived(&request, *outcome, context);
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

    fn renew(&mut self, context: &mut Context<'_>) {
        self.field.phase = Phase::Working;
        context.call(Request::Begin(self.method));
    }

    fn arrived(
        &mut self,
        request: &Request,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        match outcome {
            Ok(Answer::Begun(begun)) => {
                context.announce(Announcement::Complaint);
                Self::of(begun, Some(Complaint::Renewed), context)
            }
            Ok(Answer::Confirmed(_)) => {
                context.call(after_confirmation(context.frame));
                Transition::Stay
            }
            Ok(Answer::View(view)) if view.pass_ready => Transition::Enter(view),
            Ok(Answer::View(_)) => {
                self.field.doubtful = false;
                self.send(context);
                Transition::Stay
            }
            Ok(answer) => Transition::after(answer, None),
            Err(failure) => match self.field.fail(failure, context) {
                Some(transition) => transition,
                None if matches!(request, Request::Confirm { .. }) => {
                    self.renew(context);
                    Transition::Stay
                }
                None => Transition::Fail(Trouble::Over),
            },
        }
    }
}

#[cfg(test)]
pub(super) mod tests;
