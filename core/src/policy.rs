//! What a deployment's admin decides, with what holds if nothing was decided.
//!
//! ```text
//! settings ──Policy::parse──▶ Policy      every wrong value is named at once
//!               [`RULES`]: setting, default, what it expects, effect
//! ```
//!
//! Everything here is a setting, and each default is the one that the manual recommends. Rules that are
//! no matter of taste (a code works once, changes need proof) are not here: they cannot be set. Nor can a
//! rule be set to what would be no rule: every type here holds only what may be.
//!
//! ```
//! use threegate_core::{Method, policy::Policy};
//!
//! let settings = |name: &str| match name {
//!     "METHODS" => Some("totp recovery".into()),
//!     "TRUSTED_DEVICE_DAYS" => Some("400".into()),
//!     _ => None,
//! };
//! let faults = Policy::parse(settings).unwrap_err();
//! assert_eq!(faults[0].setting, "TRUSTED_DEVICE_DAYS");
//! assert_eq!((&*faults[0].found, faults[0].expected), ("400", "0 to 365"));
//!
//! let policy = Policy::parse(|name| (name == "METHODS").then(|| "totp recovery".into())).unwrap();
//! assert_eq!(policy.offered, [Method::Totp, Method::Recovery]);
//! assert_eq!(policy.trusted_device, None);
//! ```

use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use crate::otp::{Digits, LookAhead, Window};
use crate::words::Language;
use crate::{Method, replay, throttle};

mod enrollment;
mod network;
mod rules;

pub use enrollment::{Enrollable, Enrollment};
pub use network::{Network, NetworkError, Networks};
pub use rules::{RULES, Rule, in_force};

/// The rules of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The methods that users may prove a factor by, as far as the deployment has what they need.
    pub offered: Vec<Method>,
    /// Methods that nobody enrols any more. Who has one goes on using it.
    pub closed: Vec<Method>,
    /// Who must have a second factor, and from when on.
    pub enrollment: Enrollment,
    /// From where nobody is asked for a second factor.
    pub allowed: Networks,
    /// How fast anybody may guess.
    pub throttle: throttle::Rule,
    /// Steps of an authenticator's clock that are tolerated.
    pub totp_window: Window,
    /// Presses of a token's button that are tolerated.
    pub hotp_look_ahead: LookAhead,
    /// The length of a code that is sent.
    pub code_digits: Digits,
    /// How long a challenge stays open, and a code that was sent with it.
    pub challenge_life: Duration,
    /// How long a browser is remembered; not at all, if absent.
    pub trusted_device: Option<Duration>,
    /// How old a message may be.
    pub replay: replay::Window,
    /// Whether messages are remembered for ever, not only as long as their date would be taken.
    pub strict_memory: bool,
    /// Whether all messages that come by Threema are handed on to the site, strangers' too.
    pub forward_messages: bool,
    /// Whether a Threema ID may be looked up by the e-mail address that the site names.
    pub look_up_email: bool,
    /// Whether a Threema ID may be looked up by the phone number that the site names.
    pub look_up_phone: bool,
    /// How many messages may be sent.
    pub sending: SendingCaps,
    /// Whether codes are sent in so few words that a notification shows them all.
    pub short_messages: bool,
    /// The language for whoever's language there are no words in.
    pub language: Language,
}

/// How many messages may be sent, whatever they are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendingCaps {
    /// To a user within a minute.
    pub user_minute: u32,
    /// To a user within five minutes.
    pub user_five_minutes: u32,
    /// To a user within a day.
    pub user_day: u32,
    /// To a Threema ID within a day, whoever it is for.
    pub id_day: u32,
    /// By the whole deployment within a day.
    pub site_day: u32,
}

impl Policy {
    /// What of the methods that a user may use can be enrolled.
    #[must_use]
    pub fn enrollable(&self, permitted: &[Method]) -> Enrollable {
        let open = permitted.iter().copied();
        Enrollable(
            open.filter(|method| method.is_factor() && !self.closed.contains(method))
                .collect(),
        )
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            offered: vec![
                Method::Totp,
                Method::ThreemaReply,
                Method::ThreemaCode,
                Method::Recovery,
            ],
            closed: Vec::new(),
            enrollment: Enrollment::default(),
            allowed: Networks::default(),
            throttle: throttle::Rule::default(),
            totp_window: Window::ONE,
            hotp_look_ahead: LookAhead::default(),
            code_digits: Digits::Six,
            challenge_life: crate::challenge::LIFE,
            trusted_device: None,
            replay: replay::Window::default(),
            strict_memory: false,
            forward_messages: false,
            look_up_email: false,
            look_up_phone: false,
            sending: SendingCaps::default(),
            short_messages: false,
            language: Language::default(),
        }
    }
}

impl Default for SendingCaps {
    fn default() -> Self {
        Self {
            user_minute: 4,
            user_five_minutes: 8,
            user_day: 30,
            id_day: 60,
            site_day: 5_000,
        }
    }
}

#[cfg(test)]
mod tests;
