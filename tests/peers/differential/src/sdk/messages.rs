//! Messages: what one writes the other reads, and what neither writes.

use data_encoding::HEXLOWER;
use threegate_core::threema::callback::Callback;
use threegate_core::threema::message::FileJson;
use threegate_core::threema::message::file::Rendering;
use threegate_core::threema::{
    ApiSecret, Message, PublicKey, ReceiptStatus, SecretKey, ThreemaId, Unreadable, sealed,
};
use threema_gateway::protocol::e2e::delivery_receipt::{DeliveryReceipt, DeliveryReceiptMessage};
use threema_gateway::protocol::e2e::edit_delete::{DeleteMessage, EditMessage};
use threema_gateway::protocol::e2e::file::{FileMessage, RenderingType};
use threema_gateway::protocol::e2e::location::LocationMessage;
use threema_gateway::protocol::e2e::typing_indicator::{TypingIndicatorMessage, TypingStatus};
use threema_gateway::protocol::e2e::{E2eMessage, MessageType};
use threema_gateway::protocol::{BlobId, MessageId as SdkMessageId};
use threema_gateway::{IncomingMessage, Key, encrypt};

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
    // As they would read it again: they write the lines of an address as one.
    let written = E2eMessage::decode(encoded.message_type, &encoded.message_bytes);
    agree(ours, written.map_err(|error| error.to_string()), || body)
}

/// One of each kind that they can make.
fn made(random: &mut Random) -> Result<E2eMessage, Difference> {
    let id = |random: &mut Random| SdkMessageId::from_u64(random.number());
    Ok(match random.evenly(0..=8) {
        0 => E2eMessage::Text(random.text(0..=1500)),
        1 => {
            let ids: Vec<_> = (0..random.length(1..=40)).map(|_| id(random)).collect();
            DeliveryReceiptMessage::from_slice(DeliveryReceipt::from(random.byte()), &ids)?.into()
        }
        2 => DeliveryReceiptMessage::new(DeliveryReceipt::from(random.evenly(1..=4)), id(random))
            .into(),
        3 => place(random)?.into(),
        4 => file(random)?.into(),
        5 => {
            let typing = random.pick([TypingStatus::Typing, TypingStatus::NotTyping]);
            TypingIndicatorMessage::new(typing).into()
        }
        6 => EditMessage::new(id(random), random.text(0..=1500)).into(),
        7 => DeleteMessage::new(id(random)).into(),
        _ => E2eMessage::Other {
            message_type: MessageType::from(random.pick([0x02, 0x13, 0x14, 0x41, 0x7f, 0xfc])),
            message_bytes: random.bytes(0..=200),
        },
    })
}

fn place(random: &mut Random) -> Result<LocationMessage, Difference> {
    let degrees = |random: &mut Random, most: f64| match random.evenly(0..=3) {
        0 => most,
        1 => -most,
        2 => f64::from(random.evenly(0..=89)),
        // Any fraction of it.
        _ => f64::from_bits(0x3ff0_0000_0000_0000 | (random.number() >> 12)) * most - most,
    };
    let mut place = LocationMessage::builder(degrees(random, 90.0), degrees(random, 180.0));
    if random.is_one_in(2) {
        place = place.accuracy(f64::from(random.byte()) / 4.0);
    }
    if random.is_one_in(2) {
        place = place.address(random.text(1..=60));
        if random.is_one_in(2) {
            place = place.name(random.text(1..=40));
        }
    }
    Ok(place.build()?)
}

fn file(random: &mut Random) -> Result<FileMessage, Difference> {
    let rendering = random.pick([
        RenderingType::File,
        RenderingType::Media,
        RenderingType::Sticker,
    ]);
    let size = u32::try_from(random.within(0..=u64::from(u32::MAX)))?;
    let key = Key::from(random.array::<32>());
    let mut file =
        FileMessage::builder(BlobId::new(random.array()), key, random.text(0..=40), size)
            .rendering_type(rendering);
    if random.is_one_in(2) {
        file = file.thumbnail(BlobId::new(random.array()), random.text(0..=20));
    }
    if random.is_one_in(2) {
        file = file.file_name(random.text(0..=60));
    }
    if random.is_one_in(2) {
        file = file.description(random.text(0..=400));
    }
    if rendering != RenderingType::File && random.is_one_in(2) {
        let side = u32::from(random.byte());
        file = file
            .dimensions(side, side + 1)
            .animated(random.is_one_in(2));
    }
    if rendering == RenderingType::Media && random.is_one_in(2) {
        file = file.duration(f32::from(random.byte()) / 8.0);
    }
    Ok(file.build()?)
}

