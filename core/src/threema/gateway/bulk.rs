//! Questions about many at once, in JSON. Feature `serde`.

use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64, Encoding};
use serde::Deserialize;

use super::call::{Asks, Body, Call, Read};
use super::{Delivery, DeliveryReceipts, Gateway, GatewayError};
use crate::threema::look_up::{EmailHash, PhoneHash};
use crate::threema::{MessageId, PublicKey, ThreemaId};

/// The most messages, IDs or hashes of one question.
const MOST: usize = 1000;

/// A box for one of many receivers.
#[derive(Debug, Clone, Copy)]
pub struct Sealed<'a> {
    /// For whom it was [sealed](crate::threema::sealed::seal).
    pub to: ThreemaId,
    /// With which nonce.
    pub nonce: [u8; 24],
    /// The box.
    pub boxed: &'a [u8],
    /// How it is delivered.
    pub delivery: Delivery,
}

/// How the messages of one question are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageIds {
    /// Each gets its own ID.
    Own,
    /// All get the same one, as the same message to the members of a group has.
    Same,
}

/// Somebody whom the directory knows by a hash that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Found {
    /// Their ID.
    pub id: ThreemaId,
    /// Their key.
    pub key: PublicKey,
    /// The hash of their phone number, if that was asked for.
    pub phone: Option<PhoneHash>,
    /// The hash of their e-mail address, if that was asked for.
    pub email: Option<EmailHash>,
}

impl Gateway {
    /// Sends up to 1000 boxes, a credit each. The answer has an ID or a cause for each of them, in their
    /// order; repeating the question sends them all twice. None for no message, or more than 1000. Feature
    /// `serde`.
    #[must_use]
    pub fn send_bulk(
        &self,
        messages: &[Sealed<'_>],
        ids: MessageIds,
    ) -> Option<Call<Vec<Result<MessageId, GatewayError>>>> {
        let objects = messages.iter().map(|message| {
            let members = [
                ("to", message.to.as_str()),
                ("nonce", &*Base64::encode_string(&message.nonce)),
                ("box", &*Base64::encode_string(message.boxed)),
            ]
            .map(|(name, value)| ["\"", name, "\":\"", value, "\""].concat());
            let delivery = message.delivery;
            let flags = [
                (
                    delivery.receipts == DeliveryReceipts::Unwanted,
                    ",\"noDeliveryReceipts\":true",
                ),
                (!delivery.push, ",\"noPush\":true"),
                (delivery.group, ",\"group\":true"),
            ]
            .map(|(is_set, text)| if is_set { text } else { "" });
            ["{", &members.join(","), &flags.concat(), "}"].concat()
        });
        let objects = objects.collect::<Vec<_>>().join(",");
        let same = match ids {
            MessageIds::Own => "",
            MessageIds::Same => "&sameMessageId=1",
        };
        (1..=MOST).contains(&messages.len()).then(|| Call {
            url: self.with_account(&["send_e2e_bulk"], same),
            body: Some(Body::Json(["[", &objects, "]"].concat())),
            asks: Asks::Send,
            read: Read::Each(sent, messages.len()),
        })
    }

    /// The directory's keys of up to 1000 IDs; whoever has none is left out. None for no ID, or more than
    /// 1000. Feature `serde`.
    #[must_use]
    pub fn public_keys(&self, ids: &[ThreemaId]) -> Option<Call<Vec<(ThreemaId, PublicKey)>>> {
        let ids_text = quoted(ids.iter().map(|id| id.as_str().into()));
        (1..=MOST).contains(&ids.len()).then(|| Call {
            url: self.with_account(&["pubkeys/bulk"], ""),
            body: Some(Body::Json(["{\"identities\":[", &ids_text, "]}"].concat())),
            asks: Asks::LookUp,
            read: Read::Each(keys, ids.len()),
        })
    }

    /// Who has those phone numbers and e-mail addresses, up to 1000 together; whom the directory does not
    /// know is left out. None for no hash, or more than 1000. The Gateway allows it to accounts whose owner
    /// has asked Threema: [`GatewayError::Refused`] or [`GatewayError::Secret`] for others. Feature `serde`.
    #[must_use]
    pub fn look_up_bulk(
        &self,
        phones: &[PhoneHash],
        emails: &[EmailHash],
    ) -> Option<Call<Vec<Found>>> {
        let asked = phones.len().saturating_add(emails.len());
        let phones = quoted(phones.iter().map(|hash| hash.to_hex()));
        let emails = quoted(emails.iter().map(|hash| hash.to_hex()));
        let json = [
            "{\"phoneHashes\":[",
            &phones,
            "],\"emailHashes\":[",
            &emails,
            "]}",
        ];
        (1..=MOST).contains(&asked).then(|| Call {
            url: self.with_account(&["lookup/bulk"], ""),
            body: Some(Body::Json(json.concat())),
            asks: Asks::LookUp,
            read: Read::Each(found, asked),
        })
    }
}

/// Texts without a sign that JSON would escape, as an array's members.
fn quoted(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<_> = texts.map(|text| ["\"", &text, "\""].concat()).collect();
    texts.join(",")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    message_id: Option<String>,
    error_code: Option<u16>,
}

fn sent(body: &[u8], messages: usize) -> Option<Vec<Result<MessageId, GatewayError>>> {
    let answers: Vec<Sent> = serde_json::from_slice(body).ok()?;
    if answers.len() != messages {
        return None;
    }
    let each = |answer: Sent| match (answer.message_id, answer.error_code) {
        (Some(id), None) => MessageId::parse(&id.to_ascii_lowercase()).ok().map(Ok),
        (None, Some(code)) => Some(Err(GatewayError::of(code, Asks::Send))),
        _ => None,
    };
    answers.into_iter().map(each).collect()
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    identity: String,
    public_key: String,
    phone_hash: Option<String>,
    email_hash: Option<String>,
}

impl Entry {
    fn key(&self) -> Option<(ThreemaId, PublicKey)> {
        let id = ThreemaId::parse(&self.identity).ok()?;
        Some((id, PublicKey::parse_any_case(&self.public_key).ok()?))
    }
}

fn keys(body: &[u8], asked: usize) -> Option<Vec<(ThreemaId, PublicKey)>> {
    let entries: Vec<Entry> = serde_json::from_slice(body).ok()?;
    let entries = (entries.len() <= asked).then_some(entries)?;
    entries.iter().map(Entry::key).collect()
}

fn found(body: &[u8], asked: usize) -> Option<Vec<Found>> {
    let entries: Vec<Entry> = serde_json::from_slice(body).ok()?;
    let entries = (entries.len() <= asked).then_some(entries)?;
    let found = |entry: &Entry| {
        let (id, key) = entry.key()?;
        let phone = match &entry.phone_hash {
            Some(hash) => Some(PhoneHash::from_hex(hash)?),
            None => None,
        };
        let email = match &entry.email_hash {
            Some(hash) => Some(EmailHash::from_hex(hash)?),
            None => None,
        };
        Some(Found {
            id,
            key,
            phone,
            email,
        })
    };
    entries.iter().map(found).collect()
}
