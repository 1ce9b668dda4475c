//! Which Threema ID is the user's: seen by the camera, in an image, pasted, dropped or typed.
//!
//! Whatever comes in is read here, by core, and nothing but an ID and its public key leaves. What turns
//! out to be a secret is named to the user and dropped at once.

use super::call::{Answer, Failure, Request};
use super::context::{Context, Transition};
use super::event::{CameraState, ImageTrouble, Lenses};
use super::receive::Receive;
use super::send::Send;
use super::trouble::Trouble;
use super::{Action, Announcement, Effect, Event, FocusTarget, Frame, Screen};
use threegate_core::threema::ThreemaId;
use threegate_core::threema::gateway::GatewayError;
use threegate_core::threema::payload::{Scanned, Unusable, read};
use threegate_core::wire::client::LookUp;
use threegate_core::{Error, Method, UnixTime};
use zeroize::Zeroizing;

/// Which ID it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Identity {
    /// The one that was given.
    Given {
        /// The ID.
        id: String,
        /// Its public key in hexadecimal digits, if it came from a code.
        key: Option<String>,
    },
    /// The one that the directory has for an address of the user's.
    Found(LookUp),
}

/// The question for the ID.
#[derive(Clone, Default)]
pub struct Identify {
    /// What is going on.
    pub phase: Phase,
    /// What is wrong, if anything.
    pub complaint: Option<Complaint>,
    /// What there is to choose of the camera.
    pub lenses: Lenses,
    /// The field's text.
    typed: Zeroizing<String>,
}

/// What is going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Nothing yet.
    #[default]
    Ready,
    /// The camera is open.
    Camera {
        /// It shows a picture.
        running: bool,
    },
    /// An image is being read.
    Reading,
    /// The worker is being asked.
    Asking,
}

/// What is wrong with what was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Complaint {
    /// It is something else than an ID.
    Unusable(Unusable),
    /// It has not an ID's shape.
    Malformed,
    /// It is the ID of a service.
    Gateway,
    /// There is no code in the image.
    NoCode,
    /// The image could not be read.
    Image(ImageTrouble),
    /// What became of the camera.
    Camera(CameraState),
    /// The directory does not know it.
    Unknown,
    /// The directory has none for the address.
    NotFound,
    /// The code's key is not the directory's.
    KeyMismatch,
    /// The directory's key is not the one that was pinned here.
    KeyChanged,
    /// As many users as may have it have it.
    Full,
    /// Too many were looked up; again in so many seconds.
    TooMany(u64),
    /// As many messages were sent as may be; again in so many seconds.
    Enough(u64),
    /// Threema's directory does not answer.
    DirectoryDown,
    /// The worker does not answer.
    Unreachable,
}

/// What a refusal to look an ID up leads to.
pub(super) fn refused(failure: Failure) -> Transition {
    match Complaint::of(&failure) {
        Some(complaint) => Transition::To(Screen::Identify(Identify {
            complaint: Some(complaint),
            ..Identify::default()
        })),
        None => Transition::Fail(Trouble::of(failure)),
    }
}

impl Identify {
    /// Whether the worker is being asked, or an image is being read.
    #[must_use]
    pub const fn is_busy(&self) -> bool {
        matches!(self.phase, Phase::Reading | Phase::Asking)
    }