/// What was read of one of theirs, written by us again and read by them: as it was.
fn ours_read_by_them(random: &mut Random, keys: &Keys) -> Compared {
    let message = made(random)?;
    let encoded = message.encode();
    let mut plaintext = vec![u8::from(encoded.message_type)];
    plaintext.extend(&encoded.message_bytes);
    plaintext.push(1);
    let ours = match Message::parse(&plaintext)? {
        Message::Other(_) => Message::Text(random.text(0..=1500).into()),
        Message::File(json) => Message::File(json.file()?.to_json()?),
        other => other,
    };
    let padding = random.byte();
    let plaintext = ours.to_plaintext(padding)?;
    let nonce = random.array();
    let boxed = sealed::seal(&plaintext, nonce, &keys.their_public, &keys.ours);
    let read = incoming(nonce, boxed)?.decrypt_box(&keys.our_public, &keys.theirs)?;
    let read = E2eMessage::decode_from_decrypted_bytes(&read)?;
    let shown = || format!("padding {padding} {}", HEXLOWER.encode(&plaintext));
    agree(Ok(ours), Ok(read), shown)
}

/// Bytes that somebody with a key of their own could put into a box.
fn any_bytes(random: &mut Random, keys: &Keys) -> Compared {
    let mut plaintext = random.bytes(0..=80);
    if random.is_one_in(2) {
        // A message of theirs, altered here and there.
        let encoded = made(random)?.encode();
        plaintext = vec![u8::from(encoded.message_type)];
        plaintext.extend(&encoded.message_bytes);
        plaintext.truncate(400);
        for _ in 0..random.length(0..=3) {
            let place = random.length(0..=u16::try_from(plaintext.len().saturating_sub(1))?);
            let by = random.pick([b'0', b'-', b',', b'\n', b'"', 0x00, 0x09, 0x12, 0x80, 0xff]);
            if let Some(byte) = plaintext.get_mut(place).filter(|_| place > 0) {
                *byte = by;
            }
        }
    } else {
        let kinds = [
            0x01, 0x01, 0x80, 0x80, 0x82, 0x10, 0x17, 0x90, 0x91, 0x92, 0x00, 0x41, 0xff,
        ];
        if let Some(kind) = plaintext.first_mut() {
            *kind = random.pick(kinds);
        }
        if random.is_one_in(2) {
            // Text, and receipts of whole IDs.
            plaintext.iter_mut().skip(1).for_each(|byte| *byte &= 0x7f);
            plaintext.truncate(2 + 8 * random.length(0..=9));
        }
    }
    let all = plaintext.len().try_into().unwrap_or(3);
    let padding = random.pick([0, 1, 1, 2, 8, 255, all]);
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
    let documented = |cause| Ok(Agreement::Documented(cause));
    match (ours, theirs) {
        (Err(_), Err(_)) => Ok(Agreement::Same),
        (Ok(Message::File(json)), theirs) => files(&json, theirs, what),
        (
            Ok(Message::Reaction { .. }) | Err(Unreadable::Reaction),
            Ok(E2eMessage::Other { .. }),
        ) => documented("reactions are read"),
        (
            Err(Unreadable::Edit | Unreadable::Delete),
            Ok(E2eMessage::Edit(_) | E2eMessage::Delete(_)),
        ) => documented("an edit or deletion of no message, or with a field twice, is refused"),
        (Err(Unreadable::Location), Ok(E2eMessage::Location(_))) => {
            documented("a place whose numbers are not plain decimal ones is refused")
        }
        (Err(Unreadable::Typing), Ok(E2eMessage::TypingIndicator(_))) => {
            documented("a note of typing that is neither 0 nor 1 is refused")
        }
        (Err(Unreadable::File), Ok(E2eMessage::File(_))) => {
            documented("a file's message that is no object is refused")
        }
        (Ok(ours), Ok(theirs)) => {
            let (told, exactly) = (told_by_us(&ours), told_by_them(&theirs, false));
            if told != exactly && told == told_by_them(&theirs, true) {
                return documented(
                    "a place's address has its line breaks again, and what is empty in it is nothing",
                );
            }
            same(what, told, exactly).map(|()| Agreement::Same)
        }
        (ours, theirs) => {
            let what = what();
            Err(Difference(format!("{what}\n    {ours:?}\n    {theirs:?}")))
        }
    }
}

