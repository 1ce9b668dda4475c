//! Reply codes: the page shows one, the user sends it from the Threema ID, and whoever awaits exactly
//! this code from exactly this ID is proved.
//!
//! ```text
//! Message ──read──▶ ReplyCode ──the ID's wait for it, if any──▶ judge ──▶ Verdict
//! ```
//!
//! Codes are drawn per Threema ID and differ from all that were drawn for it in the last
//! [`MEMORY`], so that two users of one ID cannot be confused.
//!
//! ```
//! use threegate_core::UnixTime;
//! use threegate_core::threema::ReplyCode;
//! use threegate_core::threema::reply::{MISSES, RANDOM, Verdict, Wait, judge};
//!
//! let (opened, receipt) = (UnixTime::from_secs(1_000), UnixTime::from_secs(1_030));
//! let random = [7; RANDOM]; // fresh random bytes
//! let shown = ReplyCode::draw(&random).next().expect("one of 32");
//! let wait = Wait { issued_at: opened, expires_at: UnixTime::from_secs(1_180), ended: false };
//!
//! // The right code, from the right ID, in time. Then a wrong one, and one too many.
//! assert_eq!(judge(Some(wait), true, 0, opened, receipt), Verdict::Matched);
//! assert_eq!(judge(None, true, 0, opened, receipt), Verdict::Missed(1));
//! assert_eq!(judge(None, true, MISSES - 1, opened, receipt), Verdict::Ended);
//! assert_eq!(shown.as_str().len(), 6);
//! ```

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::time::Duration;

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Message, PublicKey};
use crate::{Error, UnixTime};

/// Digits of a code.
const DIGITS: usize = 6;

/// The longest text that can hold a code, in bytes.
const LONGEST: usize = 64;

/// 15 minutes: how long a code is not drawn again for the same Threema ID.
pub const MEMORY: Duration = Duration::from_secs(15 * 60);

/// Codes that nobody awaits, in a row, after which all that is awaited from the ID ends.
pub const MISSES: u32 = 10;

/// Users for whom one Threema ID may answer.
pub const USERS: usize = 5;

/// Enrolments that may wait for one Threema ID at once; one more ends the oldest. They never end a
/// login's wait.
pub const ENROLLMENTS: usize = 5;

/// Proofs that may wait for one user at once, counting those that the user's object has given up and the
/// ID's contact does not know of; one more ends the oldest.
pub const PROOFS: usize = 20;

/// Codes that are drawn for proofs under one ticket, and so for one check of the password.
pub const PER_TICKET: usize = 30;

/// Two hours: how far behind a phone's clock may be, so that one that is set an hour wrong locks nobody out.
/// What was written longer before its code was drawn is no answer to it, but an old message that happens to
/// say the same.
pub const CLOCK: Duration = Duration::from_secs(2 * 60 * 60);

/// Random bytes that are surely enough to draw a code from: a single one is refused once in four
/// thousand draws.
pub const RANDOM: usize = 128;

/// A code of six digits to be sent to the site's Gateway ID.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct ReplyCode([u8; DIGITS]);

/// What a reply is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Aim {
    /// Confirm a new factor.
    Enrollment,
    /// Prove a factor.
    Proof,
}

/// That one user awaits a code from the ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// When its code was drawn.
    pub issued_at: UnixTime,
    /// When it ends by itself.
    pub expires_at: UnixTime,
    /// Whether it has ended before: by a match, by another wait, by too many misses.
    pub ended: bool,
}

/// What a message with a code means to the ID it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Somebody awaits it. The misses begin anew.
    Matched,
    /// It was awaited and is no more, or it was written before it was drawn. No miss: the user was slow.
    Late,
    /// Nothing is awaited from the ID at all.
    Stray,
    /// Others are awaited, this one never was. That many misses in a row, now.
    Missed(u32),
    /// One miss too many: all that is awaited from the ID ends, and the misses begin anew.
    Ended,
}

/// Whether a user may await a code from an ID that `members` users have enrolled, the user perhaps
/// among them. `pinned` is the ID's key since the first of them, `key` the one it is said to have now.
///
/// # Errors
/// [`Error::ThreemaKeyChanged`] if the two differ and anybody relies on the first;
/// [`Error::ThreemaIdFull`] if one user more would be too many.
pub fn may_expect(
    aim: Aim,
    members: usize,
    is_member: bool,
    key: &PublicKey,
    pinned: &PublicKey,
) -> Result<(), Error> {
    if members > 0 && key != pinned {
        return Err(Error::ThreemaKeyChanged);
    }
    joins(aim, members, is_member).map(drop)
}

/// Whether a code makes its user one more of those who have enrolled the ID, `members` by now, the user
/// perhaps among them.
///
/// # Errors
/// [`Error::ThreemaIdFull`] if one more would be too many: the code confirms nothing.
pub const fn joins(aim: Aim, members: usize, is_member: bool) -> Result<bool, Error> {
    match aim {
        Aim::Enrollment if is_member => Ok(false),
        Aim::Enrollment if members >= USERS => Err(Error::ThreemaIdFull),
        Aim::Enrollment => Ok(true),
        Aim::Proof => Ok(false),
    }
}

