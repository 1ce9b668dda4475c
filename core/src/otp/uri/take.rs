//! A link that another system wrote.
//!
//! ```text
//!  text ──Link::split──▶ Link ─┬─▶ take_over   its secret, for codes that are checked here
//!                              └─▶ read        all that it says
//! ```
//!
//! Whatever its order and its case, with defaults spelt out or left out, with parameters that only say how
//! it looks, and with the habits of those who write links: `+` for a blank, `%3A` for the colon, a blank
//! after it, padding after the secret, Java's names of hashes. What two readers could read differently is
//! refused: a parameter that comes twice, or two names of the site. Vectors, by who writes so:
//! `tests/vectors/otpauth/`.
//!
//! Two names are an error here too, although Microsoft Entra writes them (the organisation before the colon,
//! `Microsoft` as the issuer) and Slack (its workspace in brackets). The Key URI Format asks for one name;
//! FreeOTP shows the one in the label, others the parameter. Choosing here would show a member another name
//! than the app does, and let a link pass under the name of a site that its secret is not for. What makes the
//! codes is not in doubt: who needs no names, as a site that takes over its own members' secrets, reads it by
//! [`KeyUri::take_over`].

use alloc::borrow::Cow;
use core::fmt;

use zeroize::Zeroize;

use crate::Error;
use crate::form;
use crate::origin::split_scheme;
use crate::otp::{
    Algorithm, Counter, Digits, Generator, Hotp, Issuer, KeyUri, Kind, Label, ParameterError,
    Period, Secret, Totp,
};

use super::UriError;
use super::read::decoded;

impl KeyUri {
    /// Reads what makes the codes from a link as other systems write it, whatever its names.
    ///
    /// # Errors
    /// [`Error::UriInvalid`] if it is no such link, or of a kind whose codes are made otherwise;
    /// [`Error::SecretMalformed`]; [`Error::ParameterInvalid`] for a hash, a length or a period that is not
    /// checked here. The text may be a secret all the same: it should not be logged.
    pub fn take_over(text: &str) -> Result<(Generator, Secret), Error> {
        let link = Link::split(text)?;
        Ok((link.kind()?.generator()?, link.secret()?))
    }

    /// Reads all that a link says, as other systems write it.
    ///
    /// ```
    /// use threegate_core::otp::{Algorithm, KeyUri, UriError};
    ///
    /// let read = KeyUri::read(
    ///     "otpauth://TOTP/Our%20Forum%3A%20alice?issuer=Our+Forum&algorithm=HmacSHA256\
    ///      &secret=gezdgnbvgy3tqojqgezdgnbvgy3tqojq&digits=6&image=https%3A%2F%2Fforum.example%2Fa.png",
    /// )?;
    /// assert_eq!(read.issuer.unwrap().as_str(), "Our Forum");
    /// assert_eq!(read.account.unwrap().as_str(), "alice");
    /// assert_eq!(read.kind.algorithm(), Algorithm::Sha256);
    ///
    /// let two_names = "otpauth://totp/Our%20Forum:alice?issuer=Forum&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY";
    /// assert_eq!(KeyUri::read(two_names).unwrap_err(), UriError::Issuer);
    /// assert!(KeyUri::take_over(two_names).is_ok()); // which asks for no name
    /// # Ok::<(), UriError>(())
    /// ```
    ///
    /// # Errors
    /// Each of [`UriError`] except [`UriError::Form`], [`UriError::Label`] and [`UriError::Unknown`]. The text
    /// may be a secret all the same: it should not be logged.
    pub fn read(text: &str) -> Result<Foreign, UriError> {
        let link = Link::split(text)?;
        let (issuer, account) = link.names()?;
        Ok(Foreign {
            kind: link.kind()?,
            secret: link.secret()?,
            issuer,
            account,
        })
    }
}

/// What a link of another system says.
#[derive(Clone, PartialEq, Eq)]
pub struct Foreign {
    /// How the codes are made, and where a token stands.
    pub kind: Kind,
    /// The secret.
    pub secret: Secret,
    /// The site's name; none if it has none that an app could show.
    pub issuer: Option<Issuer>,
    /// The account's name, likewise.
    pub account: Option<Label>,
}

impl Foreign {
    /// The link that brings it into another app, with these names.
    #[must_use]
    pub fn uri(&self, issuer: &Issuer, account: &Label) -> KeyUri {
        match self.kind {
            Kind::Totp(totp) => KeyUri::totp(&totp, &self.secret, issuer, account),
            Kind::Hotp(hotp, next) => KeyUri::hotp(&hotp, &self.secret, next, issuer, account),
        }
    }
}

impl fmt::Debug for Foreign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Foreign(..)")
    }
}

/// A link in its parts, as they stand there.
struct Link<'a> {
    /// Apple's scheme, with a rule of its own for `issuer`.
    apple: bool,
    kind: &'a str,
    label: &'a str,
    query: &'a str,
}

impl<'a> Link<'a> {
    /// The longest link, in bytes. Others are longer than ours, with the address of a picture; no symbol holds
    /// more than 2953 bytes.
    const LONGEST: usize = 4096;

