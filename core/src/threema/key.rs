//! The keys of people and Gateways, and the secret that a Gateway's account has.

use alloc::string::String;
use core::fmt;

use curve25519_dalek::MontgomeryPoint;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::Error;

/// The X25519 points of small order, without the top bit, which is not looked at. A box under one of
/// them opens for everybody.
///
/// Source: RFC 7748, section 6.1, and the list that libsodium refuses.
const SMALL_ORDER: [[u8; 32]; 7] = [
    little_endian(0, 0),
    little_endian(1, 0),
    [
        0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56, 0xe3, 0xfa, 0xf1, 0x9f, 0xc4,
        0x6a, 0xda, 0x09, 0x8d, 0xeb, 0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
        0xb8, 0x00,
    ],
    [
        0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0, 0xb1, 0x55, 0x9c, 0x83, 0xef,
        0x5b, 0x04, 0x44, 0x5c, 0xc4, 0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f,
        0x11, 0x57,
    ],
    little_endian(0xec, 0x7f), // p - 1
    little_endian(0xed, 0x7f), // p, another zero
    little_endian(0xee, 0x7f), // p + 1, another one
];

/// A number near zero (`high` is 0) or near 2^255 (`high` is 0x7f) whose lowest byte is `low`.
const fn little_endian(low: u8, high: u8) -> [u8; 32] {
    let between = if high == 0 { 0 } else { 0xff };
    let mut bytes = [between; 32];
    let [first, .., last] = &mut bytes;
    *first = low;
    *last = high;
    bytes
}

/// The public key of a Threema ID. It says nothing of whose it is: see [`Level`](super::Level).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey([u8; 32]);

impl PublicKey {
    /// The key of these bytes.
    ///
    /// # Errors
    /// [`Error::ThreemaKeyMalformed`] for zeros and the other points under which everybody could open.
    pub fn from_bytes(bytes: [u8; 32]) -> Result<Self, Error> {
        let mut point = bytes;
        let [.., last] = &mut point;
        *last &= 0x7f;
        if SMALL_ORDER.contains(&point) {
            return Err(Error::ThreemaKeyMalformed);
        }
        Ok(Self(bytes))
    }

    /// Reads a key from 64 hexadecimal digits in lower case, as the directory writes it.
    ///
    /// # Errors
    /// [`Error::ThreemaKeyMalformed`] if it is none.
    pub fn parse(hex: &str) -> Result<Self, Error> {
        let mut bytes = [0; 32];
        match base16ct::lower::decode(hex, &mut bytes) {
            Ok(read) if read.len() == 32 => Self::from_bytes(bytes),
            _ => Err(Error::ThreemaKeyMalformed),
        }
    }

    /// Reads a key from 64 hexadecimal digits in either case, as codes may have it.
    ///
    /// # Errors
    /// [`Error::ThreemaKeyMalformed`] if it is none.
    pub fn parse_any_case(hex: &str) -> Result<Self, Error> {
        let mut bytes = [0; 32];
        match base16ct::mixed::decode(hex, &mut bytes) {
            Ok(read) if read.len() == 32 => Self::from_bytes(bytes),
            _ => Err(Error::ThreemaKeyMalformed),
        }
    }

    /// Reads a key as Threema's own tools write it: 64 hexadecimal digits in either case, bare or behind
    /// `public:`; blanks around it are dropped, such as the line end of a file.
    ///
    /// # Errors
    /// [`Error::ThreemaKeyMalformed`] for anything else, such as a `private:` one.
    pub fn parse_tagged(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        Self::parse_any_case(text.strip_prefix("public:").unwrap_or(text))
    }

    /// The key as Threema's own tools write it, behind `public:`.
    #[must_use]
    pub fn to_tagged(self) -> String {
        ["public:", &self.to_hex()].concat()
    }

    /// The bytes of the key.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The key in 64 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        base16ct::lower::encode_string(&self.0)
    }

    /// What the apps show of a key, for two people to compare: the first 16 bytes of its SHA-256, in 32
    /// hexadecimal digits.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest: [u8; 32] = Sha256::digest(self.0).into();
        let (shown, _) = digest.split_at(16);
        base16ct::lower::encode_string(shown)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(..)")
    }
}

/// The private key of a Gateway ID.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct SecretKey([u8; 32]);

impl SecretKey {
    /// The key of these bytes. Any 32 are one (RFC 7748, section 5).
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Reads a key from 64 hexadecimal digits, bare or behind the `private:` of Threema's own tools;
    /// blanks around it are dropped.
    ///
    /// # Errors
    /// [`Error::ThreemaKeyMalformed`] for anything else, such as a `public:` one.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        let hex = text.strip_prefix("private:").unwrap_or(text);
        let mut key = Self([0; 32]);
        match base16ct::mixed::decode(hex, &mut key.0) {
            Ok(read) if read.len() == 32 => Ok(key),
            _ => Err(Error::ThreemaKeyMalformed),
        }
    }

    /// The key as Threema's own tools write it, behind `private:`. It is the secret itself, for the file
    /// or the setting that keeps it.
    #[must_use]
    pub fn to_tagged(&self) -> Zeroizing<String> {
        const TAG: &str = "private:";
        let mut digits = Zeroizing::new([0; 64]);
        let mut text = Zeroizing::new(String::with_capacity(TAG.len().saturating_add(64)));
        text.push_str(TAG);
        if let Ok(digits) = base16ct::lower::encode_str(&self.0, &mut *digits) {
            text.push_str(digits);
        }
        text
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        // Never of small order: a clamped scalar times the base point.
        PublicKey(MontgomeryPoint::mul_base_clamped(self.0).to_bytes())
    }

    /// X25519 (RFC 7748, section 5). Never zeros: for that, `theirs` would have to be of small order.
    pub(super) fn shared_with(&self, theirs: &PublicKey) -> Zeroizing<MontgomeryPoint> {
        Zeroizing::new(MontgomeryPoint(theirs.0).mul_clamped(self.0))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// The API secret of a Gateway ID: what its account calls the Gateway with, and the key of the MAC on
/// every callback.
#[derive(Clone)]
pub struct ApiSecret(Zeroizing<String>);

impl ApiSecret {
    /// Takes a secret as the Gateway's pages show it, 16 characters at present; blanks around it are
    /// dropped, such as the line end of a file.
    ///
    /// # Errors
    /// [`Error::ApiSecretMalformed`] if nothing is left, or anything in it is not printable ASCII.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::ApiSecretMalformed);
        }
        Ok(Self(Zeroizing::new(text.into())))
    }

    /// The text: it is the key as it stands, not something encoded.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ApiSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiSecret(..)")
    }
}

#[cfg(test)]
mod tests;
