//! One account of an export.

use core::fmt;

use super::field;
use super::{AccountError, MigrationError};
use crate::otp::{
    Algorithm, Counter, Digits, Foreign, Hotp, Issuer, Kind, Label, Period, Secret, Totp,
};
use crate::protobuf::{Fields, Value};

/// An account that is in the export and cannot be used here. The user should be told its name.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unreadable {
    /// The site's name; none if it has none that could be shown.
    pub issuer: Option<Issuer>,
    /// The account's name, likewise.
    pub account: Option<Label>,
    /// What keeps it from being used.
    pub cause: AccountError,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(f)
    }
}

impl core::error::Error for Unreadable {}

/// What stands in the message of an account, each field at most once.
#[derive(Default)]
pub(super) struct Fielded<'a> {
    secret: Option<&'a [u8]>,
    name: Option<&'a [u8]>,
    issuer: Option<&'a [u8]>,
    algorithm: Option<u64>,
    digits: Option<u64>,
    kind: Option<u64>,
    counter: Option<u64>,
}

impl<'a> Fielded<'a> {
    pub(super) fn read(message: &'a [u8]) -> Result<Self, MigrationError> {
        let mut read = Self::default();
        for field in Fields::new(message) {
            let (number, value) = field.map_err(|_| MigrationError::Malformed)?;
            let twice = match (number, value) {
                (field::SECRET, Value::Bytes(bytes)) => read.secret.replace(bytes).is_some(),
                (field::NAME, Value::Bytes(bytes)) => read.name.replace(bytes).is_some(),
                (field::ISSUER, Value::Bytes(bytes)) => read.issuer.replace(bytes).is_some(),
                (field::ALGORITHM, Value::Varint(one)) => read.algorithm.replace(one).is_some(),
                (field::DIGITS, Value::Varint(one)) => read.digits.replace(one).is_some(),
                (field::KIND, Value::Varint(one)) => read.kind.replace(one).is_some(),
                (field::COUNTER, Value::Varint(number)) => read.counter.replace(number).is_some(),
                (field::SECRET..=field::COUNTER, _) => true,
                _ => false,
            };
            if twice {
                return Err(MigrationError::Malformed);
            }
        }
        Ok(read)
    }

    /// What the account is. What is not said has its default, as in the apps.
    pub(super) fn account(&self) -> Result<Foreign, Unreadable> {
        let names = self.names();
        let (issuer, account) = names.clone().unwrap_or_default();
        names
            .and_then(|_| Ok((self.secret()?, self.kind()?)))
            .map_err(|cause| Unreadable {
                issuer: issuer.clone(),
                account: account.clone(),
                cause,
            })
            .map(|(secret, kind)| Foreign {
                kind,
                secret,
                issuer,
                account,
            })
    }

    /// The site's name may stand before the account's, as in a link's label. It is taken from there if it
    /// stands nowhere else, and left out there if it is the same.
    fn names(&self) -> Result<(Option<Issuer>, Option<Label>), AccountError> {
        let text = |bytes: Option<&'a [u8]>| {
            let text = core::str::from_utf8(bytes.unwrap_or_default());
            text.map(str::trim).map_err(|_| AccountError::Name)
        };
        let (name, issuer) = (text(self.name)?, text(self.issuer)?);
        let (issuer, account) = match name.split_once(':') {
            Some((before, account)) if issuer.is_empty() || before.trim() == issuer => {
                (before, account)
            }
            _ => (issuer, name),
        };
        Ok((Issuer::parse(issuer).ok(), Label::parse(account).ok()))
    }

    fn secret(&self) -> Result<Secret, AccountError> {
        Secret::from_bytes(self.secret.unwrap_or_default()).map_err(AccountError::Secret)
    }

    fn algorithm(&self) -> Result<Algorithm, AccountError> {
        match self.algorithm.unwrap_or_default() {
            field::UNSPECIFIED | field::SHA1 => Ok(Algorithm::Sha1),
            field::SHA256 => Ok(Algorithm::Sha256),
            field::SHA512 => Ok(Algorithm::Sha512),
            field::MD5 => Err(AccountError::Md5),
            _ => Err(AccountError::Algorithm),
        }
    }

    fn kind(&self) -> Result<Kind, AccountError> {
        let algorithm = self.algorithm()?;
        let digits = match self.digits.unwrap_or_default() {
            field::UNSPECIFIED | field::SIX => Digits::Six,
            field::EIGHT => Digits::Eight,
            _ => return Err(AccountError::Digits),
        };
        match self.kind.unwrap_or_default() {
            field::UNSPECIFIED | field::TOTP => Ok(Kind::Totp(Totp {
                algorithm,
                digits,
                period: Period::default(),
            })),
            field::HOTP => {
                let next = self.counter.unwrap_or_default();
                // A negative number has the highest bit.
                i64::try_from(next).map_err(|_| AccountError::Counter)?;
                let next = Counter(next);
                Ok(Kind::Hotp(Hotp { algorithm, digits }, next))
            }
            _ => Err(AccountError::Type),
        }
    }
}
