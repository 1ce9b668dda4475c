//! What an element shows, and what follows when something happens:
//!
//! ```text
//! (State, Event, now) ──step──▶ (State, effects)
//! ```
//!
//! Both elements share the frame (loading, proof of a factor, the ways it can end); they part after
//! the proof. Nothing here knows the page, a word of any language, or a clock.
//!
//! | room | screens |
//! | --- | --- |
//! | [`proof`] | a code from the app, or a recovery code |
//! | [`verify`] | proved: the pass, and what to say about it |
//! | [`enroll`] | the choice of a method, its symbol and key, the recovery codes |
//! | [`field`] | the one input of a screen: ready, working, waiting |
//! | [`call`] | requests to the worker and their answers |

pub mod call;
#[cfg(feature = "enroll")]
pub mod enroll;
pub mod field;
pub mod proof;
#[cfg(feature = "enroll")]
pub mod symbol;
mod trouble;
pub mod verify;

use call::{Answer, Failure, Request};
use proof::Proof;
use threegate_core::wire::client::{PassGiven, Proof as Proved, Recovery, View};
use threegate_core::{Method, Purpose};
use trouble::Trouble;
use verify::Done;

/// A moment on the browser's own clock, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub u64);

/// One element: what it knows, and the screen that it shows. It holds secrets: no `Debug`.
#[derive(Clone, PartialEq, Eq)]
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
    /// A person has done something here, so taking the focus is no surprise.
    touched: bool,
    /// The worker's clock in seconds, and when it showed that.
    clock: Option<(u64, Moment)>,
    /// When the ticket ends.
    ends: Option<Moment>,
}

/// What is seen.
#[derive(Clone, PartialEq, Eq)]
pub enum Screen {
    /// Asking the worker what to show.
    Loading,
    /// A factor must be proved.
    Proof(Proof),
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
    /// The new authenticator's symbol and key.
    #[cfg(feature = "enroll")]
    Scan(enroll::Scan),
    /// The new recovery codes.
    #[cfg(feature = "enroll")]
    Codes(enroll::Codes),
}

/// What has happened.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// Begin, or begin again.
    Started,
    /// The field's text is now this.
    Typed(String),
    /// The box "I have kept them" is now ticked, or not.
    Ticked(bool),
    /// A person pressed something.
    Did(Action),
    /// A request has ended.
    Arrived(Request, Result<Answer, Failure>),
    /// The text is on the clipboard, or could not be put there.
    Copied(bool),
    /// Time has passed: a timer, a page that thawed, a network that came back.
    Woke,
}

/// What a person can press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Send what was typed.
    Submit,
    /// Prove it another way.
    Switch,
    /// Try again.
    Retry,
    /// Go on.
    Continue,
    /// Enrol an authenticator app.
    #[cfg(feature = "enroll")]
    ChooseTotp,
    /// Copy the key or the codes.
    #[cfg(feature = "enroll")]
    Copy,
    /// Save the recovery codes as a file.
    #[cfg(feature = "enroll")]
    Save,
    /// Print the recovery codes.
    #[cfg(feature = "enroll")]
    Print,
}

/// What must now be done in the world.
#[derive(Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask the worker. The answer comes back as [`Event::Arrived`].
    Call(Request),
    /// Move the focus. `gentle`: only if nothing else on the page has it.
    Focus {
        /// Where to.
        spot: Spot,
        /// Nobody has touched the element yet.
        gentle: bool,
    },
    /// Tell those who listen rather than look.
    Say(Say),
    /// The ticket asked for this language.
    Locale(String),
    /// The form's value, and the event `threegate:pass`.
    SetPass(PassGiven),
    /// The pass is over: the form has no value any more.
    ClearPass,
    /// Send the form.
    SubmitForm,
    /// The event `threegate:expired`.
    EmitExpired,
    /// The event `threegate:error` with this code.
    EmitError(String),
    /// To the clipboard. Ends as [`Event::Copied`].
    #[cfg(feature = "enroll")]
    Copy(String),
    /// Save these recovery codes as a file.
    #[cfg(feature = "enroll")]
    Save(Vec<String>),
    /// Print these recovery codes.
    #[cfg(feature = "enroll")]
    Print(Vec<String>),
}

/// A place for the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// The screen's heading.
    Title,
    /// The field, its text selected.
    Field,
    /// The box "I have kept them".
    #[cfg(feature = "enroll")]
    Tick,
}

/// What is said to those who listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Say {
    /// The code is being checked.
    Working,
    /// No attempt for so many seconds.
    Wait(u64),
    /// Attempts are looked at again.
    WaitOver,
    /// What the last screen says.
    Done,
    /// It is on the clipboard.
    #[cfg(feature = "enroll")]
    Copied,
    /// The browser does not allow copying.
    #[cfg(feature = "enroll")]
    NotCopied,
}

