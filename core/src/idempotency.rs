//! A request that may come twice and has one effect.
//!
//! ```text
//! header ──parse──▶ IdempotencyKey ──of──▶ Once { name, body } ──judge──▶ First │ Repeated
//! ```
//!
//! A site whose connection broke cannot tell whether its request arrived. It sends the same one again
//! with the same key, and gets the same answer. Only hashes are kept, for [`MEMORY`], and the key is bound
//! to the secret and the address that it came with.
//!
//! ```
//! use threegate_core::idempotency::{IdempotencyKey, Once, Turn};
//! use threegate_core::{Error, key::Key};
//!
//! let naming = Key::from_bytes([1; 32]);
//! let key = IdempotencyKey::parse(r#""8e03978e-40d5-43dd-bc93-6894a57f9324""#)?;
//! let request = |body: &[u8]| Once::of(&key, &naming, "SITE_SECRET", "/v1/tickets", body);
//!
//! let first = request(br#"{"user":"42"}"#);
//! assert_eq!(first.judge(None), Ok(Turn::First)); // store it, then answer
//! assert_eq!(first.judge(Some((&first.body, true))), Ok(Turn::Repeated)); // answer the same
//!
//! let other = request(br#"{"user":"43"}"#);
//! assert_eq!(other.judge(Some((&first.body, true))), Err(Error::IdempotencyKeyReused));
//! # Ok::<(), Error>(())
//! ```
//!
//! Source: `draft-ietf-httpapi-idempotency-key-header-07`.

use alloc::string::String;
use core::fmt;
use core::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::Error;
use crate::key::Key;

/// How long an answer is remembered.
pub const MEMORY: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest key.
const LONGEST: usize = 255;

/// The header `Idempotency-Key`.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// A request with such a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once {
    /// What the key is stored as.
    pub name: String,
    /// What the body is compared by.
    pub body: String,
}

/// Which request it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// The first of its key.
    First,
    /// The same again: its answer is known.
    Repeated,
}

impl IdempotencyKey {
    /// Reads the header: 1 to 255 characters of printable ASCII, in quotation marks (as the draft has it)
    /// or without them (as most send it).
    ///
    /// # Errors
    /// [`Error::IdempotencyKeyInvalid`].
    pub fn parse(header: &str) -> Result<Self, Error> {
        let text = header.trim();
        let quoted = text.strip_prefix('"').and_then(|t| t.strip_suffix('"'));
        let key = quoted.unwrap_or(text);
        let sound = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
        if key.is_empty() || key.len() > LONGEST || !key.bytes().all(sound) {
            return Err(Error::IdempotencyKeyInvalid);
        }
        Ok(Self(key.into()))
    }
}

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey(..)")
    }
}

impl Once {
    /// The request to `address` under `secret` (the setting's name), hashed under a key of the deployment
    /// that is never rotated: a body may hold a code that is short enough to be found by trying.
    #[must_use]
    pub fn of(
        key: &IdempotencyKey,
        naming: &Key,
        secret: &str,
        address: &str,
        body: &[u8],
    ) -> Self {
        let hash = |what: &str, parts: &[&[u8]]| {
            let mac = naming.mac(what, parts);
            let (short, _) = mac.split_at(16);
            Base64UrlUnpadded::encode_string(short)
        };
        let named = [secret.as_bytes(), address.as_bytes(), key.0.as_bytes()];
        Self {
            name: hash("threegate idempotency key v1", &named),
            body: hash("threegate idempotency body v1", &[body]),
        }
    }

    /// Judges the request, given what is stored under its name: the body's hash, and whether the request
    /// was answered.
    ///
    /// # Errors
    /// [`Error::IdempotencyKeyReused`] for another body, [`Error::IdempotencyInProgress`] while the first
    /// one has no answer.
    pub fn judge(&self, stored: Option<(&str, bool)>) -> Result<Turn, Error> {
        match stored {
            None => Ok(Turn::First),
            Some((body, _)) if body != self.body => Err(Error::IdempotencyKeyReused),
            Some((_, false)) => Err(Error::IdempotencyInProgress),
            Some((_, true)) => Ok(Turn::Repeated),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn once(key: &str, secret: &str, address: &str, body: &[u8]) -> Once {
        let key = IdempotencyKey::parse(key).unwrap();
        Once::of(&key, &Key::from_bytes([1; 32]), secret, address, body)
    }

    #[test]
    fn a_key_is_1_to_255_printable_characters_quoted_or_not() {
        let longest = "x".repeat(255);
        for good in ["8e03978e-40d5-43dd-bc93-6894a57f9324", "a b", &longest] {
            let quoted = std::format!(" \"{good}\" ");
            assert_eq!(
                IdempotencyKey::parse(good),
                IdempotencyKey::parse(&quoted),
                "{good}"
            );
            assert!(IdempotencyKey::parse(good).is_ok(), "{good}");
        }
        let long = "x".repeat(256);
        for bad in ["", "\"\"", "\"", "a\"b", "\"a", "a\nb", "ä", "a\\b", &long] {
            assert_eq!(
                IdempotencyKey::parse(bad),
                Err(Error::IdempotencyKeyInvalid),
                "{bad}"
            );
        }
    }

    #[test]
    fn a_key_of_another_secret_or_address_is_another_key() {
        let first = once("k", "SITE_SECRET", "/v1/tickets", b"{}");
        for other in [
            once("l", "SITE_SECRET", "/v1/tickets", b"{}"),
            once("k", "ADMIN_SECRET", "/v1/tickets", b"{}"),
            once("k", "SITE_SECRET", "/v1/check", b"{}"),
        ] {
            assert_ne!(first.name, other.name);
            assert_eq!(first.body, other.body);
        }
        let other = once("k", "SITE_SECRET", "/v1/tickets", b"{ }");
        assert_eq!(first.name, other.name);
        assert_ne!(first.body, other.body);
    }

    #[test]
    fn the_same_request_is_repeated_and_another_one_under_its_key_refused() {
        let first = once("k", "SITE_SECRET", "/v1/tickets", b"{}");
        let body = first.body.as_str();
        for (stored, judged) in [
            (None, Ok(Turn::First)),
            (Some((body, true)), Ok(Turn::Repeated)),
            (Some((body, false)), Err(Error::IdempotencyInProgress)),
            (Some(("other", true)), Err(Error::IdempotencyKeyReused)),
            (Some(("other", false)), Err(Error::IdempotencyKeyReused)),
        ] {
            assert_eq!(first.judge(stored), judged, "{stored:?}");
        }
    }
}
