//! What a phone does: writes to the Gateway ID, and answers a message with a thumb.
use threema_gateway::protocol::MessageId;

use crate::callback::{Callback, recut, recuts};
use crate::delivery::{Begun, Manner, Pace, Parcel, begin};
use crate::identity::{Id, random};
use crate::messages::Message;
use crate::problem::Problem;
use crate::sealed::{pad, seal};
use crate::state::{Direction, Entry, Shared, State, new_message_id, now};

/// What is in the box.
pub(crate) enum Content {
    Message(Message),
    /// A type byte and data, unpadded.
    Raw(Vec<u8>),
    /// With the padding, or without any: sealed as it is.
    Plaintext(Vec<u8>),
}

/// How a message is made and delivered. The default is what a phone and the Gateway really do.
#[derive(Default)]
pub(crate) struct Wishes {
    pub(crate) message_id: Option<MessageId>,
    pub(crate) date: Option<u64>,
    pub(crate) nickname: Option<String>,
    pub(crate) wrong_mac: bool,
    pub(crate) cuts: Cuts,
    /// So many equal deliveries at once; 0 is 1.
    pub(crate) times: u32,
    pub(crate) manner: Manner,
    /// Only the first attempt.
    pub(crate) once: bool,
    pub(crate) lost_answers: u32,
}

#[derive(Default)]
pub(crate) enum Cuts {
    #[default]
    None,
    One(String),
    All,
}

/// A message that is ready to be delivered.
pub(crate) struct Made {
    pub(crate) message_id: MessageId,
    pub(crate) body: String,
    parcels: Vec<Parcel>,
    entry: Entry,
    from: Id,
}

/// Encodes, pads, seals and signs a message of this phone.
///
/// # Errors
/// [`Problem::PhoneUnknown`], [`Problem::MessageMalformed`], [`Problem::Random`].
pub(crate) fn write(
    simulator: &Shared,
    from: Id,
    content: Content,
    wishes: Wishes,
) -> Result<Made, Problem> {
    let message_id = wishes.message_id.map_or_else(new_message_id, Ok)?;
    let [padding] = random()?;
    let (plaintext, message) = match content {
        Content::Message(message) => (pad(message.encode()?, padding), message),
        Content::Raw(bytes) => {
            let message = Message::decode(&bytes);
            (pad(bytes, padding), message)
        }
        Content::Plaintext(bytes) => {
            let message = Message::decode(unpadded(&bytes));
            (bytes, message)
        }
    };
    let callback = simulator.read(|state| sign(state, from, message_id, &plaintext, &wishes))?;
    let callback = if wishes.wrong_mac {
        callback.with_wrong_mac()
    } else {
        callback
    };
    let body = callback.body();
    let bodies = match &wishes.cuts {
        Cuts::None => vec![(None, body.clone()); usize::try_from(wishes.times.max(1)).unwrap_or(1)],
        Cuts::One(label) => {
            let cut = recut(&callback, label).ok_or_else(|| {
                Problem::MessageMalformed(format!("{label:?} is no recut of this body"))
            })?;
            vec![(Some(label.clone()), cut.body())]
        }
        Cuts::All => recuts(&callback)
            .into_iter()
            .map(|(label, callback)| (Some(label), callback.body()))
            .collect(),
    };
    let parcels = bodies.into_iter().map(|(label, body)| Parcel {
        message_id: message_id.to_hex_le(),
        from,
        body,
        retry: label.is_none() && !wishes.once,
        label,
        manner: wishes.manner.clone(),
        lost_answers: wishes.lost_answers,
    });
    let entry = Entry {
        direction: Direction::Out,
        message_id,
        at: now(),
        message,
        delivery: None,
        no_delivery_receipts: false,
    };
    Ok(Made {
        message_id,
        body,
        parcels: parcels.collect(),
        entry,
        from,
    })
}

/// Begins to deliver it, and shows it on the phone.
pub(crate) fn send(simulator: &Shared, made: Made) -> Vec<Begun> {
    let cut = made.parcels.iter().any(|parcel| parcel.label.is_some());
    let pace = if cut { Pace::OneByOne } else { Pace::Together };
    let begun = begin(simulator, made.parcels, pace);
    let entry = Entry {
        delivery: begun.first().map(|begun| begun.number),
        ..made.entry
    };
    simulator.change(|state| state.remember(made.from, entry));
    begun
}

/// Writes and sends a message as a real phone would.
///
/// # Errors
/// Those of [`write()`].
pub(crate) fn say(simulator: &Shared, from: Id, message: Message) -> Result<Vec<Begun>, Problem> {
    let made = write(
        simulator,
        from,
        Content::Message(message),
        Wishes::default(),
    )?;
    Ok(send(simulator, made))
}

fn sign(
    state: &State,
    from: Id,
    message_id: MessageId,
    plaintext: &[u8],
    wishes: &Wishes,
) -> Result<Callback, Problem> {
    let phone = state.phone(from)?;
    let gateway = &state.house.gateway;
    let sealed = seal(
        plaintext,
        &gateway.private_key.public(),
        phone.private_key.private(),
    )?;
    let fields = [
        from.to_string(),
        gateway.id.to_string(),
        message_id.to_hex_le(),
        wishes.date.unwrap_or_else(now).to_string(),
        data_encoding::HEXLOWER.encode(&sealed.nonce),
        data_encoding::HEXLOWER.encode(&sealed.r#box),
    ];
    let nickname = wishes.nickname.clone();
    let nickname = nickname.unwrap_or_else(|| phone.name.clone());
    let nickname = Some(nickname).filter(|nickname| !nickname.is_empty());
    Ok(Callback::sign(fields, nickname, &gateway.secret))
}

/// Without the padding that the last byte tells of, as far as there is that much.
fn unpadded(plaintext: &[u8]) -> &[u8] {
    let count = plaintext.last().map_or(0, |&count| usize::from(count));
    let length = plaintext.len().checked_sub(count);
    length
        .and_then(|length| plaintext.get(..length))
        .unwrap_or_default()
}
