//! The one spelling of each field.

use core::fmt;

use super::super::{MessageId, ThreemaId};
use super::Refused;

/// A field of the callback's form, by which a refusal is told. Its value is never told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// No field, but the form: too long, not UTF-8, or a broken escape.
    Body,
    /// The box, 17 to 7812 bytes in hexadecimal digits.
    Box,
    /// When the sender says it was sent: ten digits, seconds since 1970.
    Date,
    /// The sender.
    From,
    /// The MAC, 32 bytes in hexadecimal digits.
    Mac,
    /// The message's ID, 8 bytes in hexadecimal digits.
    MessageId,
    /// What the sender wants to be called. Outside the MAC, and not looked at.
    Nickname,
    /// The box's nonce, 24 bytes in hexadecimal digits.
    Nonce,
    /// The receiver.
    To,
}

impl Field {
    /// The fields by name, those under the MAC first and in the MAC's order.
    pub(super) const NAMED: [Self; 8] = [
        Self::From,
        Self::To,
        Self::MessageId,
        Self::Date,
        Self::Nonce,
        Self::Box,
        Self::Mac,
        Self::Nickname,
    ];

    /// The name in the form; `body` for the form itself.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Body => "body",
            Self::Box => "box",
            Self::Date => "date",
            Self::From => "from",
            Self::Mac => "mac",
            Self::MessageId => "messageId",
            Self::Nickname => "nickname",
            Self::Nonce => "nonce",
            Self::To => "to",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

pub(super) fn threema_id(text: &str, field: Field) -> Result<ThreemaId, Refused> {
    ThreemaId::parse(text).map_err(|_| Refused::Shape(field))
}

pub(super) fn message_id(text: &str) -> Result<MessageId, Refused> {
    MessageId::parse(text).map_err(|_| Refused::Shape(Field::MessageId))
}

/// Ten digits, until the year 2286.
pub(super) fn date(text: &str) -> Result<u64, Refused> {
    let digits = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    seconds.ok_or(Refused::Shape(Field::Date))
}

/// Exactly `N` bytes in small hexadecimal digits: what the Gateway writes.
pub(super) fn bytes<const N: usize>(text: &str, field: Field) -> Result<[u8; N], Refused> {
    let mut bytes = [0; N];
    match base16ct::lower::decode(text, &mut bytes) {
        Ok(read) if read.len() == N => Ok(bytes),
        _ => Err(Refused::Shape(field)),
    }
}

/// A box is hexadecimal and of a length that a box can have: at least a tag and a type, at most what the
/// chat server carries. It is decoded only when it is opened.
pub(super) fn sealed(text: &str) -> Result<(), Refused> {
    const SHORTEST: usize = 2 * (16 + 1);
    const LONGEST: usize = 2 * 7812;
    let whole = (SHORTEST..=LONGEST).contains(&text.len()) && text.len().is_multiple_of(2);
    let digit = |byte: u8| byte.is_ascii_digit() | (b'a'..=b'f').contains(&byte);
    // Without a way out of the loop, many are looked at in one step.
    if whole && text.bytes().fold(true, |all, byte| all & digit(byte)) {
        Ok(())
    } else {
        Err(Refused::Shape(Field::Box))
    }
}
