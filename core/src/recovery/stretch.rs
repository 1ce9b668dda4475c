//! From a code to what is stored of it.

use core::fmt;

use hmac::digest::common::Key;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::RecoveryCode;

/// Sets the digests of this room apart from all else that is keyed with a user's key.
const CONTEXT: &[u8] = b"threegate recovery v1";

/// What makes the codes of one set different from all others. Not secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Salt([u8; 16]);

impl Salt {
    /// The salt of 16 random bytes, or of those that were stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// How many rounds of PBKDF2: as many as some milliseconds of the edge allow. Stored with the set,
/// so that a later set may have more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rounds(u32);

impl Rounds {
    /// What a new set gets on the edge; a server of one's own takes [`Rounds::MAX`]. Ten codes are stretched in one request: 4 ms of the 10 that a request
    /// has on the free plan, measured on workerd.
    pub const DEFAULT: Self = Self(2_000);
    /// The fewest: NIST SP 800-132, section 5.2.
    pub const MIN: u32 = 1_000;
    /// The most that WebCrypto does on Workers.
    pub const MAX: u32 = 100_000;

    /// That many rounds.
    ///
    /// # Errors
    /// [`RoundsError`] unless they are [`Rounds::MIN`] to [`Rounds::MAX`].
    pub const fn new(rounds: u32) -> Result<Self, RoundsError> {
        if rounds < Self::MIN || rounds > Self::MAX {
            return Err(RoundsError);
        }
        Ok(Self(rounds))
    }

    /// The number.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0
    }
}

/// A number of rounds that protects too little, or that the edge refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoundsError;

impl fmt::Display for RoundsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the rounds must be 1,000 to 100,000")
    }
}

impl core::error::Error for RoundsError {}

/// A piece of work for the edge: PBKDF2-HMAC-SHA256 with 32 bytes of output, of
/// [`Stretching::password`] with [`Stretching::salt`] and [`Stretching::rounds`].
#[must_use = "this is work that is still to be done"]
pub struct Stretching {
    code: RecoveryCode,
    salt: Salt,
    rounds: Rounds,
}

impl Stretching {
    /// The work that `code` is in a set of this salt and these rounds.
    pub fn new(code: &RecoveryCode, salt: &Salt, rounds: Rounds) -> Self {
        Self {
            code: code.clone(),
            salt: salt.clone(),
            rounds,
        }
    }

    /// PBKDF2's password: the code's ten characters, upper case, no dash.
    #[must_use]
    pub const fn password(&self) -> &[u8] {
        self.code.as_bytes()
    }

    /// PBKDF2's salt.
    #[must_use]
    pub const fn salt(&self) -> &[u8] {
        self.salt.as_bytes()
    }

    /// PBKDF2's iterations.
    #[must_use]
    pub const fn rounds(&self) -> u32 {
        self.rounds.count()
    }

    /// The work is done, and this came out.
    #[must_use]
    pub fn done(self, stretched: [u8; 32]) -> Stretched {
        Stretched(stretched)
    }
}

impl fmt::Debug for Stretching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stretching")
            .field("rounds", &self.rounds.0)
            .finish_non_exhaustive()
    }
}

/// A code after PBKDF2: as secret as the code itself.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct Stretched([u8; 32]);

impl Stretched {
    /// What is stored, or looked for among what is stored.
    #[must_use]
    pub fn digest(&self, key: &UserKey) -> Digest {
        // A key shorter than a block, and zeros after it, make the block that HMAC uses.
        let mut block = Key::<Hmac<Sha256>>::default();
        for (to, from) in block.iter_mut().zip(&key.0) {
            *to = *from;
        }
        let mut mac = Hmac::<Sha256>::new(&block);
        block.as_mut_slice().zeroize();
        mac.update(CONTEXT);
        mac.update(&self.0);
        Digest(mac.finalize().into_bytes().into())
    }
}

impl fmt::Debug for Stretched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stretched(..)")
    }
}

/// A user's own key, 32 random bytes that stay sealed in the vault.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct UserKey([u8; 32]);

impl UserKey {
    /// The key of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for the vault.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for UserKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserKey(..)")
    }
}

/// What is stored of a code. Worth nothing without the user's key, and yet compared in constant
/// time and not shown.
#[derive(Clone)]
pub struct Digest([u8; 32]);

impl Digest {
    /// A digest that was stored.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes to store.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl ConstantTimeEq for Digest {
    fn ct_eq(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Digest {}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(..)")
    }
}
