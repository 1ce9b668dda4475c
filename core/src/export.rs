//! What leaves the deployment: sealed for a key whose other half is not here.
//!
//! ```text
//! version 1 │ ephemeral public key 32 │ X25519, XSalsa20 and Poly1305 of the document
//! ```
//!
//! Whoever has `ADMIN_SECRET` may ask for an export and still cannot read it: that takes the private half
//! of `EXPORT_KEY`, which lies with whoever keeps the back-ups. Each document has an ephemeral key of its
//! own, so the nonce may follow from both public keys, as in libsodium's sealed boxes.
//!
//! An export says who it is for, not who made it: whoever can write a file can put another box in its
//! place. Restoring is for admins, who must know where their file was.
//!
//! ```
//! use threegate_core::{export, threema::SecretKey};
//!
//! let backup = SecretKey::from_bytes([1; 32]);
//! let sealed = export::seal(b"a document", &backup.public(), [2; 32]);
//! assert_eq!(*export::open(&sealed, &backup).unwrap(), *b"a document");
//! ```

use alloc::vec::Vec;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::Error;
use crate::threema::sealed::{open as open_box, seal as seal_box};
use crate::threema::{PublicKey, SecretKey};

const VERSION: u8 = 1;

/// Seals `document` for the holder of `to`'s other half, under an ephemeral key of 32 fresh random bytes.
#[must_use]
pub fn seal(document: &[u8], to: &PublicKey, random: [u8; 32]) -> Vec<u8> {
    let ephemeral = SecretKey::from_bytes(random);
    let public = ephemeral.public();
    let boxed = seal_box(document, nonce(&public, to), to, &ephemeral);
    let head = [VERSION].into_iter().chain(*public.as_bytes());
    head.chain(boxed).collect()
}

/// Opens what was sealed for `mine`.
///
/// # Errors
/// [`Error::SealBroken`] if it was sealed for another key, altered, or is of a later version.
pub fn open(sealed: &[u8], mine: &SecretKey) -> Result<Zeroizing<Vec<u8>>, Error> {
    let (version, rest) = sealed.split_first().ok_or(Error::SealBroken)?;
    let (public, boxed) = rest.split_first_chunk::<32>().ok_or(Error::SealBroken)?;
    if *version != VERSION {
        return Err(Error::SealBroken);
    }
    let from = PublicKey::from_bytes(*public).map_err(|_| Error::SealBroken)?;
    let nonce = nonce(&from, &mine.public());
    open_box(boxed, nonce, &from, mine).map_err(|_| Error::SealBroken)
}

fn nonce(ephemeral: &PublicKey, to: &PublicKey) -> [u8; 24] {
    let digest: [u8; 32] = Sha256::new_with_prefix(b"threegate export v1\0")
        .chain_update(ephemeral.as_bytes())
        .chain_update(to.as_bytes())
        .finalize()
        .into();
    let mut nonce = [0; 24];
    nonce
        .iter_mut()
        .zip(digest)
        .for_each(|(to, from)| *to = from);
    nonce
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINE: SecretKey = SecretKey::from_bytes([1; 32]);

    #[test]
    fn a_document_opens_for_its_key_only() {
        let sealed = seal(b"a document", &MINE.public(), [2; 32]);
        assert_eq!(*open(&sealed, &MINE).unwrap(), *b"a document");
        let other = SecretKey::from_bytes([3; 32]);
        assert_eq!(open(&sealed, &other).err(), Some(Error::SealBroken));
    }

    #[test]
    fn every_altered_byte_and_every_cut_is_noticed() {
        let sealed = seal(b"a document", &MINE.public(), [2; 32]);
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert!(open(&altered, &MINE).is_err(), "byte {at}");
            assert!(open(&sealed[..at], &MINE).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn two_exports_of_one_document_have_nothing_in_common() {
        let one = seal(b"a document", &MINE.public(), [2; 32]);
        let two = seal(b"a document", &MINE.public(), [4; 32]);
        let same = one.iter().zip(&two).skip(1).filter(|(a, b)| a == b).count();
        assert!(same < 5, "{same} bytes");
    }
}
