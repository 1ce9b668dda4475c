//! The Gateway's callback: from the body of a request to a message that one may act on.
//!
//! ```text
//! bytes ──parse──▶ Callback ──authenticate──▶ Authentic ──open──▶ Message
//!        shape, own ID        MAC                 │  ▲       box, padding, data
//!                                           to_text  restore      in the sender's own object
//! ```
//!
//! A [`Callback`] has the right shape and says nothing. Only [`Callback::authenticate`] makes an
//! [`Authentic`], which tells who wrote, when, and can be opened; so nobody can forget the MAC, or look at
//! a field before it holds. It is still not known to be new: [`replay`](crate::replay) and the sender's
//! object judge that.
//!
//! Shape comes before the MAC, and every field has one spelling only. The MAC's input has no separators:
//! with looser lengths, a captured body could be cut anew at its borders and keep its MAC, under another
//! message ID that nobody has seen. The nickname is outside the MAC and is never kept.
//!
//! ```
//! use threegate_core::threema::callback::{Callback, Field, Refused};
//! use threegate_core::threema::{ApiSecret, ThreemaId};
//!
//! let own = ThreemaId::parse("*TESTTST")?;
//! let secrets = [&ApiSecret::parse("nevergonnagiveyouup")?];
//! let body = "from=ECHOECHO&to=*TESTTST&messageId=0102030405060708&date=1616950936\
//!     &nonce=ffffffffffffffffffffffffffffffffffffffffffffffff\
//!     &box=45181c7aed95a1c100b1b559116c61b43c\
//!     &mac=add6184770178046c065e2ce0ece548eb325c160ad42b2ddb8c01691380616fc";
//! let authentic = Callback::parse(body.as_bytes(), own)?.authenticate(&secrets)?;
//! assert_eq!(authentic.date().as_secs(), 1_616_950_936);
//!
//! // The same characters in the same order, so the same MAC, with a border moved: refused by shape.
//! let cut = body.replace("0708&date=16", "070816&date=");
//! let refused = Callback::parse(cut.as_bytes(), own).unwrap_err();
//! assert_eq!(refused, Refused::Shape(Field::MessageId));
//!
//! let forged = body.replace("&box=45", "&box=46");
//! let refused = Callback::parse(forged.as_bytes(), own)?.authenticate(&secrets).unwrap_err();
//! assert_eq!(refused.code(), "callback_mac");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! Source: Threema Gateway, "Receiving messages"; vectors in `tests/vectors/threema/`.

mod authentic;
mod field;

use alloc::borrow::Cow;
use core::fmt;

pub use authentic::Authentic;
pub use field::Field;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::{ApiSecret, MessageId, ThreemaId};
use crate::form;

/// A body of the right shape, for us. Where it comes from is not known: nothing in it can be seen.
#[must_use = "without `authenticate` it says nothing"]
pub struct Callback<'a> {
    /// What the MAC is over, as it stood in the form: sender, receiver, message ID, date, nonce, box.
    signed: [Cow<'a, str>; 6],
    mac: [u8; 32],
    from: ThreemaId,
    message_id: MessageId,
    date: u64,
    nonce: [u8; 24],
}

impl<'a> Callback<'a> {
    /// The longest body, in bytes: the longest box in hexadecimal digits, and the other fields.
    pub const MAX_BODY: usize = 16 * 1024;

    /// Takes a form with each field once and in its one form, addressed to `own`. Fields that are not of
    /// the callback are passed over.
    ///
    /// # Errors
    /// [`Refused::Shape`] with the first field that is not as it should be; [`Refused::Addressee`] for
    /// another ID than `own`.
    pub fn parse(body: &'a [u8], own: ThreemaId) -> Result<Self, Refused> {
        let form = Form::read(body)?;
        let from = field::threema_id(&form.from, Field::From)?;
        let to = field::threema_id(&form.to, Field::To)?;
        let message_id = field::message_id(&form.message_id)?;
        let date = field::date(&form.date)?;
        let nonce = field::bytes(&form.nonce, Field::Nonce)?;
        field::sealed(&form.sealed)?;
        let mac = field::bytes(&form.mac, Field::Mac)?;
        if to != own {
            return Err(Refused::Addressee);
        }
        Ok(Self {
            signed: [
                form.from,
                form.to,
                form.message_id,
                form.date,
                form.nonce,
                form.sealed,
            ],
            mac,
            from,
            message_id,
            date,
            nonce,
        })
    }

