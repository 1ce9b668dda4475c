//! The link of a new authenticator as a symbol.
//!
//! core makes symbols only of links that it wrote itself. So the link's parts are read from the
//! answer, core writes the link anew, and only if both are the same there is something to scan.

use threegate_core::otp::{Issuer, KeyUri, Label, Secret, Totp};
use threegate_core::qr::Symbol;
use threegate_core::wire::client::EnrolmentBegun;

/// A symbol as the one path of its dark modules.
#[derive(Clone, PartialEq, Eq)]
pub struct Drawing {
    /// The length of a side, the quiet zone included.
    pub side: u16,
    /// The dark modules, as the `d` of an SVG path.
    pub path: String,
}

impl Drawing {
    /// The symbol of the enrolment's link; none if the link is not what core would write.
    #[must_use]
    pub fn of(begun: &EnrolmentBegun) -> Option<Self> {
        let (path, _) = begun.uri.strip_prefix("otpauth://totp/")?.split_once('?')?;
        let (issuer, account) = path.split_once(':')?;
        let issuer = Issuer::parse(&decoded(issuer)?).ok()?;
        let account = Label::parse(&decoded(account)?).ok()?;
        let secret = Secret::parse(&begun.secret).ok()?;
        let uri = KeyUri::totp(&Totp::default(), &secret, &issuer, &account);
        if uri.as_str() != begun.uri {
            return None;
        }
        let symbol = Symbol::new(&uri).ok()?;
        Some(Self {
            side: symbol.modules(),
            path: symbol.path().into(),
        })
    }
}

/// The text behind percent-encoding.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high << 4 | low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}
