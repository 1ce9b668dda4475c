//! Why a message is none, and why one cannot be sent.

use core::fmt;

/// Why a box, though it came from the Gateway, is no message. Trying it again would not help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unreadable {
    /// It does not open: the sender's key is another one by now, or it was made wrongly.
    Box,
    /// A deletion that is no protocol buffer of its kind.
    Delete,
    /// An edit that is no protocol buffer of its kind.
    Edit,
    /// A file's message that is not JSON of its kind.
    File,
    /// A location without two coordinates of the earth, or with more lines than it may have.
    Location,
    /// Shorter than two bytes, or its last byte is zero or says that nothing is left.
    Padding,
    /// A reaction that is no protocol buffer of its kind.
    Reaction,
    /// A receipt that is not one byte and whole message IDs.
    Receipt,
    /// A text that is not UTF-8.
    Text,
    /// A note about typing that is not one byte, 0 or 1.
    Typing,
}

impl Unreadable {
    /// The stable name of the cause.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Box => "message_box",
            Self::Delete => "message_delete",
            Self::Edit => "message_edit",
            Self::File => "message_file",
            Self::Location => "message_location",
            Self::Padding => "message_padding",
            Self::Reaction => "message_reaction",
            Self::Receipt => "message_receipt",
            Self::Text => "message_text",
            Self::Typing => "message_typing",
        }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for Unreadable {}

/// Why a message is not to be sent: no app would take it as it was meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unwritable {
    /// The whole is longer than [`Message::MAX_DATA`](super::Message::MAX_DATA).
    Data,
    /// Of [`Message::Other`](super::Message::Other) nothing but the type is known.
    Other,
    /// A receipt for no message, or for more than [`Message::MAX_RECEIPT`](super::Message::MAX_RECEIPT).
    Receipt,
    /// A text longer than [`Message::MAX_TEXT`](super::Message::MAX_TEXT).
    Text,
}

impl Unwritable {
    /// The stable name of the cause.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Data => "message_too_long",
            Self::Other => "message_unknown",
            Self::Receipt => "message_receipt_size",
            Self::Text => "message_text_too_long",
        }
    }
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for Unwritable {}
