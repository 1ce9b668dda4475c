//! What a box holds: one byte for the type, the data of that type, padding.
//!
//! ```text
//! type 1 │ data │ n bytes, each of them n (1 to 255)
//! └─────────────── what a box holds ───────────────┘
//! ```
//!
//! Only what can prove a factor is read; everything else keeps its type and loses its data. What a
//! sender writes wrongly is told apart from what merely has no meaning here: the one is
//! [`Unreadable`], the other [`Message::Other`].
//!
//! Source: the structures of Threema's chat protocol as the apps and the Gateway's own libraries have
//! them; where those differ, `tests/vectors/threema/callbacks.json` says what is done here, and why.

mod padding;
mod reaction;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use reaction::Thumb;
use zeroize::Zeroizing;

use super::MessageId;
use crate::Error;

const TEXT: u8 = 0x01;
const RECEIPT: u8 = 0x80;
const REACTION: u8 = 0x82;

/// A message of one person to the Gateway ID. What it says is opaque in `Debug`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// A text, as long as the sender's app allows; it may be empty.
    Text(Zeroizing<String>),
    /// What became of messages of ours: a tap of the user, or a note of their app.
    Receipt {
        /// What became of them.
        status: ReceiptStatus,
        /// Which they are, at least one.
        messages: Vec<MessageId>,
    },
    /// An emoji put to a message, or taken away from it.
    Reaction {
        /// The message; not necessarily one of ours.
        message: MessageId,
        /// Which emoji.
        reaction: Thumb,
        /// Whether it was taken away.
        withdrawn: bool,
    },
    /// A message without meaning here, by its type: places, files, calls, typing, edits, whatever
    /// concerns a group, and types of a later time.
    Other(u8),
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReceiptStatus {
    /// It reached the phone. The app says so by itself.
    Received,
    /// It was shown. The app says so by itself.
    Read,
    /// The user tapped thumbs-up.
    Acknowledged,
    /// The user tapped thumbs-down.
    Declined,
    /// Something of a later time. It is no tap.
    Other(u8),
}

impl Message {
    /// The longest text that the apps show, in bytes.
    pub const MAX_TEXT: usize = 6000;

    /// Reads what came out of a box.
    ///
    /// # Errors
    /// [`Unreadable::Padding`], [`Unreadable::Text`], [`Unreadable::Receipt`] or
    /// [`Unreadable::Reaction`].
    pub fn parse(plaintext: &[u8]) -> Result<Self, Unreadable> {
        let (kind, data) = padding::strip(plaintext).ok_or(Unreadable::Padding)?;
        match kind {
            TEXT => {
                let text = core::str::from_utf8(data).map_err(|_| Unreadable::Text)?;
                Ok(Self::Text(Zeroizing::new(text.into())))
            }
            RECEIPT => receipt(data).ok_or(Unreadable::Receipt),
            REACTION => reaction::read(data).ok_or(Unreadable::Reaction),
            other => Ok(Self::Other(other)),
        }
    }

    /// What to close in a box so that the receiver sees `text`. `padding` is one fresh random byte: how
    /// much of it there is hides the length.
    ///
    /// # Errors
    /// [`Error::TextTooLong`] above [`Message::MAX_TEXT`] bytes.
    pub fn text_to_plaintext(text: &str, padding: u8) -> Result<Zeroizing<Vec<u8>>, Error> {
        if text.len() > Self::MAX_TEXT {
            return Err(Error::TextTooLong);
        }
        Ok(padding::add(TEXT, text.as_bytes(), padding))
    }
}

/// One byte of status, and message IDs, at least one.
fn receipt(data: &[u8]) -> Option<Message> {
    let (status, ids) = data.split_first()?;
    let (ids, []) = ids.as_chunks::<8>() else {
        return None;
    };
    if ids.is_empty() {
        return None;
    }
    Some(Message::Receipt {
        status: ReceiptStatus::from_byte(*status),
        messages: ids.iter().copied().map(MessageId::from_bytes).collect(),
    })
}

impl ReceiptStatus {
    const fn from_byte(byte: u8) -> Self {
        match byte {
            1 => Self::Received,
            2 => Self::Read,
            3 => Self::Acknowledged,
            4 => Self::Declined,
            other => Self::Other(other),
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(..)"),
            Self::Receipt { status, messages } => f
                .debug_struct("Receipt")
                .field("status", status)
                .field("messages", messages)
                .finish(),
            Self::Reaction {
                message, withdrawn, ..
            } => f
                .debug_struct("Reaction")
                .field("message", message)
                .field("withdrawn", withdrawn)
                .finish_non_exhaustive(),
            Self::Other(kind) => write!(f, "Other({kind:#04x})"),
        }
    }
}

/// Why a box, though it came from the Gateway, is no message. Trying it again would not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// It does not open: the sender's key is another one by now, or it was made wrongly.
    Box,
    /// Shorter than two bytes, or its last byte is zero or says that nothing is left.
    Padding,
    /// A reaction that is no protocol buffer of its kind.
    Reaction,
    /// A receipt that is not one byte and whole message IDs.
    Receipt,
    /// A text that is not UTF-8.
    Text,
}

impl Unreadable {
    /// The stable name of the cause.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Box => "message_box",
            Self::Padding => "message_padding",
            Self::Reaction => "message_reaction",
            Self::Receipt => "message_receipt",
            Self::Text => "message_text",
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for Unreadable {}

#[cfg(test)]
mod tests;
