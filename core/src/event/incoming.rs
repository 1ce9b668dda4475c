//! A message that came by Threema, as the site is told of it.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::json::Members;
use crate::UnixTime;
use crate::threema::tap::Thumb;
use crate::threema::{Message, MessageId, ReceiptStatus, ThreemaId};

/// A message of a person that is handed on to the site.
pub struct Incoming<'a> {
    from: ThreemaId,
    message_id: MessageId,
    date: UnixTime,
    message: &'a Message,
}

/// What of it a site could act on.
enum Said<'a> {
    Text(&'a str),
    Thumb(&'static str),
    Other(u8),
}

impl<'a> Incoming<'a> {
    /// The event's `type`.
    pub const KIND: &'static str = "message.received";

    /// The message of that ID from that sender; `date` is the sender's own. None for what no person
    /// wrote: that something arrived, was read, or is being typed.
    #[must_use]
    pub fn new(
        from: ThreemaId,
        message_id: MessageId,
        date: UnixTime,
        message: &'a Message,
    ) -> Option<Self> {
        said(message)?;
        Some(Self {
            from,
            message_id,
            date,
            message,
        })
    }

    /// The members of `data`, as JSON without its braces: personal data, and whatever the sender wrote.
    #[must_use]
    pub fn members(&self) -> Zeroizing<String> {
        let mut members = Members::default();
        members.text("threema_id", self.from.as_str());
        members.text("message_id", &self.message_id.to_hex());
        members.number("date", self.date.as_secs());
        match said(self.message) {
            Some(Said::Text(text)) => members.text("text", text),
            Some(Said::Thumb(word)) => {
                members.text("thumb", word);
                let about: Vec<_> = about(self.message);
                members.texts("messages", about.iter().map(String::as_str));
            }
            Some(Said::Other(kind)) => members.number("message_type", kind.into()),
            None => {}
        }
        Zeroizing::new(members.into_text())
    }
}

fn said(message: &Message) -> Option<Said<'_>> {
    const TYPING: u8 = 0x90;
    match message {
        Message::Text(text) => Some(Said::Text(text)),
        Message::Receipt { status, .. } => match status {
            ReceiptStatus::Acknowledged => Some(Said::Thumb("up")),
            ReceiptStatus::Declined => Some(Said::Thumb("down")),
            _ => None,
        },
        Message::Reaction {
            emoji,
            withdrawn: false,
            ..
        } => match emoji.thumb() {
            Some(Thumb::Up) => Some(Said::Thumb("up")),
            Some(Thumb::Down) => Some(Said::Thumb("down")),
            None => None,
        },
        Message::Reaction { .. } => None,
        other => Some(other.kind())
            .filter(|kind| *kind != TYPING)
            .map(Said::Other),
    }
}

/// Which messages a thumb is about.
fn about(message: &Message) -> Vec<String> {
    match message {
        Message::Receipt { messages, .. } => messages.iter().map(|id| id.to_hex()).collect(),
        Message::Reaction { message, .. } => vec![message.to_hex()],
        _ => Vec::new(),
    }
}

impl fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Incoming(..)")
    }
}
