//! Managing: what is enrolled, and what can be changed of it.
//!
//! ```text
//! Overview ──▶ Factor ──▶ Name, Resync, Remove ──▶ the worker ──▶ Overview
//!    ├───────▶ NewCodes ──▶ the worker ──▶ recovery::Codes ──────────▶ ┤
//!    └───────▶ a browser is forgotten, or all ─────────────────────────▶ ┘
//! ```
//!
//! What is shown is always what the worker said after the last change.

use super::call::{Answer, Failure, Request};
use super::codes::UNREACHABLE;
use super::context::{Context, Transition};
use super::field::Field;
use super::trouble::Trouble;
use super::{Action, Effect, Event, FocusTarget, Frame, Screen};
use threegate_core::wire::client::{ListedDevice, ListedFactor, View};
use threegate_core::{Error, Method};
use zeroize::Zeroizing;

mod change;

pub use change::Change;

/// What is enrolled and remembered, and the page that is open on it.
#[derive(Clone)]
pub struct Manage {
    /// The factors, the oldest first.
    pub factors: Vec<ListedFactor>,
    /// The browsers that are remembered, the oldest first.
    pub devices: Vec<ListedDevice>,
    /// What is open.
    pub page: Page,
    /// The worker is being asked.
    pub busy: bool,
    /// What is wrong, if anything.
    pub complaint: Option<Complaint>,
    /// What was done last.
    pub notice: Option<Notice>,
    /// What was done, once the worker has said what there is after it.
    done: Option<Notice>,
}

/// What is open. A place is one among the factors.
#[derive(Clone)]
pub enum Page {
    /// Everything at a glance.
    Overview,
    /// One factor.
    Factor(usize),
    /// What is it called?
    Name {
        /// Which one.
        place: usize,
        /// The text of the field.
        typed: String,
    },
    /// A token whose button was pressed too often: two codes in a row.
    Resync {
        /// Which one.
        place: usize,
        /// The code that was typed first.
        first: Option<Zeroizing<String>>,
        /// The code.
        field: Field,
    },
    /// Is it really to go?
    Remove(usize),
    /// Are the old recovery codes to end?
    NewCodes,
}

/// What a person does here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// See the factor at this place.
    Factor(usize),
    /// Name it.
    Rename,
    /// Be asked for it first.
    Prefer,
    /// Find a token again.
    Resync,
    /// Remove it.
    Remove,
    /// Get new recovery codes.
    NewCodes,
    /// Forget the browser at this place.
    Forget(usize),
    /// Forget all browsers.
    ForgetAll,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// It has another name.
    Renamed,
    /// It is asked for first.
    Preferred,
    /// The token is found again.
    Resynced,
    /// It is gone.
    Removed,
    /// The new recovery codes count.
    Codes,
    /// A browser is forgotten.
    Forgotten,
    /// All browsers are.
    AllForgotten,
    /// What was to be changed was not there any more.
    Gone,
}

/// What is wrong with what was done last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complaint {
    /// It cannot be called so.
    Name,
    /// It cannot be done now.
    Unavailable,
    /// There was no answer.
    Unreachable,
}

/// What is shown of the worker's answer, in the place of `before`.
pub(super) fn enter(before: &mut Screen, view: &View, context: &mut Context<'_>) -> Screen {
    let notice = match before {
        Screen::Manage(manage) => manage.done.take(),
        Screen::Codes(codes) => codes.busy.then_some(Notice::Codes),
        _ => None,
    };
    if let Some(notice) = notice {
        context.announce(super::Announcement::Notice(notice));
    }
    Screen::Manage(Manage {
        factors: view.factors.clone().unwrap_or_default(),
        devices: view.devices.clone().unwrap_or_default(),
        page: Page::Overview,
        busy: false,
        complaint: None,
        notice,
        done: None,
    })
}

impl Notice {
    /// The word in `threegate:change`; none for what has not changed now.
    const fn word(self) -> Option<&'static str> {
        Some(match self {
            Self::Renamed => "factor_renamed",
            Self::Preferred => "default_chosen",
            Self::Resynced => "factor_resynced",
            Self::Removed => "factor_removed",
            Self::Codes => "recovery_codes_replaced",
            Self::Forgotten | Self::AllForgotten => "devices_revoked",
            Self::Gone => return None,
        })
    }
}

