//! A deployment's own keys: 32 bytes, with a name that tells which of two made a token or a seal.
//!
//! A [`Keyring`] is what rooms take: it makes with the current key, and finds the one that made something by
//! the [`KeyId`] in it. A [`SharedSecret`] is compared, never sent.
//!
//! ```
//! use threegate_core::key::{Key, Keyring, SharedSecret};
//!
//! // From `openssl rand -base64 32`.
//! let old = Key::from_base64("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")?;
//! let new = Key::from_bytes([1; 32]);
//! let made_by_old = old.id();
//!
//! let rotating = Keyring::new(new.clone(), Some(old));
//! assert_eq!(rotating.current().id(), new.id());
//! assert!(rotating.find(made_by_old).is_some());
//! assert!(Keyring::new(new, None).find(made_by_old).is_none()); // rotated out
//!
//! let secret = SharedSecret::parse("0123456789abcdefghijklmnopqrstuv")?;
//! assert!(secret.matches("0123456789abcdefghijklmnopqrstuv"));
//! assert!(!secret.matches("0123456789abcdefghijklmnopqrstuw"));
//! # Ok::<(), threegate_core::Error>(())
//! ```

use alloc::string::String;
use core::fmt;

use base64ct::{Base64, Encoding};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::Error;

/// A secret of 32 bytes from the deployment's configuration.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; 32]);

/// A secret that the site's server and the worker share, such as `SITE_SECRET`.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SharedSecret([u8; 32]);

/// Which key it was. Derived from the key, so nobody has to number them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyId(pub(crate) [u8; 4]);

/// The present key and, while it is being rotated out, the previous one.
#[derive(Debug, Clone)]
pub struct Keyring {
    current: Key,
    previous: Option<Key>,
}

impl Key {
    /// Reads a key from base64 with padding, as `openssl rand -base64 32` writes it.
    ///
    /// # Errors
    /// [`Error::KeyMalformed`] if that is not 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, Error> {
        let mut key = Self([0; 32]);
        match Base64::decode(text.trim(), &mut key.0) {
            Ok(bytes) if bytes.len() == 32 => Ok(key),
            _ => Err(Error::KeyMalformed),
        }
    }

    /// A key of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key's name. It tells nothing of the key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        let [a, b, c, d, ..] = self.mac("threegate key id v1", &[]);
        KeyId([a, b, c, d])
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC-SHA256 over `context`, a zero byte, and each part behind its length, so that no two
    /// lists of parts are one input.
    pub(crate) fn mac(&self, context: &str, parts: &[&[u8]]) -> [u8; 32] {
        self.keyed(context, parts).finalize().into_bytes().into()
    }

    /// Whether `mac` is what [`Key::mac`] makes, in constant time.
    pub(crate) fn verifies(&self, context: &str, parts: &[&[u8]], mac: &[u8]) -> bool {
        self.keyed(context, parts).verify_slice(mac).is_ok()
    }

    fn keyed(&self, context: &str, parts: &[&[u8]]) -> Hmac<Sha256> {
        // HMAC fills a short key up with zeros (RFC 2104).
        let mut block = Zeroizing::new([0; 64]);
        block
            .iter_mut()
            .zip(self.0)
            .for_each(|(to, from)| *to = from);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(context.as_bytes());
        mac.update(&[0]);
        for part in parts {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            mac.update(&length.to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

impl SharedSecret {
    /// The fewest characters: 192 bits, written in base64url.
    pub const MIN: usize = 32;

    /// Takes a secret of [`SharedSecret::MIN`] characters or more; blanks around it are dropped.
    ///
    /// # Errors
    /// [`Error::KeyMalformed`] if it is shorter.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.chars().count() < Self::MIN {
            return Err(Error::KeyMalformed);
        }
        Ok(Self(Sha256::digest(text).into()))
    }

    /// Whether `presented` is the secret. Takes the same time wherever the two differ.
    #[must_use]
    pub fn matches(&self, presented: &str) -> bool {
        let presented: [u8; 32] = Sha256::digest(presented).into();
        self.0.ct_eq(&presented).into()
    }
}

impl KeyId {
    /// The name in eight hexadecimal digits, as the status shows it.
    #[must_use]
    pub fn to_hex(self) -> String {
        base16ct::lower::encode_string(&self.0)
    }
}

impl Keyring {
    /// Makes with `current`; still accepts what `previous` made.
    #[must_use]
    pub const fn new(current: Key, previous: Option<Key>) -> Self {
        Self { current, previous }
    }

    /// The key that makes.
    #[must_use]
    pub const fn current(&self) -> &Key {
        &self.current
    }

    /// The current key's name, while the previous one is being rotated out.
    #[must_use]
    pub fn rotating_to(&self) -> Option<KeyId> {
        self.previous.as_ref().map(|_| self.current.id())
    }

    /// The key of that name.
    #[must_use]
    pub fn find(&self, id: KeyId) -> Option<&Key> {
        core::iter::once(&self.current)
            .chain(&self.previous)
            .find(|key| key.id() == id)
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(..)")
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_32_bytes_of_base64_and_nothing_else() {
        let text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        let key = Key::from_base64(text).unwrap();
        assert_eq!(key.as_bytes().first_chunk(), Some(&[0, 1, 2, 3]));
        for wrong in [
            "",
            "AAEC",
            "not base64",
            &text[..40],
            &std::format!("{text}{text}"),
        ] {
            assert_eq!(Key::from_base64(wrong).err(), Some(Error::KeyMalformed));
        }
    }

    #[test]
    fn a_shared_secret_matches_itself_only_and_must_be_long() {
        let text = "tg_0123456789012345678901234567890";
        let secret = SharedSecret::parse(text).unwrap();
        assert!(secret.matches(text));
        for other in ["", "tg_", &text[1..], &text.to_uppercase()] {
            assert!(!secret.matches(other));
        }
        assert!(SharedSecret::parse(&text[..31]).is_err());
    }

    #[test]
    fn parts_cut_anew_make_another_mac() {
        let key = Key::from_bytes([7; 32]);
        assert_ne!(key.mac("c", &[b"ab", b"c"]), key.mac("c", &[b"a", b"bc"]));
        assert_ne!(key.mac("c", &[b"ab"]), key.mac("c", &[b"ab", b""]));
        assert_ne!(key.mac("c", &[b"ab"]), key.mac("d", &[b"ab"]));
    }

    #[test]
    fn a_key_shows_nothing_of_itself() {
        assert_eq!(std::format!("{:?}", Key::from_bytes([7; 32])), "Key(..)");
    }
}