/// Whether one more code is drawn for a proof under a ticket that ends at `ticket_ends`, after `drawn`.
///
/// Without a limit, whoever has the password could draw until the code is one that was once sent.
///
/// # Errors
/// [`Error::TooManyCodes`].
pub fn may_draw(drawn: usize, ticket_ends: UnixTime) -> Result<(), Error> {
    if drawn < PER_TICKET {
        return Ok(());
    }
    Err(Error::TooManyCodes {
        retry_at: ticket_ends,
    })
}

/// The open waits of an ID that a new one with the same aim ends. `open` comes newest first, each with
/// whether it is of the same user.
///
/// A user proves in a few pages at once at most, and enrols in one. Enrolments, which anybody can begin
/// for anybody's ID, crowd out nothing but each other. Whose wait ends so must be told.
#[must_use]
pub fn displaced<T>(aim: Aim, open: impl IntoIterator<Item = (T, bool)>) -> Vec<T> {
    let mut kept = 1_usize;
    let mut displaced = Vec::new();
    for (wait, own) in open {
        let stays = match aim {
            Aim::Enrollment => !own && kept < ENROLLMENTS,
            Aim::Proof if own => kept < PROOFS,
            Aim::Proof => continue,
        };
        if stays {
            kept = kept.saturating_add(1);
        } else {
            displaced.push(wait);
        }
    }
    displaced
}

/// Judges a code that came from an ID at `receipt`, and that its sender dates `date`. `wait` is the ID's
/// wait for this very code, if it has or lately had one; `awaiting` says whether any wait is open; `misses`
/// are those before.
#[must_use]
pub fn judge(
    wait: Option<Wait>,
    awaiting: bool,
    misses: u32,
    date: UnixTime,
    receipt: UnixTime,
) -> Verdict {
    match wait {
        Some(wait) if wait.ended || receipt >= wait.expires_at => Verdict::Late,
        Some(wait) if date.saturating_add(CLOCK) < wait.issued_at => Verdict::Late,
        Some(_) => Verdict::Matched,
        // Where nothing is awaited nothing can be guessed, and nothing need be remembered.
        None if !awaiting => Verdict::Stray,
        None => match misses.saturating_add(1) {
            misses if misses >= MISSES => Verdict::Ended,
            misses => Verdict::Missed(misses),
        },
    }
}

impl ReplyCode {
    /// The codes that those random bytes hold, evenly distributed. The first one that is not taken is
    /// the one to use.
    pub fn draw(random: &[u8; RANDOM]) -> impl Iterator<Item = Self> {
        let (words, _) = random.as_chunks::<4>();
        words.iter().filter_map(|word| Self::fair(*word))
    }

    /// Reads six digits and nothing else.
    ///
    /// # Errors
    /// [`Error::CodeMalformed`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let digits = text.as_bytes().try_into().ok();
        digits
            .filter(|digits: &[u8; DIGITS]| digits.iter().all(u8::is_ascii_digit))
            .map(Self)
            .ok_or(Error::CodeMalformed)
    }

    /// The code that a message is, if it is one: a text of at most 64 bytes that, without white space
    /// and without what makes a digit a keycap (U+FE0F, U+20E3), is exactly six ASCII digits.
    #[must_use]
    pub fn read(message: &Message) -> Option<Self> {
        let Message::Text(text) = message else {
            return None;
        };
        if text.len() > LONGEST {
            return None;
        }
        let mut digits = [0; DIGITS];
        let mut places = digits.iter_mut();
        let signs = text
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '\u{FE0F}' | '\u{20E3}'));
        for sign in signs {
            let digit = u8::try_from(sign).ok().filter(u8::is_ascii_digit)?;
            *places.next()? = digit;
        }
        places.next().is_none().then_some(Self(digits))
    }

    /// The six digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// A code from 32 random bits, or none for the few values that would favour small codes.
    fn fair(word: [u8; 4]) -> Option<Self> {
        const CODES: u32 = 1_000_000;
        const FAIR: u32 = u32::MAX - u32::MAX % CODES;
        let word = u32::from_le_bytes(word);
        if word >= FAIR {
            return None;
        }
        let mut rest = word % CODES;
        let mut digits = [b'0'; DIGITS];
        for digit in digits.iter_mut().rev() {
            *digit = u8::try_from(rest % 10).map_or(b'0', |value| b'0'.saturating_add(value));
            rest /= 10;
        }
        Some(Self(digits))
    }
}

impl Aim {
    /// The word to store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enrollment => "enrolment",
            Self::Proof => "proof",
        }
    }

    /// The aim of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Enrollment, Self::Proof]
            .into_iter()
            .find(|aim| aim.as_str() == word)
    }
}

impl fmt::Debug for ReplyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplyCode(..)")
    }
}

impl From<&ReplyCode> for String {
    fn from(code: &ReplyCode) -> Self {
        code.as_str().into()
    }
}

#[cfg(test)]
mod tests;
