//! What a deployment's admin decides, with what holds if nothing was decided.
//!
//! Everything here is a setting, and each default is the one that the manual recommends. Rules that are
//! no matter of taste (a code works once, changes need proof) are not here: they cannot be set.

use alloc::vec;
use alloc::vec::Vec;
use core::time::Duration;

use crate::Method;
use crate::otp::{Digits, LookAhead, Window};

/// The rules of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy {
    /// The methods that users may prove a factor by, as far as the deployment has what they need.
    pub offered: Vec<Method>,
    /// Methods that nobody enrols any more. Who has one goes on using it.
    pub closed: Vec<Method>,
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
    /// Whether all messages that come by Threema are handed on to the site, strangers' too.
    pub forward_messages: bool,
    /// Whether a Threema ID may be looked up by the e-mail address that the site names.
    pub look_up_email: bool,
    /// Whether a Threema ID may be looked up by the phone number that the site names.
    pub look_up_phone: bool,
    /// How many messages may be sent.
    pub sending: SendingCaps,
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

impl Default for Policy {
    fn default() -> Self {
        Self {
            offered: vec![Method::Totp, Method::ThreemaReply, Method::Recovery],
            closed: Vec::new(),
            totp_window: Window::ONE,
            hotp_look_ahead: LookAhead::default(),
            code_digits: Digits::Six,
            challenge_life: crate::challenge::LIFE,
            trusted_device: None,
            forward_messages: false,
            look_up_email: false,
            look_up_phone: false,
            sending: SendingCaps::default(),
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
