//! Reactions (0x82), which the official SDK does not know: a protobuf message by hand.
//!
//! ```text
//! 1  message_id  fixed64   the message reacted to
//! 2  apply       bytes     the emoji, UTF-8      one of
//! 3  withdraw    bytes     the emoji, UTF-8      these two
//! ```
use serde::Serialize;
use threema_gateway::protocol::MessageId;

/// The type byte.
pub(crate) const TYPE: u8 = 0x82;

const MESSAGE_ID: u64 = (1 << 3) | FIXED64;
const APPLY: u64 = (2 << 3) | BYTES;
const WITHDRAW: u64 = (3 << 3) | BYTES;
const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const BYTES: u64 = 2;
const FIXED32: u64 = 5;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Reaction {
    pub(crate) reacts_to: MessageId,
    pub(crate) emoji: String,
    pub(crate) withdraw: bool,
}

impl Reaction {
    /// The type byte and the protobuf.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![TYPE];
        put_varint(&mut bytes, MESSAGE_ID);
        bytes.extend(self.reacts_to.as_u64().to_le_bytes());
        put_varint(&mut bytes, if self.withdraw { WITHDRAW } else { APPLY });
        let length = u64::try_from(self.emoji.len()).unwrap_or(u64::MAX);
        put_varint(&mut bytes, length);
        bytes.extend(self.emoji.as_bytes());
        bytes
    }

    /// Reads the protobuf (without the type byte). As protobuf has it, unknown fields are skipped
    /// and of a repeated one the last counts.
    pub(crate) fn decode(mut data: &[u8]) -> Option<Self> {
        let mut reacts_to = None;
        let mut reaction = None;
        while !data.is_empty() {
            match take_varint(&mut data)? {
                MESSAGE_ID => {
                    let id = take(&mut data, 8)?.try_into().ok()?;
                    reacts_to = Some(MessageId::from_u64(u64::from_le_bytes(id)));
                }
                key @ (APPLY | WITHDRAW) => {
                    let length = take_varint(&mut data)?.try_into().ok()?;
                    let emoji = str::from_utf8(take(&mut data, length)?).ok()?;
                    reaction = Some((emoji.to_owned(), key == WITHDRAW));
                }
                unknown => skip(&mut data, unknown & 7)?,
            }
        }
        let (emoji, withdraw) = reaction?;
        Some(Self {
            reacts_to: reacts_to?,
            emoji,
            withdraw,
        })
    }
}

fn skip(data: &mut &[u8], wire_type: u64) -> Option<()> {
    match wire_type {
        VARINT => take_varint(data).map(|_| ()),
        FIXED64 => take(data, 8).map(|_| ()),
        BYTES => {
            let length = take_varint(data)?.try_into().ok()?;
            take(data, length).map(|_| ())
        }
        FIXED32 => take(data, 4).map(|_| ()),
        _ => None,
    }
}

fn take<'a>(data: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (taken, rest) = data.split_at_checked(count)?;
    *data = rest;
    Some(taken)
}

fn take_varint(data: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let [byte] = *take(data, 1)? else { return None };
        value |= u64::from(byte & 0x7f).checked_shl(shift)?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

fn put_varint(bytes: &mut Vec<u8>, mut value: u64) {
    loop {
        let [low, ..] = value.to_le_bytes();
        value >>= 7;
        if value == 0 {
            bytes.push(low & 0x7f);
            return;
        }
        bytes.push(low | 0x80);
    }
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;
    use crate::test_vectors::vector;

    #[test]
    fn both_kinds_are_written_and_read_as_the_vectors_have_them() {
        for (file, withdraw) in [("apply", false), ("withdraw", true)] {
            let vector = vector(&format!("reaction/{file}.txt"));
            let reaction = Reaction {
                reacts_to: MessageId::from_hex_le(vector.text("message_id")).unwrap(),
                emoji: vector.text("emoji").to_owned(),
                withdraw,
            };
            let plaintext = vector.bytes("unpadded");
            assert_eq!(
                HEXLOWER.encode(&reaction.encode()),
                HEXLOWER.encode(&plaintext)
            );
            assert_eq!(Reaction::decode(&plaintext[1..]), Some(reaction));
        }
    }

    #[test]
    fn a_field_that_is_new_is_skipped_and_a_cut_one_is_refused() {
        let reaction = Reaction {
            reacts_to: MessageId::from_u64(7),
            emoji: "👎🏽".to_owned(),
            withdraw: false,
        };
        let mut data = reaction.encode().split_off(1);
        let whole = data.len();
        data.extend([(9 << 3) | 2, 3, 1, 2, 3, (10 << 3), 0x80, 1]);
        assert_eq!(Reaction::decode(&data), Some(reaction));
        for cut in 0..whole {
            assert_eq!(Reaction::decode(&data[..cut]), None, "cut at {cut}");
        }
    }
}
