//! What the site is told: something happened to one of its users.
//!
//! ```text
//! Event ──kind, members──▶ a row of the outbox ──Envelope──▶ body ──webhook::Signer──▶ the site
//!                             with the change                         until it was taken
//! ```
//!
//! An event is noted in the transaction of the change that it tells of, so one exists exactly if the other
//! does, and is posted until the site has taken it. Events of one user are posted in their order, each with
//! the same `webhook-id` on every try; one may come twice, if its acknowledgement was lost.
//!
//! ```
//! use threegate_core::{Method, event::{Envelope, Event}};
//!
//! let event = Event::FactorRemoved { method: Method::Totp, remaining: 1 };
//! let body = Envelope {
//!     kind: event.kind(),
//!     timestamp: "2026-01-02T03:04:05Z",
//!     user: Some("alice"),
//!     members: &event.members(),
//! };
//! assert_eq!(
//!     body.to_json().as_str(),
//!     r#"{"type":"factor.removed","timestamp":"2026-01-02T03:04:05Z","data":{"user":"alice","method":"totp","remaining":1}}"#
//! );
//! ```
//!
//! Source: Standard Webhooks 1.0, "Event types" and "Payload structure".

mod incoming;
mod json;
pub mod webhook;

use alloc::string::String;
use core::time::Duration;

pub use incoming::Incoming;
use zeroize::Zeroizing;

use self::json::Members;
use crate::challenge::Answered;
use crate::throttle::Throttle;
use crate::{Error, Method, UnixTime};

/// Look-ups of strangers' keys within an hour, where all messages are handed on: the sender of one costs
/// nothing, so a flood of them must not cost more than this.
pub const STRANGERS_AN_HOUR: u64 = 600;

/// Something that the site is told of one of its users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// A browser is remembered from now on.
    DeviceTrusted,
    /// A factor counts from now on.
    FactorEnrolled {
        /// How it is proved.
        method: Method,
    },
    /// A factor counts no more.
    FactorRemoved {
        /// How it was proved.
        method: Method,
        /// Factors that the user still has; recovery codes are none.
        remaining: usize,
    },
    /// Somebody answered that a login is not theirs.
    LoginDeclined {
        /// How they were asked.
        method: Method,
    },
    /// Somebody answered that a login was not theirs after the site had let it in.
    LoginDisputed {
        /// How they were asked.
        method: Method,
    },
    /// A method is closed to the user: too many wrong codes, or prompts that nobody wanted.
    MethodClosed {
        /// Which one.
        method: Method,
        /// When it opens again by itself, if it does.
        until: Option<UnixTime>,
    },
    /// Few recovery codes are left.
    RecoveryCodesLow {
        /// How many.
        left: u64,
    },
    /// The recovery codes before these work no more.
    RecoveryCodesReplaced,
    /// A code or a message came that had been used. Nothing came of it.
    ReplayRefused {
        /// What it would have proved.
        method: Method,
    },
    /// Messages came that had their effect before. Nothing came of them.
    MessagesRepeated {
        /// How many did since the deployment counts.
        in_all: u64,
    },
    /// The directory has another key for a Threema ID than the pinned one. Nothing came of it.
    ThreemaKeyChanged,
    /// Everything of the user's was taken back.
    UserReset,
}

impl Event {
    /// What an answer to a challenge tells the site, beside what it tells the page; `before` is the count
    /// that it was judged by.
    #[must_use]
    pub fn of_answer<T>(before: Throttle, answered: &Answered<T>) -> Option<Self> {
        let method = answered.challenge?.method();
        if answered.throttle.is_closed_to(method) && !before.is_closed_to(method) {
            let until = None;
            return Some(Self::MethodClosed { method, until });
        }
        let used = matches!(answered.verdict, Err(Error::CodeUsed));
        used.then_some(Self::ReplayRefused { method })
    }

    /// The event's `type`: the same in every version.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::DeviceTrusted => "device.trusted",
            Self::FactorEnrolled { .. } => "factor.enrolled",
            Self::FactorRemoved { .. } => "factor.removed",
            Self::LoginDeclined { .. } => "login.declined",
            Self::LoginDisputed { .. } => "login.disputed",
            Self::MethodClosed { .. } => "method.closed",
            Self::RecoveryCodesLow { .. } => "recovery_codes.low",
            Self::RecoveryCodesReplaced => "recovery_codes.replaced",
            Self::MessagesRepeated { .. } | Self::ReplayRefused { .. } => "replay.refused",
            Self::ThreemaKeyChanged => "threema_key.changed",
            Self::UserReset => "user.reset",
        }
    }

    /// The members of `data` beside the user, as JSON without its braces.
    #[must_use]
    pub fn members(&self) -> String {
        let mut members = Members::default();
        match *self {
            Self::FactorEnrolled { method }
            | Self::LoginDeclined { method }
            | Self::LoginDisputed { method }
            | Self::ReplayRefused { method } => members.text("method", method.as_str()),
            Self::FactorRemoved { method, remaining } => {
                members.text("method", method.as_str());
                members.number("remaining", u64::try_from(remaining).unwrap_or(u64::MAX));
            }
            Self::MethodClosed { method, until } => {
                members.text("method", method.as_str());
                if let Some(until) = until {
                    members.number("until", until.as_secs());
                }
            }
            Self::MessagesRepeated { in_all } => members.number("callback_repeated", in_all),
            Self::RecoveryCodesLow { left } => members.number("left", left),
            Self::DeviceTrusted
            | Self::RecoveryCodesReplaced
            | Self::ThreemaKeyChanged
            | Self::UserReset => {}
        }
        members.into_text()
    }

    /// Whether somebody without any proof can make it happen at will: of such events one is told now and
    /// then, and an outbox that is not being emptied keeps only so many.
    #[must_use]
    pub const fn is_cheap(&self) -> bool {
        matches!(
            self,
            Self::MessagesRepeated { .. } | Self::ReplayRefused { .. } | Self::ThreemaKeyChanged
        )
    }

    /// Of a cheap event one is told within this time.
    #[must_use]
    pub const fn told_every(&self) -> Duration {
        Duration::from_secs(match self {
            Self::MessagesRepeated { .. } => 60 * 60,
            _ => 60,
        })
    }
}

/// The body of a webhook.
#[derive(Clone, Copy)]
pub struct Envelope<'a> {
    /// The event's `type`.
    pub kind: &'a str,
    /// When it happened, as RFC 3339 writes it.
    pub timestamp: &'a str,
    /// Whom it concerns, by the site's own id.
    pub user: Option<&'a str>,
    /// What [`Event::members`] or [`Incoming::members`] made.
    pub members: &'a str,
}

impl Envelope<'_> {
    /// The body. It may hold what somebody wrote.
    #[must_use]
    pub fn to_json(&self) -> Zeroizing<String> {
        let mut data = Members::default();
        if let Some(user) = self.user {
            data.text("user", user);
        }
        data.raw(self.members);
        let mut body = Members::default();
        body.text("type", self.kind);
        body.text("timestamp", self.timestamp);
        body.object("data", &Zeroizing::new(data.into_text()));
        Zeroizing::new(["{", &Zeroizing::new(body.into_text()), "}"].concat())
    }
}

impl core::fmt::Debug for Envelope<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Envelope")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
