//! Files: each one encrypted, stored at the Gateway as a blob, and named in a message.
//!
//! ```text
//! file ──BlobKey::seal_file──▶ blob ──Gateway::upload_blob──▶ BlobId ─┐
//!                                                                     ├──▶ File, the message
//! fresh random key ───────────────────────────────────────────────────┘
//! ```
//!
//! Each file has a key of its own, which goes to the receiver in the message. Under that key the file has
//! the nonce 1 and its thumbnail the nonce 2, so a key that is used for a second file gives both away:
//! [`BlobKey::from_bytes`] wants 32 fresh random bytes a file.
//!
//! ```
//! use threegate_core::threema::blob::BlobKey;
//!
//! let key = BlobKey::from_bytes([7; 32]); // of 32 random bytes, for this file only
//! let blob = key.seal_file(b"a file");
//! assert_eq!(blob.len(), 6 + 16);
//! assert_eq!(key.open_file(&blob)?, b"a file");
//! assert!(key.open_thumbnail(&blob).is_err());
//! # Ok::<(), threegate_core::threema::blob::Unopened>(())
//! ```
//!
//! Source: Threema Gateway, "File message"; NaCl, `crypto_secretbox`; vectors in
//! `tests/vectors/threema/blobs`.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crypto_secretbox::aead::{Aead, KeyInit};
use crypto_secretbox::{Nonce, XSalsa20Poly1305};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The name that the Gateway gave to a blob: 16 bytes. Whoever knows it can fetch the blob, and not read
/// it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlobId([u8; 16]);

impl BlobId {
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

    /// Reads a name from 32 hexadecimal digits in either case. None if it is not one.
    #[must_use]
    pub fn parse(hex: &str) -> Option<Self> {
        let mut bytes = [0; 16];
        let read = base16ct::mixed::decode(hex, &mut bytes).ok()?;
        (read.len() == 16).then_some(Self(bytes))
    }

    /// The name in 32 hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        base16ct::lower::encode_string(&self.0)
    }
}

impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlobId(..)")
    }
}

/// The key of one file and its thumbnail.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct BlobKey([u8; 32]);

impl BlobKey {
    /// The largest file that the chat protocol has, in bytes: 100 MiB. A Gateway may take less.
    pub const MAX_FILE: usize = 100 * 1024 * 1024;

    /// The key of these bytes, fresh and random for each file.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the key.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Encrypts a file. The blob is 16 bytes longer.
    #[must_use]
    pub fn seal_file(&self, file: &[u8]) -> Vec<u8> {
        self.seal(file, Part::File)
    }

    /// Encrypts a file's thumbnail. The blob is 16 bytes longer.
    #[must_use]
    pub fn seal_thumbnail(&self, thumbnail: &[u8]) -> Vec<u8> {
        self.seal(thumbnail, Part::Thumbnail)
    }

    /// Decrypts a file.
    ///
    /// # Errors
    /// [`Unopened`] if it is not what was encrypted under this key as a file.
    pub fn open_file(&self, blob: &[u8]) -> Result<Vec<u8>, Unopened> {
        self.open(blob, Part::File)
    }

    /// Decrypts a file's thumbnail.
    ///
    /// # Errors
    /// [`Unopened`] if it is not what was encrypted under this key as a thumbnail.
    pub fn open_thumbnail(&self, blob: &[u8]) -> Result<Vec<u8>, Unopened> {
        self.open(blob, Part::Thumbnail)
    }

    fn seal(&self, plaintext: &[u8], part: Part) -> Vec<u8> {
        // It fails only where associated data is given.
        let sealed = self.cipher().encrypt(&part.nonce(), plaintext);
        sealed.unwrap_or_default()
    }

    fn open(&self, blob: &[u8], part: Part) -> Result<Vec<u8>, Unopened> {
        self.cipher()
            .decrypt(&part.nonce(), blob)
            .map_err(|_| Unopened)
    }

    /// Wiped when it is dropped.
    fn cipher(&self) -> XSalsa20Poly1305 {
        XSalsa20Poly1305::new(&self.0.into())
    }
}

impl PartialEq for BlobKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for BlobKey {}

impl fmt::Debug for BlobKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BlobKey(..)")
    }
}

/// What of a file it is; its nonce under the file's key.
#[derive(Clone, Copy)]
enum Part {
    File,
    Thumbnail,
}

impl Part {
    fn nonce(self) -> Nonce {
        let mut nonce = [0; 24];
        let [.., last] = &mut nonce;
        *last = match self {
            Self::File => 1,
            Self::Thumbnail => 2,
        };
        nonce.into()
    }
}

/// A blob does not open: another key's, another part of the file, altered, or cut short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unopened;

impl Unopened {
    /// The stable name of the cause.
    #[must_use]
    pub const fn code(self) -> &'static str {
        "blob_unopened"
    }
}

impl fmt::Display for Unopened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for Unopened {}

#[cfg(test)]
mod tests;
