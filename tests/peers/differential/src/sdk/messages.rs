//! Messages: what one writes the other reads, and what neither writes.

use data_encoding::HEXLOWER;
use threegate_core::threema::callback::Callback;
use threegate_core::threema::{
    ApiSecret, Message, MessageId, PublicKey, ReceiptStatus, SecretKey, ThreemaId, Unreadable,
    sealed,
};
use threema_gateway::protocol::e2e::delivery_receipt::{DeliveryReceipt, DeliveryReceiptMessage};
use threema_gateway::protocol::e2e::{E2eMessage, MessageType};
use threema_gateway::{IncomingMessage, encrypt};

use super::boxes::incoming;
use super::form::{Form, OWN, SECRET};
use crate::comparison::{Agreement, Compared, Difference, same};
use crate::random::Random;

/// A message of theirs through the whole callback, one of ours, and any bytes.
pub(crate) fn messages(random: &mut Random) -> Compared {
    let keys = Keys::any(random)?;
    match random.evenly(0..=2) {
        0 => theirs_read_by_us(random, &keys),
        1 => ours_read_by_them(random, &keys),
        _ => any_bytes(random, &keys),
    }
}

struct Keys {
    ours: SecretKey,
    our_public: threema_gateway::PublicKey,
    theirs: threema_gateway::SecretKey,
    their_public: PublicKey,
}

impl Keys {
    fn any(random: &mut Random) -> Result<Self, Difference> {
        let ours = SecretKey::from_bytes(random.array());
        let theirs = threema_gateway::SecretKey::from(random.array::<32>());
        Ok(Self {
            our_public: threema_gateway::PublicKey::from(*ours.public().as_bytes()),
            their_public: PublicKey::from_bytes(*theirs.public_key().as_bytes())?,
            ours,
            theirs,
        })
    }
}

fn theirs_read_by_us(random: &mut Random, keys: &Keys) -> Compared {
    let message = made(random)?;
    let encoded = message.encode();
    let encrypted = encrypt(
        &encoded.message_bytes,
        encoded.message_type,
        &keys.our_public,
        &keys.theirs,
    )?;
    let mut form = Form::unsigned(random, encrypted.nonce.into(), &encrypted.ciphertext);
    form.sign(SECRET)?;
    let body = form.body();
    let secret = ApiSecret::parse(SECRET)?;
    let callback = Callback::parse(body.as_bytes(), ThreemaId::parse(OWN)?)?;
    let ours = callback.authenticate(&[&secret])?;
    let ours = ours.open(&keys.their_public, &keys.ours);
    agree(ours, Ok(message), || body)
}

/// One of each kind that they can make.
fn made(random: &mut Random) -> Result<E2eMessage, Difference> {
    let id = |random: &mut Random| threema_gateway::protocol::MessageId::from_u64(random.number());
    Ok(match random.evenly(0..=3) {
        0 => E2eMessage::Text(random.text(0..=1500)),
        1 => {
            let ids: Vec<_> = (0..random.length(1..=40)).map(|_| id(random)).collect();
            DeliveryReceiptMessage::from_slice(DeliveryReceipt::from(random.byte()), &ids)?.into()
        }
        2 => DeliveryReceiptMessage::new(DeliveryReceipt::from(random.evenly(1..=4)), id(random))
            .into(),
        _ => E2eMessage::Other {
            message_type: MessageType::from(random.pick([0x02, 0x13, 0x14, 0x41, 0x7f, 0xfc])),
            message_bytes: random.bytes(0..=200),
        },
    })
}

fn ours_read_by_them(random: &mut Random, keys: &Keys) -> Compared {
    let text = random.text(0..=1500);
    let padding = random.byte();
    let plaintext = Message::text_to_plaintext(&text, padding)?;
    let nonce = random.array();
    let boxed = sealed::seal(&plaintext, nonce, &keys.their_public, &keys.ours);
    let read = incoming(nonce, boxed)?.decrypt_box(&keys.our_public, &keys.theirs)?;
    let read = E2eMessage::decode_from_decrypted_bytes(&read)?;
    let shown = || format!("padding {padding} {}", HEXLOWER.encode(&plaintext));
    same(shown, E2eMessage::Text(text), read)?;
    Ok(Agreement::Same)
}

