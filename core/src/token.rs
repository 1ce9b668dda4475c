//! Tickets and passes on the wire: opaque, unforgeable, and checked before any object wakes.
//!
//! ```text
//! type 1 │ key id 4 │ object 16 │ random 16 │ expiry 8 │ HMAC-SHA256 32      = 77 bytes, 103 characters
//! └──────────────── all under the HMAC ───────────┘
//! ```
//!
//! [`check`] makes a [`Genuine`], and only a [`Genuine`] tells which object to ask. Storage keeps a
//! [`TokenHash`], never the token. The hash of a ticket doubles as the `ticket_id` that the site keeps:
//! it names the ticket and opens nothing.
//!
//! ```
//! use threegate_core::{UnixTime, key::{Key, Keyring}, token::{self, Ticket}, user::ObjectName};
//!
//! let keys = Keyring::new(Key::from_bytes([1; 32]), None);
//! let object = ObjectName::from_bytes([2; 16]);
//! let ticket = token::mint::<Ticket>(&keys, object, [3; 16], UnixTime::from_secs(900));
//! let genuine = token::check::<Ticket>(ticket.as_str(), &keys, UnixTime::from_secs(899)).unwrap();
//! assert_eq!(genuine.object(), object);
//! assert_eq!(genuine.hash(), ticket.hash());
//! ```

use alloc::string::String;
use core::fmt;
use core::marker::PhantomData;

use base64ct::{Base64UrlUnpadded, Encoding};
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::key::{KeyId, Keyring};
use crate::user::ObjectName;
use crate::{Error, UnixTime};

const CONTEXT: &str = "threegate token v1";
const BODY: usize = 45;
const LENGTH: usize = BODY + 32;

/// Leave for one browser to act for one user. See [`crate::ticket`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ticket {}

/// What a page hands to its site for a proved challenge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pass {}

/// What a site keeps for a browser that is remembered. See [`crate::device`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Device {}

/// What a token is for. A token of one kind is none of another.
pub trait Kind: kind::Sealed {}

impl Kind for Ticket {}
impl Kind for Pass {}
impl Kind for Device {}

mod kind {
    pub trait Sealed {
        const BYTE: u8;
    }
    impl Sealed for super::Ticket {
        const BYTE: u8 = 1;
    }
    impl Sealed for super::Pass {
        const BYTE: u8 = 2;
    }
    impl Sealed for super::Device {
        const BYTE: u8 = 3;
    }
}

/// A token as it goes to a browser. A secret.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Token<K: Kind> {
    text: String,
    #[zeroize(skip)]
    hash: TokenHash,
    #[zeroize(skip)]
    kind: PhantomData<K>,
}

/// Names a device: all its tokens, one after the other, begin their random bits with it. No secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DeviceName([u8; 8]);

/// What is left of a token that this deployment made, for `K`, and whose time is not up.
///
/// It may have been used: its object knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Genuine<K: Kind> {
    object: ObjectName,
    device: DeviceName,
    expires_at: UnixTime,
    hash: TokenHash,
    kind: PhantomData<K>,
}

/// Names a token in storage and to the site: the first 128 bits of its SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TokenHash([u8; 16]);

/// Makes a token that ends at `expires_at`.
#[must_use]
pub fn mint<K: Kind>(
    keys: &Keyring,
    object: ObjectName,
    random: [u8; 16],
    expires_at: UnixTime,
) -> Token<K> {
    let key = keys.current();
    let mut bytes = Zeroizing::new([0; LENGTH]);
    let body = [K::BYTE]
        .into_iter()
        .chain(key.id().0)
        .chain(*object.as_bytes())
        .chain(random)
        .chain(expires_at.as_secs().to_be_bytes());
    bytes.iter_mut().zip(body).for_each(|(to, from)| *to = from);
    if let Some((body, mac)) = bytes.split_at_mut_checked(BODY) {
        mac.copy_from_slice(&key.mac(CONTEXT, &[body]));
    }
    Token {
        text: Base64UrlUnpadded::encode_string(&*bytes),
        hash: TokenHash::of(&bytes),
        kind: PhantomData,
    }
}

/// The 128 bits of a ticket's pass. They come out the same each time the page asks, and are unknown to
/// whoever lacks the key, so that nothing but the pass's hash has to be stored.
#[must_use]
pub fn pass_random(keys: &Keyring, ticket: TokenHash) -> [u8; 16] {
    derived(keys, "threegate pass random v1", ticket)
}

/// The 128 bits of the first token of the device that a ticket's browser becomes: the same each time the
/// site asks again.
#[must_use]
pub fn device_random(keys: &Keyring, ticket: TokenHash) -> [u8; 16] {
    derived(keys, "threegate device random v1", ticket)
}

fn derived(keys: &Keyring, context: &str, ticket: TokenHash) -> [u8; 16] {
    let mac = keys.current().mac(context, &[&ticket.0]);
    let mut random = [0; 16];
    random.iter_mut().zip(mac).for_each(|(to, from)| *to = from);
    random
}

