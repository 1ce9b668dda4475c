//! How many messages are written to people, and what is known of one that was sent.
//!
//! ```text
//! User ── may_send ──▶ slot and `Sending` stored ──▶ Contact ── Tally::one_more
//!                                                       └──▶ Lease of the deployment's day ──▶ Gateway
//! User ◀── Sent, Unknown or NotSent ◀────────────────────────────────────────────────────────────┘
//! ```
//!
//! A slot is taken before the Gateway is called and never given back, and nothing is sent twice by itself:
//! whoever makes the answers get lost makes us write less, not more.
//!
//! ```
//! use threegate_core::policy::SendingCaps;
//! use threegate_core::threema::sending::{Lease, Tally, may_send};
//! use threegate_core::{Error, UnixTime};
//!
//! let (caps, now) = (SendingCaps::default(), UnixTime::from_secs(1_000_000));
//!
//! // A user: four a minute, by the times of the last messages, newest first.
//! let retry_at = UnixTime::from_secs(1_000_060);
//! assert_eq!(may_send(&caps, &[now; 3], now), Ok(()));
//! assert_eq!(may_send(&caps, &[now; 4], now), Err(Error::TooManyMessages { retry_at }));
//!
//! // The deployment: a day's messages are leased by the handful.
//! let (tally, granted) = Tally::default().lease(caps.site_day, now)?;
//! assert_eq!((tally.sent, granted), (16, 16)); // store the tally before any of them is sent
//! let mut lease = Lease::default();
//! lease.add(granted, now);
//! assert!(lease.take(now)); // now send one
//! # Ok::<(), Error>(())
//! ```

use core::time::Duration;

use super::MessageId;
use super::gateway::GatewayError;
use crate::policy::SendingCaps;
use crate::{Error, UnixTime};

/// How long a message to a user counts.
pub const USER_MEMORY: Duration = DAY;

/// The most of the deployment's day that an isolate takes at once.
pub const LARGEST_LEASE: u32 = 16;

const MINUTE: Duration = Duration::from_secs(60);
const FIVE_MINUTES: Duration = Duration::from_secs(5 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Whether another message is written to a user, to whom some were `sent` before, newest first. What is
/// older than [`USER_MEMORY`] may be left out.
///
/// # Errors
/// [`Error::TooManyMessages`], with the moment from which on another one is.
pub fn may_send(caps: &SendingCaps, sent: &[UnixTime], now: UnixTime) -> Result<(), Error> {
    let windows = [
        (MINUTE, caps.user_minute),
        (FIVE_MINUTES, caps.user_five_minutes),
        (DAY, caps.user_day),
    ];
    let waits = windows
        .into_iter()
        .filter_map(|(span, most)| until(span, most, sent, now));
    match waits.max() {
        Some(retry_at) => Err(Error::TooManyMessages { retry_at }),
        None => Ok(()),
    }
}

/// When a window has room again, if it has none: when the earliest of its `most` last leaves it.
fn until(span: Duration, most: u32, sent: &[UnixTime], now: UnixTime) -> Option<UnixTime> {
    let leaves = match usize::try_from(most).ok()?.checked_sub(1) {
        Some(place) => sent.get(place)?.saturating_add(span),
        None => now.saturating_add(span),
    };
    (now < leaves).then_some(leaves)
}

/// The moment up to which messages to a user are forgotten.
#[must_use]
pub const fn forgotten_at(now: UnixTime) -> UnixTime {
    UnixTime::from_secs(now.as_secs().saturating_sub(USER_MEMORY.as_secs()))
}

/// What was sent on one day, which begins at midnight UTC: to one Threema ID, or by the deployment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use = "it is stored, or the change is lost"]
pub struct Tally {
    /// Days since 1 January 1970.
    pub day: u64,
    /// Messages on that day.
    pub sent: u32,
}

impl Tally {
    /// One message more, if the day has room: `most` is its cap.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`], until midnight.
    pub fn one_more(self, most: u32, now: UnixTime) -> Result<Self, Error> {
        self.more(most, now, |_| 1).map(|(tally, _)| tally)
    }

    /// Leave for several messages at once, and how many: fewer towards the day's end of `most`, so that
    /// little is lost with whoever took it.
    ///
    /// # Errors
    /// [`Error::TooManyMessages`], until midnight.
    pub fn lease(self, most: u32, now: UnixTime) -> Result<(Self, u32), Error> {
        self.more(most, now, |left| {
            left.checked_div(50).unwrap_or(0).clamp(1, LARGEST_LEASE)
        })
    }

    fn more(
        self,
        most: u32,
        now: UnixTime,
        wanted: impl FnOnce(u32) -> u32,
    ) -> Result<(Self, u32), Error> {
        let day = day(now);
        // A day that has not come yet was written by a clock that was ahead; it counts on.
        let (day, sent) = if day > self.day {
            (day, 0)
        } else {
            (self.day, self.sent)
        };
        let left = most.saturating_sub(sent);
        if left == 0 {
            let midnight = day.saturating_add(1).saturating_mul(DAY.as_secs());
            return Err(Error::TooManyMessages {
                retry_at: UnixTime::from_secs(midnight),
            });
        }
        let taken = wanted(left).min(left);
        let sent = sent.saturating_add(taken);
        Ok((Self { day, sent }, taken))
    }
}

/// What an isolate may still send of the deployment's day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lease {
    day: u64,
    left: u32,
}

impl Lease {
    /// More was granted at `now`. What is left of another day is worth nothing.
    pub fn add(&mut self, granted: u32, now: UnixTime) {
        let left = if self.day == day(now) { self.left } else { 0 };
        *self = Self {
            day: day(now),
            left: left.saturating_add(granted),
        };
    }

    /// One message, if the lease is of this day and anything is left of it.
    #[must_use = "only if it is true may the message be sent"]
    pub fn take(&mut self, now: UnixTime) -> bool {
        match self.left.checked_sub(1).filter(|_| self.day == day(now)) {
            Some(left) => {
                self.left = left;
                true
            }
            None => false,
        }
    }
}

fn day(at: UnixTime) -> u64 {
    at.as_secs().checked_div(DAY.as_secs()).unwrap_or(0)
}

/// What is known of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Progress {
    /// The Gateway was, or is, about to be asked. Found after a restart: nobody knows.
    Sending,
    /// The Gateway took it.
    Sent,
    /// The Gateway's answer was none: it may have taken it, or not.
    Unknown,
    /// The Gateway did not take it.
    NotSent,
}

impl Progress {
    /// What the Gateway's answer says of a message. Only a refusal says that nothing was sent: what took
    /// too long, broke off or came from something that is no Gateway may have been sent all the same.
    #[must_use]
    pub const fn after(answer: &Result<MessageId, GatewayError>) -> Self {
        match answer {
            Ok(_) => Self::Sent,
            Err(GatewayError::Nonsense | GatewayError::Unavailable) => Self::Unknown,
            Err(
                GatewayError::BlobGone
                | GatewayError::NoCredits
                | GatewayError::NotBasic
                | GatewayError::NotEndToEnd
                | GatewayError::Refused
                | GatewayError::Secret
                | GatewayError::TooLong
                | GatewayError::TooMany
                | GatewayError::Unknown,
            ) => Self::NotSent,
        }
    }

    /// The word to store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Unknown => "unknown",
            Self::NotSent => "not_sent",
        }
    }

    /// What that word says.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Sending, Self::Sent, Self::Unknown, Self::NotSent]
            .into_iter()
            .find(|progress| progress.as_str() == word)
    }
}

#[cfg(test)]
mod tests;
