//! Requests to the worker, and what it answers.

#[cfg(feature = "enroll")]
use super::identify::Identity;
#[cfg(feature = "manage")]
use super::manage::Change;
use threegate_core::Method;
use threegate_core::wire::client::{ChallengeEnded, ChallengeOpened, PassGiven, View};
#[cfg(feature = "enroll")]
use threegate_core::wire::client::{
    EnrollmentBegun, FactorConfirmed, ThreemaBegun, ThreemaCodeBegun,
};
#[cfg(feature = "factors")]
use threegate_core::wire::client::{Recovery, RecoveryCodes};
use threegate_core::wire::{Fields, Problem};
use zeroize::Zeroizing;

/// A request of the client API.
#[derive(Clone, PartialEq, Eq)]
pub enum Request {
    /// What is there to show?
    Look,
    /// Open a challenge.
    Open(Method),
    /// Answer it.
    Answer {
        /// The challenge.
        challenge: String,
        /// The code as it was typed.
        code: Zeroizing<String>,
    },
    /// Send the code of this challenge again.
    Resend(String),
    /// Fetch the pass.
    Pass,
    /// Fetch it, and have this browser remembered.
    PassRemembering,
    /// Begin to enrol.
    #[cfg(feature = "enroll")]
    Begin(Method),
    /// Begin to enrol a Threema ID.
    #[cfg(feature = "enroll")]
    BeginThreema {
        /// How it will prove itself.
        method: Method,
        /// Which one.
        identity: Identity,
    },
    /// Have the Threema ID that was proved prove itself by this method too.
    #[cfg(feature = "enroll")]
    Add(Method),
    /// Be asked for this method first.
    #[cfg(feature = "enroll")]
    Prefer(Method),
    /// Confirm by the first code.
    #[cfg(feature = "enroll")]
    Confirm {
        /// The factor.
        factor: String,
        /// The code as it was typed.
        code: Zeroizing<String>,
    },
    /// Make new recovery codes.
    #[cfg(feature = "factors")]
    Codes,
    /// The recovery codes are kept.
    #[cfg(feature = "factors")]
    Kept,
    /// Change what is enrolled or remembered.
    #[cfg(feature = "manage")]
    Change(Change),
}

/// What the worker answered.
#[derive(Clone, PartialEq, Eq)]
pub enum Answer {
    /// To [`Request::Look`]; to [`Request::BeginThreema`] where no message can come.
    View(View),
    /// To [`Request::Open`] and [`Request::Resend`].
    Opened(ChallengeOpened),
    /// To [`Request::Answer`].
    Ended(ChallengeEnded),
    /// To [`Request::Pass`] and [`Request::PassRemembering`].
    Pass(PassGiven),
    /// To [`Request::Begin`].
    #[cfg(feature = "enroll")]
    Begun(EnrollmentBegun),
    /// To [`Request::BeginThreema`].
    #[cfg(feature = "enroll")]
    ThreemaBegun(ThreemaBegun),
    /// To the same, where messages can only be sent.
    #[cfg(feature = "enroll")]
    ThreemaCodeBegun(ThreemaCodeBegun),
    /// To [`Request::Confirm`] and [`Request::Add`].
    #[cfg(feature = "enroll")]
    Confirmed(FactorConfirmed),
    /// To [`Request::Prefer`].
    #[cfg(feature = "enroll")]
    Preferred,
    /// To [`Request::Codes`].
    #[cfg(feature = "factors")]
    Codes(RecoveryCodes),
    /// To [`Request::Kept`].
    #[cfg(feature = "factors")]
    Kept(Recovery),
    /// To [`Request::Change`]: done. What there is now is looked at anew.
    #[cfg(feature = "manage")]
    Changed,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// No connection, no answer in time, or an answer that makes no sense.
    Unreachable,
    /// The worker says no, and why.
    Refused(Problem),
}

