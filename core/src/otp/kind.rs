//! What a key of another system says of its codes.

use super::{Algorithm, Counter, Digits, Generator, Hotp, ParameterError, Totp};

/// How an app or a token makes its codes, and where a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// By the clock.
    Totp(Totp),
    /// By a counter: the one that comes next.
    Hotp(Hotp, Counter),
}

impl Kind {
    /// The hash.
    #[must_use]
    pub const fn algorithm(self) -> Algorithm {
        match self {
            Self::Totp(totp) => totp.algorithm,
            Self::Hotp(hotp, _) => hotp.algorithm,
        }
    }

    /// The length of a code.
    #[must_use]
    pub const fn digits(self) -> Digits {
        match self {
            Self::Totp(totp) => totp.digits,
            Self::Hotp(hotp, _) => hotp.digits,
        }
    }

    /// What a server stores of it, of which nothing was accepted yet.
    ///
    /// # Errors
    /// [`ParameterError::Algorithm`] unless the hash is SHA1, the only one that a [`Generator`] checks with:
    /// [`Totp`] and [`Hotp`] themselves check with any.
    pub fn generator(self) -> Result<Generator, ParameterError> {
        if self.algorithm() != Algorithm::Sha1 {
            return Err(ParameterError::Algorithm);
        }
        Ok(match self {
            Self::Totp(Totp { digits, period, .. }) => Generator::Clock {
                digits,
                period,
                last: None,
            },
            Self::Hotp(Hotp { digits, .. }, next) => Generator::Counter { digits, next },
        })
    }
}
