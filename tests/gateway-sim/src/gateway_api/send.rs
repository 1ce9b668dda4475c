//! `send_simple` and `send_e2e`: checked, paid, and shown on the phone.
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use threema_gateway::protocol::MessageId;

use super::{Account, Refused, lookup};
use crate::faults::Kind;
use crate::identity::Id;
use crate::messages::Message;
use crate::phone;
use crate::sealed::{Sealed, open};
use crate::state::{Direction, Entry, Shared, State, new_message_id, now};

/// Bytes of a text in basic mode.
const LONGEST_TEXT: usize = 3500;
/// Bytes of a box.
const LONGEST_BOX: usize = 7812;

#[derive(Deserialize)]
struct Simple {
    text: Option<String>,
    to: Option<String>,
    phone: Option<String>,
    email: Option<String>,
}

/// Basic mode: the server knows the text. (A real Gateway ID has one mode; this one has both.)
pub(super) fn simple(simulator: &Shared, form: &[u8]) -> Result<String, Refused> {
    let account: Account = parse(form)?;
    let message_id = new_message_id().map_err(|_| Refused::Server)?;
    simulator.change(|state| {
        account.check(state)?;
        let form: Simple = parse(form)?;
        let text = form.text.ok_or(Refused::BadRequest)?;
        if text.len() > LONGEST_TEXT {
            return Err(Refused::TooLong);
        }
        let to = match (form.to, form.phone, form.email) {
            (Some(to), None, None) => recipient(state, &to)?,
            (None, Some(phone), None) => lookup::by_phone(state, &phone).ok_or(Refused::Unknown)?,
            (None, None, Some(email)) => lookup::by_email(state, &email).ok_or(Refused::Unknown)?,
            _ => return Err(Refused::BadRequest),
        };
        pay(state)?;
        arrive(state, to, message_id, Message::Text { text }, false);
        Ok(message_id.to_hex_le())
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct E2e {
    to: String,
    nonce: String,
    r#box: String,
    #[serde(default)]
    no_delivery_receipts: String,
}

/// A message that the Gateway took.
pub(super) struct Accepted {
    pub(super) message_id: MessageId,
    to: Id,
    receipt: Option<u8>,
    first_receipt: u8,
}

/// End-to-end mode: the server sees a box; the phone opens it.
pub(super) fn e2e(simulator: &Shared, form: &[u8]) -> Result<Accepted, Refused> {
    let account: Account = parse(form)?;
    let message_id = new_message_id().map_err(|_| Refused::Server)?;
    simulator.change(|state| {
        account.check(state)?;
        let form: E2e = parse(form)?;
        let to = recipient(state, &form.to)?;
        let nonce = hex(&form.nonce)?;
        let nonce = nonce.try_into().map_err(|_| Refused::BadRequest)?;
        let r#box = hex(&form.r#box)?;
        if r#box.len() > LONGEST_BOX {
            return Err(Refused::TooLong);
        }
        pay(state)?;
        let gateway = &state.house.gateway;
        let phone = state.phone(to).map_err(|_| Refused::BadRequest)?;
        let message = open(
            Sealed { nonce, r#box },
            gateway.id,
            to,
            &gateway.private_key.public(),
            phone.private_key.private(),
        );
        let silent = form.no_delivery_receipts == "1";
        arrive(state, to, message_id, message, silent);
        Ok(Accepted {
            message_id,
            to,
            receipt: (state.automatic_receipts && !silent).then_some(1),
            first_receipt: state.first_receipt,
        })
    })
}

impl Accepted {
    /// What the phone sends by itself: "received", or with the fault [`Kind::ReceiptFirst`] the
    /// receipt that is set, and then it is delivered and answered before this returns.
    pub(super) async fn receipts(&self, simulator: &Shared, kind: Kind) {
        let first = kind == Kind::ReceiptFirst;
        let status = if first {
            Some(self.first_receipt)
        } else {
            self.receipt
        };
        let Some(status) = status else { return };
        let receipt = Message::Receipt {
            status,
            message_ids: vec![self.message_id],
        };
        for begun in phone::say(simulator, self.to, receipt).unwrap_or_default() {
            if first {
                // An attempt always reports; when it cannot, there is nothing to wait for.
                let _reported = begun.first.await;
            }
        }
    }
}

fn recipient(state: &State, to: &str) -> Result<Id, Refused> {
    let id = Id::parse(to).map_err(|_| Refused::BadRequest)?;
    state.phone(id).map_err(|_| Refused::BadRequest)?;
    Ok(id)
}

fn pay(state: &mut State) -> Result<(), Refused> {
    state.credits = state.credits.checked_sub(1).ok_or(Refused::NoCredits)?;
    Ok(())
}

fn arrive(state: &mut State, to: Id, message_id: MessageId, message: Message, silent: bool) {
    let entry = Entry {
        direction: Direction::In,
        message_id,
        at: now(),
        message,
        delivery: None,
        no_delivery_receipts: silent,
    };
    state.remember(to, entry);
}

fn parse<T: DeserializeOwned>(form: &[u8]) -> Result<T, Refused> {
    serde_urlencoded::from_bytes(form).map_err(|_| Refused::BadRequest)
}

fn hex(text: &str) -> Result<Vec<u8>, Refused> {
    let decoded = HEXLOWER_PERMISSIVE.decode(text.as_bytes());
    decoded.map_err(|_| Refused::BadRequest)
}