/// What a screen's step leads to.
enum Turn {
    Stay,
    To(Screen),
    Enter(View),
    Pass(PassGiven, Option<u64>),
    Fail(Trouble),
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
        if matches!(event, Event::Typed(_) | Event::Ticked(_) | Event::Did(_)) {
            self.frame.touched = true;
        }
        if matches!(event, Event::Started) {
            self.load(&mut effects);
        } else if matches!(event, Event::Woke) && self.ends().is_some_and(|ends| ends <= now) {
            self.end(Trouble::Expired, &mut effects);
        } else {
            self.turn(event, now, &mut effects);
        }
        (self, effects)
    }

    /// The state's name in the event `threegate:statechange`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match &self.screen {
            Screen::Loading => "loading",
            Screen::Proof(proof) => proof.name(),
            Screen::Closed => "closed",
            Screen::Expired => "expired",
            Screen::Unreachable => "unreachable",
            Screen::Failed(_) => "failed",
            Screen::Done(_) => "done",
            #[cfg(feature = "enroll")]
            Screen::Choose(_) => "choose",
            #[cfg(feature = "enroll")]
            Screen::Scan(scan) => scan.field.phase.name().unwrap_or("scan"),
            #[cfg(feature = "enroll")]
            Screen::Codes(_) => "recovery_codes",
        }
    }

    /// When [`Event::Woke`] is wanted next, if ever.
    #[must_use]
    pub fn alarm(&self, now: Moment) -> Option<Moment> {
        let own = match &self.screen {
            Screen::Proof(proof) => proof.field.alarm(now),
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
        self.frame.ends = None;
        effects.push(Effect::Call(Request::Look));
    }

    fn turn(&mut self, event: Event, now: Moment, effects: &mut Vec<Effect>) {
        let turn = match &mut self.screen {
            Screen::Loading => loading(event),
            Screen::Proof(proof) => proof.step(event, &self.frame, now, effects),
            Screen::Unreachable => {
                if matches!(event, Event::Did(Action::Retry) | Event::Woke) {
                    self.load(effects);
                }
                Turn::Stay
            }
            Screen::Done(done) => done.step(&event, effects),
            Screen::Closed | Screen::Expired | Screen::Failed(_) => Turn::Stay,
            #[cfg(feature = "enroll")]
            Screen::Choose(choose) => choose.step(event, &self.frame, now, effects),
            #[cfg(feature = "enroll")]
            Screen::Scan(scan) => scan.step(event, &self.frame, now, effects),
            #[cfg(feature = "enroll")]
            Screen::Codes(codes) => codes.step(event, &self.frame, effects),
        };
        match turn {
            Turn::Stay => {}
            Turn::To(screen) => self.show(screen, effects),
            Turn::Enter(view) => self.enter(view, now, effects),
            Turn::Pass(pass, left) => {
                let done = Done::new(&pass, left, &self.frame);
                effects.push(Effect::SetPass(pass));
                effects.push(Effect::Say(Say::Done));
                if self.frame.autosubmit && !done.hold {
                    effects.push(Effect::SubmitForm);
                }
                self.show(Screen::Done(done), effects);
            }
            Turn::Fail(trouble) => self.end(trouble, effects),
        }
    }

    fn show(&mut self, screen: Screen, effects: &mut Vec<Effect>) {
        self.screen = screen;
        let spot = match &self.screen {
            Screen::Proof(_) => Spot::Field,
            _ => Spot::Title,
        };
        effects.push(self.frame.focus(spot));
    }

    /// The worker said what to show.
    fn enter(&mut self, view: View, now: Moment, effects: &mut Vec<Effect>) {
        self.frame.learn(&view, now);
        if let Some(locale) = &view.locale {
            effects.push(Effect::Locale(locale.clone()));
        }
        if view.purpose != self.frame.purpose {
            return self.end(Trouble::Failed("ticket_purpose".into()), effects);
        }
        if view.closed && !view.pass_ready && view.proof == Proved::Needed {
            return self.end(Trouble::Closed, effects);
        }
        if !view.pass_ready && view.proof == Proved::Needed {
            let wait = view.retry_at.map_or(0, |at| at.saturating_sub(view.now));
            match Proof::begin(view.usable, wait, now, effects) {
                Some(proof) => self.show(Screen::Proof(proof), effects),
                None => self.end(Trouble::Failed("no_usable_method".into()), effects),
            }
            return;
        }
        #[cfg(feature = "enroll")]
        if self.frame.purpose == Purpose::Enroll {
            match enroll::enter(view, &self.frame, effects) {
                Some(screen) => self.show(screen, effects),
                None => self.screen = Screen::Loading,
            }
            return;
        }
        effects.push(Effect::Call(Request::Pass));
    }

    fn end(&mut self, trouble: Trouble, effects: &mut Vec<Effect>) {
        if matches!(self.screen, Screen::Done(_)) {
            effects.push(Effect::ClearPass);
        }
        let screen = match trouble {
            Trouble::ProofRequired => return self.load(effects),
            Trouble::Closed => {
                effects.push(Effect::EmitError("guessing_closed".into()));
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
            Trouble::Throttled(_) | Trouble::Code(_) | Trouble::Over | Trouble::Unreachable => {
                effects.push(Effect::EmitError("unreachable".into()));
                Screen::Unreachable
            }
        };
        self.show(screen, effects);
    }
}

impl Frame {
    fn focus(&self, spot: Spot) -> Effect {
        let gentle = !self.touched;
        Effect::Focus { spot, gentle }
    }

    fn learn(&mut self, view: &View, now: Moment) {
        self.site.clone_from(&view.site);
        self.recovery = view.recovery;
        self.clock = Some((view.now, now));
        self.ends = self.local(view.expires_at);
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

fn loading(event: Event) -> Turn {
    let Event::Arrived(_, outcome) = event else {
        return Turn::Stay;
    };
    match outcome {
        Ok(Answer::View(view)) => Turn::Enter(view),
        Ok(Answer::Pass(pass)) => Turn::Pass(pass, None),
        #[cfg(feature = "enroll")]
        Ok(Answer::Codes(made)) => Turn::To(Screen::Codes(enroll::Codes::new(made))),
        Ok(_) => Turn::Stay,
        Err(failure) => Turn::Fail(Trouble::of(failure)),
    }
}

/// The method after this one, for whoever cannot use it.
fn another(usable: &[Method], method: Method) -> Option<Method> {
    let mut after = usable.iter().skip_while(|one| **one != method).skip(1);
    let next = after.next().or_else(|| usable.first()).copied();
    next.filter(|next| *next != method)
}

#[cfg(test)]
pub(crate) mod tests;
