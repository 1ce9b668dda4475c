//! Reactions: a protocol buffer of two fields.
//!
//! ```text
//! 1  fixed64  the message's ID, its eight bytes as they are
//! 2  bytes    the emoji that is put to it     ┐ one of these
//! 3  bytes    the emoji that is taken away    ┘
//! ```
//!
//! Fields of other numbers are passed over, as every reader of protocol buffers does. One of these three
//! that comes twice, or in another form, is refused: no app writes it, and readers would differ.
//!
//! Source: `e2e.proto` of Threema's protocols.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::super::MessageId;
use super::super::tap::Thumb;
use super::Message;
use crate::protobuf::{Fields, Value, Writer};

/// What is put to a message: an emoji, or any text that is as short as one. Opaque in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Emoji(String);

impl Emoji {
    /// Takes an emoji. None if it is empty, or longer than the 64 bytes that the apps take.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (1..=LONGEST)
            .contains(&text.len())
            .then(|| Self(text.into()))
    }

    /// The emoji itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which thumb it is, of whatever skin; none for any other emoji.
    #[must_use]
    pub fn thumb(&self) -> Option<Thumb> {
        let mut signs = self.0.chars();
        let thumb = match signs.next()? {
            '\u{1F44D}' => Thumb::Up,
            '\u{1F44E}' => Thumb::Down,
            _ => return None,
        };
        let rest = signs.as_str();
        let rest = rest
            .strip_prefix(|c| matches!(c, '\u{1F3FB}'..='\u{1F3FF}'))
            .unwrap_or(rest);
        // The sign that asks for the emoji's coloured form says nothing more.
        matches!(rest, "" | "\u{FE0F}").then_some(thumb)
    }
}

impl fmt::Debug for Emoji {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Emoji(..)")
    }
}

/// The longest emoji that the apps take, in bytes.
const LONGEST: usize = 64;

/// Reads the data of a reaction; none if it is not one.
pub(super) fn read(data: &[u8]) -> Option<Message> {
    let mut message = None;
    let mut reaction = None;
    for field in Fields::new(data) {
        let (number, value) = field.ok()?;
        let twice = match (number, value) {
            (1, Value::Fixed64(id)) => message.replace(MessageId::from_bytes(id)).is_some(),
            (2, Value::Bytes(emoji)) => reaction.replace((emoji, false)).is_some(),
            (3, Value::Bytes(emoji)) => reaction.replace((emoji, true)).is_some(),
            (1..=3, _) => return None,
            _ => false,
        };
        if twice {
            return None;
        }
    }
    let (emoji, withdrawn) = reaction?;
    Some(Message::Reaction {
        message: message?,
        emoji: Emoji::parse(core::str::from_utf8(emoji).ok()?)?,
        withdrawn,
    })
}

/// Writes the data of a reaction.
pub(super) fn write(message: MessageId, emoji: &Emoji, withdrawn: bool) -> Zeroizing<Vec<u8>> {
    let mut writer = Writer::with_capacity(emoji.0.len().saturating_add(16));
    writer.fixed64(1, message.as_bytes());
    writer.bytes(if withdrawn { 3 } else { 2 }, emoji.0.as_bytes());
    writer.into_bytes()
}
