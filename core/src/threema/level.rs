//! How sure it is that a key belongs to the person who holds the phone.

use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::{PublicKey, ThreemaId};
use crate::Error;

/// What stands behind a key: the dots that the apps show beside a contact.
///
/// A code that says another key than the directory has no level: it is refused, since one of the two
/// lies. Greater is surer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Red: only the directory says so.
    Server,
    /// Orange: the directory says so, and it found the ID by an address that the site knows.
    Matched,
    /// Green: the directory says so, and the phone showed it to the page's camera.
    Scanned,
}

impl Level {
    /// Every level, the least sure first.
    pub const ALL: [Self; 3] = [Self::Server, Self::Matched, Self::Scanned];

    /// The level of the directory's key, given the key that was `scanned` from the phone, if one was.
    ///
    /// # Errors
    /// [`Error::ThreemaKeyMismatch`] if the two differ.
    pub fn of_directory(directory: &PublicKey, scanned: Option<&PublicKey>) -> Result<Self, Error> {
        match scanned {
            None => Ok(Self::Server),
            Some(scanned) if scanned == directory => Ok(Self::Scanned),
            Some(_) => Err(Error::ThreemaKeyMismatch),
        }
    }

    /// How many dots the apps show: 1 to 3.
    #[must_use]
    pub const fn dots(self) -> u8 {
        match self {
            Self::Server => 1,
            Self::Matched => 2,
            Self::Scanned => 3,
        }
    }

    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Matched => "matched",
            Self::Scanned => "scanned",
        }
    }

    /// The level of that word; none for a word of a later version.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str() == word)
    }
}

/// An ID with the key that it had when it was enrolled. Messages are opened with this key and no other,
/// so whoever later rules the directory cannot speak for the user.
///
/// It is stored sealed, as [`vault::Kind::ThreemaContact`](crate::vault::Kind::ThreemaContact).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pinned {
    /// Whose key it is.
    pub id: ThreemaId,
    /// The key.
    pub key: PublicKey,
    /// How sure that was.
    pub level: Level,
}

impl Pinned {
    const VERSION: u8 = 1;

    /// The 42 bytes to seal: a version, the dots, the ID, the key.
    #[must_use]
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(42));
        bytes.extend([Self::VERSION, self.level.dots()]);
        bytes.extend(self.id.as_bytes());
        bytes.extend(self.key.as_bytes());
        bytes
    }

    /// Reads what [`Pinned::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`Error::SealBroken`] for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Error> {
        Self::read(bytes).ok_or(Error::SealBroken)
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let (&[version, dots], rest) = bytes.split_first_chunk::<2>()?;
        let (id, key) = rest.split_first_chunk::<8>()?;
        if version != Self::VERSION {
            return None;
        }
        Some(Self {
            id: ThreemaId::parse(core::str::from_utf8(id).ok()?).ok()?,
            key: PublicKey::from_bytes(key.try_into().ok()?).ok()?,
            level: Level::ALL.into_iter().find(|level| level.dots() == dots)?,
        })
    }
}

#[cfg(test)]
mod tests;
