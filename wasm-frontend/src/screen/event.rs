//! What can happen to an element, and what must then be done.

use super::call::{Answer, Failure, Request};
#[cfg(feature = "manage")]
use super::manage::{Doing, Notice};
use threegate_core::Method;
#[cfg(feature = "enroll")]
use threegate_core::wire::client::LookUp;
use threegate_core::wire::client::PassGiven;
use zeroize::Zeroizing;

/// What has happened.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// Begin, or begin again.
    Started,
    /// The field's text is now this.
    Typed(Zeroizing<String>),
    /// The box of the screen is now ticked, or not.
    Ticked(bool),
    /// A person pressed something.
    Pressed(Action),
    /// A request has ended.
    Arrived(Request, Box<Result<Answer, Failure>>),
    /// The text is on the clipboard, or could not be put there.
    Copied(bool),
    /// The socket says that something has changed.
    Changed,
    /// The socket is open, or there is none (any more).
    Listening(bool),
    /// The camera has read a code.
    #[cfg(feature = "enroll")]
    Scanned(Zeroizing<String>),
    /// What became of the camera.
    #[cfg(feature = "enroll")]
    Camera(CameraState),
    /// What there is to choose, now that the camera shows a picture.
    #[cfg(feature = "enroll")]
    Lenses(Lenses),
    /// That one of the cameras was picked.
    #[cfg(feature = "enroll")]
    Picked(usize),
    /// A text was pasted or dropped.
    #[cfg(feature = "enroll")]
    Given(Zeroizing<String>),
    /// An image was chosen, pasted or dropped. It stays outside until [`Effect::ReadImage`].
    #[cfg(feature = "enroll")]
    GivenImage,
    /// The codes in the image, or why it could not be read.
    #[cfg(feature = "enroll")]
    ReadImage(Result<Zeroizing<Vec<String>>, ImageTrouble>),
    /// Time has passed: a timer, a page that thawed, a network that came back.
    Woke,
}

/// What a person can press.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Send what was typed.
    Submit,
    /// See the other ways to prove a factor.
    Another,
    /// By this method: prove a factor, enrol one, or be asked from now on.
    Prove(Method),
    /// Back to what was there before.
    Back,
    /// Try again.
    Retry,
    /// Go on.
    Continue,
    /// Get a new code to send, have one sent, or be asked.
    Renew,
    /// Have the code sent again.
    Resend,
    /// Copy the code, the key or the codes.
    Copy,
    /// Find the Threema ID by this address.
    #[cfg(feature = "enroll")]
    LookUp(LookUp),
    /// Open the camera, or close it.
    #[cfg(feature = "enroll")]
    Camera,
    /// Turn the camera's light on, or off.
    #[cfg(feature = "enroll")]
    Light,
    /// Save the recovery codes as a file.
    #[cfg(feature = "factors")]
    Save,
    /// Print the recovery codes.
    #[cfg(feature = "factors")]
    Print,
    /// Change what is enrolled.
    #[cfg(feature = "manage")]
    Manage(Doing),
}

/// What must now be done in the world.
#[derive(Clone, PartialEq, Eq)]
pub enum Effect {
    /// Ask the worker. The answer comes back as [`Event::Arrived`].
    Call(Request),
    /// Move the focus.
    Focus {
        /// Where to.
        target: FocusTarget,
        /// Only into a field, and only if nothing else on the page has the focus: nobody has
        /// touched the element yet.
        gentle: bool,
    },
    /// Tell those who listen rather than look.
    Announce(Announcement),
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
    /// The event `threegate:change`: what was changed.
    #[cfg(feature = "manage")]
    EmitChange(&'static str),
    /// To the clipboard. Ends as [`Event::Copied`].
    Copy(Zeroizing<String>),
    /// Open the socket, anew if there is one. Whatever becomes of it is an [`Event::Listening`].
    Listen,
    /// Close the socket.
    Unlisten,
    /// Open the camera into the screen's video.
    #[cfg(feature = "enroll")]
    OpenCamera,
    /// Go on with that one of the cameras.
    #[cfg(feature = "enroll")]
    PickCamera(usize),
    /// Turn the camera's light on, or off.
    #[cfg(feature = "enroll")]
    Light(bool),
    /// Read the image of [`Event::GivenImage`]. Ends as [`Event::ReadImage`].
    #[cfg(feature = "enroll")]
    ReadImage,
    /// Let go of the camera, of the image that is being read, and of what reads them.
    #[cfg(feature = "enroll")]
    CloseScanner,
    /// Put this text into the field.
    #[cfg(feature = "enroll")]
    Fill(Zeroizing<String>),
    /// Save these recovery codes as a file.
    #[cfg(feature = "factors")]
    Save(Zeroizing<Vec<String>>),
    /// Print these recovery codes.
    #[cfg(feature = "factors")]
    Print(Zeroizing<Vec<String>>),
}

/// A place for the focus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FocusTarget {
    /// The screen's heading.
    Title,
    /// The field, its text selected.
    Field,
    /// The box "I have kept them".
    #[cfg(feature = "factors")]
    Tick,
}

/// What is said to those who listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Announcement {
    /// The code is being checked.
    Working,
    /// No attempt for so many seconds.
    Wait(u64),
    /// Attempts are looked at again.
    WaitOver,
    /// What the last screen says.
    Done,
    /// It is on the clipboard.
    Copied,
    /// The browser does not allow copying.
    NotCopied,
    /// The message has come.
    Arrived,
    /// A message was sent.
    Sent,
    /// What is wrong or over, as the screen has it: a reader in the field does not hear its note change.
    Complaint,
    /// There is no connection just now.
    Offline,
    /// The camera shows a picture.
    #[cfg(feature = "enroll")]
    CameraOn,
    /// A code was read.
    #[cfg(feature = "enroll")]
    CodeRead,
    /// What was changed.
    #[cfg(feature = "manage")]
    Notice(Notice),
}

/// What became of the camera.
#[cfg(feature = "enroll")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CameraState {
    /// It was asked for.
    Starting,
    /// It shows a picture.
    Running,
    /// The person or the site does not allow it.
    Denied,
    /// There is none.
    Missing,
    /// Another program has it.
    Busy,
    /// The page was not loaded securely.
    Insecure,
    /// It was opened and shows nothing.
    Black,
    /// Anything else.
    Failed,
}

/// What there is to choose of a camera.
#[cfg(feature = "enroll")]
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lenses {
    /// The names of all cameras, as the browser has them.
    pub cameras: Vec<String>,
    /// Which one it is.
    pub at: usize,
    /// Whether its light is on, if it has one.
    pub light: Option<bool>,
}

/// Why an image could not be read.
#[cfg(feature = "enroll")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageTrouble {
    /// It is no image that this browser can show, or too large a one.
    Unreadable,
    /// What reads it does not work.
    Failed,
}

#[cfg(feature = "enroll")]
impl CameraState {
    /// The state of that word of `scanner.js`.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "starting" => Self::Starting,
            "running" => Self::Running,
            "denied" => Self::Denied,
            "missing" => Self::Missing,
            "busy" => Self::Busy,
            "insecure" => Self::Insecure,
            "black" => Self::Black,
            _ => Self::Failed,
        }
    }
}

impl Announcement {
    /// What is said after copying.
    pub(super) const fn copied(done: bool) -> Self {
        if done { Self::Copied } else { Self::NotCopied }
    }
}