    fn split(text: &'a str) -> Result<Self, UriError> {
        let text = text.trim();
        if text.len() > Self::LONGEST {
            return Err(UriError::TooLong);
        }
        let (scheme, rest) = split_scheme(text).ok_or(UriError::Scheme)?;
        let apple = scheme.eq_ignore_ascii_case("apple-otpauth");
        if !apple && !scheme.eq_ignore_ascii_case("otpauth") {
            return Err(UriError::Scheme);
        }
        let (path, query) = rest.split_once('?').ok_or(UriError::Missing)?;
        let (kind, label) = path.split_once('/').unwrap_or((path, ""));
        Ok(Self {
            apple,
            kind,
            label,
            query,
        })
    }

    /// A parameter, which may be there once. Only its own value is decoded: the secret leaves no copy behind.
    fn one(&self, name: &str) -> Result<Option<Cow<'a, str>>, UriError> {
        let mut found = None;
        for pair in self.query.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if key.eq_ignore_ascii_case(name) && found.replace(value).is_some() {
                return Err(UriError::Repeated);
            }
        }
        let value = found.map(form::decoded).transpose();
        value.map_err(|_| UriError::Encoding)
    }

    fn secret(&self) -> Result<Secret, UriError> {
        let mut text = self.one("secret")?.ok_or(UriError::Missing)?;
        let secret = Secret::parse(&text).map_err(UriError::Secret);
        if let Cow::Owned(text) = &mut text {
            text.zeroize();
        }
        secret
    }

    fn algorithm(&self) -> Result<Algorithm, UriError> {
        let Some(name) = self.one("algorithm")? else {
            return Ok(Algorithm::default());
        };
        let mut algorithms = Algorithm::ALL.into_iter();
        let named = algorithms.find(|algorithm| is_name(&name, *algorithm));
        named.ok_or(UriError::Parameter(ParameterError::Algorithm))
    }

    fn kind(&self) -> Result<Kind, UriError> {
        // Steam's codes have letters.
        if self.one("encoder")?.is_some() {
            return Err(UriError::Encoder);
        }
        let digits = |count| Digits::new(u8::try_from(count).unwrap_or_default());
        let digits = self.number("digits", ParameterError::Digits, digits)?;
        let digits = digits.unwrap_or_default();
        let algorithm = self.algorithm()?;
        if self.kind.eq_ignore_ascii_case("totp") {
            let period = |secs| Period::from_secs(u16::try_from(secs).unwrap_or_default());
            let period = self.number("period", ParameterError::Period, period)?;
            Ok(Kind::Totp(Totp {
                algorithm,
                digits,
                period: period.unwrap_or_default(),
            }))
        } else if self.kind.eq_ignore_ascii_case("hotp") {
            let next = self.one("counter")?.ok_or(UriError::Missing)?;
            let next = Counter(next.parse().map_err(|_| UriError::Counter)?);
            Ok(Kind::Hotp(Hotp { algorithm, digits }, next))
        } else {
            Err(UriError::Type)
        }
    }

    fn number<T>(
        &self,
        name: &str,
        cause: ParameterError,
        read: impl FnOnce(u64) -> Result<T, ParameterError>,
    ) -> Result<Option<T>, UriError> {
        let number = self.one(name)?.map(|text| text.parse().map_err(|_| cause));
        let read = number.map(|number| number.and_then(read)).transpose();
        read.map_err(UriError::Parameter)
    }

    /// The site's name and the account's. In the label, a `+` is itself, unless only so the site has one name:
    /// then a form's encoder wrote both.
    fn names(&self) -> Result<(Option<Issuer>, Option<Label>), UriError> {
        let by_form = |text| form::decoded(text).map_err(|_| UriError::Encoding);
        let (before, account) = self.label();
        let (mut issuer, mut account_name) = (decoded(before)?, Cow::Owned(decoded(account)?));
        let said = self.one("issuer")?.unwrap_or_default();
        let said = said.trim();
        if issuer.trim().is_empty() {
            issuer = said.into();
        } else if !self.apple && !said.is_empty() && issuer.trim() != said {
            if by_form(before)?.trim() != said {
                return Err(UriError::Issuer);
            }
            issuer = said.into();
            account_name = by_form(account)?;
        }
        Ok((
            Issuer::parse(&issuer).ok(),
            Label::parse(&account_name).ok(),
        ))
    }

    /// What stands before the colon, and the account. Some write the colon as `%3A`.
    fn label(&self) -> (&'a str, &'a str) {
        let mut places = self.label.char_indices();
        let split = places.find_map(|(place, _)| {
            let (before, rest) = self.label.split_at_checked(place)?;
            let colons = [":", "%3A", "%3a"];
            let account = colons.iter().find_map(|colon| rest.strip_prefix(colon))?;
            Some((before, account))
        });
        split.unwrap_or(("", self.label))
    }
}

/// Whether it is a name of that hash: `SHA1`, `sha-1`, Java's `HmacSHA1`, `HMAC-SHA-1`.
fn is_name(text: &str, algorithm: Algorithm) -> bool {
    let letters = text.bytes().filter(|byte| !matches!(byte, b'-' | b'_'));
    let letters = letters.map(|byte| byte.to_ascii_uppercase());
    let name = algorithm.as_str().bytes();
    letters.clone().eq(name.clone()) || letters.eq(b"HMAC".iter().copied().chain(name))
}

#[cfg(test)]
mod tests;