impl Manage {
    /// The state's name in `threegate:statechange`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match &self.page {
            _ if self.busy => "working",
            Page::Overview => "overview",
            Page::Factor(_) => "factor",
            Page::Name { .. } => "rename",
            Page::Resync { field, .. } => field.phase.name().unwrap_or("resync"),
            Page::Remove(_) => "remove",
            Page::NewCodes => "new_codes",
        }
    }

    /// The factor at `place`.
    #[must_use]
    pub fn factor(&self, place: usize) -> Option<&ListedFactor> {
        self.factors.get(place)
    }

    /// The method that is asked for first.
    #[must_use]
    pub fn first(frame: &Frame) -> Option<Method> {
        frame.default.or_else(|| frame.usable.first().copied())
    }

    /// Whether the user could be asked for `method` first, and is not yet.
    #[must_use]
    pub fn may_prefer(method: Method, frame: &Frame) -> bool {
        frame.usable.contains(&method) && Self::first(frame) != Some(method)
    }

    pub(super) fn step(&mut self, event: Event, context: &mut Context<'_>) -> Transition {
        if self.busy {
            return match event {
                Event::Arrived(request, outcome) => self.arrived(&request, *outcome, context),
                _ => Transition::Stay,
            };
        }
        match event {
            Event::Pressed(Action::Manage(doing)) => self.begin(doing, context),
            Event::Pressed(Action::Back) => {
                let page = match self.page {
                    Page::Name { place, .. } | Page::Resync { place, .. } | Page::Remove(place) => {
                        Page::Factor(place)
                    }
                    _ => Page::Overview,
                };
                self.open(page, context);
            }
            event => self.fill(&event, context),
        }
        Transition::Stay
    }

    fn begin(&mut self, doing: Doing, context: &mut Context<'_>) {
        let method = |place| self.factor(place).map(|factor| factor.method);
        match (doing, &self.page) {
            (Doing::Factor(place), Page::Overview) if method(place).is_some() => {
                self.open(Page::Factor(place), context);
            }
            (Doing::Rename, Page::Factor(place)) => {
                let factor = self.factor(*place);
                let typed = factor.and_then(|factor| factor.name.clone());
                let (place, typed) = (*place, typed.unwrap_or_default());
                self.open(Page::Name { place, typed }, context);
            }
            (Doing::Prefer, Page::Factor(place)) => {
                if let Some(method) = method(*place) {
                    self.ask(Change::Prefer(method), context);
                }
            }
            (Doing::Resync, Page::Factor(place)) if method(*place) == Some(Method::Hotp) => {
                let (place, field) = (*place, Field::default());
                let first = None;
                self.open(
                    Page::Resync {
                        place,
                        first,
                        field,
                    },
                    context,
                );
            }
            (Doing::Remove, Page::Factor(place)) => self.open(Page::Remove(*place), context),
            (Doing::NewCodes, Page::Overview) if context.frame.recovery.is_some() => {
                self.open(Page::NewCodes, context);
            }
            (Doing::Forget(place), Page::Overview) => {
                if let Some(device) = self.devices.get(place) {
                    self.ask(Change::Forget(device.device.clone()), context);
                }
            }
            (Doing::ForgetAll, Page::Overview) => self.ask(Change::ForgetAll, context),
            _ => {}
        }
    }

    /// What is typed and sent on the open page.
    fn fill(&mut self, event: &Event, context: &mut Context<'_>) {
        let of = |factors: &[ListedFactor], place: usize| {
            factors.get(place).map(|factor| factor.factor.clone())
        };
        let submit = *event == Event::Pressed(Action::Submit);
        let change = match &mut self.page {
            Page::Name { place, typed } => {
                if let Event::Typed(text) = event {
                    text.as_str().clone_into(typed);
                }
                of(&self.factors, *place).map(|factor| Change::Rename {
                    factor,
                    name: typed.clone(),
                })
            }
            Page::Resync {
                place,
                first,
                field,
            } => {
                if *event == Event::Woke {
                    field.tick(context);
                }
                if !field.sends(event, Method::Hotp) || !field.take(Method::Hotp, context) {
                    return;
                }
                let Some(earlier) = first else {
                    *first = Some(core::mem::take(field).typed);
                    return context.focus(FocusTarget::Field);
                };
                let codes = [earlier.clone(), field.typed.clone()];
                of(&self.factors, *place).map(|factor| Change::Resync { factor, codes })
            }
            Page::Remove(place) => of(&self.factors, *place).map(Change::Remove),
            Page::NewCodes if submit => {
                self.complaint = None;
                self.busy = true;
                return context.call(Request::Codes);
            }
            Page::Overview | Page::Factor(_) | Page::NewCodes => None,
        };
        if submit && let Some(change) = change {
            self.ask(change, context);
        }
    }

    fn open(&mut self, page: Page, context: &mut Context<'_>) {
        let target = match page {
            Page::Name { .. } | Page::Resync { .. } => FocusTarget::Field,
            _ => FocusTarget::Title,
        };
        self.page = page;
        self.complaint = None;
        self.notice = None;
        context.focus(target);
    }

    fn ask(&mut self, change: Change, context: &mut Context<'_>) {
        self.busy = true;
        self.complaint = None;
        self.notice = None;
        context.call(Request::Change(change));
    }

    fn arrived(
        &mut self,
        request: &Request,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        match (request, outcome) {
            (_, Ok(Answer::View(view))) => Transition::Enter(view),
            (Request::Change(change), Ok(_)) => {
                self.tell(change.notice(), context);
                context.call(Request::Look);
                Transition::Stay
            }
            (_, Ok(answer @ Answer::Codes(_))) => {
                self.tell(Notice::Codes, context);
                Transition::after(answer, None)
            }
            (_, Ok(_)) => Transition::Stay,
            (_, Err(failure)) => self.failed(failure, context),
        }
    }

    /// The page around the element hears of it.
    fn tell(&mut self, notice: Notice, context: &mut Context<'_>) {
        self.done = Some(notice);
        if let Some(word) = notice.word() {
            context.effects.push(Effect::EmitChange(word));
        }
    }

    fn failed(&mut self, failure: Failure, context: &mut Context<'_>) -> Transition {
        let code = match &failure {
            Failure::Refused(problem) => &*problem.code,
            Failure::Unreachable => "",
        };
        match code {
            FACTOR_UNKNOWN | DEVICE_UNKNOWN => {
                self.done = Some(Notice::Gone);
                context.call(Request::Look);
                return Transition::Stay;
            }
            LABEL_INVALID => return self.complain(Complaint::Name, FocusTarget::Field, context),
            METHOD_UNAVAILABLE => {
                return self.complain(Complaint::Unavailable, FocusTarget::Title, context);
            }
            _ => {}
        }
        if let Page::Resync { first, field, .. } = &mut self.page
            && matches!(code, CODE_WRONG | CODE_MALFORMED)
        {
            self.busy = false;
            // Both anew: it is not said which one was not right.
            (*first, field.typed) = (None, Zeroizing::default());
            field.complain(super::field::Complaint::Wrong, context);
            return Transition::Stay;
        }
        match Trouble::of(failure) {
            // What is done is done; only what there is now was not told.
            Trouble::Unreachable if self.done.is_some() => Transition::Fail(Trouble::Unreachable),
            Trouble::Unreachable => {
                context.effects.push(Effect::EmitError(UNREACHABLE.into()));
                self.complain(Complaint::Unreachable, FocusTarget::Title, context)
            }
            trouble => Transition::Fail(trouble),
        }
    }

    fn complain(
        &mut self,
        why: Complaint,
        target: FocusTarget,
        context: &mut Context<'_>,
    ) -> Transition {
        self.busy = false;
        if let Page::Resync { field, .. } = &mut self.page {
            field.phase = super::field::Phase::Ready;
        }
        self.complaint = Some(why);
        context.announce(super::Announcement::Complaint);
        context.focus(target);
        Transition::Stay
    }
}

// core's codes as patterns.
const CODE_MALFORMED: &str = Error::CodeMalformed.code();
const CODE_WRONG: &str = Error::CodeWrong.code();
const DEVICE_UNKNOWN: &str = Error::DeviceUnknown.code();
const FACTOR_UNKNOWN: &str = Error::FactorUnknown.code();
const LABEL_INVALID: &str = Error::LabelInvalid.code();
const METHOD_UNAVAILABLE: &str = Error::MethodUnavailable.code();

#[cfg(test)]
pub(crate) mod tests;