    /// The state's name in `threegate:statechange`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        if self.is_busy() {
            "working"
        } else {
            "identify"
        }
    }

    pub(super) fn step(&mut self, event: Event, context: &mut Context<'_>) -> Transition {
        match event {
            Event::Arrived(Request::BeginThreema { identity, .. }, outcome)
                if self.phase == Phase::Asking =>
            {
                return self.arrived(identity, *outcome, context);
            }
            Event::ReadImage(outcome) if self.phase == Phase::Reading => {
                self.phase = Phase::Ready;
                self.take_image(outcome, context);
            }
            Event::Pressed(Action::Back) if self.phase != Phase::Asking => {
                return Transition::To(Screen::Choose(super::enroll::Choose::default()));
            }
            _ if self.is_busy() => {}
            Event::Typed(text) => self.take_keystroke(text, context),
            Event::Pressed(Action::Submit) => self.take_typed(context),
            Event::Given(text) => self.take_given(&text, context),
            Event::GivenImage => {
                self.phase = Phase::Reading;
                self.complaint = None;
                context.announce(Announcement::Working);
                context.effects.push(Effect::ReadImage);
            }
            Event::Pressed(Action::LookUp(by)) => {
                self.ask(Identity::Found(by), Announcement::Working, context);
            }
            Event::Pressed(Action::Camera) => self.toggle_camera(),
            Event::Camera(state) => self.take_camera(state, context),
            Event::Lenses(lenses) => self.lenses = lenses,
            Event::Picked(at) if self.is_running() && at < self.lenses.cameras.len() => {
                context.effects.push(Effect::PickCamera(at));
            }
            Event::Pressed(Action::Light) if self.is_running() => {
                if let Some(on) = &mut self.lenses.light {
                    *on = !*on;
                    context.effects.push(Effect::Light(*on));
                }
            }
            Event::Scanned(text) if matches!(self.phase, Phase::Camera { .. }) => {
                match meant(&text, context) {
                    Ok(identity) => self.ask(identity, Announcement::CodeRead, context),
                    Err(complaint) => self.complain(complaint, context),
                }
            }
            _ => {}
        }
        Transition::Stay
    }

    /// A secret is not left standing in a field.
    fn take_keystroke(&mut self, text: Zeroizing<String>, context: &mut Context<'_>) {
        self.typed = text;
        if let Err(Complaint::Unusable(unusable)) = meant(&self.typed, context)
            && unusable.is_secret()
        {
            self.drop_typed(context);
            self.complain(Complaint::Unusable(unusable), context);
        }
    }

    fn take_typed(&mut self, context: &mut Context<'_>) {
        let meant = match ThreemaId::parse_typed(&self.typed) {
            Ok(id) => Identity::of(id, None),
            Err(_) => meant(&self.typed, context),
        };
        match meant {
            Ok(identity) => self.ask(identity, Announcement::Working, context),
            Err(complaint) => {
                // What looks like nothing was meant as an ID.
                let complaint = match complaint {
                    Complaint::Unusable(Unusable::Unknown) => Complaint::Malformed,
                    complaint => complaint,
                };
                self.complain(complaint, context);
                context.focus(FocusTarget::Field);
            }
        }
    }

    /// A code goes on; what has no key is shown in the field first.
    fn take_given(&mut self, text: &str, context: &mut Context<'_>) {
        let meant = match ThreemaId::parse_typed(text) {
            Ok(id) => Identity::of(id, None),
            Err(_) => meant(text, context),
        };
        match meant {
            Ok(Identity::Given { id, key: None }) => {
                self.complaint = None;
                self.fill(&id, context);
                context.focus(FocusTarget::Field);
            }
            Ok(identity) => self.ask(identity, Announcement::CodeRead, context),
            Err(Complaint::Unusable(Unusable::Unknown)) if text.len() <= SHORT => {
                self.complaint = None;
                self.fill(text.trim(), context);
            }
            Err(complaint) => {
                self.drop_typed(context);
                self.complain(complaint, context);
            }
        }
    }

    fn take_image(
        &mut self,
        outcome: Result<Zeroizing<Vec<String>>, ImageTrouble>,
        context: &mut Context<'_>,
    ) {
        let texts = match outcome {
            Ok(texts) => texts,
            Err(trouble) => return self.complain(Complaint::Image(trouble), context),
        };
        let mut worst = Complaint::NoCode;
        let mut found = None;
        for text in texts.iter() {
            match meant(text, context) {
                // A code with a key says more than a link.
                Ok(identity) if found.is_none() || identity.has_key() => found = Some(identity),
                Ok(_) => {}
                Err(complaint) if complaint.is_secret() || worst == Complaint::NoCode => {
                    worst = complaint;
                }
                Err(_) => {}
            }
        }
        match found {
            Some(identity) => self.ask(identity, Announcement::CodeRead, context),
            None => self.complain(worst, context),
        }
    }

    fn is_running(&self) -> bool {
        self.phase == Phase::Camera { running: true }
    }

    fn toggle_camera(&mut self) {
        self.complaint = None;
        self.lenses = Lenses::default();
        self.phase = match self.phase {
            Phase::Camera { .. } => Phase::Ready,
            _ => Phase::Camera { running: false },
        };
    }

    fn take_camera(&mut self, state: CameraState, context: &mut Context<'_>) {
        let Phase::Camera { running } = &mut self.phase else {
            return;
        };
        match state {
            CameraState::Starting => *running = false,
            CameraState::Running => {
                if !core::mem::replace(running, true) {
                    context.announce(Announcement::CameraOn);
                }
            }
            _ => {
                self.phase = Phase::Ready;
                self.complain(Complaint::Camera(state), context);
            }
        }
    }

    fn ask(&mut self, identity: Identity, said: Announcement, context: &mut Context<'_>) {
        self.phase = Phase::Asking;
        self.complaint = None;
        context.announce(said);
        context.call(identity.request(context.frame));
    }

    /// Fills in what the site knows.
    pub(super) fn suggest(&mut self, frame: &Frame, effects: &mut Vec<Effect>) {
        if let Some(id) = &frame.enrollment.suggested {
            self.typed = Zeroizing::new(id.clone());
            effects.push(Effect::Fill(self.typed.clone()));
        }
    }

    fn arrived(
        &mut self,
        identity: Identity,
        outcome: Result<Answer, Failure>,
        context: &mut Context<'_>,
    ) -> Transition {
        self.phase = Phase::Ready;
        match outcome {
            Ok(Answer::ThreemaBegun(begun)) => {
                Transition::To(Screen::Send(Send::enrol(identity, begun, context)))
            }
            Ok(Answer::View(view)) => Transition::Enter(view),
            Ok(Answer::ThreemaCodeBegun(begun)) => {
                let receive = Receive::new(identity, begun, context);
                context.announce(Announcement::Sent);
                Transition::To(Screen::Receive(receive))
            }
            Ok(_) => Transition::Stay,
            Err(failure) => match Complaint::of(&failure) {
                Some(mut complaint) => {
                    if complaint == Complaint::Unknown && matches!(identity, Identity::Found(_)) {
                        complaint = Complaint::NotFound;
                    }
                    self.complain(complaint, context);
                    if !self.typed.is_empty() {
                        context.focus(FocusTarget::Field);
                    }
                    Transition::Stay
                }
                None => Transition::Fail(Trouble::of(failure)),
            },
        }
    }

    /// Whether it is the ID in the field that is wrong, rather than one that was scanned.
    #[must_use]
    pub fn typed_is_wrong(&self) -> bool {
        let wrong = self.complaint.is_some_and(Complaint::is_about_the_id);
        wrong && !self.typed.is_empty()
    }

    /// Says what is wrong; once, while the camera goes on seeing the same.
    fn complain(&mut self, complaint: Complaint, context: &mut Context<'_>) {
        let seen_again =
            matches!(self.phase, Phase::Camera { .. }) && self.complaint == Some(complaint);
        self.complaint = Some(complaint);
        if !seen_again {
            context.announce(Announcement::Complaint);
        }
    }

    fn drop_typed(&mut self, context: &mut Context<'_>) {
        self.fill("", context);
    }

    fn fill(&mut self, text: &str, context: &mut Context<'_>) {
        self.typed = Zeroizing::new(text.into());
        context.effects.push(Effect::Fill(self.typed.clone()));
    }
}

