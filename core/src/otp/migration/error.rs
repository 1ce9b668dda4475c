//! Why an export cannot be read, or cannot be written.

use core::fmt;

use crate::otp::SecretError;

/// Why a link is no part of an export, does not belong to it, or cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum MigrationError {
    /// An account that the format has no place for.
    Account {
        /// Which account it is, from 1.
        number: usize,
        /// What the format does not have.
        cause: AccountError,
    },
    /// The place in the row of symbols cannot be: the fourth of three, or one of more than
    /// [`Part::MAX`](super::Part::MAX).
    Batch,
    /// No account, or no data.
    Empty,
    /// The data is no percent-encoded base64.
    Encoding,
    /// Symbols of the same export are missing.
    Incomplete {
        /// How many were read.
        read: u8,
        /// How many there are.
        of: u8,
        /// The first that is missing, from 1.
        missing: u8,
    },
    /// The data is no protocol buffer of this kind.
    Malformed,
    /// The symbol belongs to another export: they were not shown in one go.
    OtherExport,
    /// This symbol of the export was read before.
    Repeated,
    /// The link does not begin with `otpauth-migration://offline?`.
    Scheme,
    /// Longer than any symbol can hold, or more accounts than fit into [`Part::MAX`](super::Part::MAX)
    /// symbols.
    TooLong,
    /// A version of the format that came after those that are known here, 1 and 2.
    Version,
}

/// What keeps an account from being read, or written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AccountError {
    /// An algorithm that is not known.
    Algorithm,
    /// The counter is negative, or beyond 63 bits.
    Counter,
    /// A number of digits that the format does not have: it has 6 and 8.
    Digits,
    /// MD5. No app makes such codes.
    Md5,
    /// A name that is not UTF-8.
    Name,
    /// Another period than 30 seconds, the only one that the format has.
    Period,
    /// The secret.
    Secret(SecretError),
    /// Neither TOTP nor HOTP.
    Type,
}

impl fmt::Display for MigrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Account { number, cause } => return write!(f, "account {number}: {cause}"),
            Self::Batch => "the symbol's place in the export cannot be",
            Self::Empty => "there is no account in it",
            Self::Encoding => "the data is not base64",
            Self::Incomplete { read, of, missing } => {
                return write!(f, "{read} of {of} read, number {missing} is missing");
            }
            Self::Malformed => "the data is not an app's export",
            Self::OtherExport => "the symbol belongs to another export",
            Self::Repeated => "this symbol was read before",
            Self::Scheme => "the link does not begin with otpauth-migration://offline?",
            Self::TooLong => "there is more in it than fits into the symbols of an export",
            Self::Version => "the export is of a version that is not known yet",
        })
    }
}

impl fmt::Display for AccountError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Algorithm => "the algorithm is not known",
            Self::Counter => "the counter is out of range",
            Self::Digits => "codes must have 6 or 8 digits",
            Self::Md5 => "codes by MD5 are not made here",
            Self::Name => "the name is not UTF-8",
            Self::Period => "the period must be 30 seconds",
            Self::Secret(cause) => return cause.fmt(f),
            Self::Type => "it counts neither time nor codes",
        })
    }
}

impl core::error::Error for MigrationError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Account { cause, .. } => Some(cause),
            _ => None,
        }
    }
}

impl core::error::Error for AccountError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Secret(cause) => Some(cause),
            _ => None,
        }
    }
}
