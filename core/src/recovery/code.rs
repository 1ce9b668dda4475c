//! A code, made here or typed by a person.

use alloc::string::String;
use core::fmt;

use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::COUNT;
use crate::otp::typed::is_separator;

/// How many random bytes one code is made of. 50 of their 56 bits are used.
pub const CODE_RANDOM: usize = 7;

/// Crockford's digits by value.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LEN: usize = 10;

/// Ten characters of Crockford's base32, 50 bits. Whether it belongs to anybody, only
/// [`Set::redeem`](super::Set::redeem) can tell.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RecoveryCode([u8; LEN]);

impl RecoveryCode {
    /// A whole set of new codes out of [`COUNT`] times [`CODE_RANDOM`] random bytes, 70 in all.
    #[must_use]
    pub fn generate(random: &[[u8; CODE_RANDOM]; COUNT]) -> [Self; COUNT] {
        random.each_ref().map(Self::from_random)
    }

    fn from_random(random: &[u8; CODE_RANDOM]) -> Self {
        let mut bits = Zeroizing::new(
            random
                .iter()
                .fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte)),
        );
        let mut code = Self([0; LEN]);
        for slot in code.0.iter_mut().rev() {
            let digit = *bits & 0x1F;
            // Which digit it is must not be seen in the cache: all are read, one is kept.
            for (value, character) in (0_u64..).zip(ALPHABET) {
                slot.conditional_assign(character, value.ct_eq(&digit));
            }
            *bits >>= 5;
        }
        code
    }

    /// Reads a code as people type it: in either case, with blanks and dashes anywhere, O for 0,
    /// I and L for 1.
    ///
    /// # Errors
    /// [`CodeError::Character`] for what Crockford's base32 does not have, U among it;
    /// [`CodeError::Length`] unless there are ten characters.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        let mut code = Self([0; LEN]);
        let mut found = 0_usize;
        for (place, character) in text.chars().enumerate() {
            if is_separator(character) {
                continue;
            }
            let digit = digit(character).ok_or_else(|| CodeError::Character {
                character,
                position: place.saturating_add(1),
            })?;
            if let Some(slot) = code.0.get_mut(found) {
                *slot = digit;
            }
            found = found.saturating_add(1);
        }
        if found != LEN {
            return Err(CodeError::Length { found });
        }
        Ok(code)
    }

    /// The code as it is shown and printed: two groups of five.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(LEN.saturating_add(1)));
        for (place, byte) in self.0.iter().enumerate() {
            if place == LEN / 2 {
                text.push('-');
            }
            text.push(char::from(*byte));
        }
        text
    }

    /// What is stretched: the ten characters, upper case, no dash.
    pub(super) const fn as_bytes(&self) -> &[u8; LEN] {
        &self.0
    }
}

fn digit(character: char) -> Option<u8> {
    let meant = match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let byte = u8::try_from(meant).ok()?;
    ALPHABET.contains(&byte).then_some(byte)
}

impl PartialEq for RecoveryCode {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for RecoveryCode {}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

/// Why a text is no recovery code. Such a text is a slip, not a guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeError {
    /// A character that no code has.
    Character {
        /// The character as it was typed.
        character: char,
        /// Which character of the text it is, blanks counted, from 1.
        position: usize,
    },
    /// Not ten characters.
    Length {
        /// How many there are.
        found: usize,
    },
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character {
                character,
                position,
            } => {
                write!(
                    f,
                    "character {position}, {character:?}, is in no recovery code"
                )
            }
            Self::Length { found } => {
                write!(f, "a recovery code has 10 characters, this has {found}")
            }
        }
    }
}

impl core::error::Error for CodeError {}

#[cfg(test)]
mod tests;
