//! What the Gateway is asked, and what its answers mean. Nothing here sends anything.
//!
//! ```text
//! Gateway ──public_key, credits, send …──▶ Call<T> ── url, form ──▶ the edge sends it
//!                                             └─ answer(status, body) ──▶ T, or GatewayError
//! ```
//!
//! A [`Call`] knows how its own answer is read, so no answer is taken for that of another question. Its
//! address or form holds the API secret: it is sent, and never logged.
//!
//! ```
//! use threegate_core::threema::gateway::{Credentials, Endpoint, Gateway, GatewayError};
//! use threegate_core::threema::{ApiSecret, ThreemaId};
//!
//! let credentials = Credentials::new(ThreemaId::parse("*TESTTST")?, ApiSecret::parse("mock")?);
//! let gateway = Gateway::new(Endpoint::default(), credentials);
//!
//! let call = gateway.public_key(ThreemaId::parse("ECHOECHO")?);
//! assert_eq!(call.url(), "https://msgapi.threema.ch/pubkeys/ECHOECHO?from=*TESTTST&secret=mock");
//! assert_eq!(call.form(), None); // so it is a GET
//! let key = call.answer(200, b"4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b")?;
//! assert_eq!(key.fingerprint(), "d30f795a904a213578baecc62c8611b5");
//! assert_eq!(call.answer(404, b"").unwrap_err(), GatewayError::Unknown);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! Source: Threema Gateway, "API"; the Gateway's own libraries, where they say more.

mod answer;
mod endpoint;

use alloc::string::String;
use core::fmt;

pub use answer::{Capabilities, GatewayError};
pub use endpoint::Endpoint;
use zeroize::Zeroizing;

use super::look_up::{EmailHash, PhoneHash};
use super::{ApiSecret, MessageId, PublicKey, ThreemaId};

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

impl Gateway {
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

    /// Which ID has that e-mail address. [`GatewayError::Unknown`] if none has.
    pub fn by_email(&self, hash: EmailHash) -> Call<ThreemaId> {
        self.get(&["lookup/email_hash/", &hash.to_hex()], answer::threema_id)
    }

    /// Which ID has that phone number. [`GatewayError::Unknown`] if none has.
    pub fn by_phone(&self, hash: PhoneHash) -> Call<ThreemaId> {
        self.get(&["lookup/phone_hash/", &hash.to_hex()], answer::threema_id)
    }

    /// What the app of an ID can do. [`GatewayError::Unknown`] if nobody has the ID.
    pub fn capabilities(&self, id: ThreemaId) -> Call<Capabilities> {
        self.get(&["capabilities/", id.as_str()], answer::capabilities)
    }

    /// How many messages the account can still pay for.
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
        receipts: DeliveryReceipts,
    ) -> Call<MessageId> {
        let Credentials { id, secret } = &self.credentials;
        let nonce = base16ct::lower::encode_string(&nonce);
        let boxed = base16ct::lower::encode_string(boxed);
        let mut form = Writer::with_room_for(boxed.len(), secret);
        form.raw(&["from=", id.as_str(), "&to=", to.as_str()]);
        form.raw(&["&nonce=", &nonce, "&box=", &boxed]);
        if receipts == DeliveryReceipts::Unwanted {
            form.raw(&["&noDeliveryReceipts=1"]);
        }
        form.raw(&["&secret="]);
        form.percent(secret.as_str());
        Call {
            url: Zeroizing::new([self.endpoint.as_str(), "/send_e2e"].concat()),
            form: Some(form.0),
            read: answer::message_id,
        }
    }

    /// Sends a text that the Gateway and Threema's servers can read, for an account in basic mode. A credit
    /// each; repeating it sends it twice.
    pub fn send_simple(&self, to: ThreemaId, text: &str) -> Call<MessageId> {
        let Credentials { id, secret } = &self.credentials;
        let mut form = Writer::with_room_for(text.len().saturating_mul(3), secret);
        form.raw(&["from=", id.as_str(), "&to=", to.as_str(), "&text="]);
        form.percent(text);
        form.raw(&["&secret="]);
        form.percent(secret.as_str());
        Call {
            url: Zeroizing::new([self.endpoint.as_str(), "/send_simple"].concat()),
            form: Some(form.0),
            read: answer::message_id,
        }
    }

    fn get<T>(&self, path: &[&str], read: fn(&str) -> Option<T>) -> Call<T> {
        let Credentials { id, secret } = &self.credentials;
        let mut url = Writer::with_room_for(self.endpoint.as_str().len(), secret);
        url.raw(&[self.endpoint.as_str(), "/"]);
        url.raw(path);
        url.raw(&["?from=", id.as_str(), "&secret="]);
        url.percent(secret.as_str());
        Call {
            url: url.0,
            form: None,
            read,
        }
    }
}

/// One question to the Gateway, and how its answer is read. It holds the API secret.
#[must_use = "nothing was sent yet"]
pub struct Call<T> {
    url: Zeroizing<String>,
    form: Option<Zeroizing<String>>,
    read: fn(&str) -> Option<T>,
}

impl<T> Call<T> {
    /// Where it goes.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The body of a POST, `application/x-www-form-urlencoded`; without one, it is a GET.
    #[must_use]
    pub fn form(&self) -> Option<&str> {
        self.form.as_ref().map(|form| form.as_str())
    }

    /// What the Gateway answered.
    ///
    /// # Errors
    /// Each of [`GatewayError`].
    pub fn answer(&self, status: u16, body: &[u8]) -> Result<T, GatewayError> {
        answer::read(status, body, self.read)
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Call(..)")
    }
}

/// Text that does not grow, since a `String` that does leaves a copy of the secret behind.
struct Writer(Zeroizing<String>);

impl Writer {
    fn with_room_for(text: usize, secret: &ApiSecret) -> Self {
        let escaped = secret.as_str().len().saturating_mul(3);
        let room = text.saturating_add(escaped).saturating_add(256);
        Self(Zeroizing::new(String::with_capacity(room)))
    }

    fn raw(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.0.push_str(part));
    }

    /// RFC 3986, section 2: all but the unreserved characters, byte by byte.
    fn percent(&mut self, text: &str) {
        const DIGITS: [char; 16] = [
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
        ];
        let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or_default();
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                self.0.push(char::from(byte));
            } else {
                self.0.extend(['%', digit(byte >> 4), digit(byte & 0xf)]);
            }
        }
    }
}

#[cfg(test)]
mod tests;
