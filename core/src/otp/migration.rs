//! Accounts on their way from one app to another: `otpauth-migration://`.
//!
//! Google Authenticator shows what it holds as a row of symbols, about ten accounts in each; other apps
//! read them, and some write them. This module reads such symbols in whatever order they come, and writes
//! them.
//!
//! ```text
//!  link ──Part::parse──▶ Part ─┐
//!  link ──Part::parse──▶ Part ─┼─▶ Import::add … ──accounts──▶ Foreign | Unreadable, one an account
//!  link ──Part::parse──▶ Part ─┘        "2 of 3 read"
//!
//!  Foreign, Foreign, … ──export──▶ MigrationUri, MigrationUri, … ──▶ qr::Symbol
//! ```
//!
//! The format is not published; everybody reads it as a base64 of a protocol buffer. It knows no period
//! (30 s, always) and no codes of seven digits, so what needs either is refused at the export. At the
//! import, an account that cannot be checked here (MD5, a secret of 10 bytes) is named with its cause and
//! does not hold up the others. Fields that are unknown are passed over; one that comes twice is refused,
//! since readers would differ.
//!
//! A link holds secrets: it is opaque in `Debug`, and it is zeroized.
//!
//! ```
//! use threegate_core::otp::{KeyUri, migration};
//! use threegate_core::otp::migration::{Import, Part};
//!
//! let account = KeyUri::read(
//!     "otpauth://totp/Forum:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Forum",
//! )?;
//! let links = migration::export(&[account], 0x1234_5678)?; // 32 random bits, really
//! assert_eq!(links.len(), 1);
//!
//! let mut import = Import::begin(Part::parse(links[0].as_str())?);
//! assert_eq!(import.missing().next(), None); // all parts are there
//! let read = import.accounts()?.next().expect("one account");
//! assert_eq!(read.as_ref().unwrap().account.as_ref().unwrap().as_str(), "alice");
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! Source: reconstructions of the message by Aegis (`google_auth.proto`) and `dim13/otpauth`; vectors in
//! `tests/vectors/migration/`.

mod account;
mod error;
mod import;
mod part;
mod write;

pub use account::Unreadable;
pub use error::{AccountError, MigrationError};
pub use import::Import;
pub use part::Part;
pub use write::{MigrationUri, export};

/// The numbers of the fields, and of what is enumerated in them.
mod field {
    /// A message an account.
    pub(super) const ACCOUNT: u32 = 1;
    pub(super) const VERSION: u32 = 2;
    pub(super) const BATCH_SIZE: u32 = 3;
    pub(super) const BATCH_INDEX: u32 = 4;
    pub(super) const BATCH_ID: u32 = 5;

    pub(super) const SECRET: u32 = 1;
    pub(super) const NAME: u32 = 2;
    pub(super) const ISSUER: u32 = 3;
    pub(super) const ALGORITHM: u32 = 4;
    pub(super) const DIGITS: u32 = 5;
    pub(super) const KIND: u32 = 6;
    pub(super) const COUNTER: u32 = 7;

    /// In every enumeration: not said, so the default.
    pub(super) const UNSPECIFIED: u64 = 0;
    pub(super) const SHA1: u64 = 1;
    pub(super) const SHA256: u64 = 2;
    pub(super) const SHA512: u64 = 3;
    pub(super) const MD5: u64 = 4;
    pub(super) const SIX: u64 = 1;
    pub(super) const EIGHT: u64 = 2;
    pub(super) const HOTP: u64 = 1;
    pub(super) const TOTP: u64 = 2;
}

#[cfg(test)]
mod tests;