/// Bytes that somebody with a key of their own could put into a box.
fn any_bytes(random: &mut Random, keys: &Keys) -> Compared {
    let mut plaintext = random.bytes(0..=80);
    let kinds = [0x01, 0x01, 0x80, 0x80, 0x82, 0x00, 0x41, 0xff];
    if let Some(kind) = plaintext.first_mut() {
        *kind = random.pick(kinds);
    }
    if random.is_one_in(2) {
        // Text, and receipts of whole IDs.
        plaintext.iter_mut().skip(1).for_each(|byte| *byte &= 0x7f);
        plaintext.truncate(2 + 8 * random.length(0..=9));
    }
    let padding = random.pick([0, 1, 1, 2, 8, 255, plaintext.len().try_into().unwrap_or(3)]);
    match random.evenly(0..=3) {
        0 => plaintext.push(padding),
        1 => {}
        _ => plaintext.extend(std::iter::repeat_n(padding, usize::from(padding))),
    }
    let encrypted = threema_gateway::encrypt_raw(&plaintext, &keys.our_public, &keys.theirs)?;
    let nonce = encrypted.nonce.into();
    let ours = sealed::open(&encrypted.ciphertext, nonce, &keys.their_public, &keys.ours)?;
    let ours = Message::parse(&ours);
    let to_us = incoming(nonce, encrypted.ciphertext)?;
    let theirs = read_by_them(&to_us, keys);
    let shown = || HEXLOWER.encode(&plaintext);
    match plaintext.last() {
        Some(0) if ours == Err(Unreadable::Padding) => Ok(Agreement::Documented(
            "a padding of no bytes is refused, not left in the message",
        )),
        _ => agree(ours, theirs, shown),
    }
}

/// The shared key is the same from either side.
fn read_by_them(message: &IncomingMessage, keys: &Keys) -> Result<E2eMessage, String> {
    let opened = message.decrypt_box(&keys.our_public, &keys.theirs);
    let opened = opened.map_err(|error| error.to_string())?;
    E2eMessage::decode_from_decrypted_bytes(&opened).map_err(|error| error.to_string())
}

fn agree(
    ours: Result<Message, Unreadable>,
    theirs: Result<E2eMessage, String>,
    what: impl FnOnce() -> String,
) -> Compared {
    let ours = match (ours, theirs) {
        (Err(_), Err(_)) => return Ok(Agreement::Same),
        (
            Ok(Message::Reaction { .. }) | Err(Unreadable::Reaction),
            Ok(E2eMessage::Other { .. }),
        ) => {
            return Ok(Agreement::Documented("reactions are read"));
        }
        (Ok(Message::Text(ours)), Ok(E2eMessage::Text(theirs))) => {
            return same(what, &*ours, &theirs).map(|()| Agreement::Same);
        }
        (Ok(Message::Receipt { status, messages }), Ok(E2eMessage::DeliveryReceipt(theirs))) => {
            let ids: Vec<_> = theirs
                .message_ids
                .iter()
                .map(|id| id.as_u64().to_le_bytes())
                .collect();
            let messages: Vec<_> = messages.iter().map(MessageId::as_bytes).copied().collect();
            let ours = (byte(status), messages);
            return same(what, ours, (u8::from(theirs.receipt), ids)).map(|()| Agreement::Same);
        }
        (Ok(Message::Other(ours)), Ok(theirs)) => {
            return same(what, ours, u8::from(theirs.message_type())).map(|()| Agreement::Same);
        }
        (ours, theirs) => format!("{ours:?}\n    {theirs:?}"),
    };
    Err(Difference(format!("{}\n    {ours}", what())))
}

const fn byte(status: ReceiptStatus) -> u8 {
    match status {
        ReceiptStatus::Received => 1,
        ReceiptStatus::Read => 2,
        ReceiptStatus::Acknowledged => 3,
        ReceiptStatus::Declined => 4,
        ReceiptStatus::Other(other) => other,
    }
}
