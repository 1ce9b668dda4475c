//! An export, split into symbols that a phone can read from a screen.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64ct::{Base64, Encoding};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{AccountError, MigrationError, Part, field};
use crate::otp::{Algorithm, Digits, Foreign, Issuer, Kind, Label, Period};
use crate::protobuf::Writer;

/// The most accounts in a symbol, as Google Authenticator has it.
const ACCOUNTS: usize = 10;
/// The most bytes of accounts in a symbol of several. Its link is then at most 706 bytes, and some more where
/// base64 is percent-encoded: version 22 at level M holds 779, in 105 modules.
const BYTES: usize = 480;

/// An `otpauth-migration://` link, one symbol of an export. It holds secrets: it is shown once, to the one
/// whose accounts they are, and never stored, logged or sent anywhere else.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct MigrationUri(pub(super) String);

impl MigrationUri {
    /// The link itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MigrationUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MigrationUri(..)")
    }
}

/// The links of an export, in the order in which they are to be shown: at most ten accounts in each, and
/// fewer where names are long. `random` tells this export from others, so that their symbols are not mixed up;
/// one bit of it is not used.
///
/// # Errors
/// [`MigrationError::Account`] for what the format does not have; [`MigrationError::Empty`] without an account;
/// [`MigrationError::TooLong`] for more than [`Part::MAX`] symbols.
pub fn export(accounts: &[Foreign], random: u32) -> Result<Vec<MigrationUri>, MigrationError> {
    let mut parts: Vec<Vec<Zeroizing<Vec<u8>>>> = Vec::new();
    let (mut inside, mut bytes) = (0_usize, 0_usize);
    for (place, account) in accounts.iter().enumerate() {
        let account = message(account).map_err(|cause| MigrationError::Account {
            number: place.saturating_add(1),
            cause,
        })?;
        inside = inside.saturating_add(1);
        bytes = bytes.saturating_add(account.len());
        match parts.last_mut() {
            Some(part) if inside <= ACCOUNTS && bytes <= BYTES => part.push(account),
            _ => {
                (inside, bytes) = (1, account.len());
                parts.push(Vec::from([account]));
            }
        }
    }
    let size = u8::try_from(parts.len()).unwrap_or(u8::MAX);
    match size {
        0 => Err(MigrationError::Empty),
        1..=Part::MAX => Ok((0..size)
            .zip(&parts)
            .map(|(index, accounts)| uri(accounts, size, index, random))
            .collect()),
        _ => Err(MigrationError::TooLong),
    }
}

/// An account's message. Its names stand apart, and the account's without the site's before it: an app that
/// puts one before the other would show both.
pub(super) fn message(account: &Foreign) -> Result<Zeroizing<Vec<u8>>, AccountError> {
    let algorithm = match account.kind.algorithm() {
        Algorithm::Sha1 => field::SHA1,
        Algorithm::Sha256 => field::SHA256,
        Algorithm::Sha512 => field::SHA512,
    };
    let digits = match account.kind.digits() {
        Digits::Six => field::SIX,
        Digits::Seven => return Err(AccountError::Digits),
        Digits::Eight => field::EIGHT,
    };
    let (kind, counter) = match account.kind {
        Kind::Totp(totp) if totp.period != Period::default() => {
            return Err(AccountError::Period);
        }
        Kind::Totp(_) => (field::TOTP, None),
        Kind::Hotp(_, next) => (field::HOTP, Some(next.0)),
    };
    if counter.is_some_and(|next| i64::try_from(next).is_err()) {
        return Err(AccountError::Counter);
    }
    let secret = account.secret.as_bytes();
    let issuer = account.issuer.as_ref().map_or("", Issuer::as_str);
    let name = account.account.as_ref().map_or("", Label::as_str);
    // Three fields of bytes and four of numbers, none with more than eleven bytes beside its text.
    let capacity = secret.len().saturating_add(issuer.len());
    let capacity = capacity.saturating_add(name.len()).saturating_add(7 * 11);
    let mut writer = Writer::with_capacity(capacity);
    writer.bytes(field::SECRET, secret);
    writer.bytes(field::NAME, name.as_bytes());
    if !issuer.is_empty() {
        writer.bytes(field::ISSUER, issuer.as_bytes());
    }
    writer.varint(field::ALGORITHM, algorithm);
    writer.varint(field::DIGITS, digits);
    writer.varint(field::KIND, kind);
    if let Some(next) = counter {
        writer.varint(field::COUNTER, next);
    }
    Ok(writer.into_bytes())
}

fn uri(accounts: &[Zeroizing<Vec<u8>>], size: u8, index: u8, random: u32) -> MigrationUri {
    const START: &str = "otpauth-migration://offline?data=";

    let base64 = Base64::encode_string(&payload(accounts, size, index, random));
    let base64 = Zeroizing::new(base64);
    let longest = base64.len().saturating_mul(3).saturating_add(START.len());
    let mut uri = MigrationUri(String::with_capacity(longest));
    uri.0.push_str(START);
    for c in base64.chars() {
        match c {
            '+' => uri.0.push_str("%2B"),
            '/' => uri.0.push_str("%2F"),
            '=' => uri.0.push_str("%3D"),
            c => uri.0.push(c),
        }
    }
    uri
}

pub(super) fn payload(
    accounts: &[Zeroizing<Vec<u8>>],
    size: u8,
    index: u8,
    random: u32,
) -> Zeroizing<Vec<u8>> {
    // A key and a length are at most five bytes, and a number with its key eleven.
    let bytes = accounts
        .iter()
        .map(|account| account.len().saturating_add(5));
    let mut writer = Writer::with_capacity(bytes.fold(4 * 11, usize::saturating_add));
    for account in accounts {
        writer.bytes(field::ACCOUNT, account);
    }
    writer.varint(field::VERSION, 1);
    writer.varint(field::BATCH_SIZE, u64::from(size));
    writer.varint(field::BATCH_INDEX, u64::from(index));
    // The number has a sign in the format. Without its bit, every reader reads the same.
    writer.varint(field::BATCH_ID, u64::from(random >> 1));
    writer.into_bytes()
}
