//! What an element shows, and what follows when something happens:
//!
//! ```text
//! (State, Event, now) ──step──▶ (State, effects)
//! ```
//!
//! All elements share the frame (loading, proof of a factor, the ways it can end); they part after
//! the proof. Nothing here knows the page, a word of any language, or a clock.
//!
//! | room | what is there |
//! | --- | --- |
//! | [`event`] | what can happen, and what must then be done |
//! | [`proof`] | a code from the app, from Threema or from paper |
//! | [`send`] | a code that is sent by Threema, or a thumb that answers us there |
//! | [`over`] | what can be asked for again |
//! | [`verify`] | proved: the pass, and what to say about it |
//! | [`enroll`] | the choice of a method, its symbol and key |
//! | [`receive`] | its code, where one can only be sent |
//! | [`daily`] | how a proved Threema ID is asked for from now on |
//! | [`manage`] | what is enrolled, and what can be changed of it |
//! | [`recovery`] | new recovery codes |
//! | [`identify`] | the Threema ID: by camera, image or hand |
//! | [`field`] | the one input of a screen: ready, working, waiting |
//! | [`call`] | requests to the worker and their answers |

pub mod call;
pub(crate) mod codes;
mod context;
#[cfg(feature = "enroll")]
pub mod daily;
#[cfg(feature = "enroll")]
pub mod enroll;
pub mod event;
pub mod field;
#[cfg(feature = "enroll")]
pub mod identify;
#[cfg(feature = "manage")]
pub mod manage;
pub mod over;
pub mod proof;
#[cfg(feature = "enroll")]
pub mod receive;
#[cfg(feature = "factors")]
pub mod recovery;
pub mod send;
mod trouble;
mod uses;
pub mod verify;

use call::{Answer, Request};
use context::{Context, Transition};
pub use event::{Action, Announcement, Effect, Event, FocusTarget};
#[cfg(feature = "enroll")]
pub use event::{CameraState, ImageTrouble, Lenses};
use proof::Proof;
use send::Send;
use threegate_core::wire::client::{Proof as Proved, Recovery, View};
use threegate_core::{Error, Method, Purpose};
use trouble::Trouble;
use uses::Uses;
use verify::Done;

/// A moment on the browser's own clock, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

/// One element: what it knows, and the screen that it shows.
///
/// It holds secrets (the key, recovery codes, what is typed): no `Debug`, and they are wiped when
/// dropped, here, in events and effects, and in [`view`](crate::view). That ends where JavaScript
/// begins: the strings behind fields, requests and the clipboard are its own, and cannot be wiped.
#[derive(Clone)]
pub struct State {
    /// What holds across screens.
    pub frame: Frame,
    /// What is seen.
    pub screen: Screen,
}

/// What holds across screens.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Which element this is.
    pub purpose: Purpose,
    /// Whether the surrounding form is sent as soon as there is a pass.
    pub autosubmit: bool,
    /// The site's name, once known.
    pub site: String,
    /// Recovery codes, as far as the worker said.
    pub recovery: Option<Recovery>,
    /// How a factor can be proved here, the default first.
    pub usable: Vec<Method>,
    /// The method that the user wants to be asked for first.
    pub default: Option<Method>,
    /// For so many days this browser can be remembered.
    pub remember: Option<u64>,
    /// It is to be.
    pub remembered: bool,
    /// The other ways to prove a factor are seen in the place of the screen, which goes on meanwhile.
    pub choosing: bool,
    /// No code is looked at before then.
    waits: Option<Moment>,
    /// What an enrolment knows.
    #[cfg(feature = "enroll")]
    pub enrollment: enroll::Enrollment,
    /// A person has done something here, so taking the focus is no surprise.
    touched: bool,
    /// The worker's clock in seconds, and when it showed that.
    clock: Option<(u64, Moment)>,
    /// When the ticket ends.
    ends: Option<Moment>,
}

/// What is seen.
#[derive(Clone)]
pub enum Screen {
    /// Asking the worker what to show.
    Loading,
    /// A factor must be proved.
    Proof(Proof),
    /// A code must be sent by Threema, or a question answered there.
    Send(Send),
    /// Too many wrong codes: only the site's team can help.
    Closed,
    /// The ticket or the pass is over.
    Expired,
    /// The worker cannot be reached.
    Unreachable,
    /// Something is set up wrong; the code is for the site's team.
    Failed(String),
    /// There is a pass.
    Done(Done),
    /// What can be enrolled.
    #[cfg(feature = "enroll")]
    Choose(enroll::Choose),
    /// Which Threema ID?
    #[cfg(feature = "enroll")]
    Identify(identify::Identify),
    /// The new authenticator's symbol and key.
    #[cfg(feature = "enroll")]
    Scan(enroll::Scan),
    /// The code that was sent to the Threema ID.
    #[cfg(feature = "enroll")]
    Receive(receive::Receive),
    /// How the Threema ID that was proved is asked for from now on.
    #[cfg(feature = "enroll")]
    Daily(daily::Daily),
    /// The new recovery codes.
    #[cfg(feature = "factors")]
    Codes(recovery::Codes),
    /// What is enrolled.
    #[cfg(feature = "manage")]
    Manage(manage::Manage),
}