impl Identity {
    fn of(id: ThreemaId, key: Option<String>) -> Result<Self, Complaint> {
        if id.is_gateway() {
            return Err(Complaint::Gateway);
        }
        Ok(Self::Given {
            id: id.as_str().into(),
            key,
        })
    }

    const fn has_key(&self) -> bool {
        matches!(self, Self::Given { key: Some(_), .. })
    }

    /// As members of a request.
    pub(super) fn members(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Found(by) => vec![("look_up", by.as_str())],
            Self::Given { id, key } => {
                let key = key.as_deref().map(|key| ("key", key));
                [("threema_id", &**id)].into_iter().chain(key).collect()
            }
        }
    }

    /// Whatever it will be asked for later, it is proved by the first of Threema's methods.
    pub(super) fn request(&self, frame: &Frame) -> Request {
        let mut offered = frame.enrollment.threema();
        Request::BeginThreema {
            method: offered.next().unwrap_or(Method::ThreemaReply),
            identity: self.clone(),
        }
    }
}

impl Complaint {
    /// Whether what was given must be shown to nobody.
    #[must_use]
    pub fn is_secret(self) -> bool {
        matches!(self, Self::Unusable(unusable) if unusable.is_secret())
    }

    /// Whether it is about what stands in the field.
    #[must_use]
    const fn is_about_the_id(self) -> bool {
        matches!(
            self,
            Self::Malformed | Self::Gateway | Self::Unknown | Self::Full
        )
    }