/// Checks a token's form, kind and MAC (in constant time), then its time.
///
/// # Errors
/// [`Error::TicketInvalid`] for whatever this deployment did not make as a `K`,
/// [`Error::TicketExpired`] for one whose time is up.
pub fn check<K: Kind>(text: &str, keys: &Keyring, now: UnixTime) -> Result<Genuine<K>, Error> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    let decoded = Base64UrlUnpadded::decode(text, &mut *bytes).map_err(|_| Error::TicketInvalid)?;
    if decoded.len() != LENGTH {
        return Err(Error::TicketInvalid);
    }
    let (body, mac) = bytes
        .split_first_chunk::<BODY>()
        .ok_or(Error::TicketInvalid)?;
    let (kind, rest) = take::<1>(body)?;
    let (key_id, rest) = take::<4>(rest)?;
    let (object, rest) = take::<16>(rest)?;
    let (random, rest) = take::<16>(rest)?;
    let (expiry, _) = take::<8>(rest)?;
    let key = keys.find(KeyId(key_id)).ok_or(Error::TicketInvalid)?;
    if !key.verifies(CONTEXT, &[body], mac) || kind != [K::BYTE] {
        return Err(Error::TicketInvalid);
    }
    let expires_at = UnixTime::from_secs(u64::from_be_bytes(expiry));
    if now >= expires_at {
        return Err(Error::TicketExpired);
    }
    Ok(Genuine {
        object: ObjectName::from_bytes(object),
        device: DeviceName::of(random),
        expires_at,
        hash: TokenHash::of(&bytes),
        kind: PhantomData,
    })
}

/// Checks a token that must be of `object`, so that another user's is none at all.
///
/// # Errors
/// As [`check`].
pub fn check_for<K: Kind>(
    text: &str,
    keys: &Keyring,
    object: ObjectName,
    now: UnixTime,
) -> Result<Genuine<K>, Error> {
    let genuine = check::<K>(text, keys, now)?;
    if genuine.object != object {
        return Err(Error::TicketInvalid);
    }
    Ok(genuine)
}

fn take<const N: usize>(from: &[u8]) -> Result<([u8; N], &[u8]), Error> {
    let (head, rest) = from.split_first_chunk::<N>().ok_or(Error::TicketInvalid)?;
    Ok((*head, rest))
}

impl<K: Kind> Token<K> {
    /// The token, for its browser's eyes only.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What to store.
    #[must_use]
    pub const fn hash(&self) -> TokenHash {
        self.hash
    }
}

impl<K: Kind> Genuine<K> {
    /// The object that knows the rest.
    #[must_use]
    pub const fn object(&self) -> ObjectName {
        self.object
    }

    /// When it ends.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }

    /// Its name in storage.
    #[must_use]
    pub const fn hash(&self) -> TokenHash {
        self.hash
    }
}

impl Genuine<Device> {
    /// Which device it is of.
    #[must_use]
    pub fn device(&self) -> DeviceName {
        self.device
    }
}

impl DeviceName {
    /// The device whose token has these random bytes.
    #[must_use]
    pub fn of(random: [u8; 16]) -> Self {
        let mut name = [0; 8];
        name.iter_mut()
            .zip(random)
            .for_each(|(to, from)| *to = from);
        Self(name)
    }

    /// The random bytes of another token of the device; the first half of `fresh` is in them.
    #[must_use]
    pub fn rotated(self, fresh: [u8; 16]) -> [u8; 16] {
        let mut random = [0; 16];
        let bytes = self.0.into_iter().chain(fresh);
        random
            .iter_mut()
            .zip(bytes)
            .for_each(|(to, from)| *to = from);
        random
    }

    /// The name in base64url.
    #[must_use]
    pub fn to_text(self) -> String {
        Base64UrlUnpadded::encode_string(&self.0)
    }

    /// Reads a name from base64url.
    ///
    /// # Errors
    /// [`Error::TicketInvalid`] if it is none.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut name = [0; 8];
        match Base64UrlUnpadded::decode(text, &mut name) {
            Ok(bytes) if bytes.len() == 8 => Ok(Self(name)),
            _ => Err(Error::TicketInvalid),
        }
    }
}

impl TokenHash {
    fn of(bytes: &[u8; LENGTH]) -> Self {
        let digest = Sha256::digest(bytes);
        let mut hash = [0; 16];
        hash.iter_mut()
            .zip(digest)
            .for_each(|(to, from)| *to = from);
        Self(hash)
    }

    /// The name in base64url, as the site gets it.
    #[must_use]
    pub fn to_text(self) -> String {
        Base64UrlUnpadded::encode_string(&self.0)
    }

    /// Reads a name from base64url.
    ///
    /// # Errors
    /// [`Error::TicketInvalid`] if it is none.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut hash = [0; 16];
        match Base64UrlUnpadded::decode(text, &mut hash) {
            Ok(bytes) if bytes.len() == 16 => Ok(Self(hash)),
            _ => Err(Error::TicketInvalid),
        }
    }
}

impl<K: Kind> fmt::Debug for Token<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(..)")
    }
}

#[cfg(test)]
mod tests;
