//! The box in which Threema carries a message: X25519, XSalsa20 and Poly1305, the tag in front (NaCl's
//! `crypto_box`).
//!
//! ```text
//! SecretKey ─┐
//!            ├─agree──▶ AgreedKey ──seal──▶ box        the slow step, then one fast step a message
//! PublicKey ─┘              └──────open──▶ plaintext
//! ```
//!
//! Agreeing on a key takes about thirty times as long as all the rest of a message, and gives the same key
//! for the same two each time. Whoever writes to somebody or hears from them again keeps the
//! [`AgreedKey`]; for a single message, [`seal`] and [`open`] agree and forget.
//!
//! ```
//! use threegate_core::threema::SecretKey;
//! use threegate_core::threema::sealed;
//!
//! let alice = SecretKey::from_bytes([1; 32]); // of 32 random bytes
//! let bob = SecretKey::from_bytes([2; 32]);
//! let nonce = [3; 24]; // random, and never twice under the same two keys
//!
//! let boxed = sealed::seal(b"hello", nonce, &bob.public(), &alice);
//! let agreed = bob.agree(&alice.public());
//! assert_eq!(*agreed.open(&boxed, nonce)?, b"hello");
//! // The two of them have one key, so it closes the same box in both directions.
//! assert_eq!(agreed.seal(b"hello", nonce), boxed);
//! # Ok::<(), threegate_core::threema::Unreadable>(())
//! ```
//!
//! Source: NaCl, "Public-key authenticated encryption: crypto_box"; RFC 7748, section 5; vectors in
//! `tests/vectors/threema/boxes` and `agreements`.

use alloc::vec::Vec;
use core::fmt;

use crypto_secretbox::XSalsa20Poly1305;
use crypto_secretbox::aead::{Aead, AeadInPlace, KeyInit};
use salsa20::cipher::consts::U10;
use salsa20::hsalsa;
use zeroize::Zeroizing;

use super::{PublicKey, SecretKey, Unreadable};

/// Closes a box that only `to` opens and only `from` could close, with a nonce of 24 fresh random bytes.
/// It is 16 bytes longer than `plaintext`, a [padded](super::Message) message.
#[must_use]
pub fn seal(plaintext: &[u8], nonce: [u8; 24], to: &PublicKey, from: &SecretKey) -> Vec<u8> {
    from.agree(to).seal(plaintext, nonce)
}

/// Opens a box that `from` closed for `mine`. What comes out is the padded message, and may be empty.
///
/// # Errors
/// [`Unreadable::Box`] if other keys or another nonce closed it, or it was altered.
pub fn open(
    boxed: &[u8],
    nonce: [u8; 24],
    from: &PublicKey,
    mine: &SecretKey,
) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
    mine.agree(from).open(boxed, nonce)
}

/// What two have in common: a private key and the other's public key, or the other way round.
///
/// It opens whatever either of them closed for the other, so it is as secret as the private keys are. It
/// stands for one pair of keys: where a public key is replaced, the one agreed with it goes too. Wiped when
/// it is dropped, and opaque in `Debug`.
pub struct AgreedKey {
    cipher: XSalsa20Poly1305,
    theirs: PublicKey,
}

impl SecretKey {
    /// Agrees on a key with whoever holds the private half of `theirs`.
    #[must_use]
    pub fn agree(&self, theirs: &PublicKey) -> AgreedKey {
        let shared = self.shared_with(theirs);
        // U10: twenty rounds, two at a time.
        let key = hsalsa::<U10>(shared.as_bytes().into(), &[0; 16].into());
        AgreedKey {
            cipher: XSalsa20Poly1305::new(&Zeroizing::new(key)),
            theirs: *theirs,
        }
    }
}

impl AgreedKey {
    /// Whether it was agreed with `theirs`. A key that was kept is asked before each use, with the public
    /// key as it is pinned now.
    ///
    /// ```
    /// use threegate_core::threema::SecretKey;
    ///
    /// let (own, sender) = (SecretKey::from_bytes([1; 32]), SecretKey::from_bytes([2; 32]));
    /// let mut kept = own.agree(&sender.public());
    ///
    /// let pinned = SecretKey::from_bytes([3; 32]).public(); // since then the sender has another key
    /// if !kept.is_with(&pinned) {
    ///     kept = own.agree(&pinned);
    /// }
    /// assert!(kept.is_with(&pinned));
    /// ```
    #[must_use]
    pub fn is_with(&self, theirs: &PublicKey) -> bool {
        self.theirs == *theirs
    }

    /// Closes a box with a nonce of 24 fresh random bytes. It is 16 bytes longer than `plaintext`, a
    /// [padded](super::Message) message.
    #[must_use]
    pub fn seal(&self, plaintext: &[u8], nonce: [u8; 24]) -> Vec<u8> {
        // It fails only where associated data is given.
        self.cipher
            .encrypt(&nonce.into(), plaintext)
            .unwrap_or_default()
    }

    /// Opens a box that either of the two closed. What comes out is the padded message, and may be empty.
    ///
    /// # Errors
    /// [`Unreadable::Box`] if other keys or another nonce closed it, or it was altered.
    pub fn open(&self, boxed: &[u8], nonce: [u8; 24]) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        self.open_owned(boxed.into(), nonce)
    }

    /// Opens a box where it stands: nothing of the message is copied.
    pub(super) fn open_owned(
        &self,
        boxed: Vec<u8>,
        nonce: [u8; 24],
    ) -> Result<Zeroizing<Vec<u8>>, Unreadable> {
        let mut opened = Zeroizing::new(boxed);
        self.cipher
            .decrypt_in_place(&nonce.into(), b"", &mut *opened)
            .map_err(|_| Unreadable::Box)?;
        Ok(opened)
    }
}

impl fmt::Debug for AgreedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgreedKey(..)")
    }
}

#[cfg(test)]
mod tests;
