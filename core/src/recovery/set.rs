//! What a user has of recovery codes, and which of them are used up.

use alloc::vec::Vec;
use core::fmt;

use subtle::{Choice, ConditionallySelectable, ConstantTimeEq};

use super::{Digest, Rounds, Salt};

/// How many codes a new set has.
pub const COUNT: usize = 10;
/// With so few left, the user is told to make new ones.
pub const LOW: usize = 2;

/// The codes of one user, made together. New codes are a new set; the old one is thrown away whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Set {
    salt: Salt,
    rounds: Rounds,
    stored: Vec<Stored>,
}

/// One code of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// What is kept of it.
    pub digest: Digest,
    /// Whether it has let its user in.
    pub used: bool,
}

/// What a look among the codes says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "a used code must be stored as used before anybody is let in"]
pub enum Verdict {
    /// One of the codes, not used before. It is marked as used; store that in the transaction that
    /// lets the user in.
    Accepted {
        /// Its place in [`Set::stored`].
        index: usize,
        /// How many are left after it.
        remaining: usize,
    },
    /// One of the codes, but used before.
    Used,
    /// None of the codes.
    Wrong,
}

impl Set {
    /// The most codes of a set that was made elsewhere.
    pub const MAX: usize = 32;

    /// A new set.
    ///
    /// # Errors
    /// [`SetError`] if there is no digest, or more than [`Set::MAX`].
    pub fn new(
        salt: Salt,
        rounds: Rounds,
        digests: impl IntoIterator<Item = Digest>,
    ) -> Result<Self, SetError> {
        let unused = digests.into_iter().map(|digest| Stored {
            digest,
            used: false,
        });
        Self::from_stored(salt, rounds, unused.collect())
    }

    /// A set as it was stored, its codes in their order.
    ///
    /// # Errors
    /// [`SetError`] if there is no code, or more than [`Set::MAX`].
    pub fn from_stored(salt: Salt, rounds: Rounds, stored: Vec<Stored>) -> Result<Self, SetError> {
        if stored.is_empty() || stored.len() > Self::MAX {
            return Err(SetError);
        }
        Ok(Self {
            salt,
            rounds,
            stored,
        })
    }

    /// Looks for `digest` among all codes, used or not, in constant time, and uses up the code.
    pub fn redeem(&mut self, digest: &Digest) -> Verdict {
        let mut accepted = Choice::from(0);
        let mut index = 0_u64;
        let mut used = Choice::from(0);
        for (place, stored) in (0_u64..).zip(&self.stored) {
            let right = stored.digest.ct_eq(digest);
            let before = Choice::from(u8::from(stored.used));
            let first = right & !before & !accepted;
            index.conditional_assign(&place, first);
            accepted |= first;
            used |= right & before;
        }
        let found = usize::try_from(index).ok().filter(|_| accepted.into());
        if let Some((index, stored)) =
            found.and_then(|index| self.stored.get_mut(index).map(|stored| (index, stored)))
        {
            stored.used = true;
            Verdict::Accepted {
                index,
                remaining: self.remaining(),
            }
        } else if used.into() {
            Verdict::Used
        } else {
            Verdict::Wrong
        }
    }

    /// How many codes are left.
    #[must_use]
    pub fn remaining(&self) -> usize {
        self.stored.iter().filter(|stored| !stored.used).count()
    }

    /// The salt that a code of this set is stretched with.
    #[must_use]
    pub const fn salt(&self) -> &Salt {
        &self.salt
    }

    /// The rounds that a code of this set is stretched with.
    #[must_use]
    pub const fn rounds(&self) -> Rounds {
        self.rounds
    }

    /// The codes to store, in their order.
    #[must_use]
    pub fn stored(&self) -> &[Stored] {
        &self.stored
    }
}

/// A set without codes, or with more than [`Set::MAX`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetError;

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a set must have 1 to 32 recovery codes")
    }
}

impl core::error::Error for SetError {}

#[cfg(test)]
mod tests;