impl State {
    /// An element before its first event.
    #[must_use]
    pub const fn new(purpose: Purpose, autosubmit: bool) -> Self {
        Self {
            frame: Frame {
                purpose,
                autosubmit,
                site: String::new(),
                recovery: None,
                usable: Vec::new(),
                default: None,
                remember: None,
                remembered: false,
                choosing: false,
                waits: None,
                #[cfg(feature = "enroll")]
                enrollment: enroll::Enrollment::new(),
                touched: false,
                clock: None,
                ends: None,
            },
            screen: Screen::Loading,
        }
    }

    /// What follows from `event`.
    #[must_use]
    pub fn step(mut self, event: Event, now: Moment) -> (Self, Vec<Effect>) {
        let mut effects = Vec::new();
        let before = Uses::of(&self.screen);
        if matches!(
            event,
            Event::Typed(_) | Event::Ticked(_) | Event::Pressed(_)
        ) {
            self.frame.touched = true;
        }
        if matches!(event, Event::Started) {
            self.load(&mut effects);
        } else if matches!(event, Event::Woke) && self.ends().is_some_and(|ends| ends <= now) {
            self.end(Trouble::Expired, &mut effects);
        } else if !self.choose(&event, now, &mut effects) {
            self.advance(event, now, &mut effects);
        }
        if let Screen::Proof(proof) = &self.screen
            && let field::Phase::Waiting { until, .. } = proof.field.phase
        {
            self.frame.waits = Some(until);
        }
        before.change(Uses::of(&self.screen), &mut effects);
        (self, effects)
    }