impl Request {
    /// The verb.
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Look => "GET",
            #[cfg(feature = "enroll")]
            Self::Prefer(_) => "PUT",
            #[cfg(feature = "manage")]
            Self::Change(change) => change.verb(),
            _ => "POST",
        }
    }

    /// The path below the endpoint.
    #[must_use]
    pub fn path(&self) -> String {
        let (before, id, after) = match self {
            Self::Look => ("", "", ""),
            Self::Open(_) => ("/challenges", "", ""),
            Self::Answer { challenge, .. } => ("/challenges/", challenge.as_str(), "/answer"),
            Self::Resend(challenge) => ("/challenges/", challenge.as_str(), "/resend"),
            Self::Pass | Self::PassRemembering => ("/pass", "", ""),
            #[cfg(feature = "enroll")]
            Self::Begin(_) | Self::BeginThreema { .. } | Self::Add(_) => ("/factors", "", ""),
            #[cfg(feature = "enroll")]
            Self::Prefer(_) => ("/default", "", ""),
            #[cfg(feature = "enroll")]
            Self::Confirm { factor, .. } => ("/factors/", factor.as_str(), "/confirm"),
            #[cfg(feature = "factors")]
            Self::Codes => ("/recovery-codes", "", ""),
            #[cfg(feature = "factors")]
            Self::Kept => ("/recovery-codes/kept", "", ""),
            #[cfg(feature = "manage")]
            Self::Change(change) => change.path(),
        };
        ["/v1/client", before, id, after].concat()
    }

    /// The body's members.
    #[must_use]
    pub fn members(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Open(method) => vec![("method", method.as_str())],
            Self::Answer { code, .. } => vec![("code", code.as_str())],
            #[cfg(feature = "enroll")]
            Self::Begin(method) | Self::Add(method) | Self::Prefer(method) => {
                vec![("method", method.as_str())]
            }
            #[cfg(feature = "enroll")]
            Self::BeginThreema { method, identity } => {
                let mut members = identity.members();
                members.push(("method", method.as_str()));
                members
            }
            #[cfg(feature = "enroll")]
            Self::Confirm { code, .. } => vec![("code", code.as_str())],
            #[cfg(feature = "manage")]
            Self::Change(change) => change.members(),
            _ => Vec::new(),
        }
    }

    /// The member that is true, if one is.
    #[must_use]
    pub fn flag(&self) -> Option<&'static str> {
        matches!(self, Self::PassRemembering).then_some("remember")
    }

    /// Reads the answer to this request.
    #[must_use]
    pub fn read(&self, from: &impl Fields) -> Option<Answer> {
        Some(match self {
            #[cfg(not(feature = "manage"))]
            Self::Look => Answer::View(View::read(from)?),
            #[cfg(feature = "manage")]
            Self::Look => Answer::View(View::read(from)?.with_lists(from)),
            Self::Open(_) | Self::Resend(_) => Answer::Opened(ChallengeOpened::read(from)?),
            Self::Answer { .. } => {
                let ended = ChallengeEnded::read(from)?;
                return (ended.state == "proved").then_some(Answer::Ended(ended));
            }
            Self::Pass | Self::PassRemembering => Answer::Pass(PassGiven::read(from)?),
            #[cfg(feature = "enroll")]
            Self::Begin(_) => Answer::Begun(EnrollmentBegun::read(from)?),
            #[cfg(feature = "enroll")]
            Self::BeginThreema { .. } if from.has("sent") => {
                Answer::ThreemaCodeBegun(ThreemaCodeBegun::read(from)?)
            }
            #[cfg(feature = "enroll")]
            // Where no message can come, all was said with the ID.
            Self::BeginThreema { .. } => match ThreemaBegun::read(from) {
                Some(begun) => Answer::ThreemaBegun(begun),
                None => Answer::View(View::read(from)?),
            },
            #[cfg(feature = "enroll")]
            Self::Confirm { .. } | Self::Add(_) => Answer::Confirmed(FactorConfirmed::read(from)?),
            #[cfg(feature = "enroll")]
            Self::Prefer(_) => Answer::Preferred,
            #[cfg(feature = "factors")]
            Self::Codes => Answer::Codes(RecoveryCodes::read(from)?),
            #[cfg(feature = "factors")]
            Self::Kept => Answer::Kept(Recovery::read(&from.object("recovery")?)?),
            #[cfg(feature = "manage")]
            Self::Change(_) => Answer::Changed,
        })
    }
}
