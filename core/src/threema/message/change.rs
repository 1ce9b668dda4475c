//! Later words about a message that was sent: another text for it, or that it shall be gone.
//!
//! ```text
//! 1  fixed64  the message's ID, its eight bytes as they are
//! 2  bytes    the text; of an edit only, and left out if it is empty
//! ```
//!
//! Source: `e2e.proto` of Threema's protocols; Protocol Buffers, "Encoding".

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::super::MessageId;
use super::Message;
use crate::protobuf::{Fields, Value, Writer};

const MESSAGE: u32 = 1;
const TEXT: u32 = 2;

pub(super) fn edit(data: &[u8]) -> Option<Message> {
    let (message, text) = read(data)?;
    let text = core::str::from_utf8(text.unwrap_or_default()).ok()?;
    Some(Message::Edit {
        message,
        text: Zeroizing::new(text.into()),
    })
}

pub(super) fn delete(data: &[u8]) -> Option<Message> {
    // A second field of it would be one that is not known yet, and is passed over.
    let (message, _) = read(data)?;
    Some(Message::Delete { message })
}

/// The message, and what the second field says. A field that comes twice, or in another form, is refused,
/// as it is in a reaction.
fn read(data: &[u8]) -> Option<(MessageId, Option<&[u8]>)> {
    let mut message = None;
    let mut text = None;
    for field in Fields::new(data) {
        let twice = match field.ok()? {
            (MESSAGE, Value::Fixed64(id)) => message.replace(MessageId::from_bytes(id)).is_some(),
            (TEXT, Value::Bytes(bytes)) => text.replace(bytes).is_some(),
            (MESSAGE | TEXT, _) => return None,
            _ => false,
        };
        if twice {
            return None;
        }
    }
    Some((message?, text))
}

pub(super) fn write_edit(message: MessageId, text: &str) -> Zeroizing<Vec<u8>> {
    let mut writer = Writer::with_capacity(text.len().saturating_add(16));
    writer.fixed64(MESSAGE, message.as_bytes());
    if !text.is_empty() {
        writer.bytes(TEXT, text.as_bytes());
    }
    writer.into_bytes()
}

pub(super) fn write_delete(message: MessageId) -> Zeroizing<Vec<u8>> {
    let mut writer = Writer::with_capacity(16);
    writer.fixed64(MESSAGE, message.as_bytes());
    writer.into_bytes()
}
