//! A link that [`KeyUri`] wrote, read again.
//!
//! ```text
//!  otpauth://totp/Our%20Forum:alice?secret=GEZD…&issuer=Our%20Forum&period=60
//!            type  issuer    account  parameters, each once
//! ```
//!
//! The parts are read, and the link is written anew from them: only if both are the same, letter
//! by letter, it is one of ours. So nothing that this code passes over can hide in a link.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{KeyUri, Writer};
use crate::otp::{
    Algorithm, Counter, Digits, Hotp, Issuer, Label, LabelError, ParameterError, Period, Secret,
    SecretError, Totp,
};

impl KeyUri {
    /// Reads a link that [`KeyUri::totp`] or [`KeyUri::hotp`] wrote, as it comes from the worker.
    /// What other apps write differently is not read.
    ///
    /// # Errors
    /// Each of [`UriError`]. The text may be a secret all the same: it should not be logged.
    pub fn parse(text: &str) -> Result<Self, UriError> {
        if text.len() > Writer::CAPACITY {
            return Err(UriError::TooLong);
        }
        let rest = text.strip_prefix("otpauth://").ok_or(UriError::Scheme)?;
        let (kind, rest) = rest.split_once('/').ok_or(UriError::Type)?;
        let (label, query) = rest.split_once('?').ok_or(UriError::Missing)?;
        // Before decoding: a colon of the account's name is written as `%3A`.
        let (issuer, account) = label
            .split_once(':')
            .ok_or(UriError::Label(LabelError::Empty))?;
        let issuer_parameter = issuer;
        let issuer = Issuer::parse(&decoded(issuer)?).map_err(UriError::Label)?;
        let account = Label::parse(&decoded(account)?).map_err(UriError::Label)?;
        let parameters = Parameters::read(query)?;
        if parameters.issuer.ok_or(UriError::Missing)? != issuer_parameter {
            return Err(UriError::Issuer);
        }
        let secret = parameters.secret.ok_or(UriError::Missing)?;
        let secret = Secret::parse(secret).map_err(UriError::Secret)?;
        let (algorithm, digits) = (parameters.algorithm()?, parameters.digits()?);
        let written = match (kind, parameters.period, parameters.counter) {
            ("totp", _, None) => {
                let totp = Totp {
                    algorithm,
                    digits,
                    period: parameters.period()?,
                };
                Self::totp(&totp, &secret, &issuer, &account)
            }
            ("hotp", None, counter) => {
                let next = counter.ok_or(UriError::Missing)?;
                let next = Counter(next.parse().map_err(|_| UriError::Counter)?);
                let hotp = Hotp { algorithm, digits };
                Self::hotp(&hotp, &secret, next, &issuer, &account)
            }
            ("totp" | "hotp", _, _) => return Err(UriError::Unknown),
            _ => return Err(UriError::Type),
        };
        if written.as_str() == text {
            Ok(written)
        } else {
            Err(UriError::Form)
        }
    }
}

/// What stands behind the question mark, as it stands there.
#[derive(Default)]
struct Parameters<'a> {
    secret: Option<&'a str>,
    issuer: Option<&'a str>,
    algorithm: Option<&'a str>,
    digits: Option<&'a str>,
    period: Option<&'a str>,
    counter: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    fn read(query: &'a str) -> Result<Self, UriError> {
        let mut read = Self::default();
        for parameter in query.split('&') {
            let (name, value) = parameter.split_once('=').ok_or(UriError::Unknown)?;
            let slot = match name {
                "secret" => &mut read.secret,
                "issuer" => &mut read.issuer,
                "algorithm" => &mut read.algorithm,
                "digits" => &mut read.digits,
                "period" => &mut read.period,
                "counter" => &mut read.counter,
                _ => return Err(UriError::Unknown),
            };
            if slot.replace(value).is_some() {
                return Err(UriError::Repeated);
            }
        }
        Ok(read)
    }

    fn algorithm(&self) -> Result<Algorithm, UriError> {
        let algorithm = self.algorithm.map(Algorithm::parse).transpose();
        Ok(algorithm.map_err(UriError::Parameter)?.unwrap_or_default())
    }

    fn digits(&self) -> Result<Digits, UriError> {
        let Some(digits) = self.digits else {
            return Ok(Digits::default());
        };
        let count = digits.parse().map_err(|_| ParameterError::Digits);
        count.and_then(Digits::new).map_err(UriError::Parameter)
    }

    fn period(&self) -> Result<Period, UriError> {
        let Some(period) = self.period else {
            return Ok(Period::default());
        };
        let seconds = period.parse().map_err(|_| ParameterError::Period);
        seconds
            .and_then(Period::from_secs)
            .map_err(UriError::Parameter)
    }
}

/// The text behind percent-encoding (RFC 3986, section 2.1).
pub(super) fn decoded(text: &str) -> Result<String, UriError> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let mut half = || char::from(rest.next()?).to_digit(16);
            let (Some(high), Some(low)) = (half(), half()) else {
                return Err(UriError::Encoding);
            };
            bytes.push(u8::try_from(high << 4 | low).unwrap_or_default());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| UriError::Encoding)
}

/// Why a text is no link of [`KeyUri`]'s, or none at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum UriError {
    /// The counter is not a whole number of 64 bits.
    Counter,
    /// The codes are no digits: the parameter `encoder`, which Steam's have.
    Encoder,
    /// A percent sign without two hexadecimal digits, or bytes that are not UTF-8.
    Encoding,
    /// It can be read, but is not written as [`KeyUri`] writes: another order, a default that is
    /// spelt out, small letters.
    Form,
    /// The parameter `issuer` is not what stands before the colon of the label, so that two apps would show two
    /// names.
    Issuer,
    /// The issuer or the account cannot be shown; without a colon, there is no issuer.
    Label(LabelError),
    /// One of `secret`, `issuer` and, for HOTP, `counter` is missing.
    Missing,
    /// The algorithm, the digits or the period.
    Parameter(ParameterError),
    /// A parameter stands there twice.
    Repeated,
    /// It does not begin with `otpauth://`, or, if it is another system's, with `apple-otpauth://`.
    Scheme,
    /// The secret.
    Secret(SecretError),
    /// Longer than any link that [`KeyUri`] writes, or that it reads.
    TooLong,
    /// The type is neither `totp` nor `hotp`.
    Type,
    /// A parameter that this type does not have.
    Unknown,
}

impl fmt::Display for UriError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Counter => "the counter is not a whole number",
            Self::Encoder => "its codes are not made of digits",
            Self::Encoding => "the percent-encoding of a name is broken",
            Self::Form => "the link is not written as it is written here",
            Self::Issuer => "the issuer is not the one in the label",
            Self::Label(cause) => return cause.fmt(f),
            Self::Missing => "the secret, the issuer or the counter is missing",
            Self::Parameter(cause) => return cause.fmt(f),
            Self::Repeated => "a parameter stands there twice",
            Self::Scheme => "the link does not begin with otpauth://",
            Self::Secret(cause) => return cause.fmt(f),
            Self::TooLong => "the link is too long",
            Self::Type => "the type is neither totp nor hotp",
            Self::Unknown => "there is a parameter that this type does not have",
        })
    }
}

impl core::error::Error for UriError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Label(cause) => Some(cause),
            Self::Parameter(cause) => Some(cause),
            Self::Secret(cause) => Some(cause),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
