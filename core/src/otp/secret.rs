//! What site and app share: the key of every code.

use alloc::string::String;
use core::fmt;

use base32ct::{Base32UpperUnpadded, Encoding};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::typed::is_separator;

/// A secret of 16 to 64 bytes. It is never shown by `Debug`, is compared in constant time, and
/// leaves no copy of its own behind.
///
/// ```
/// use threegate_core::otp::Secret;
///
/// let typed = Secret::parse("gezd gnbv gy3t qojq gezd gnbv gy3t qojq")?;
/// assert_eq!(typed, Secret::from_bytes(b"12345678901234567890")?);
/// assert_eq!(*typed.to_groups(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
/// # Ok::<(), threegate_core::otp::SecretError>(())
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret {
    bytes: [u8; Self::MAX],
    len: usize,
}

impl Secret {
    /// The fewest bytes: RFC 4226, requirement R6.
    pub const MIN: usize = 16;
    /// The most bytes: a block of SHA-1 and SHA-256. A longer key would only be hashed first.
    pub const MAX: usize = 64;
    /// How many random bytes to make a new secret of: what RFC 4226 recommends, and all that
    /// every app takes.
    pub const RECOMMENDED: usize = 20;

    /// How many base32 characters [`Secret::MAX`] bytes are.
    const MAX_BASE32: usize = 103;

    /// The secret of these bytes, which must be random and nobody else's.
    ///
    /// # Errors
    /// [`SecretError::TooShort`] or [`SecretError::TooLong`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SecretError> {
        if bytes.len() < Self::MIN {
            return Err(SecretError::TooShort);
        }
        let mut secret = Self {
            bytes: [0; Self::MAX],
            len: bytes.len(),
        };
        secret
            .bytes
            .get_mut(..bytes.len())
            .ok_or(SecretError::TooLong)?
            .copy_from_slice(bytes);
        Ok(secret)
    }

    /// Reads base32 (RFC 4648, section 6) as people type and paste it: in either case, with blanks
    /// and dashes anywhere, with or without padding. Bits after the last whole byte are ignored,
    /// as apps do.
    ///
    /// # Errors
    /// Each of [`SecretError`]; a wrong character before a wrong length, since the one explains
    /// the other.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let mut base32 = Zeroizing::new([0; Self::MAX_BASE32]);
        let mut len = 0_usize;
        for c in text
            .trim_end_matches(|c| c == '=' || is_separator(c))
            .chars()
        {
            if is_separator(c) {
                continue;
            }
            if let Some(slot) = base32.get_mut(len) {
                // Zero is in no alphabet: whatever is not ASCII makes the decoding fail.
                *slot = u8::try_from(c).unwrap_or_default().to_ascii_uppercase();
            }
            len = len.saturating_add(1);
        }

        let mut bytes = Zeroizing::new([0; Self::MAX]);
        let decoded = base32
            .get(..len)
            .map(|base32| Base32UpperUnpadded::decode(base32, &mut *bytes));
        match decoded {
            Some(Ok(bytes)) => Self::from_bytes(bytes),
            // What follows looks at the text itself: it is no secret, or not one that is taken.
            Some(Err(_)) => Err(stranger(text).unwrap_or(SecretError::Incomplete)),
            None => Err(stranger(text).unwrap_or(SecretError::TooLong)),
        }
    }

    /// Every character of a typed text that cannot stand where it stands, with its place, from 1, blanks
    /// counted. For a page that marks them all at once; [`Secret::parse`] names the first.
    ///
    /// ```
    /// use threegate_core::otp::Secret;
    ///
    /// let strangers: Vec<_> = Secret::strangers("GEZD 0NBV 8Y3T").collect();
    /// assert_eq!(strangers, [(6, '0'), (11, '8')]);
    /// ```
    pub fn strangers(text: &str) -> impl Iterator<Item = (usize, char)> {
        let mut padded = false;
        (1_usize..).zip(text.chars()).filter(move |(_, character)| {
            padded |= *character == '=';
            match *character {
                '=' => false,
                c if is_separator(c) => false,
                'A'..='Z' | 'a'..='z' | '2'..='7' => padded,
                _ => true,
            }
        })
    }

    /// The bytes, for the vault.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.len).unwrap_or_default()
    }

    /// The bytes, and zeros after them.
    pub(super) const fn padded(&self) -> &[u8; Self::MAX] {
        &self.bytes
    }

    /// Base32 without padding, upper case: what a link carries.
    #[must_use]
    pub fn to_base32(&self) -> Zeroizing<String> {
        Zeroizing::new(Base32UpperUnpadded::encode_string(self.as_bytes()))
    }

    /// Base32 in groups of four, to be read and typed by people.
    #[must_use]
    pub fn to_groups(&self) -> Zeroizing<String> {
        let base32 = self.to_base32();
        let mut groups = Zeroizing::new(String::with_capacity(Self::MAX_BASE32.saturating_mul(2)));
        for (place, c) in base32.chars().enumerate() {
            if place > 0 && place.is_multiple_of(4) {
                groups.push(' ');
            }
            groups.push(c);
        }
        groups
    }
}

/// The first character of `text` that cannot stand where it stands.
fn stranger(text: &str) -> Option<SecretError> {
    let (position, character) = Secret::strangers(text).next()?;
    Some(SecretError::Character {
        character,
        position,
    })
}

impl ConstantTimeEq for Secret {
    fn ct_eq(&self, other: &Self) -> subtle::Choice {
        self.bytes.ct_eq(&other.bytes) & self.len.ct_eq(&other.len)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.ct_eq(other).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// Why something is no secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretError {
    /// A character that base32 does not have (`0`, `1`, `8` and `9` are the usual ones), or one
    /// after the padding.
    Character {
        /// The character as it was typed.
        character: char,
        /// Which character of the text it is, blanks counted, from 1.
        position: usize,
    },
    /// A number of characters that no base32 text has: some are missing, or one is too many.
    Incomplete,
    /// More than [`Secret::MAX`] bytes.
    TooLong,
    /// Fewer than [`Secret::MIN`] bytes.
    TooShort,
}

impl fmt::Display for SecretError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character {
                character,
                position,
            } => {
                write!(
                    f,
                    "character {position}, {character:?}, is not of base32 (A to Z, 2 to 7)"
                )
            }
            Self::Incomplete => f.write_str("a character of the secret is missing or too many"),
            Self::TooLong => f.write_str("the secret is longer than 64 bytes"),
            Self::TooShort => f.write_str("the secret is shorter than 16 bytes"),
        }
    }
}

impl core::error::Error for SecretError {}

#[cfg(test)]
mod tests;
