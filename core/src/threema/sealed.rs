//! The box in which Threema carries a message: X25519, XSalsa20 and Poly1305, the tag in front (NaCl's
//! `crypto_box`).

use alloc::vec::Vec;

use crypto_box::SalsaBox;
use crypto_box::aead::Aead;
use zeroize::Zeroizing;

use super::{PublicKey, SecretKey, Unreadable};

/// Closes a box that only `to` opens and only `from` could close, with a nonce of 24 fresh random bytes.
/// It is 16 bytes longer than `plaintext`, a [padded](super::Message) message.
#[must_use]
pub fn seal(plaintext: &[u8], nonce: [u8; 24], to: &PublicKey, from: &SecretKey) -> Vec<u8> {
    // It fails only where associated data is given.
    cipher(to, from)
        .encrypt(&nonce.into(), plaintext)
        .unwrap_or_default()
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
    cipher(from, mine)
        .decrypt(&nonce.into(), boxed)
        .map(Zeroizing::new)
        .map_err(|_| Unreadable::Box)
}

/// Wiped when it is dropped, like all that it is made of.
fn cipher(theirs: &PublicKey, mine: &SecretKey) -> SalsaBox {
    let theirs = crypto_box::PublicKey::from_bytes(*theirs.as_bytes());
    mine.with(|mine| SalsaBox::new(&theirs, mine))
}

#[cfg(test)]
mod tests;
