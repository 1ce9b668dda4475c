//! What a box holds: one byte for the type, the data of that type, padding.
//!
//! ```text
//! type 1 │ data │ n bytes, each of them n (1 to 255)
//! └─────────────── what a box holds ───────────────┘
//! ```
//!
//! | type | variant | data |
//! | --- | --- | --- |
//! | `01` | [`Text`](Message::Text) | UTF-8 |
//! | `10` | [`Location`](Message::Location) | lines of text: see [`Location`] |
//! | `17` | [`File`](Message::File) | JSON: see [`FileJson`] |
//! | `80` | [`Receipt`](Message::Receipt) | a status, then message IDs of 8 bytes each |
//! | `82` | [`Reaction`](Message::Reaction) | a protocol buffer |
//! | `90` | [`Typing`](Message::Typing) | one byte, 0 or 1 |
//! | `91`, `92` | [`Edit`](Message::Edit), [`Delete`](Message::Delete) | a protocol buffer |
//! | any other | [`Other`](Message::Other) | not kept; [`Message::split`] tells it |
//!
//! There are two readers. [`Message::parse`] reads all of these, for a program that talks with people.
//! [`Message::parse_proof`] reads what can prove a factor, texts, receipts and reactions, and takes all the
//! rest for `Other`: what has no meaning for a login need not even be well-formed there.
//!
//! What a sender writes wrongly is told apart from what merely has no meaning here: the one is
//! [`Unreadable`], the other [`Message::Other`].
//!
//! ```
//! use threegate_core::threema::{Location, Message, MessageId};
//!
//! let location = Location::new(47.3769, 8.5417).unwrap();
//! let location = location.with_address(Some("Zürich HB"), "Bahnhofplatz\n8001 Zürich").unwrap();
//! let plaintext = Message::Location(location.clone()).to_plaintext(7)?; // 7: one random byte
//! assert_eq!(
//!     plaintext.split(|byte| *byte == 27).next().unwrap(),
//!     "\u{10}47.3769,8.5417\nZürich HB\nBahnhofplatz\\n8001 Zürich\u{7}\u{7}\u{7}\u{7}\u{7}\u{7}\u{7}".as_bytes(),
//! );
//! assert_eq!(Message::parse(&plaintext)?, Message::Location(location));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! Source: the structures of Threema's chat protocol as the apps and the Gateway's own libraries have
//! them; where those differ, `tests/vectors/threema/callbacks.json` says what is done here, and why.

mod change;
mod fault;
pub mod file;
mod location;
mod padding;
mod reaction;

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

pub use fault::{Unreadable, Unwritable};
pub use file::FileJson;
pub use location::Location;
pub use reaction::Emoji;
use zeroize::Zeroizing;

use super::MessageId;
use crate::Error;

const TEXT: u8 = 0x01;
const LOCATION: u8 = 0x10;
const FILE: u8 = 0x17;
const RECEIPT: u8 = 0x80;
const REACTION: u8 = 0x82;
const TYPING: u8 = 0x90;
const EDIT: u8 = 0x91;
const DELETE: u8 = 0x92;