    /// The state's name in the event `threegate:statechange`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match &self.screen {
            _ if self.frame.choosing => "ways",
            Screen::Loading => "loading",
            Screen::Proof(proof) => proof.name(),
            Screen::Send(send) => send.name(),
            Screen::Closed => "closed",
            Screen::Expired => "expired",
            Screen::Unreachable => "unreachable",
            Screen::Failed(_) => "failed",
            Screen::Done(_) => "done",
            #[cfg(feature = "enroll")]
            Screen::Choose(_) => "choose",
            #[cfg(feature = "enroll")]
            Screen::Receive(receive) => receive.name(),
            #[cfg(feature = "enroll")]
            Screen::Daily(_) => "daily",
            #[cfg(feature = "enroll")]
            Screen::Identify(identify) => identify.name(),
            #[cfg(feature = "enroll")]
            Screen::Scan(scan) => scan.field.phase.name().unwrap_or("scan"),
            #[cfg(feature = "factors")]
            Screen::Codes(_) => "recovery_codes",
            #[cfg(feature = "manage")]
            Screen::Manage(manage) => manage.name(),
        }
    }

    /// How else than now a factor can be proved.
    pub fn others(&self) -> impl Iterator<Item = Method> {
        let present = self.screen.proves_by();
        let usable = self.frame.usable.iter().copied();
        usable.filter(move |one| Some(*one) != present)
    }

    /// When [`Event::Woke`] is wanted next, if ever. A page that is `hidden` asks for nothing by itself.
    #[must_use]
    pub fn alarm(&self, now: Moment, hidden: bool) -> Option<Moment> {
        let own = match &self.screen {
            Screen::Proof(proof) => proof.alarm(now),
            Screen::Send(send) => send.alarm(now, hidden),
            #[cfg(feature = "enroll")]
            Screen::Choose(choose) => choose.alarm(now, hidden),
            #[cfg(feature = "enroll")]
            Screen::Receive(receive) => receive.alarm(now),
            #[cfg(feature = "enroll")]
            Screen::Scan(scan) => scan.alarm(now),
            _ => None,
        };
        own.into_iter().chain(self.ends()).min()
    }

    fn ends(&self) -> Option<Moment> {
        match &self.screen {
            Screen::Done(done) => done.ends,
            Screen::Closed | Screen::Expired | Screen::Failed(_) => None,
            _ => self.frame.ends,
        }
    }

    fn load(&mut self, effects: &mut Vec<Effect>) {
        self.screen = Screen::Loading;
        self.frame.choosing = false;
        self.frame.ends = None;
        effects.push(Effect::Call(Request::Look));
    }

    /// Whether the event is about how a factor is proved, rather than about the screen.
    fn choose(&mut self, event: &Event, now: Moment, effects: &mut Vec<Effect>) -> bool {
        if let (Event::Ticked(ticked), Screen::Proof(_) | Screen::Send(_)) = (event, &self.screen) {
            self.frame.remembered = *ticked;
            return true;
        }
        let Event::Pressed(action) = event else {
            return false;
        };
        let present = self.screen.proves_by();
        match *action {
            Action::Another if present.is_some() => {
                self.frame.choosing = true;
                effects.push(self.frame.focus(FocusTarget::Title));
            }
            Action::Back if self.frame.choosing => {
                self.frame.choosing = false;
                effects.push(self.frame.focus(self.screen.focus()));
            }
            Action::Prove(method) if present.is_some() && self.frame.usable.contains(&method) => {
                let mut context = Context {
                    frame: &self.frame,
                    now,
                    effects,
                };
                let screen = proof::prove(method, true, &mut context);
                self.show(screen, effects);
            }
            _ => return false,
        }
        true
    }

    fn advance(&mut self, event: Event, now: Moment, effects: &mut Vec<Effect>) {
        let mut context = Context {
            frame: &self.frame,
            now,
            effects,
        };
        let transition = match &mut self.screen {
            Screen::Loading => loading(event),
            Screen::Proof(proof) => proof.step(event, &mut context),
            Screen::Send(send) => send.step(event, &mut context),
            Screen::Unreachable => match event {
                Event::Pressed(Action::Retry) | Event::Woke => Transition::Reload,
                _ => Transition::Stay,
            },
            Screen::Done(done) => done.step(&event, &mut context),
            Screen::Closed | Screen::Expired | Screen::Failed(_) => Transition::Stay,
            #[cfg(feature = "enroll")]
            Screen::Choose(choose) => choose.step(event, &mut context),
            #[cfg(feature = "enroll")]
            Screen::Identify(identify) => identify.step(event, &mut context),
            #[cfg(feature = "enroll")]
            Screen::Scan(scan) => scan.step(event, &mut context),
            #[cfg(feature = "enroll")]
            Screen::Receive(receive) => receive.step(event, &mut context),
            #[cfg(feature = "enroll")]
            Screen::Daily(daily) => daily.step(event, &mut context),
            #[cfg(feature = "factors")]
            Screen::Codes(codes) => codes.step(event, &mut context),
            #[cfg(feature = "manage")]
            Screen::Manage(manage) => manage.step(event, &mut context),
        };
        match transition {
            Transition::Stay => {}
            #[cfg(feature = "factors")]
            Transition::To(screen) => self.show(screen, effects),
            Transition::Reload => self.load(effects),
            Transition::Enter(view) => self.enter(view, now, effects),
            Transition::Pass(pass, left) => {
                let done = Done::new(&pass, left, &self.frame);
                effects.push(Effect::SetPass(pass));
                effects.push(Effect::Announce(Announcement::Done));
                if self.frame.autosubmit && !done.hold {
                    effects.push(Effect::SubmitForm);
                }
                self.show(Screen::Done(done), effects);
            }
            Transition::Fail(trouble) => self.end(trouble, effects),
        }
    }

    fn show(&mut self, screen: Screen, effects: &mut Vec<Effect>) {
        self.screen = screen;
        self.frame.choosing = false;
        #[cfg(feature = "enroll")]
        if let Screen::Identify(identify) = &mut self.screen {
            identify.suggest(&self.frame, effects);
        }
        effects.push(self.frame.focus(self.screen.focus()));
    }

    /// The worker said what to show.
    fn enter(&mut self, view: View, now: Moment, effects: &mut Vec<Effect>) {
        let view = &view;
        self.frame.learn(view, now);
        #[cfg(feature = "enroll")]
        self.frame.enrollment.learn(view, &self.screen);
        if let Some(locale) = &view.locale {
            effects.push(Effect::Locale(locale.clone()));
        }
        if view.purpose != self.frame.purpose {
            return self.end(Trouble::Failed(codes::TICKET_PURPOSE.into()), effects);
        }
        let mut context = Context {
            frame: &self.frame,
            now,
            effects,
        };
        if !view.pass_ready && view.proof == Proved::Needed {
            if view.closed {
                return self.end(Trouble::Closed, effects);
            }
            // Who comes back from Threema finds the code that was sent, or is about to be.
            let mut usable = view.usable.iter().copied();
            let first = usable.clone().next();
            let awaited = view.awaited.as_ref();
            let awaited = awaited.and_then(|_| usable.find(|method| !method.is_typed()));
            let Some(method) = awaited.or(first) else {
                let code = Error::NoUsableMethod.code().into();
                return self.end(Trouble::Failed(code), effects);
            };
            let screen = proof::prove(method, awaited.is_some(), &mut context);
            return self.show(screen, effects);
        }
        #[cfg(feature = "enroll")]
        if self.frame.purpose == Purpose::Enroll {
            return match enroll::enter(view, &self.screen, &mut context) {
                Some(screen) => self.show(screen, effects),
                None => self.screen = Screen::Loading,
            };
        }
        #[cfg(feature = "manage")]
        if self.frame.purpose == Purpose::Manage {
            let screen = manage::enter(&mut self.screen, view, &mut context);
            return self.show(screen, effects);
        }
        context.call_for_the_pass();
    }

    fn end(&mut self, trouble: Trouble, effects: &mut Vec<Effect>) {
        if matches!(self.screen, Screen::Done(_)) {
            effects.push(Effect::ClearPass);
        }
        let screen = match trouble {
            Trouble::LookAgain => return self.load(effects),
            Trouble::Closed => {
                effects.push(Effect::EmitError(Error::GuessingClosed.code().into()));
                Screen::Closed
            }
            Trouble::Expired => {
                effects.push(Effect::EmitExpired);
                Screen::Expired
            }
            Trouble::Failed(code) => {
                effects.push(Effect::EmitError(code.clone()));
                Screen::Failed(code)
            }
            Trouble::Throttled(_)
            | Trouble::Code(_)
            | Trouble::Spent
            | Trouble::Over
            | Trouble::Unreachable => {
                effects.push(Effect::EmitError(codes::UNREACHABLE.into()));
                Screen::Unreachable
            }
        };
        self.show(screen, effects);
    }
}