    fn of(failure: &Failure) -> Option<Self> {
        let Failure::Refused(problem) = failure else {
            return Some(Self::Unreachable);
        };
        Some(match &*problem.code {
            code::ID_UNKNOWN => Self::Unknown,
            code::LOOK_UP_UNAVAILABLE => Self::NotFound,
            code::ID_MALFORMED => Self::Malformed,
            code::KEY_MISMATCH => Self::KeyMismatch,
            code::KEY_CHANGED => Self::KeyChanged,
            code::ID_FULL => Self::Full,
            code::TOO_MANY => Self::TooMany(problem.wait()),
            code::ENOUGH_MESSAGES | code::ENOUGH_CODES => Self::Enough(problem.wait()),
            code::GATEWAY_UNAVAILABLE => Self::DirectoryDown,
            _ => return None,
        })
    }
}

/// What a text from outside means.
fn meant(text: &str, context: &Context<'_>) -> Result<Identity, Complaint> {
    let now = UnixTime::from_secs(context.now.0 / 1000);
    match read(text, now).map_err(Complaint::Unusable)? {
        Scanned::Identity { id, key } => Identity::of(id, Some(key.to_hex())),
        Scanned::Contact { id } => Identity::of(id, None),
        // What a later core may read besides.
        _ => Err(Complaint::Unusable(Unusable::Unknown)),
    }
}

/// What may be a mistyped ID rather than a code, in bytes.
const SHORT: usize = 24;

/// core's codes as patterns.
mod code {
    use super::{Error, GatewayError, UnixTime};

    /// The worker's code for whatever keeps the Gateway from answering.
    pub(super) const GATEWAY_UNAVAILABLE: &str = GatewayError::Unavailable.code();
    pub(super) const ID_FULL: &str = Error::ThreemaIdFull.code();
    pub(super) const ID_MALFORMED: &str = Error::ThreemaIdMalformed.code();
    pub(super) const ID_UNKNOWN: &str = Error::ThreemaIdUnknown.code();
    pub(super) const LOOK_UP_UNAVAILABLE: &str = Error::LookUpUnavailable.code();
    pub(super) const KEY_CHANGED: &str = Error::ThreemaKeyChanged.code();
    pub(super) const KEY_MISMATCH: &str = Error::ThreemaKeyMismatch.code();
    const NO_TIME: UnixTime = UnixTime::from_secs(0);
    pub(super) const TOO_MANY: &str = Error::TooManyLookUps { retry_at: NO_TIME }.code();
    pub(super) const ENOUGH_MESSAGES: &str = Error::TooManyMessages { retry_at: NO_TIME }.code();
    pub(super) const ENOUGH_CODES: &str = Error::TooManyCodes { retry_at: NO_TIME }.code();
}

#[cfg(test)]
pub(super) mod tests;
