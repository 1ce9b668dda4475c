//! E-mail addresses and phone numbers in the form in which the directory is asked for them.
//!
//! The keys are public and the same for everybody, so a hash hides an address from a casual eye only:
//! whoever has it can try all phone numbers. It is personal data like the address.
//!
//! Source: Threema Gateway, "Find a Threema ID by hash"; vectors in `tests/vectors/threema/hashes.txt`.

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
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EmailHash([u8; 32]);

/// A phone number, hashed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PhoneHash([u8; 32]);

/// The hash of an e-mail address, without blanks around it and in small letters. Letters beyond ASCII stay
/// as they are: in a local part they are rare, and in a domain they are written in ASCII.
#[must_use]
pub fn email_hash(address: &str) -> EmailHash {
    EmailHash(hash(EMAIL, address.trim().to_ascii_lowercase().as_bytes()))
}

/// The hash of a phone number with its country's code, however it is grouped; with or without `+`.
/// None for what is no such number: other characters, a national prefix, fewer than 7 digits or more
/// than the 15 of E.164.
#[must_use]
pub fn phone_hash(number: &str) -> Option<PhoneHash> {
    let number = number.trim_matches(is_separator);
    let digits: String = number
        .strip_prefix('+')
        .unwrap_or(number)
        .chars()
        .filter(|c| !is_separator(*c) && !matches!(c, '(' | ')' | '.' | '/'))
        .collect();
    let international = (7..=15).contains(&digits.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.starts_with('0');
    international.then(|| PhoneHash(hash(PHONE, digits.as_bytes())))
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
