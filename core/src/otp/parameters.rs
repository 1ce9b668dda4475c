//! What both kinds of code have in common: the hash, the number of digits.

use core::fmt;

/// The hash under the HMAC. Many apps know only SHA1, whatever the link says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Algorithm {
    /// HMAC-SHA-1, the default. What is known against SHA-1 does not touch HMAC.
    #[default]
    Sha1,
    /// HMAC-SHA-256.
    Sha256,
    /// HMAC-SHA-512.
    Sha512,
}

impl Algorithm {
    /// Every algorithm.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// The name in an `otpauth://` link.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
            Self::Sha512 => "SHA512",
        }
    }

    /// The algorithm of that name, exactly as [`Algorithm::as_str`] writes it.
    ///
    /// # Errors
    /// [`ParameterError::Algorithm`] for any other name.
    pub fn parse(name: &str) -> Result<Self, ParameterError> {
        Self::ALL
            .into_iter()
            .find(|algorithm| algorithm.as_str() == name)
            .ok_or(ParameterError::Algorithm)
    }
}

/// How long a code is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Digits {
    /// Six, the default.
    #[default]
    Six,
    /// Seven.
    Seven,
    /// Eight.
    Eight,
}

impl Digits {
    /// Every length.
    pub const ALL: [Self; 3] = [Self::Six, Self::Seven, Self::Eight];

    /// The length of `count` digits.
    ///
    /// # Errors
    /// [`ParameterError::Digits`] unless `count` is 6, 7 or 8.
    pub const fn new(count: u8) -> Result<Self, ParameterError> {
        match count {
            6 => Ok(Self::Six),
            7 => Ok(Self::Seven),
            8 => Ok(Self::Eight),
            _ => Err(ParameterError::Digits),
        }
    }

    /// The number of digits.
    #[must_use]
    pub const fn count(self) -> u8 {
        match self {
            Self::Six => 6,
            Self::Seven => 7,
            Self::Eight => 8,
        }
    }

    /// The last digits of a truncated HMAC. The divisors are constants, so that the compiler
    /// multiplies instead of using a division whose time depends on the value.
    pub(crate) const fn shorten(self, truncated: u32) -> u32 {
        match self {
            Self::Six => truncated % 1_000_000,
            Self::Seven => truncated % 10_000_000,
            Self::Eight => truncated % 100_000_000,
        }
    }
}

/// A parameter that no code should be made or checked with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterError {
    /// The algorithm is none of `SHA1`, `SHA256`, `SHA512`.
    Algorithm,
    /// The number of digits is not 6, 7 or 8.
    Digits,
    /// The look-ahead is beyond [`LookAhead::MAX`](super::LookAhead::MAX).
    LookAhead,
    /// The period is not 1 to 3600 seconds.
    Period,
    /// The resync window is 0 or beyond [`ResyncWindow::MAX`](super::ResyncWindow::MAX).
    ResyncWindow,
    /// The window reaches further than [`Window::MAX`](super::Window::MAX) steps either way.
    Window,
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Algorithm => "the algorithm must be SHA1, SHA256 or SHA512",
            Self::Digits => "a code must have 6, 7 or 8 digits",
            Self::LookAhead => "the look-ahead must be at most 50 counters",
            Self::Period => "the period must be 1 to 3600 seconds",
            Self::ResyncWindow => "the resync window must be 1 to 1000 counters",
            Self::Window => "the window must be at most 20 steps either way",
        })
    }
}

impl core::error::Error for ParameterError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        for algorithm in Algorithm::ALL {
            assert_eq!(Algorithm::parse(algorithm.as_str()), Ok(algorithm));
        }
        for digits in Digits::ALL {
            assert_eq!(Digits::new(digits.count()), Ok(digits));
        }
        assert_eq!(Algorithm::parse("MD5"), Err(ParameterError::Algorithm));
        for count in [0, 5, 9, u8::MAX] {
            assert_eq!(Digits::new(count), Err(ParameterError::Digits));
        }
    }
}
