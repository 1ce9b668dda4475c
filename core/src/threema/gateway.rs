//! What the Gateway is asked, and what its answers mean. Nothing here sends anything.
//!
//! ```text
//! Gateway ──public_key, credits, send …──▶ Call<T> ── method, url, body ──▶ the edge sends it
//!                                             └─ answer(status, body) ──▶ T, or GatewayError
//! ```
//!
//! | the Gateway's path | here | credits |
//! | --- | --- | --- |
//! | `POST /send_simple` | [`send_simple`](Gateway::send_simple) | 1 |
//! | `POST /send_e2e` | [`send`](Gateway::send) | 1 |
//! | `POST /send_e2e_bulk` | `send_bulk` (feature `serde`) | 1 a message |
//! | `GET /lookup/email_hash/…`, `/lookup/phone_hash/…` | [`by_email`](Gateway::by_email), [`by_phone`](Gateway::by_phone) | |
//! | `GET /lookup/email/…`, `/lookup/phone/…` | [`by_email_address`](Gateway::by_email_address), [`by_phone_number`](Gateway::by_phone_number) | |
//! | `POST /lookup/bulk` | `look_up_bulk` (feature `serde`) | |
//! | `GET /pubkeys/…` | [`public_key`](Gateway::public_key) | |
//! | `POST /pubkeys/bulk` | `public_keys` (feature `serde`) | |
//! | `GET /capabilities/…` | [`capabilities`](Gateway::capabilities) | |
//! | `GET /credits` | [`credits`](Gateway::credits) | |
//! | `POST /upload_blob` | [`upload_blob`](Gateway::upload_blob) | 1 |
//! | `GET /blobs/…` | [`download_blob`](Gateway::download_blob) | |
//!
//! A [`Call`] knows how its own answer is read, so no answer is taken for that of another question, and one
//! status means after one question what it does not after another. Its address or body holds the API
//! secret: it is sent, and never logged.
//!
//! ```
//! use threegate_core::threema::gateway::{Credentials, Endpoint, Gateway, GatewayError};
//! use threegate_core::threema::{ApiSecret, ThreemaId};
//!
//! let credentials = Credentials::new(ThreemaId::parse("*TESTTST")?, ApiSecret::parse("mock")?);
//! let gateway = Gateway::new(Endpoint::default(), credentials);
//!
//! let call = gateway.public_key(ThreemaId::parse("ECHOECHO")?);
//! assert_eq!(call.method(), "GET");
//! assert_eq!(call.url(), "https://msgapi.threema.ch/pubkeys/ECHOECHO?from=*TESTTST&secret=mock");
//! let key = call.answer(200, b"4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b")?;
//! assert_eq!(key.fingerprint(), "d30f795a904a213578baecc62c8611b5");
//! assert_eq!(call.answer(404, b"").unwrap_err(), GatewayError::Unknown);
//!
//! let call = gateway.send_simple(ThreemaId::parse("ECHOECHO")?.into(), "hello")?;
//! assert_eq!((call.method(), call.url()), ("POST", "https://msgapi.threema.ch/send_simple"));
//! assert_eq!(call.content_type(), Some("application/x-www-form-urlencoded"));
//! assert_eq!(call.body(), Some(&b"from=*TESTTST&to=ECHOECHO&text=hello&secret=mock"[..]));
//! let broke = call.answer(402, b"").unwrap_err();
//! assert_eq!(broke, GatewayError::NoCredits); // whose words say that the account's owner must buy some
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Send a text, end to end
//!
//! The text is padded, closed in a box for its receiver's key, and sent with the nonce of that box.
//!
//! ```
//! use threegate_core::threema::gateway::{Credentials, Delivery, Endpoint, Gateway};
//! use threegate_core::threema::{ApiSecret, Message, SecretKey, ThreemaId};
//!
//! let credentials = Credentials::new(ThreemaId::parse("*TESTTST")?, ApiSecret::parse("mock")?);
//! let gateway = Gateway::new(Endpoint::default(), credentials);
//! let own = SecretKey::from_bytes([1; 32]);
//! let (to, key) = (ThreemaId::parse("ECHOECHO")?, SecretKey::from_bytes([2; 32]).public());
//!
//! let padding = 17; // a random byte, and for each message another
//! let nonce = [3; 24]; // random, and never twice under the same two keys
//! let plaintext = Message::text_to_plaintext("hello", padding)?;
//! let boxed = own.agree(&key).seal(&plaintext, nonce);
//! let call = gateway.send(to, nonce, &boxed, Delivery::default());
//!
//! assert_eq!(call.url(), "https://msgapi.threema.ch/send_e2e");
//! let id = call.answer(200, b"0102030405060708")?; // its receipts name it
//! assert_eq!(id.to_hex(), "0102030405060708");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # What a status means
//!
//! | status | after | cause | who mends it |
//! | --- | --- | --- | --- |
//! | 400 | `send_simple` | [`NotBasic`](GatewayError::NotBasic) | the admin, or the receiver's ID is gone |
//! | 400 | `send_e2e` | [`NotEndToEnd`](GatewayError::NotEndToEnd) | the admin, or the receiver's ID is gone |
//! | 400 | all else | [`Refused`](GatewayError::Refused) | who wrote the question |
//! | 401 | | [`Secret`](GatewayError::Secret) | the admin: ID and API secret are not of one account |
//! | 402 | | [`NoCredits`](GatewayError::NoCredits) | the account's owner |
//! | 404 | `blobs` | [`BlobGone`](GatewayError::BlobGone) | nobody: it was fetched, or is too old |
//! | 404 | all else | [`Unknown`](GatewayError::Unknown) | nobody has that ID, address or number |
//! | 413 | | [`TooLong`](GatewayError::TooLong) | who wrote the message |
//! | 429 | | [`TooMany`](GatewayError::TooMany) | time |
//! | 5xx | | [`Unavailable`](GatewayError::Unavailable) | time |
//! | others, or an answer that makes no sense | | [`Nonsense`](GatewayError::Nonsense) | the admin: something stands between |
//!
//! Source: Threema Gateway, "API"; the Gateway's own libraries, where they say more.