impl Screen {
    /// How a factor is being proved, if another way may be taken now.
    fn proves_by(&self) -> Option<Method> {
        match self {
            Self::Proof(proof) => proof.may_be_left().then_some(proof.method),
            Self::Send(send) => send.may_be_left().then_some(send.method()),
            _ => None,
        }
    }

    const fn focus(&self) -> FocusTarget {
        match self {
            Self::Proof(proof) if proof.over.is_none() => FocusTarget::Field,
            #[cfg(feature = "enroll")]
            Self::Receive(_) => FocusTarget::Field,
            _ => FocusTarget::Title,
        }
    }
}

impl Frame {
    /// How else a factor can be proved.
    pub fn others(&self, method: Method) -> impl Iterator<Item = Method> {
        let usable = self.usable.iter().copied();
        usable.filter(move |one| *one != method)
    }

    /// Seconds until a code is looked at.
    fn wait(&self, now: Moment) -> u64 {
        let until = self.waits.map_or(0, |until| until.0);
        until.saturating_sub(now.0).div_ceil(1000)
    }

    fn focus(&self, target: FocusTarget) -> Effect {
        let gentle = !self.touched;
        Effect::Focus { target, gentle }
    }

    fn learn(&mut self, view: &View, now: Moment) {
        self.site.clone_from(&view.site);
        self.recovery = view.recovery;
        self.usable.clone_from(&view.usable);
        self.default = view.default;
        self.remember = view.remember.map(|remember| remember.days);
        self.clock = Some((view.now, now));
        self.ends = self.local(view.expires_at);
        self.waits = view.retry_at.and_then(|at| self.local(at));
    }

    /// The moment at which the worker's clock shows `seconds`.
    fn local(&self, seconds: u64) -> Option<Moment> {
        let (shown, at) = self.clock?;
        let ahead = seconds.saturating_sub(shown);
        Some(at.after_seconds(ahead))
    }
}

impl Moment {
    /// So many seconds later.
    #[must_use]
    pub const fn after_seconds(self, seconds: u64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }
}

fn loading(event: Event) -> Transition {
    let Event::Arrived(_, outcome) = event else {
        return Transition::Stay;
    };
    match *outcome {
        Ok(Answer::View(view)) => Transition::Enter(view),
        Ok(answer) => Transition::after(answer, None),
        Err(failure) => Transition::Fail(Trouble::of(failure)),
    }
}

#[cfg(test)]
pub(crate) mod tests;
