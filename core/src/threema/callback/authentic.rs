//! A message that the Gateway sent.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::super::{AgreedKey, Message, MessageId, PublicKey, SecretKey, ThreemaId, Unreadable};
use super::{Field, Refused, field};
use crate::UnixTime;

/// A callback that a holder of the API secret made for our ID.
///
/// It may be a repetition, and of any age. That the *sender* wrote it is known only when it
/// [opens](Self::open) under the sender's key.
#[derive(Clone, PartialEq, Eq)]
pub struct Authentic<'a> {
    pub(super) from: ThreemaId,
    pub(super) message_id: MessageId,
    pub(super) date: u64,
    pub(super) nonce: [u8; 24],
    /// Hexadecimal digits.
    pub(super) sealed: Cow<'a, str>,
}

impl<'a> Authentic<'a> {
    /// Whose Threema ID it came from.
    #[must_use]
    pub const fn from(&self) -> ThreemaId {
        self.from
    }

    /// The name that the sender gave it.
    #[must_use]
    pub const fn message_id(&self) -> MessageId {
        self.message_id
    }

    /// When it was sent, as the sender says: good to refuse what is old, never a proof of when.
    #[must_use]
    pub const fn date(&self) -> UnixTime {
        UnixTime::from_secs(self.date)
    }

    /// Opens the box under the sender's pinned key and ours, and reads the message.
    ///
    /// # Errors
    /// Each of [`Unreadable`].
    pub fn open(&self, sender: &PublicKey, own: &SecretKey) -> Result<Message, Unreadable> {
        self.open_with(&own.agree(sender))
    }

    /// Opens the box under the key that was agreed with the sender before, and reads the message.
    ///
    /// # Errors
    /// Each of [`Unreadable`].
    pub fn open_with(&self, agreed: &AgreedKey) -> Result<Message, Unreadable> {
        Message::parse(&self.plaintext(agreed)?)
    }

    /// Opens the box, and reads of the message what can prove a factor: everything else is
    /// [`Message::Other`].
    ///
    /// # Errors
    /// [`Unreadable::Box`], and as [`Message::parse_proof`].
    pub fn open_proof(&self, sender: &PublicKey, own: &SecretKey) -> Result<Message, Unreadable> {
        self.open_proof_with(&own.agree(sender))
    }

    /// The same under the key that was agreed with the sender before.
    ///
    /// # Errors
    /// As there.
    pub fn open_proof_with(&self, agreed: &AgreedKey) -> Result<Message, Unreadable> {
        Message::parse_proof(&self.plaintext(agreed)?)
    }

    /// What the box holds, still [padded](Message): for types that are not read here.
    ///
    /// # Errors
    /// [`Unreadable::Box`] if other keys or another nonce closed it.
    pub fn plaintext(&self, agreed: &AgreedKey) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let boxed =
            base16ct::lower::decode_vec(self.sealed.as_bytes()).map_err(|_| Unreadable::Box)?;
        agreed.open_owned(boxed, self.nonce)
    }

    /// One line for another room of the same deployment: the callback without addressee and MAC. There
    /// is nothing in it that was not in the callback, and nothing that makes it authentic to others.
    #[must_use]
    pub fn to_text(&self) -> String {
        let nonce = base16ct::lower::encode_string(&self.nonce);
        format!(
            "{} {} {:010} {nonce} {}",
            self.from.as_str(),
            self.message_id.to_hex(),
            self.date,
            self.sealed,
        )
    }

    /// Takes up what [`Authentic::to_text`] wrote. Only for a line that came from a room of this
    /// deployment which had checked the MAC: nothing is checked again but the shape.
    ///
    /// # Errors
    /// [`Refused::Shape`] if it is no such line.
    pub fn restore(line: &'a str) -> Result<Self, Refused> {
        let mut parts = line.split(' ');
        let mut part = |field| parts.next().ok_or(Refused::Shape(field));
        let from = field::threema_id(part(Field::From)?, Field::From)?;
        let message_id = field::message_id(part(Field::MessageId)?)?;
        let date = field::date(part(Field::Date)?)?;
        let nonce = field::bytes(part(Field::Nonce)?, Field::Nonce)?;
        let sealed = part(Field::Box)?;
        field::sealed(sealed)?;
        if parts.next().is_some() {
            return Err(Refused::Shape(Field::Body));
        }
        Ok(Self {
            from,
            message_id,
            date,
            nonce,
            sealed: Cow::Borrowed(sealed),
        })
    }
}

impl fmt::Debug for Authentic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authentic")
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}