mod answer;
#[cfg(feature = "serde")]
mod bulk;
mod call;
mod endpoint;
mod fault;

use alloc::string::String;
use alloc::vec::Vec;

pub use answer::Capabilities;
#[cfg(feature = "serde")]
pub use bulk::{Found, MessageIds, Sealed};
pub use call::Call;
use call::{Asks, Body, Read, Writer};
pub use endpoint::Endpoint;
pub use fault::GatewayError;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::blob::BlobId;
use super::look_up::{EmailAddress, EmailHash, PhoneHash, PhoneNumber};
use super::{ApiSecret, MessageId, PublicKey, ThreemaId};
use crate::Error;

/// Whose account it is.
#[derive(Debug, Clone)]
pub struct Credentials {
    id: ThreemaId,
    secret: ApiSecret,
}

impl Credentials {
    /// The account of that Gateway ID.
    #[must_use]
    pub const fn new(id: ThreemaId, secret: ApiSecret) -> Self {
        Self { id, secret }
    }
}

/// The Gateway, as one account calls it.
#[derive(Debug, Clone)]
pub struct Gateway {
    endpoint: Endpoint,
    credentials: Credentials,
}

/// Whether the receiver's app tells by itself that a message arrived and was read. Taps always come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryReceipts {
    /// It does, if its user lets it.
    Wanted,
    /// It does not.
    Unwanted,
}

/// How a message is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// What the receiver's app tells by itself.
    pub receipts: DeliveryReceipts,
    /// Whether the receiver's phone is woken; without that, the app gets it when it looks the next time.
    pub push: bool,
    /// Set where the box holds one of the types of message that groups have: the Gateway cannot look into
    /// the box, so it has to be told.
    pub group: bool,
}

impl Default for Delivery {
    /// With receipts and a push, to one person.
    fn default() -> Self {
        Self {
            receipts: DeliveryReceipts::Wanted,
            push: true,
            group: false,
        }
    }
}

/// Whom a text in basic mode is for. A number or an address must be linked to an ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receiver<'a> {
    /// An ID.
    Id(ThreemaId),
    /// Whoever has that phone number.
    Phone(&'a PhoneNumber),
    /// Whoever has that e-mail address.
    Email(&'a EmailAddress),
}

impl From<ThreemaId> for Receiver<'_> {
    fn from(id: ThreemaId) -> Self {
        Self::Id(id)
    }
}

