//! E-mail addresses and phone numbers in the form in which the directory is asked for them.
//!
//! The keys are public and the same for everybody, so a hash hides an address from a casual eye only:
//! whoever has it can try all phone numbers. It is personal data like the address.
//!
//! ```
//! use threegate_core::threema::look_up::{EmailAddress, PhoneNumber, email_hash, phone_hash};
//!
//! let number = PhoneNumber::parse("+41 79 123 45-67").unwrap();
//! assert_eq!(number.as_str(), "41791234567");
//! assert_eq!(number.hash(), phone_hash("41791234567").unwrap());
//! assert!(PhoneNumber::parse("079 123 45 67").is_none()); // of which country?
//!
//! let address = EmailAddress::parse(" Test@Threema.ch ").unwrap();
//! assert_eq!(address.hash(), email_hash("test@threema.ch"));
//! assert!(address.hash().to_hex().starts_with("1ea09323"));
//! ```
//!
//! Source: Threema Gateway, "Find a Threema ID by hash"; vectors in `tests/vectors/threema/hashes`.

use alloc::string::String;
use core::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::otp::typed::is_separator;

const EMAIL: [u8; 32] = [
    0x30, 0xa5, 0x50, 0x0f, 0xed, 0x97, 0x01, 0xfa, 0x6d, 0xef, 0xdb, 0x61, 0x08, 0x41, 0x90, 0x0f,
    0xeb, 0xb8, 0xe4, 0x30, 0x88, 0x1f, 0x7a, 0xd8, 0x16, 0x82, 0x62, 0x64, 0xec, 0x09, 0xba, 0xd7,
];
const PHONE: [u8; 32] = [
    0x85, 0xad, 0xf8, 0x22, 0x69, 0x53, 0xf3, 0xd9, 0x6c, 0xfd, 0x5d, 0x09, 0xbf, 0x29, 0x55, 0x5e,
    0xb9, 0x55, 0xfc, 0xd8, 0xaa, 0x5e, 0xc4, 0xf9, 0xfc, 0xd8, 0x69, 0xe2, 0x58, 0x37, 0x07, 0x23,
];

/// An e-mail address, hashed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EmailHash([u8; 32]);

/// A phone number, hashed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhoneHash([u8; 32]);

/// A phone number with its country's code, in digits alone: E.164 without the `+`.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number, however it is grouped; with or without `+`. None for what is no such number: other
    /// characters, a national prefix, fewer than 7 digits or more than the 15 of E.164.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number = text.trim_matches(is_separator);
        let digits: String = number
            .strip_prefix('+')
            .unwrap_or(number)
            .chars()
            .filter(|c| !is_separator(*c) && !matches!(c, '(' | ')' | '.' | '/'))
            .collect();
        let international = (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        international.then_some(Self(digits))
    }

    /// The digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> PhoneHash {
        PhoneHash(hash(PHONE, self.0.as_bytes()))
    }
}

/// An e-mail address, without blanks around it and in small letters.
#[derive(Clone, PartialEq, Eq)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address. None for what is none: without `@` or with nothing on a side of it, with blanks
    /// or control characters, or longer than 254 bytes. Letters beyond ASCII stay as they are: in a local
    /// part they are rare, and in a domain they are written in ASCII.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let whole = !local.is_empty() && !domain.is_empty() && text.len() <= 254;
        let plain = |c: char| !c.is_whitespace() && !c.is_control();
        (whole && text.chars().all(plain)).then(|| Self(text.to_ascii_lowercase()))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> EmailHash {
        email_hash(&self.0)
    }
}

/// The hash of an e-mail address, without blanks around it and in small letters. Letters beyond ASCII stay
/// as they are: in a local part they are rare, and in a domain they are written in ASCII.
#[must_use]
pub fn email_hash(address: &str) -> EmailHash {
    EmailHash(hash(EMAIL, address.trim().to_ascii_lowercase().as_bytes()))
}

/// The hash of a phone number, read as by [`PhoneNumber::parse`]. None for what is no such number.
#[must_use]
pub fn phone_hash(number: &str) -> Option<PhoneHash> {
    PhoneNumber::parse(number).map(|number| number.hash())
}

fn hash(key: [u8; 32], normalised: &[u8]) -> [u8; 32] {
    // HMAC fills a short key up with zeros (RFC 2104).
    let mut block = [0; 64];
    block.iter_mut().zip(key).for_each(|(to, from)| *to = from);
    let mut mac = Hmac::<Sha256>::new((&block).into());
    mac.update(normalised);
    mac.finalize().into_bytes().into()
}

fn read(text: &str) -> Option<[u8; 32]> {
    let mut hash = [0; 32];
    let read = base16ct::lower::decode(text, &mut hash).ok()?;
    (read.len() == 32).then_some(hash)
}

impl EmailHash {
    /// A hash that [`EmailHash::to_hex`] wrote.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        read(text).map(Self)
    }

    /// The hash in 64 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        base16ct::lower::encode_string(&self.0)
    }
}

impl PhoneHash {
    /// A hash that [`PhoneHash::to_hex`] wrote.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        read(text).map(Self)
    }

    /// The hash in 64 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        base16ct::lower::encode_string(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneNumber(..)")
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(..)")
    }
}

impl fmt::Debug for EmailHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailHash(..)")
    }
}

impl fmt::Debug for PhoneHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneHash(..)")
    }
}

#[cfg(test)]
mod tests;
