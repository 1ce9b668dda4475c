//! What can happen to an element, and what must then be done.

use super::call::{Answer, Failure, Request};
use threegate_core::wire::client::PassGiven;
use zeroize::Zeroizing;

/// What has happened.
#[derive(Clone, PartialEq, Eq)]
pub enum Event {
    /// Begin, or begin again.
    Started,
    /// The field's text is now this.
    Typed(Zeroizing<String>),
    /// The box "I have kept them" is now ticked, or not.
    Ticked(bool),
    /// A person pressed something.
    Pressed(Action),
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
    /// To the clipboard. Ends as [`Event::Copied`].
    #[cfg(feature = "enroll")]
    Copy(Zeroizing<String>),
    /// Save these recovery codes as a file.
    #[cfg(feature = "enroll")]
    Save(Zeroizing<Vec<String>>),
    /// Print these recovery codes.
    #[cfg(feature = "enroll")]
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
    #[cfg(feature = "enroll")]
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
    #[cfg(feature = "enroll")]
    Copied,
    /// The browser does not allow copying.
    #[cfg(feature = "enroll")]
    NotCopied,
}
