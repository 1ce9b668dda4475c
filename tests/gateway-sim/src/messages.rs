//! What people write to each other: between a plaintext (type byte and data, unpadded) and words.
//!
//! The official SDK encodes and decodes all that it knows; reactions, which it does not, are in
//! [`reaction`]. What neither knows stays bytes.
use data_encoding::HEXLOWER;
use serde::Serialize;
use serde_json::Value;
use threema_gateway::E2eMessage;
use threema_gateway::protocol::e2e::delivery_receipt::{DeliveryReceipt, DeliveryReceiptMessage};
use threema_gateway::protocol::e2e::edit_delete::{DeleteMessage, EditMessage};
use threema_gateway::protocol::e2e::file::FileMessage;
use threema_gateway::protocol::e2e::location::LocationMessage;
use threema_gateway::protocol::e2e::typing_indicator::{TypingIndicatorMessage, TypingStatus};
use threema_gateway::protocol::{MessageId, e2e::MessageType};

use crate::problem::Problem;

pub(crate) mod reaction;

use reaction::Reaction;

/// A message, as the control API shows it: `{"type": "text", "text": "123456"}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub(crate) enum Message {
    Text {
        text: String,
    },
    /// 1 received, 2 read, 3 acknowledged (thumbs-up), 4 declined (thumbs-down).
    Receipt {
        status: u8,
        message_ids: Vec<MessageId>,
    },
    Reaction(Reaction),
    Typing {
        typing: bool,
    },
    Location(Place),
    Edit {
        edits: MessageId,
        text: String,
    },
    Delete {
        deletes: MessageId,
    },
    /// The JSON of a file message, with its one-letter names.
    File {
        file: Value,
    },
    /// A type that is only bytes here: the first one and the rest, both hex.
    Other {
        type_byte: String,
        data: String,
    },
    /// A box that does not open, bad padding, or data that is not what its type says.
    Unreadable {
        reason: String,
    },
}

#[derive(Debug, Clone, PartialEq, Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) accuracy: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
}

impl Message {
    /// The type byte and the data, unpadded.
    ///
    /// # Errors
    /// [`Problem::MessageMalformed`] for what the SDK refuses to encode.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, Problem> {
        let message = match self {
            Self::Text { text } => E2eMessage::Text(text.clone()),
            Self::Receipt {
                status,
                message_ids,
            } => DeliveryReceiptMessage::from_slice(DeliveryReceipt::from(*status), message_ids)
                .map_err(malformed)?
                .into(),
            Self::Reaction(reaction) => return Ok(reaction.encode()),
            Self::Typing { typing } => {
                TypingIndicatorMessage::new(TypingStatus::from(*typing)).into()
            }
            Self::Location(place) => LocationMessage::builder(place.latitude, place.longitude)
                .accuracy_opt(place.accuracy)
                .name_opt(place.name.clone())
                .address_opt(place.address.clone())
                .build()
                .map_err(malformed)?
                .into(),
            Self::Edit { edits, text } => EditMessage::new(*edits, text.clone()).into(),
            Self::Delete { deletes } => DeleteMessage::new(*deletes).into(),
            Self::File { file } => {
                let file: FileMessage = serde_json::from_value(file.clone()).map_err(malformed)?;
                file.into()
            }
            Self::Other { .. } | Self::Unreadable { .. } => {
                return Err(malformed("give such a message as `raw` or `plaintext`"));
            }
        };
        let encoded = message.encode();
        let mut bytes = vec![u8::from(encoded.message_type)];
        bytes.extend(encoded.message_bytes);
        Ok(bytes)
    }

    /// Reads the type byte and the data, unpadded.
    pub(crate) fn decode(bytes: &[u8]) -> Self {
        if let Some((&reaction::TYPE, data)) = bytes.split_first() {
            return Reaction::decode(data)
                .map_or_else(|| unreadable("not a reaction's protobuf"), Self::Reaction);
        }
        match E2eMessage::decode_from_decrypted_bytes(bytes) {
            Ok(message) => Self::from_sdk(message),
            Err(error) => unreadable(error),
        }
    }

    fn from_sdk(message: E2eMessage) -> Self {
        match message {
            E2eMessage::Text(text) => Self::Text { text },
            E2eMessage::DeliveryReceipt(receipt) => Self::Receipt {
                status: receipt.receipt.into(),
                message_ids: receipt.message_ids.as_slice().to_vec(),
            },
            E2eMessage::TypingIndicator(indicator) => Self::Typing {
                typing: indicator.status.is_typing(),
            },
            E2eMessage::Location(location) => Self::Location(Place {
                latitude: location.coordinates.latitude(),
                longitude: location.coordinates.longitude(),
                accuracy: location.accuracy,
                name: location.address.clone().and_then(|address| address.name),
                address: location.address.map(|address| address.address),
            }),
            E2eMessage::Edit(edit) => Self::Edit {
                edits: edit.message_id,
                text: edit.text,
            },
            E2eMessage::Delete(delete) => Self::Delete {
                deletes: delete.message_id,
            },
            E2eMessage::File(file) => match serde_json::to_value(file) {
                Ok(file) => Self::File { file },
                Err(error) => unreadable(error),
            },
            E2eMessage::Other {
                message_type,
                message_bytes,
            } => Self::other(message_type, &message_bytes),
        }
    }

    fn other(message_type: MessageType, data: &[u8]) -> Self {
        Self::Other {
            type_byte: HEXLOWER.encode(&[message_type.into()]),
            data: HEXLOWER.encode(data),
        }
    }
}

/// What cannot be read, and why.
pub(crate) fn unreadable(reason: impl ToString) -> Message {
    Message::Unreadable {
        reason: reason.to_string(),
    }
}

fn malformed(error: impl ToString) -> Problem {
    Problem::MessageMalformed(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(hex: &str) -> MessageId {
        MessageId::from_hex_le(hex).unwrap()
    }

    #[test]
    fn every_kind_that_can_be_written_reads_back_as_itself() {
        let place = Place {
            latitude: 47.3769,
            longitude: 8.5417,
            accuracy: Some(12.5),
            name: Some("HB".to_owned()),
            address: Some("Bahnhofplatz".to_owned()),
        };
        let messages = [
            Message::Text {
                text: "123456".to_owned(),
            },
            Message::Receipt {
                status: 3,
                message_ids: vec![id("1122334455667788"), id("99aabbccddeeff00")],
            },
            Message::Reaction(Reaction {
                reacts_to: id("1122334455667788"),
                emoji: "👍".to_owned(),
                withdraw: false,
            }),
            Message::Typing { typing: true },
            Message::Location(place),
            Message::Edit {
                edits: id("1122334455667788"),
                text: "654321".to_owned(),
            },
            Message::Delete {
                deletes: id("1122334455667788"),
            },
        ];
        for message in messages {
            assert_eq!(Message::decode(&message.encode().unwrap()), message);
        }
    }

    #[test]
    fn what_is_not_known_stays_bytes_and_what_is_broken_says_so() {
        let Message::Other { type_byte, data } = Message::decode(b"\x41ECHOECHO") else {
            panic!("not other")
        };
        assert_eq!(
            (type_byte.as_str(), data.as_str()),
            ("41", "4543484f4543484f")
        );
        for broken in [&b""[..], b"\x01\xff", b"\x80\x03", b"\x82\x09", b"\x90\x02"] {
            let message = Message::decode(broken);
            assert!(
                matches!(message, Message::Unreadable { .. }),
                "{broken:?}: {message:?}"
            );
        }
    }
}