/// The JSON is looked at when it is asked for.
fn files(
    ours: &FileJson,
    theirs: Result<E2eMessage, String>,
    what: impl FnOnce() -> String,
) -> Compared {
    let file = match (ours.file(), theirs) {
        (Err(_), Err(_)) => return Ok(Agreement::Same),
        (Ok(_), Err(_)) => {
            return Ok(Agreement::Documented(
                "a file's message may leave out `j` and `i`, and be of a size above 32 bits",
            ));
        }
        (Ok(file), Ok(E2eMessage::File(theirs))) => (file, theirs),
        (ours, theirs) => {
            let what = what();
            return Err(Difference(format!("{what}\n    {ours:?}\n    {theirs:?}")));
        }
    };
    let (ours, theirs) = file;
    let rendering = match ours.rendering {
        Rendering::Media => 1,
        Rendering::Sticker => 2,
        _ => 0,
    };
    let thumbnail = ours
        .thumbnail
        .map(|small| (small.blob.to_hex(), Some(small.media_type)));
    let told = (
        (
            ours.blob.to_hex(),
            ours.media_type,
            ours.name,
            ours.size,
            ours.caption,
        ),
        (
            rendering,
            thumbnail,
            ours.metadata.width,
            ours.metadata.height,
        ),
        (
            ours.metadata.animated,
            ours.metadata.duration.and_then(single),
        ),
    );
    let metadata = theirs.metadata.unwrap_or_default();
    let small = theirs
        .thumbnail_blob_id
        .map(|blob| (blob.to_string(), theirs.thumbnail_media_type));
    let exactly = (
        (
            theirs.file_blob_id.to_string(),
            theirs.file_media_type,
            theirs.file_name,
            u64::from(theirs.file_size_bytes),
            theirs.description,
        ),
        (
            u8::from(theirs.rendering_type),
            small,
            metadata.width,
            metadata.height,
        ),
        (metadata.animated, metadata.duration_seconds),
    );
    same(what, told, exactly).map(|()| Agreement::Same)
}

/// A number as the SDK keeps it.
fn single(number: f64) -> Option<f32> {
    number.to_string().parse().ok()
}

fn told_by_us(message: &Message) -> String {
    match message {
        Message::Text(text) => format!("text {:?}", text.as_str()),
        Message::Receipt { status, messages } => {
            let ids: Vec<_> = messages.iter().map(|id| id.to_hex()).collect();
            format!("receipt {} {ids:?}", byte(*status))
        }
        Message::Location(place) => format!(
            "place {} {} {:?} {:?} {:?}",
            place.latitude(),
            place.longitude(),
            place.accuracy(),
            place.name(),
            place.address(),
        ),
        Message::Typing { typing } => format!("typing {typing}"),
        Message::Edit { message, text } => format!("edit {} {:?}", message.to_hex(), text.as_str()),
        Message::Delete { message } => format!("delete {}", message.to_hex()),
        other => format!("other {}", other.kind()),
    }
}

/// With `mended`, a place is told as it is meant: its line breaks, and nothing for what is empty.
fn told_by_them(message: &E2eMessage, mended: bool) -> String {
    match message {
        E2eMessage::Text(text) => format!("text {text:?}"),
        E2eMessage::DeliveryReceipt(receipt) => {
            let ids: Vec<_> = receipt
                .message_ids
                .iter()
                .map(|id| id.to_hex_le())
                .collect();
            format!("receipt {} {ids:?}", u8::from(receipt.receipt))
        }
        E2eMessage::Location(place) => {
            let (name, address) = match &place.address {
                Some(address) => (address.name.clone(), Some(address.address.clone())),
                None => (None, None),
            };
            let (name, address, accuracy) = if mended {
                let filled = |text: &String| !text.is_empty();
                (
                    name.filter(filled),
                    address.map(|text| text.replace("\\n", "\n")).filter(filled),
                    place
                        .accuracy
                        .filter(|metres| metres.is_finite() && *metres >= 0.0),
                )
            } else {
                (name, address, place.accuracy)
            };
            // To the tenth of a millimetre.
            let nine_places = |number: f64| (number * 1e9).round() / 1e9 + 0.0;
            let accuracy = accuracy.map(nine_places);
            let north = nine_places(place.coordinates.latitude());
            let east = nine_places(place.coordinates.longitude());
            format!("place {north} {east} {accuracy:?} {name:?} {address:?}")
        }
        E2eMessage::TypingIndicator(typing) => {
            format!("typing {}", typing.status == TypingStatus::Typing)
        }
        E2eMessage::Edit(edit) => format!("edit {} {:?}", edit.message_id.to_hex_le(), edit.text),
        E2eMessage::Delete(delete) => format!("delete {}", delete.message_id.to_hex_le()),
        other => format!("other {}", u8::from(other.message_type())),
    }
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
