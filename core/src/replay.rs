//! What is old, and what was here before.
//!
//! A message is refused by its date once the [`Window`] has passed, and remembered by its [`name`] until
//! then, so that each is taken at most once and nothing is remembered for ever.
//!
//! ```text
//!        back                      ahead
//! ├────────────────────────┼ now ┼───────┤     a date in here is judged
//! date ──────────── remembered ──────────────▶ keep_until
//! ```
//!
//! The sender chose the date: it can make a message look younger than it is by as much as `ahead`, never
//! take it out of memory while it would still be taken. When a challenge ends is judged by the time of
//! receipt, not here.
//!
//! ```
//! use std::collections::HashMap;
//! use threegate_core::replay::{Window, name};
//! use threegate_core::threema::{MessageId, ThreemaId};
//! use threegate_core::{Error, UnixTime, key::Key};
//!
//! let (window, naming) = (Window::default(), Key::from_bytes([1; 32]));
//! let mut seen = HashMap::new(); // your store: names, and until when
//! let mut take = |date, now| -> Result<bool, Error> {
//!     window.judge(date, now)?;
//!     let (from, id) = (ThreemaId::parse("ECHOECHO")?, MessageId::parse("a000000000000000")?);
//!     let until = window.keep_until(date, now);
//!     Ok(seen.insert(name(&naming, from, id), until).is_none())
//! };
//!
//! let sent = UnixTime::from_secs(1_800_000_000);
//! let day = |n: u64| UnixTime::from_secs(1_800_000_000 + n * 86_400);
//! assert_eq!(take(sent, sent), Ok(true));
//! assert_eq!(take(sent, day(1)), Ok(false)); // it was here
//! assert_eq!(take(sent, day(15)), Err(Error::MessageOld)); // and may be forgotten by now
//! ```

use alloc::string::String;
use core::time::Duration;

use crate::key::Key;
use crate::threema::{MessageId, ThreemaId};
use crate::{Error, UnixTime};

/// How far a message's date may be from the time of its receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    back: Duration,
    ahead: Duration,
}

impl Window {
    /// 20 minutes: the least that must be allowed backward, since the Gateway tries for 15.
    pub const MIN_BACK: Duration = Duration::from_secs(20 * 60);
    /// 90 days: the most that may be allowed backward, since everything younger is remembered.
    pub const MAX_BACK: Duration = Duration::from_secs(90 * 24 * 60 * 60);
    /// An hour: the most that a sender's clock may be ahead.
    pub const MAX_AHEAD: Duration = Duration::from_secs(60 * 60);

    /// A window of that length, both ends included.
    ///
    /// # Errors
    /// [`Error::ParameterInvalid`] unless `back` is [`Window::MIN_BACK`] to [`Window::MAX_BACK`] and
    /// `ahead` at most [`Window::MAX_AHEAD`].
    pub fn new(back: Duration, ahead: Duration) -> Result<Self, Error> {
        if back < Self::MIN_BACK || back > Self::MAX_BACK || ahead > Self::MAX_AHEAD {
            return Err(Error::ParameterInvalid);
        }
        Ok(Self { back, ahead })
    }

    /// How far back a message may be dated.
    #[must_use]
    pub const fn back(&self) -> Duration {
        self.back
    }

    /// How far ahead a message may be dated.
    #[must_use]
    pub const fn ahead(&self) -> Duration {
        self.ahead
    }

    /// Whether a message of that `date` may be taken at `now`.
    ///
    /// # Errors
    /// [`Error::MessageOld`] or [`Error::MessageEarly`]: for a message that is genuine, one of the two
    /// clocks is wrong.
    pub fn judge(&self, date: UnixTime, now: UnixTime) -> Result<(), Error> {
        if now.saturating_since(date) > self.back {
            Err(Error::MessageOld)
        } else if date.saturating_since(now) > self.ahead {
            Err(Error::MessageEarly)
        } else {
            Ok(())
        }
    }

    /// The moment from which on the date alone refuses the message, and it need not be remembered. It
    /// allows for a clock elsewhere at the edge that lags by as much as `ahead`, and is never before
    /// `now`.
    #[must_use]
    pub fn keep_until(&self, date: UnixTime, now: UnixTime) -> UnixTime {
        date.saturating_add(self.back)
            .saturating_add(self.ahead)
            .saturating_add(Duration::from_secs(1))
            .max(now)
    }
}

impl Default for Window {
    /// Threema's servers keep a message for an ID that cannot be reached for 14 days; phones' clocks are
    /// rarely wrong by 5 minutes.
    fn default() -> Self {
        Self {
            back: Duration::from_secs(14 * 24 * 60 * 60),
            ahead: Duration::from_secs(5 * 60),
        }
    }
}

/// Under which name a message is remembered: 32 hexadecimal digits that tell neither the sender nor the
/// message to whoever has not the naming key. Message IDs are unique only for one sender, so both are
/// in it.
#[must_use]
pub fn name(naming: &Key, from: ThreemaId, message: MessageId) -> String {
    let mac = naming.mac(
        "threegate message v1",
        &[from.as_bytes(), message.as_bytes()],
    );
    let (name, _) = mac.split_at(16);
    base16ct::lower::encode_string(name)
}

#[cfg(test)]
mod tests;
