//! The one computation under every code: RFC 4226, section 5.3.

mod sha1;

use hmac::digest::common::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha512};
use subtle::{Choice, ConditionallySelectable};
use zeroize::Zeroize;

use super::{Algorithm, Digits, Secret};
use sha1::HmacSha1;

/// What makes codes.
pub(crate) trait Codes {
    /// The code at `factor`, RFC 4226's moving factor: an HOTP counter or a TOTP step.
    fn code_at(&self, factor: u64, digits: Digits) -> u32;
}

/// A secret made ready: the hash states after the two pad blocks, computed once for a whole window.
pub(crate) enum Keyed {
    Sha1(HmacSha1),
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl Keyed {
    pub(crate) fn new(algorithm: Algorithm, secret: &Secret) -> Self {
        match algorithm {
            Algorithm::Sha1 => Self::Sha1(Self::sha1(secret)),
            Algorithm::Sha256 => Self::Sha256(ready(secret)),
            Algorithm::Sha512 => Self::Sha512(ready(secret)),
        }
    }

    /// For SHA1 alone. Whoever needs no other hash is not linked with them.
    pub(crate) fn sha1(secret: &Secret) -> HmacSha1 {
        HmacSha1::new(secret)
    }
}

impl Codes for HmacSha1 {
    fn code_at(&self, factor: u64, digits: Digits) -> u32 {
        let mut mac = self.mac(factor);
        let [.., last] = mac;
        let truncated = truncate_at(mac, last);
        mac.zeroize();
        digits.shorten(truncated)
    }
}

impl Codes for Keyed {
    fn code_at(&self, factor: u64, digits: Digits) -> u32 {
        match self {
            Self::Sha1(mac) => mac.code_at(factor, digits),
            Self::Sha256(mac) => digits.shorten(truncated(mac, factor)),
            Self::Sha512(mac) => digits.shorten(truncated(mac, factor)),
        }
    }
}

/// A secret is never longer than a block of any of the hashes, so that zeros after it make the block that
/// HMAC uses, and nothing can fail.
fn ready<M: KeyInit>(secret: &Secret) -> M {
    let mut block = Key::<M>::default();
    for (to, from) in block.iter_mut().zip(secret.padded()) {
        *to = *from;
    }
    let keyed = M::new(&block);
    block.as_mut_slice().zeroize();
    keyed
}

fn truncated<M: Mac + Clone>(keyed: &M, factor: u64) -> u32 {
    let mut mac = keyed.clone();
    mac.update(&factor.to_be_bytes());
    truncate(&mac.finalize().into_bytes())
}

/// Dynamic truncation.
pub(crate) fn truncate(mac: &[u8]) -> u32 {
    // Every MAC has at least twenty bytes.
    let words = mac.as_chunks().0.first_chunk();
    match (words, mac.last_chunk()) {
        (Some(words), Some(last)) => {
            truncate_at(words.map(u32::from_be_bytes), u32::from_be_bytes(*last))
        }
        _ => 0,
    }
}

/// The offset is the lowest four bits of the MAC's last word. It is secret: its upper bit selects which
/// sixteen bytes are looked at, the others how far these are shifted, which takes the same time for each
/// distance. No offset reaches beyond five words.
fn truncate_at(words: [u32; 5], last: u32) -> u32 {
    let [a, b, c, d, e] = words.map(u64::from);
    let [first, second, third] = [a << 32 | b, c << 32 | d, e << 32];
    let [.., offset] = last.to_be_bytes();
    let upper = Choice::from(offset >> 3 & 1);
    let left = u64::conditional_select(&first, &second, upper);
    let right = u64::conditional_select(&second, &third, upper);

    let distance = u32::from(offset & 7) << 3;
    let from_right = (right >> 1).wrapping_shr(63_u32.wrapping_sub(distance));
    let [a, b, c, d, ..] = (left.wrapping_shl(distance) | from_right).to_be_bytes();
    u32::from_be_bytes([a, b, c, d]) & 0x7FFF_FFFF
}
