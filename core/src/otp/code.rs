//! A code, made by an app or typed by a person.

use alloc::string::String;
use core::fmt;

use subtle::{Choice, ConstantTimeEq};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Digits;
use super::typed::is_separator;

/// The zeros of the decimal digits that keyboards type: ASCII, full-width, Arabic-Indic, its
/// Persian and Urdu form, Devanagari, Bengali. The nine others follow each.
const ZEROS: [char; 6] = [
    '0', '\u{FF10}', '\u{0660}', '\u{06F0}', '\u{0966}', '\u{09E6}',
];

/// A code of the right length. Whether it is the right one, only a check can tell.
///
/// It is read as people type it, and a slip is not a guess: what cannot be a code need not count as a failure.
///
/// ```
/// use threegate_core::otp::{Code, CodeError, Digits};
///
/// let typed = Code::parse(" 012-345 ", Digits::Six)?;
/// assert_eq!(*typed.to_digits(), "012345");
/// assert_eq!(Code::parse("٠١٢٣٤٥", Digits::Six)?, typed); // an Arabic keyboard
///
/// let slip = Code::parse("01234o", Digits::Six);
/// assert_eq!(slip, Err(CodeError::Character { position: 6 }));
/// # Ok::<(), CodeError>(())
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Code {
    value: u32,
    #[zeroize(skip)]
    digits: Digits,
}

impl Code {
    /// The most digits that a code has.
    pub const LONGEST: usize = 8;

    pub(crate) const fn new(value: u32, digits: Digits) -> Self {
        Self { value, digits }
    }

    /// A code of our own, evenly distributed over all of that length: `random` are fresh random bytes. None
    /// if they are of the few values that would favour small codes, all eight words of them.
    #[must_use]
    pub fn draw(random: &[u8; 32], digits: Digits) -> Option<Self> {
        let codes = 10_u32.saturating_pow(u32::from(digits.count()));
        let fair = u32::MAX.checked_div(codes)?.checked_mul(codes)?;
        let (words, _) = random.as_chunks::<4>();
        let mut words = words.iter().map(|word| u32::from_le_bytes(*word));
        let value = words.find(|word| *word < fair)?.checked_rem(codes)?;
        Some(Self { value, digits })
    }

    /// Reads a code as people type it: blanks and dashes anywhere, digits of their own script.
    ///
    /// # Errors
    /// [`CodeError::Character`] for anything else; [`CodeError::Length`] unless there are exactly
    /// `digits`.
    pub fn parse(text: &str, digits: Digits) -> Result<Self, CodeError> {
        let mut value = 0_u32;
        let mut found = 0_usize;
        for (place, c) in text.chars().enumerate() {
            let Some(digit) = decimal(c) else {
                if is_separator(c) {
                    continue;
                }
                return Err(CodeError::Character {
                    position: place.saturating_add(1),
                });
            };
            value = value.saturating_mul(10).saturating_add(digit);
            found = found.saturating_add(1);
        }
        if found != usize::from(digits.count()) {
            return Err(CodeError::Length {
                found,
                expected: digits.count(),
            });
        }
        Ok(Self { value, digits })
    }

    /// Reads a code that may have any of these lengths.
    ///
    /// # Errors
    /// As [`Code::parse`] for the first of them.
    pub fn parse_among(text: &str, lengths: &[Digits]) -> Result<Self, CodeError> {
        let mut fitting = lengths.iter().map(|digits| Self::parse(text, *digits));
        let first = lengths.first().copied().unwrap_or_default();
        fitting
            .find(Result::is_ok)
            .unwrap_or_else(|| Self::parse(text, first))
    }

    /// How many digits there are.
    #[must_use]
    pub const fn digits(&self) -> Digits {
        self.digits
    }

    /// All digits, with the leading zeros.
    #[must_use]
    pub fn to_digits(&self) -> Zeroizing<String> {
        let mut buffer = Zeroizing::new([0; Self::LONGEST]);
        Zeroizing::new(self.encode_digits(&mut buffer).into())
    }

    /// The same where memory is not to be asked for: in `buffer`, to be wiped after use.
    #[must_use]
    pub fn encode_digits<'a>(&self, buffer: &'a mut [u8; Self::LONGEST]) -> &'a str {
        let mut left = self.value;
        for place in buffer.iter_mut().rev() {
            let [.., digit] = (left % 10).to_be_bytes();
            *place = b'0' | digit;
            left /= 10;
        }
        let unused = buffer.len().saturating_sub(self.digits.count().into());
        let (_, digits) = buffer.split_at_checked(unused).unwrap_or_default();
        core::str::from_utf8(digits).unwrap_or_default()
    }

    pub(crate) fn is(&self, value: u32, digits: Digits) -> Choice {
        let both = |value, digits: Digits| u64::from(digits.count()) << 32 | u64::from(value);
        both(self.value, self.digits).ct_eq(&both(value, digits))
    }
}

fn decimal(c: char) -> Option<u32> {
    ZEROS
        .into_iter()
        .filter_map(|zero| u32::from(c).checked_sub(u32::from(zero)))
        .find(|digit| *digit < 10)
}

impl PartialEq for Code {
    fn eq(&self, other: &Self) -> bool {
        self.is(other.value, other.digits).into()
    }
}

impl Eq for Code {}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

/// Why a text is no code. Such a text is a slip, not a guess: it need not count as a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeError {
    /// Something that is neither a digit nor a blank.
    Character {
        /// Which character of the text it is, blanks counted, from 1.
        position: usize,
    },
    /// Too few digits, or too many.
    Length {
        /// How many digits there are.
        found: usize,
        /// How many there should be.
        expected: u8,
    },
}

impl fmt::Display for CodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character { position } => write!(f, "character {position} is not a digit"),
            Self::Length { found, expected } => {
                write!(f, "the code has {found} digits, not {expected}")
            }
        }
    }
}

impl core::error::Error for CodeError {}

#[cfg(test)]
mod tests;
