//! The names that Threema gives to people, Gateways and messages.

use alloc::format;
use alloc::string::String;
use core::fmt;

use crate::Error;
use crate::key::Key;
use crate::otp::typed::is_separator;
use crate::user::ObjectName;

/// A Threema ID: eight characters, `0-9` and `A-Z`; a Gateway's may begin with `*`.
///
/// That it is well-formed does not say that anybody has it. A person's ID is personal data: opaque in
/// `Debug`, shown [masked](Self::masked) to whoever has not proved that it is theirs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreemaId([u8; 8]);

impl ThreemaId {
    /// Reads an ID as Threema writes it.
    ///
    /// # Errors
    /// [`Error::ThreemaIdMalformed`] for another length, small letters, or any other character.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let id: [u8; 8] = text
            .as_bytes()
            .try_into()
            .map_err(|_| Error::ThreemaIdMalformed)?;
        let [first, rest @ ..] = id;
        let named = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
        if (first == b'*' || named(first)) && rest.into_iter().all(named) {
            Ok(Self(id))
        } else {
            Err(Error::ThreemaIdMalformed)
        }
    }

    /// Reads an ID as people type and paste it: in either case, with blanks and dashes anywhere.
    ///
    /// # Errors
    /// [`Error::ThreemaIdMalformed`] if what is left is none.
    pub fn parse_typed(text: &str) -> Result<Self, Error> {
        let meant: String = text
            .chars()
            .filter(|c| !is_separator(*c))
            // A character more than an ID has makes it malformed; the rest need not be read.
            .take(9)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        Self::parse(&meant)
    }

    /// The ID itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever taken.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Whether it begins as only a Gateway's ID does. (Not every Gateway's does, on-premises.)
    #[must_use]
    pub const fn is_gateway(&self) -> bool {
        let [first, ..] = self.0;
        first == b'*'
    }

    /// The last two characters behind dots, for eyes that may belong to someone else.
    #[must_use]
    pub fn masked(&self) -> String {
        let [.., last_but_one, last] = self.0.map(char::from);
        format!("••••••{last_but_one}{last}")
    }

    /// The name of the object that knows what is awaited from this ID.
    #[must_use]
    pub fn object(&self, naming: &Key) -> ObjectName {
        let mac = naming.mac("threegate contact object v1", &[&self.0]);
        let mut name = [0; 16];
        name.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
        ObjectName::from_bytes(name)
    }

    pub(crate) const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Debug for ThreemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ThreemaId(..)")
    }
}

/// The name of a message: eight bytes that its sender chose, unique only between the two.
///
/// The hexadecimal text shows the bytes in the order in which receipts and reactions carry them, so
/// what `send_e2e` answered can be compared with what a receipt is about. `Debug` shows the same text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId([u8; 8]);

impl MessageId {
    /// The name of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }

    /// The bytes of the name.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    /// Reads a name from 16 hexadecimal digits in lower case.
    ///
    /// # Errors
    /// [`Error::MessageIdMalformed`] if it is none.
    pub fn parse(hex: &str) -> Result<Self, Error> {
        let mut id = [0; 8];
        match base16ct::lower::decode(hex, &mut id) {
            Ok(bytes) if bytes.len() == 8 => Ok(Self(id)),
            _ => Err(Error::MessageIdMalformed),
        }
    }

    /// The name in 16 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        base16ct::lower::encode_string(&self.0)
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({})", self.to_hex())
    }
}

#[cfg(test)]
mod tests;
