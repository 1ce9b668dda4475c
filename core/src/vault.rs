//! Secrets at rest: sealed under a key that is not in the store, bound to their place.
//!
//! ```text
//! key id 4 │ nonce 24 │ XChaCha20-Poly1305 of the secret, the context as associated data
//! ```
//!
//! A sealed secret opens only for the user, factor and kind that it was sealed for: whoever can write
//! to the store cannot hand one user's secret to another.
//!
//! ```
//! use threegate_core::{key::{Key, Keyring}, user::ObjectName, vault::{Context, Kind, Vault}};
//!
//! let vault = Vault::new(Keyring::new(Key::from_bytes([1; 32]), None));
//! let object = ObjectName::from_bytes([2; 16]);
//! let context = Context { object, factor: "f1", kind: Kind::TotpSecret };
//! let sealed = vault.seal(&context, [3; 24], b"a secret").unwrap();
//! assert_eq!(*vault.open(&context, &sealed).unwrap(), *b"a secret");
//! ```

use alloc::vec::Vec;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use zeroize::Zeroizing;

use crate::Error;
use crate::key::{Key, KeyId, Keyring};
use crate::user::ObjectName;

/// Seals and opens.
#[derive(Debug)]
pub struct Vault(Keyring);

/// Whose secret it is, and which.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The user's object.
    pub object: ObjectName,
    /// The factor that it belongs to.
    pub factor: &'a str,
    /// What it is for.
    pub kind: Kind,
}

/// What a sealed secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A token's secret.
    HotpSecret,
    /// An answer that may be asked for once more.
    Answer,
    /// The user's key over the recovery codes.
    RecoveryKey,
    /// A code that was sent, for as long as it may be typed.
    SentCode,
    /// A Threema ID with its pinned key.
    ThreemaContact,
    /// An authenticator's secret.
    TotpSecret,
    /// The user's id, as the site has it.
    UserId,
    /// What somebody wrote, on its way to the site.
    Message,
    /// What the site knows of a user's Threema ID.
    Prefill,
}

impl Vault {
    /// A vault that seals under the ring's current key and opens what either key sealed.
    #[must_use]
    pub const fn new(keys: Keyring) -> Self {
        Self(keys)
    }

    /// Seals `secret` with a nonce of 24 fresh random bytes.
    ///
    /// # Errors
    /// [`Error::SealBroken`] if `secret` is longer than the cipher allows (256 GB).
    pub fn seal(
        &self,
        context: &Context<'_>,
        nonce: [u8; 24],
        secret: &[u8],
    ) -> Result<Vec<u8>, Error> {
        let key = self.0.current();
        let id = key.id();
        let aad = context.associated_data(id);
        let payload = Payload {
            msg: secret,
            aad: &aad,
        };
        let boxed = cipher(key)
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| Error::SealBroken)?;
        Ok(id.0.into_iter().chain(nonce).chain(boxed).collect())
    }

    /// Opens what was sealed for the same context.
    ///
    /// # Errors
    /// [`Error::SealBroken`] for another context, an unknown key, or an altered seal.
    pub fn open(&self, context: &Context<'_>, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (id, rest) = sealed.split_first_chunk::<4>().ok_or(Error::SealBroken)?;
        let (nonce, boxed) = rest.split_first_chunk::<24>().ok_or(Error::SealBroken)?;
        let id = KeyId(*id);
        let key = self.0.find(id).ok_or(Error::SealBroken)?;
        let aad = context.associated_data(id);
        let payload = Payload {
            msg: boxed,
            aad: &aad,
        };
        cipher(key)
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| Error::SealBroken)
    }

    /// Whether `sealed` should be sealed anew, under the current key.
    #[must_use]
    pub fn is_outdated(&self, sealed: &[u8]) -> bool {
        sealed.first_chunk::<4>() != Some(&self.0.current().id().0)
    }
}

impl Context<'_> {
    /// Fixed lengths first, the factor last: no two contexts are one string of bytes.
    fn associated_data(&self, key: KeyId) -> Vec<u8> {
        let kind = match self.kind {
            Kind::RecoveryKey => 1,
            Kind::TotpSecret => 2,
            Kind::ThreemaContact => 3,
            Kind::UserId => 4,
            Kind::Message => 5,
            Kind::HotpSecret => 6,
            Kind::Answer => 7,
            Kind::SentCode => 8,
            Kind::Prefill => 9,
        };
        b"threegate vault v1\0"
            .iter()
            .copied()
            .chain(key.0)
            .chain([kind])
            .chain(*self.object.as_bytes())
            .chain(self.factor.bytes())
            .collect()
    }
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.as_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTEXT: Context<'static> = Context {
        object: ObjectName::from_bytes([2; 16]),
        factor: "f1",
        kind: Kind::TotpSecret,
    };

    fn key(byte: u8) -> Key {
        Key::from_bytes([byte; 32])
    }

    fn vault() -> Vault {
        Vault::new(Keyring::new(key(1), None))
    }

    fn sealed() -> Vec<u8> {
        vault().seal(&CONTEXT, [3; 24], b"a secret").unwrap()
    }

    #[test]
    fn a_seal_opens_in_its_own_place_only() {
        assert_eq!(*vault().open(&CONTEXT, &sealed()).unwrap(), *b"a secret");
        let elsewhere = [
            Context {
                object: ObjectName::from_bytes([4; 16]),
                ..CONTEXT
            },
            Context {
                factor: "f2",
                ..CONTEXT
            },
            Context {
                kind: Kind::RecoveryKey,
                ..CONTEXT
            },
            Context {
                kind: Kind::ThreemaContact,
                ..CONTEXT
            },
            Context {
                kind: Kind::UserId,
                ..CONTEXT
            },
            Context {
                kind: Kind::Message,
                ..CONTEXT
            },
        ];
        for context in elsewhere {
            assert_eq!(vault().open(&context, &sealed()), Err(Error::SealBroken));
        }
    }

    #[test]
    fn every_altered_bit_and_every_cut_is_noticed() {
        let sealed = sealed();
        for bit in 0..sealed.len() * 8 {
            let mut altered = sealed.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(vault().open(&CONTEXT, &altered), Err(Error::SealBroken));
        }
        for length in 0..sealed.len() {
            assert!(vault().open(&CONTEXT, &sealed[..length]).is_err());
        }
    }

    #[test]
    fn a_key_being_rotated_out_opens_and_is_outdated_and_a_retired_one_does_not_open() {
        let rotating = Vault::new(Keyring::new(key(2), Some(key(1))));
        assert!(rotating.open(&CONTEXT, &sealed()).is_ok());
        assert!(rotating.is_outdated(&sealed()));
        let anew = rotating.seal(&CONTEXT, [5; 24], b"a secret").unwrap();
        assert!(!rotating.is_outdated(&anew));
        let rotated = Vault::new(Keyring::new(key(2), None));
        assert!(rotated.open(&CONTEXT, &sealed()).is_err());
        assert!(rotated.open(&CONTEXT, &anew).is_ok());
    }
}