/// How long a blob is kept at the Gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlobLife {
    /// Until about an hour after it was first fetched: for one receiver.
    FirstFetch,
    /// Kept after it was fetched, so that several receivers can fetch it.
    Persistent,
}

impl Gateway {
    /// The longest text that [`Gateway::send_simple`] takes, in bytes.
    pub const MAX_SIMPLE_TEXT: usize = 3500;

    /// The Gateway at `endpoint`, for that account.
    #[must_use]
    pub const fn new(endpoint: Endpoint, credentials: Credentials) -> Self {
        Self {
            endpoint,
            credentials,
        }
    }

    /// The directory's key of an ID. [`GatewayError::Unknown`] if nobody has the ID.
    pub fn public_key(&self, id: ThreemaId) -> Call<PublicKey> {
        self.get(&["pubkeys/", id.as_str()], answer::public_key)
    }

    /// Which ID has the e-mail address of that hash. [`GatewayError::Unknown`] if none has.
    pub fn by_email(&self, hash: EmailHash) -> Call<ThreemaId> {
        self.get(&["lookup/email_hash/", &hash.to_hex()], answer::threema_id)
    }

    /// Which ID has the phone number of that hash. [`GatewayError::Unknown`] if none has.
    pub fn by_phone(&self, hash: PhoneHash) -> Call<ThreemaId> {
        self.get(&["lookup/phone_hash/", &hash.to_hex()], answer::threema_id)
    }

    /// Which ID has that e-mail address, which the Gateway sees as it is; [`Gateway::by_email`] hides it
    /// from a casual eye. [`GatewayError::Unknown`] if none has.
    pub fn by_email_address(&self, address: &EmailAddress) -> Call<ThreemaId> {
        let mut escaped = Writer::with_room_for(address.as_str().len().saturating_mul(3));
        escaped.percent(address.as_str());
        self.get(&["lookup/email/", escaped.as_str()], answer::threema_id)
    }

    /// Which ID has that phone number, which the Gateway sees as it is. [`GatewayError::Unknown`] if none
    /// has.
    pub fn by_phone_number(&self, number: &PhoneNumber) -> Call<ThreemaId> {
        self.get(&["lookup/phone/", number.as_str()], answer::threema_id)
    }

    /// What the app of an ID can do. [`GatewayError::Unknown`] if nobody has the ID.
    pub fn capabilities(&self, id: ThreemaId) -> Call<Capabilities> {
        self.get(&["capabilities/", id.as_str()], answer::capabilities)
    }

    /// How many messages the account can still pay for; all IDs of one account share them.
    pub fn credits(&self) -> Call<u64> {
        self.get(&["credits"], answer::credits)
    }

    /// Sends a box that was [sealed](super::sealed::seal) for `to` with `nonce`. A credit each; repeating it
    /// sends it twice.
    pub fn send(
        &self,
        to: ThreemaId,
        nonce: [u8; 24],
        boxed: &[u8],
        delivery: Delivery,
    ) -> Call<MessageId> {
        let Credentials { id, secret } = &self.credentials;
        let nonce = base16ct::lower::encode_string(&nonce);
        let boxed = base16ct::lower::encode_string(boxed);
        let mut form = Writer::with_room_for_secret(boxed.len(), secret);
        form.raw(&["from=", id.as_str(), "&to=", to.as_str()]);
        form.raw(&["&nonce=", &nonce, "&box=", &boxed]);
        if delivery.receipts == DeliveryReceipts::Unwanted {
            form.raw(&["&noDeliveryReceipts=1"]);
        }
        if !delivery.push {
            form.raw(&["&noPush=1"]);
        }
        if delivery.group {
            form.raw(&["&group=1"]);
        }
        form.raw(&["&secret="]);
        form.percent(secret.as_str());
        self.post_form("/send_e2e", form, Asks::Send)
    }

