//! The link that brings a secret into an app.
//!
//! Source: the Key URI Format, as Google Authenticator's wiki has it and all apps read it.

mod read;
mod take;

use alloc::string::String;
use core::fmt;

pub use read::UriError;
pub use take::Foreign;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::decimal;

use super::{Algorithm, Counter, Digits, Hotp, Issuer, Label, Period, Secret, Totp};

/// An `otpauth://` link. It holds the secret: it is shown once to its user, as a symbol or as a link
/// on the same phone, and never stored, logged or sent anywhere else.
///
/// What has its default value is left out, since every character makes the symbol harder to scan.
///
/// ```
/// use threegate_core::otp::{Issuer, KeyUri, Label, Secret, Totp};
///
/// let secret = Secret::from_bytes(b"12345678901234567890")?;
/// let (issuer, account) = (Issuer::parse("Our Forum")?, Label::parse("alice")?);
/// assert_eq!(
///     KeyUri::totp(&Totp::default(), &secret, &issuer, &account).as_str(),
///     "otpauth://totp/Our%20Forum:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
///      &issuer=Our%20Forum",
/// );
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct KeyUri(String);

impl KeyUri {
    /// The link for an app that counts time.
    #[must_use]
    pub fn totp(totp: &Totp, secret: &Secret, issuer: &Issuer, account: &Label) -> Self {
        let mut uri = Writer::open("totp", secret, issuer, account);
        uri.algorithm(totp.algorithm);
        uri.digits(totp.digits);
        if totp.period != Period::default() {
            uri.number("period", u64::from(totp.period.as_secs()));
        }
        uri.close()
    }

    /// The link for a token or app that counts codes, beginning with `next`.
    #[must_use]
    pub fn hotp(
        hotp: &Hotp,
        secret: &Secret,
        next: Counter,
        issuer: &Issuer,
        account: &Label,
    ) -> Self {
        let mut uri = Writer::open("hotp", secret, issuer, account);
        uri.algorithm(hotp.algorithm);
        uri.digits(hotp.digits);
        uri.number("counter", next.0);
        uri.close()
    }

    /// The link itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for KeyUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyUri(..)")
    }
}

struct Writer(Zeroizing<String>);

impl Writer {
    /// More than the longest link: three names of 64 characters (the issuer stands twice), each up
    /// to four bytes of three characters; a secret of 103; and what is between them. A `String`
    /// that grew would leave a copy of the secret behind.
    const CAPACITY: usize = 3 * 64 * 4 * 3 + 103 + 256;

    fn open(kind: &str, secret: &Secret, issuer: &Issuer, account: &Label) -> Self {
        let mut uri = Self(Zeroizing::new(String::with_capacity(Self::CAPACITY)));
        uri.0.push_str("otpauth://");
        uri.0.push_str(kind);
        uri.0.push('/');
        uri.percent(issuer.as_str());
        uri.0.push(':');
        uri.percent(account.as_str());
        uri.0.push_str("?secret=");
        uri.0.push_str(&secret.to_base32());
        uri.0.push_str("&issuer=");
        uri.percent(issuer.as_str());
        uri
    }

    /// RFC 3986, section 2: all but the unreserved characters, byte by byte. A blank is `%20`; some
    /// apps would show the `+` of forms as it is.
    fn percent(&mut self, text: &str) {
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
                self.0.push(char::from(byte));
            } else {
                self.0.push('%');
                for half in [byte >> 4, byte & 15] {
                    let digit = char::from_digit(half.into(), 16).unwrap_or_default();
                    self.0.push(digit.to_ascii_uppercase());
                }
            }
        }
    }

    fn algorithm(&mut self, algorithm: Algorithm) {
        if algorithm != Algorithm::default() {
            self.0.push_str("&algorithm=");
            self.0.push_str(algorithm.as_str());
        }
    }

    fn digits(&mut self, digits: Digits) {
        if digits != Digits::default() {
            self.number("digits", u64::from(digits.count()));
        }
    }

    fn number(&mut self, name: &str, value: u64) {
        self.0.push('&');
        self.0.push_str(name);
        self.0.push('=');
        decimal::push(&mut self.0, value);
    }

    fn close(mut self) -> KeyUri {
        KeyUri(core::mem::take(&mut *self.0))
    }
}

#[cfg(test)]
mod tests;