    /// Checks the MAC under each of `secrets`, the present one and any that is being rotated out. The
    /// work is the same whichever fits, and whether one does.
    ///
    /// # Errors
    /// [`Refused::Mac`] if none fits: the Gateway did not send it, or not so.
    pub fn authenticate(self, secrets: &[&ApiSecret]) -> Result<Authentic<'a>, Refused> {
        let genuine = secrets.iter().fold(false, |found, secret| {
            let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_str().as_bytes()) else {
                return found;
            };
            for field in &self.signed {
                mac.update(field.as_bytes());
            }
            mac.verify_slice(&self.mac).is_ok() | found
        });
        if !genuine {
            return Err(Refused::Mac);
        }
        let [.., sealed] = self.signed;
        Ok(Authentic {
            from: self.from,
            message_id: self.message_id,
            date: self.date,
            nonce: self.nonce,
            sealed,
        })
    }
}

impl fmt::Debug for Callback<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback(..)")
    }
}

/// The fields as they were decoded, each of them there exactly once.
struct Form<'a> {
    from: Cow<'a, str>,
    to: Cow<'a, str>,
    message_id: Cow<'a, str>,
    date: Cow<'a, str>,
    nonce: Cow<'a, str>,
    sealed: Cow<'a, str>,
    mac: Cow<'a, str>,
}

impl<'a> Form<'a> {
    fn read(body: &'a [u8]) -> Result<Self, Refused> {
        const BROKEN: Refused = Refused::Shape(Field::Body);
        if body.len() > Callback::MAX_BODY {
            return Err(BROKEN);
        }
        let body = core::str::from_utf8(body).map_err(|_| BROKEN)?;
        let mut found = [const { None }; Field::NAMED.len()];
        for pair in form::pairs(body) {
            let (name, value) = pair.map_err(|_| BROKEN)?;
            let known = Field::NAMED
                .into_iter()
                .zip(&mut found)
                .find(|(field, _)| field.as_str() == name);
            if let Some((field, slot)) = known
                && slot.replace(value).is_some()
            {
                return Err(Refused::Shape(field));
            }
        }
        let [from, to, message_id, date, nonce, sealed, mac, _nickname] = found;
        let there = |value: Option<_>, field| value.ok_or(Refused::Shape(field));
        Ok(Self {
            from: there(from, Field::From)?,
            to: there(to, Field::To)?,
            message_id: there(message_id, Field::MessageId)?,
            date: there(date, Field::Date)?,
            nonce: there(nonce, Field::Nonce)?,
            sealed: there(sealed, Field::Box)?,
            mac: there(mac, Field::Mac)?,
        })
    }
}

/// Why a callback is not acted on. No repetition of the same body would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// It is well-formed, and for another Gateway ID than ours.
    Addressee,
    /// None of our secrets makes this MAC: another account's secret, or a forged or altered body.
    Mac,
    /// A field is missing, doubled, or not of its exact length and alphabet.
    Shape(Field),
}

impl Refused {
    /// The stable name of the cause, which is also the name of its count in the status.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Addressee => "callback_addressee",
            Self::Mac => "callback_mac",
            Self::Shape(_) => "callback_shape",
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Shape(field) => write!(f, "{}: {field}", self.code()),
            _ => f.write_str(self.code()),
        }
    }
}

impl core::error::Error for Refused {}

#[cfg(test)]
mod tests;