    /// Sends a text that the Gateway and Threema's servers can read, for an account in basic mode. A credit
    /// each; repeating it sends it twice. [`GatewayError::Unknown`] if nobody has that number or address.
    ///
    /// # Errors
    /// [`Error::TextTooLong`] above [`Gateway::MAX_SIMPLE_TEXT`] bytes.
    pub fn send_simple(&self, to: Receiver<'_>, text: &str) -> Result<Call<MessageId>, Error> {
        if text.len() > Self::MAX_SIMPLE_TEXT {
            return Err(Error::TextTooLong);
        }
        let Credentials { id, secret } = &self.credentials;
        // The longest address is what 254 bytes escape to.
        let room = text.len().saturating_mul(3).saturating_add(3 * 254);
        let mut form = Writer::with_room_for_secret(room, secret);
        form.raw(&["from=", id.as_str()]);
        match to {
            Receiver::Id(to) => form.raw(&["&to=", to.as_str()]),
            Receiver::Phone(number) => form.raw(&["&phone=", number.as_str()]),
            Receiver::Email(address) => {
                form.raw(&["&email="]);
                form.percent(address.as_str());
            }
        }
        form.raw(&["&text="]);
        form.percent(text);
        form.raw(&["&secret="]);
        form.percent(secret.as_str());
        Ok(self.post_form("/send_simple", form, Asks::SendSimple))
    }

    /// Stores a blob, which [`BlobKey`](super::blob::BlobKey) made of a file. A credit each.
    pub fn upload_blob(&self, blob: &[u8], life: BlobLife) -> Call<BlobId> {
        let persist = match life {
            BlobLife::FirstFetch => "",
            BlobLife::Persistent => "&persist=1",
        };
        Call {
            url: self.with_account(&["upload_blob"], persist),
            body: Some(multipart(blob)),
            asks: Asks::Upload,
            read: Read::One(answer::blob_id),
        }
    }

    /// Fetches a blob, for [`BlobKey`](super::blob::BlobKey) to open. [`GatewayError::BlobGone`] if it is
    /// not there, or no longer.
    pub fn download_blob(&self, id: BlobId) -> Call<Vec<u8>> {
        let mut call = self.get(&["blobs/", &id.to_hex()], |body| Some(body.into()));
        call.asks = Asks::Download;
        call
    }

    fn get<T>(&self, path: &[&str], read: fn(&[u8]) -> Option<T>) -> Call<T> {
        Call {
            url: self.with_account(path, ""),
            body: None,
            asks: Asks::LookUp,
            read: Read::One(read),
        }
    }

    fn post_form(&self, path: &str, form: Writer, asks: Asks) -> Call<MessageId> {
        let mut url = Writer::with_room_for(64);
        url.raw(&[self.endpoint.as_str(), path]);
        Call {
            url: url.into_text(),
            body: Some(Body::Form(form.into_text())),
            asks,
            read: Read::One(answer::message_id),
        }
    }

    /// An address with the account in its query, where the Gateway wants it.
    fn with_account(&self, path: &[&str], more: &str) -> Zeroizing<String> {
        let Credentials { id, secret } = &self.credentials;
        let length = path
            .iter()
            .fold(self.endpoint.as_str().len(), |length, part| {
                length.saturating_add(part.len())
            });
        let mut url = Writer::with_room_for_secret(length, secret);
        url.raw(&[self.endpoint.as_str(), "/"]);
        url.raw(path);
        url.raw(&["?from=", id.as_str(), more, "&secret="]);
        url.percent(secret.as_str());
        url.into_text()
    }
}

/// One part, named `blob`. What divides it from the rest is made of its own hash, so it is not in it.
///
/// Source: RFC 7578.
fn multipart(blob: &[u8]) -> Body {
    let hash: [u8; 32] = Sha256::digest(blob).into();
    let boundary = base16ct::lower::encode_string(&hash);
    let mut bytes = Vec::with_capacity(blob.len().saturating_add(512));
    for part in [
        "--",
        &boundary,
        "\r\nContent-Disposition: form-data; name=\"blob\"; filename=\"blob\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n",
    ] {
        bytes.extend_from_slice(part.as_bytes());
    }
    bytes.extend_from_slice(blob);
    for part in ["\r\n--", &boundary, "--\r\n"] {
        bytes.extend_from_slice(part.as_bytes());
    }
    Body::Multipart {
        content_type: ["multipart/form-data; boundary=", &boundary].concat(),
        bytes,
    }
}

#[cfg(test)]
mod tests;
