//! Who it is about: the site's opaque id of a user, and the name that its object has here.
//!
//! ```
//! use threegate_core::key::Key;
//! use threegate_core::user::{ObjectName, UserId};
//!
//! let naming = Key::from_bytes([1; 32]);
//! let alice = UserId::parse("42")?;
//! let name = alice.object(&naming);
//! assert_eq!(name.to_hex().len(), 32); // tells nothing of "42" to who has not the key
//! assert_eq!(ObjectName::parse(&name.to_hex())?, name);
//! assert!(UserId::parse("4\n2").is_err());
//! # Ok::<(), threegate_core::Error>(())
//! ```

use alloc::string::String;
use core::fmt;

use crate::{Error, key::Key};

/// The site's own, immutable id of a user: 1 to 128 bytes, no control characters, compared bytewise.
///
/// It is personal data of the site: opaque in `Debug`, never stored, never in an address.
#[derive(Clone, PartialEq, Eq)]
pub struct UserId(String);

/// What a user's object is called: an HMAC of the id under the naming key.
///
/// The naming key is made once and never rotated, since the names are where everything lies.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ObjectName([u8; 16]);

impl UserId {
    /// Takes an id as the site wrote it.
    ///
    /// # Errors
    /// [`Error::UserInvalid`] if it is empty, too long, or has control characters.
    pub fn parse(id: &str) -> Result<Self, Error> {
        if id.is_empty() || id.len() > 128 || id.chars().any(char::is_control) {
            return Err(Error::UserInvalid);
        }
        Ok(Self(id.into()))
    }

    /// The name of this user's object.
    #[must_use]
    pub fn object(&self, naming: &Key) -> ObjectName {
        let mac = naming.mac("threegate user object v1", &[self.0.as_bytes()]);
        let mut name = [0; 16];
        name.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
        ObjectName(name)
    }
}

impl ObjectName {
    /// The name of these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes of the name.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Reads a name from 32 hexadecimal digits in lower case.
    ///
    /// # Errors
    /// [`Error::UserInvalid`] if it is none.
    pub fn parse(hex: &str) -> Result<Self, Error> {
        let mut name = [0; 16];
        match base16ct::lower::decode(hex, &mut name) {
            Ok(bytes) if bytes.len() == 16 => Ok(Self(name)),
            _ => Err(Error::UserInvalid),
        }
    }

    /// The name in 32 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        base16ct::lower::encode_string(&self.0)
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId(..)")
    }
}

impl fmt::Debug for ObjectName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ObjectName(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_1_to_128_bytes_without_control_characters() {
        let longest = "x".repeat(128);
        for good in ["1", "alice@example.org", "Ünïcode 中", longest.as_str()] {
            assert!(UserId::parse(good).is_ok(), "{good}");
        }
        let too_long = "x".repeat(129);
        for bad in ["", "a\nb", "a\u{0}", "\u{7f}", "\u{85}", too_long.as_str()] {
            assert_eq!(UserId::parse(bad), Err(Error::UserInvalid), "{bad:?}");
        }
    }

    #[test]
    fn a_name_reads_back() {
        let name = ObjectName::from_bytes([0xa5; 16]);
        assert_eq!(ObjectName::parse(&name.to_hex()), Ok(name));
        for bad in [
            "",
            "a5",
            &"A5".repeat(16),
            &"a5".repeat(17),
            &"zz".repeat(16),
        ] {
            assert_eq!(ObjectName::parse(bad), Err(Error::UserInvalid));
        }
    }

    #[test]
    fn names_differ_by_user_and_by_key_and_are_stable() {
        let name = |user: &str, key| UserId::parse(user).unwrap().object(&Key::from_bytes(key));
        assert_eq!(name("1", [1; 32]), name("1", [1; 32]));
        assert_ne!(name("1", [1; 32]), name("2", [1; 32]));
        assert_ne!(name("a", [1; 32]), name("A", [1; 32]));
        assert_ne!(name("1", [1; 32]), name("1", [2; 32]));
        // Every enrolment of every deployment lies under these names: they must never change.
        assert_eq!(
            name("1", [1; 32]).to_hex(),
            include_str!("../../tests/vectors/object-name.txt").trim()
        );
    }
}