/// A message of one person to another; one of the two is the Gateway ID. What it says is opaque in
/// `Debug`.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Message {
    /// A text, as long as the sender's app allows; it may be empty.
    Text(Zeroizing<String>),
    /// A place on earth.
    Location(Location),
    /// A file: where it is, and under which key.
    File(FileJson),
    /// What became of messages of the receiver: a tap of the user, or a note of their app.
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
        emoji: Emoji,
        /// Whether it was taken away.
        withdrawn: bool,
    },
    /// The sender is writing, or no longer is. The apps say so again every 10 seconds, and believe it for
    /// 15.
    Typing {
        /// Whether they are.
        typing: bool,
    },
    /// Another text for a message that was sent before. Only the sender's app looks at how long ago that
    /// was.
    Edit {
        /// The message.
        message: MessageId,
        /// What it shall say, or what its caption shall.
        text: Zeroizing<String>,
    },
    /// A message that was sent before shall be gone.
    Delete {
        /// The message.
        message: MessageId,
    },
    /// A message of a type that is not read here: calls, polls, whatever concerns a group, the images and
    /// sounds of old apps, and types of a later time.
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
    /// The longest text that the apps show, in bytes; that of an edit, too.
    pub const MAX_TEXT: usize = 6000;

    /// The most messages that one receipt is for.
    pub const MAX_RECEIPT: usize = 875;

    /// The most data that a message carries beside its type, in bytes: the longest box less its tag, the
    /// type and the longest padding.
    pub const MAX_DATA: usize = 7812 - 16 - 1 - 255;

    /// Reads what came out of a box, whatever it is.
    ///
    /// # Errors
    /// Each of [`Unreadable`] but [`Unreadable::Box`].
    pub fn parse(plaintext: &[u8]) -> Result<Self, Unreadable> {
        let (kind, data) = Self::split(plaintext)?;
        match kind {
            LOCATION => Location::read(data)
                .map(Self::Location)
                .ok_or(Unreadable::Location),
            FILE => FileJson::read(data).map(Self::File).ok_or(Unreadable::File),
            TYPING => match data {
                [typing @ (0 | 1)] => Ok(Self::Typing {
                    typing: *typing == 1,
                }),
                _ => Err(Unreadable::Typing),
            },
            EDIT => change::edit(data).ok_or(Unreadable::Edit),
            DELETE => change::delete(data).ok_or(Unreadable::Delete),
            _ => proof(kind, data),
        }
    }

    /// Reads what came out of a box as far as it can prove a factor: texts, receipts and reactions.
    /// Everything else is [`Message::Other`], and nothing of it is looked at.
    ///
    /// # Errors
    /// [`Unreadable::Padding`], [`Unreadable::Text`], [`Unreadable::Receipt`] or
    /// [`Unreadable::Reaction`].
    pub fn parse_proof(plaintext: &[u8]) -> Result<Self, Unreadable> {
        let (kind, data) = Self::split(plaintext)?;
        proof(kind, data)
    }

    /// The type of a message and its data, without the padding: for types that are not read here.
    ///
    /// # Errors
    /// [`Unreadable::Padding`].
    pub fn split(plaintext: &[u8]) -> Result<(u8, &[u8]), Unreadable> {
        padding::strip(plaintext).ok_or(Unreadable::Padding)
    }

    /// What to close in a box so that the receiver gets this message. `padding` is one fresh random byte:
    /// how much of it there is hides the length.
    ///
    /// # Errors
    /// Each of [`Unwritable`]: the apps would not take it.
    pub fn to_plaintext(&self, padding: u8) -> Result<Zeroizing<Vec<u8>>, Unwritable> {
        let text = |text: &str| match text.len() {
            0..=Self::MAX_TEXT => Ok(()),
            _ => Err(Unwritable::Text),
        };
        let data = match self {
            Self::Text(said) => {
                text(said)?;
                return Ok(padding::add(TEXT, said.as_bytes(), padding));
            }
            Self::File(json) => return Ok(padding::add(FILE, json.as_str().as_bytes(), padding)),
            Self::Location(location) => location.write(),
            Self::Receipt { status, messages } => {
                if !(1..=Self::MAX_RECEIPT).contains(&messages.len()) {
                    return Err(Unwritable::Receipt);
                }
                let ids = messages.iter().flat_map(MessageId::as_bytes);
                let bytes = [status.to_byte()];
                Zeroizing::new(bytes.iter().chain(ids).copied().collect())
            }
            Self::Reaction {
                message,
                emoji,
                withdrawn,
            } => reaction::write(*message, emoji, *withdrawn),
            Self::Typing { typing } => Zeroizing::new(Vec::from([u8::from(*typing)])),
            Self::Edit {
                message,
                text: said,
            } => {
                text(said)?;
                change::write_edit(*message, said)
            }
            Self::Delete { message } => change::write_delete(*message),
            Self::Other(_) => return Err(Unwritable::Other),
        };
        if data.len() > Self::MAX_DATA {
            return Err(Unwritable::Data);
        }
        Ok(padding::add(self.kind(), &data, padding))
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

    /// The byte of its type.
    #[must_use]
    pub const fn kind(&self) -> u8 {
        match self {
            Self::Text(_) => TEXT,
            Self::Location(_) => LOCATION,
            Self::File(_) => FILE,
            Self::Receipt { .. } => RECEIPT,
            Self::Reaction { .. } => REACTION,
            Self::Typing { .. } => TYPING,
            Self::Edit { .. } => EDIT,
            Self::Delete { .. } => DELETE,
            Self::Other(kind) => *kind,
        }
    }
}

fn proof(kind: u8, data: &[u8]) -> Result<Message, Unreadable> {
    match kind {
        TEXT => {
            let text = core::str::from_utf8(data).map_err(|_| Unreadable::Text)?;
            Ok(Message::Text(Zeroizing::new(text.into())))
        }
        RECEIPT => receipt(data).ok_or(Unreadable::Receipt),
        REACTION => reaction::read(data).ok_or(Unreadable::Reaction),
        other => Ok(Message::Other(other)),
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

    const fn to_byte(self) -> u8 {
        match self {
            Self::Received => 1,
            Self::Read => 2,
            Self::Acknowledged => 3,
            Self::Declined => 4,
            Self::Other(byte) => byte,
        }
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text(..)"),
            Self::Location(location) => location.fmt(f),
            Self::File(_) => f.write_str("File(..)"),
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
            Self::Typing { typing } => write!(f, "Typing({typing})"),
            Self::Edit { message, .. } => f
                .debug_struct("Edit")
                .field("message", message)
                .finish_non_exhaustive(),
            Self::Delete { message } => f.debug_struct("Delete").field("message", message).finish(),
            Self::Other(kind) => write!(f, "Other({kind:#04x})"),
        }
    }
}

#[cfg(test)]
mod tests;
