//! What people hold before a camera, or paste: their Threema ID, and everything that they take for it.
//!
//! ```text
//! 3mid:ABCD1234,<64 hexadecimal digits>[,<expiry>]   an ID and its key
//! https://threema.id/ABCD1234, threema://add?id=…    an ID
//! an ID export, a restore link, a session …          a secret, or nothing of use: named, and dropped
//! ```
//!
//! The apps call several things "ID" and "QR code", and the one that people print and keep is their
//! private key. So whatever is not an ID gets a [name](Unusable), for the page to say what it was; no
//! part of it is in the answer.
//!
//! The apps' own readers differ in small things. Where leniency does no harm, since the key is compared
//! with the directory's anyhow, it is had here: capitals or not, further parts behind the third. Where a
//! code limits itself, it is taken at its word: an expiry that cannot be read is no expiry to ignore.
//!
//! ```
//! use threegate_core::UnixTime;
//! use threegate_core::threema::payload::{Scanned, Unusable, read};
//!
//! let now = UnixTime::from_secs(1_700_000_000);
//! let code = "3mid:ECHOECHO,4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b";
//! let Ok(Scanned::Identity { id, key, .. }) = read(code, now) else { panic!("an ID and its key") };
//! assert_eq!(id.as_str(), "ECHOECHO");
//! assert_eq!(key.fingerprint(), "d30f795a904a213578baecc62c8611b5");
//!
//! // What was printed for a restore is a private key: say what it is, and keep nothing.
//! let export = "ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ23-4567-ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ23-4567-\
//!     ABCD-EFGH-IJKL-MNOP";
//! assert!(read(export, now).unwrap_err().is_secret());
//! ```
//!
//! Source: the scanners and link handlers of the apps for Android and iOS; vectors in
//! `tests/vectors/threema/payloads`.

mod link;
mod secret;

use alloc::format;
use alloc::string::String;
use core::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{PublicKey, ReplyCode, ThreemaId};
use crate::UnixTime;
use crate::otp::typed::is_separator;

/// An ID that a code, a link or a pasted text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scanned {
    /// A link to a contact. It has no key, so it is worth no more than an ID that was typed.
    Contact {
        /// The ID.
        id: ThreemaId,
    },
    /// The code that an app shows of its own ID. Whether the key is right, the directory must say.
    Identity {
        /// The ID.
        id: ThreemaId,
        /// The key, as the phone says.
        key: PublicKey,
    },
}

/// Reads what a camera saw, or what was pasted. Blanks around it are dropped.
///
/// # Errors
/// Each of [`Unusable`]. The caller must drop the text then, and never store, log or send it.
///
/// ```
/// use threegate_core::UnixTime;
/// use threegate_core::threema::ThreemaId;
/// use threegate_core::threema::payload::{self, Scanned};
///
/// let now = UnixTime::from_secs(1_700_000_000);
/// let link = payload::read("https://threema.id/ECHOECHO", now)?;
/// assert_eq!(link, Scanned::Contact { id: ThreemaId::parse("ECHOECHO").unwrap() });
///
/// let join = payload::read("threema://device-group/join#CAASAgoA", now).unwrap_err();
/// assert_eq!((join.code(), join.is_secret()), ("qr_device_join", true));
/// # Ok::<(), payload::Unusable>(())
/// ```
pub fn read(text: &str, now: UnixTime) -> Result<Scanned, Unusable> {
    let text = text.trim_matches(is_separator);
    if let Some(code) = after(text, "3mid:") {
        identity(code, now)
    } else if let Some(link) = link::Link::read(text) {
        link.meaning()
    } else if secret::is_export(text) {
        Err(Unusable::Export)
    } else if secret::is_web_session(text) {
        Err(Unusable::WebSession)
    } else if link::has_scheme(text) {
        Err(Unusable::OtherProduct)
    } else {
        Err(Unusable::Unknown)
    }
}

/// What follows `3mid:`.
fn identity(code: &str, now: UnixTime) -> Result<Scanned, Unusable> {
    let mut parts = code.split(',');
    let id = parts.next().unwrap_or_default().to_ascii_uppercase();
    let id = ThreemaId::parse(&id).map_err(|_| Unusable::Malformed)?;
    let key = parts.next().ok_or(Unusable::Malformed)?;
    let key = PublicKey::parse_any_case(key).map_err(|_| Unusable::Malformed)?;
    if let Some(expiry) = parts.next() {
        let digits = expiry.bytes().all(|byte| byte.is_ascii_digit());
        let expiry = expiry.parse().ok().filter(|_| digits);
        if UnixTime::from_secs(expiry.ok_or(Unusable::Malformed)?) < now {
            return Err(Unusable::Expired);
        }
    }
    Ok(Scanned::Identity { id, key })
}

/// What follows `prefix` in either case.
fn after<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

/// Why something before the camera is of no use. Nothing of it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unusable {
    /// A code that brings another device into the owner's account.
    DeviceJoin,
    /// The code says that its time is up. The app makes a new one whenever it is shown.
    Expired,
    /// An ID export, whole or with some letters lost: the **private key** under a password.
    Export,
    /// Credentials of Threema Work or of a server on the owner's own premises.
    Licence,
    /// It begins like an ID's code or a contact's link, and is none.
    Malformed,
    /// A code or link of something else, such as an authenticator's key.
    OtherProduct,
    /// A code that links a phone number to an ID.
    PhoneLink,
    /// An ID export as a link.
    Restore,
    /// None of all these.
    Unknown,
    /// A session of Threema Web: whoever has it reads along.
    WebSession,
}

impl Unusable {
    /// The stable name.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::DeviceJoin => "qr_device_join",
            Self::Expired => "qr_expired",
            Self::Export => "qr_export",
            Self::Licence => "qr_licence",
            Self::Malformed => "qr_malformed",
            Self::OtherProduct => "qr_other_product",
            Self::PhoneLink => "qr_phone_link",
            Self::Restore => "qr_restore",
            Self::Unknown => "qr_unknown",
            Self::WebSession => "qr_web_session",
        }
    }

    /// Whether its owner must be told that nobody else may ever see it.
    #[must_use]
    pub const fn is_secret(self) -> bool {
        match self {
            Self::DeviceJoin | Self::Export | Self::Licence | Self::Restore | Self::WebSession => {
                true
            }
            Self::Expired
            | Self::Malformed
            | Self::OtherProduct
            | Self::PhoneLink
            | Self::Unknown => false,
        }
    }
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for Unusable {}

/// The code of an ID as the apps show it, without an expiry: a Gateway ID that is to become a contact.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity(String);

impl Identity {
    /// The code of that ID and key.
    #[must_use]
    pub fn new(id: &ThreemaId, key: &PublicKey) -> Self {
        Self(format!("3mid:{},{}", id.as_str(), key.to_hex()))
    }

    /// The text of the code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identity(..)")
    }
}

/// A link that opens Threema with a message to the Gateway ID, the code already written; it is sent by
/// its user's tap. As a symbol, for a phone that is not the one with the page.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ReplyLink(String);

impl ReplyLink {
    /// The link that writes `code` to `gateway`.
    #[must_use]
    pub fn new(gateway: &ThreemaId, code: &ReplyCode) -> Self {
        const HOST: &str = "https://threema.id/";
        const QUERY: &str = "?text=";
        let mut link = Zeroizing::new(String::with_capacity(64));
        for part in [HOST, gateway.as_str(), QUERY, code.as_str()] {
            link.push_str(part);
        }
        Self(core::mem::take(&mut *link))
    }

    /// The link itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ReplyLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReplyLink(..)")
    }
}

#[cfg(test)]
mod tests;
