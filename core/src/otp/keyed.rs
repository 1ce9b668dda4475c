//! The one computation under every code: RFC 4226, section 5.3.

use hmac::digest::common::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::Zeroize;

use super::{Algorithm, Digits, Secret};

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
            Algorithm::Sha1 => Self::Sha1(ready(secret)),
            Algorithm::Sha256 => Self::Sha256(ready(secret)),
            Algorithm::Sha512 => Self::Sha512(ready(secret)),
        }
    }

    /// For SHA1 alone. Whoever needs no other hash is not linked with them.
    pub(crate) fn sha1(secret: &Secret) -> Hmac<Sha1> {
        ready(secret)
    }
}

impl Codes for Hmac<Sha1> {
    fn code_at(&self, factor: u64, digits: Digits) -> u32 {
        digits.shorten(truncated(self, factor))
    }
}

impl Codes for Keyed {
    fn code_at(&self, factor: u64, digits: Digits) -> u32 {
        digits.shorten(match self {
            Self::Sha1(mac) => truncated(mac, factor),
            Self::Sha256(mac) => truncated(mac, factor),
            Self::Sha512(mac) => truncated(mac, factor),
        })
    }
}

/// A secret is never longer than a block of any of the three hashes, so that zeros after it make
/// the block that HMAC uses, and nothing can fail.
fn ready<M: KeyInit>(secret: &Secret) -> M {
    let mut block = Key::<M>::default();
    for (to, from) in block.iter_mut().zip(secret.as_bytes()) {
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

/// Dynamic truncation. The offset is secret, so all sixteen places are read and one is kept.
pub(crate) fn truncate(mac: &[u8]) -> u32 {
    let offset = mac.last().copied().unwrap_or_default() & 0x0F;
    let mut truncated = 0;
    for (place, four) in (0..16_u8).zip(mac.windows(4)) {
        if let Ok(four) = four.try_into() {
            truncated.conditional_assign(&u32::from_be_bytes(four), place.ct_eq(&offset));
        }
    }
    truncated & 0x7FFF_FFFF
}
