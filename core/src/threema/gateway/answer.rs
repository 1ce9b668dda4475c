//! What the Gateway's answers mean.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::super::{MessageId, PublicKey, ThreemaId};

/// Reads an answer: its status first, then, of a good one, its text.
pub(super) fn read<T>(
    status: u16,
    body: &[u8],
    read: fn(&str) -> Option<T>,
) -> Result<T, GatewayError> {
    match status {
        200 => core::str::from_utf8(body)
            .ok()
            .and_then(|text| read(text.trim()))
            .ok_or(GatewayError::Nonsense),
        400 => Err(GatewayError::Refused),
        401 => Err(GatewayError::Secret),
        402 => Err(GatewayError::NoCredits),
        404 => Err(GatewayError::Unknown),
        413 => Err(GatewayError::TooLong),
        429 => Err(GatewayError::TooMany),
        500..=599 => Err(GatewayError::Unavailable),
        _ => Err(GatewayError::Nonsense),
    }
}

pub(super) fn public_key(text: &str) -> Option<PublicKey> {
    PublicKey::parse_any_case(text).ok()
}

pub(super) fn threema_id(text: &str) -> Option<ThreemaId> {
    ThreemaId::parse(text).ok()
}

pub(super) fn message_id(text: &str) -> Option<MessageId> {
    MessageId::parse(&text.to_ascii_lowercase()).ok()
}

pub(super) fn credits(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

pub(super) fn capabilities(text: &str) -> Option<Capabilities> {
    let words = text
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    Some(Capabilities(words.map(String::from).collect()))
}

/// What an app can do, in the Gateway's words: `text`, `file`, `group` and others, in no order, and words
/// of a later time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities(Vec<String>);

impl Capabilities {
    /// Whether the app can do what that word says.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }
}

/// Why the Gateway gave no answer to what it was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GatewayError {
    /// The account has nothing left to pay with. Its owner must buy credits.
    NoCredits,
    /// An answer that no version of the Gateway gives: something else stands at that address.
    Nonsense,
    /// It does not take the question: a receiver that it cannot write to, or an ID without a key pair.
    Refused,
    /// The API secret is not that of the Gateway ID.
    Secret,
    /// The message is longer than it takes.
    TooLong,
    /// More than it takes of one account at a time.
    TooMany,
    /// It, or something before it, is out of order; or it could not be reached at all.
    Unavailable,
    /// Nobody has that ID, address or number.
    Unknown,
}

impl GatewayError {
    /// The stable name of the cause.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoCredits => "gateway_no_credits",
            Self::Nonsense => "gateway_nonsense",
            Self::Refused => "gateway_refused",
            Self::Secret => "gateway_secret",
            Self::TooLong => "gateway_too_long",
            Self::TooMany => "gateway_too_many",
            Self::Unavailable => "gateway_unavailable",
            Self::Unknown => "gateway_unknown",
        }
    }

    /// Whether the same question may be answered some minutes later, without anybody doing anything.
    #[must_use]
    pub const fn is_passing(self) -> bool {
        match self {
            Self::TooMany | Self::Unavailable => true,
            Self::NoCredits
            | Self::Nonsense
            | Self::Refused
            | Self::Secret
            | Self::TooLong
            | Self::Unknown => false,
        }
    }
}

impl fmt::Display for GatewayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for GatewayError {}
