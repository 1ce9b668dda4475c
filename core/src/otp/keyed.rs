//! The one computation under every code: RFC 4226, section 5.3.

mod hash;
mod hmac;

use subtle::{Choice, ConditionallySelectable};

use super::{Algorithm, Digits, Secret};
use hash::{Sha1, Sha256, Sha512};
use hmac::{Hash, Hmac, Word};

/// What makes codes.
pub(crate) trait Codes {
    /// The code at `factor`, RFC 4226's moving factor: an HOTP counter or a TOTP step.
    fn code_at(&self, factor: u64, digits: Digits) -> u32;
}

/// A secret made ready: the hash states after the two pad blocks, computed once for a whole window.
pub(crate) enum Keyed {
    Sha1(Hmac<Sha1>),
    Sha256(Hmac<Sha256>),
    Sha512(Hmac<Sha512>),
}

impl Keyed {
    pub(crate) fn new(algorithm: Algorithm, secret: &Secret) -> Self {
        match algorithm {
            Algorithm::Sha1 => Self::Sha1(Hmac::new(secret)),
            Algorithm::Sha256 => Self::Sha256(Hmac::new(secret)),
            Algorithm::Sha512 => Self::Sha512(Hmac::new(secret)),
        }
    }

    /// For SHA1 alone. Whoever needs no other hash is not linked with them.
    pub(crate) fn sha1(secret: &Secret) -> Hmac<Sha1> {
        Hmac::new(secret)
    }
}

impl<H: Hash> Codes for Hmac<H> {
    fn code_at(&self, factor: u64, digits: Digits) -> u32 {
        let mut mac = self.mac(factor);
        let ends = H::Word::ends(mac.words());
        mac.zeroize();
        ends.map_or(0, |(words, last)| digits.shorten(truncate(words, last)))
    }
}

impl Codes for Keyed {
    fn code_at(&self, factor: u64, digits: Digits) -> u32 {
        match self {
            Self::Sha1(mac) => mac.code_at(factor, digits),
            Self::Sha256(mac) => mac.code_at(factor, digits),
            Self::Sha512(mac) => mac.code_at(factor, digits),
        }
    }
}

/// Dynamic truncation, of a MAC that begins with these words and ends with the last.
///
/// The offset is the lowest four bits of that. It is secret: its upper bit selects which
/// sixteen bytes are looked at, the others how far these are shifted, which takes the same time for each
/// distance. No offset reaches beyond five words.
pub(crate) fn truncate(words: [u32; 5], last: u32) -> u32 {
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
