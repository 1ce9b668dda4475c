//! Reactions: a protocol buffer of two fields, read here field by field.
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
//! Source: `e2e.proto` of Threema's protocols; Protocol Buffers, "Encoding".

use super::super::MessageId;
use super::Message;

/// The longest emoji that the apps take, in bytes.
const LONGEST: usize = 64;

/// An emoji, as far as it means anything here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thumb {
    /// Thumbs-up, of any skin.
    Up,
    /// Thumbs-down, of any skin.
    Down,
    /// Any other emoji.
    Other,
}

impl Thumb {
    fn of(emoji: &str) -> Self {
        let mut signs = emoji.chars();
        let thumb = match signs.next() {
            Some('\u{1F44D}') => Self::Up,
            Some('\u{1F44E}') => Self::Down,
            _ => return Self::Other,
        };
        let rest = signs.as_str();
        let rest = rest
            .strip_prefix(|c| matches!(c, '\u{1F3FB}'..='\u{1F3FF}'))
            .unwrap_or(rest);
        // The sign that asks for the emoji's coloured form says nothing more.
        match rest {
            "" | "\u{FE0F}" => thumb,
            _ => Self::Other,
        }
    }
}

/// Reads the data of a reaction; none if it is not one.
pub(super) fn read(mut data: &[u8]) -> Option<Message> {
    let mut message = None;
    let mut reaction = None;
    while !data.is_empty() {
        let (number, value, rest) = field(data)?;
        data = rest;
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
    if emoji.is_empty() || emoji.len() > LONGEST {
        return None;
    }
    Some(Message::Reaction {
        message: message?,
        reaction: Thumb::of(core::str::from_utf8(emoji).ok()?),
        withdrawn,
    })
}

enum Value<'a> {
    Fixed64([u8; 8]),
    Bytes(&'a [u8]),
    /// A number, or four bytes: no field of a reaction.
    Skipped,
}

/// The number and the value of the first field, and what follows it.
fn field(data: &[u8]) -> Option<(u64, Value<'_>, &[u8])> {
    let (key, rest) = varint(data)?;
    let (value, rest) = match key & 7 {
        0 => {
            let (_, rest) = varint(rest)?;
            (Value::Skipped, rest)
        }
        1 => {
            let (bytes, rest) = rest.split_first_chunk::<8>()?;
            (Value::Fixed64(*bytes), rest)
        }
        2 => {
            let (length, rest) = varint(rest)?;
            let (bytes, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
            (Value::Bytes(bytes), rest)
        }
        5 => {
            let (_, rest) = rest.split_first_chunk::<4>()?;
            (Value::Skipped, rest)
        }
        // Groups went out of use before there were reactions.
        _ => return None,
    };
    Some((key >> 3, value, rest)).filter(|(number, ..)| *number > 0)
}

/// A number in groups of seven bits, the lowest first, and what follows it.
fn varint(data: &[u8]) -> Option<(u64, &[u8])> {
    let mut value = 0;
    let mut rest = data;
    for shift in (0..u64::BITS).step_by(7) {
        let (byte, after) = rest.split_first()?;
        rest = after;
        let bits = u64::from(*byte & 0x7f);
        // The tenth byte has room for one bit.
        if bits.checked_shl(shift)? >> shift != bits {
            return None;
        }
        value |= bits.checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some((value, rest));
        }
    }
    None
}
