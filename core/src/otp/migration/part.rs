//! One symbol of an export.

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use base64ct::{Base64Unpadded, Encoding};
use zeroize::Zeroizing;

use super::account::Fielded;
use super::{MigrationError, Unreadable, field};
use crate::otp::Foreign;
use crate::protobuf::{Fields, Value};

/// One symbol of an export, read whole. [`Import`](super::Import) puts those of one export together.
pub struct Part {
    pub(super) batch: Batch,
    pub(super) accounts: Vec<Result<Foreign, Unreadable>>,
}

impl Part {
    /// The most symbols that an export may have.
    pub const MAX: u8 = 100;

    /// The longest link, in bytes: what the largest symbol holds at its lowest level.
    const LONGEST: usize = 2953;

    /// Reads what a symbol says. Both alphabets of base64 are read, with or without padding, its signs
    /// percent-encoded or not; a missing place in a row means that there is no row.
    ///
    /// # Errors
    /// [`MigrationError::Scheme`], [`MigrationError::TooLong`], [`MigrationError::Encoding`],
    /// [`MigrationError::Malformed`], [`MigrationError::Version`], [`MigrationError::Batch`];
    /// [`MigrationError::Empty`] without an account. The text may be a secret all the same: it should not
    /// be logged.
    pub fn parse(text: &str) -> Result<Self, MigrationError> {
        let text = text.trim();
        if text.len() > Self::LONGEST {
            return Err(MigrationError::TooLong);
        }
        let base64 = base64(data(text)?)?;
        let mut message = Zeroizing::new(vec![0; base64.len()]);
        let message = Base64Unpadded::decode(&*base64, &mut message);
        Self::read(message.map_err(|_| MigrationError::Encoding)?)
    }

    /// Which symbol of the export it is, from 1.
    #[must_use]
    pub const fn number(&self) -> u8 {
        self.batch.index.saturating_add(1)
    }

    /// How many symbols the export has.
    #[must_use]
    pub const fn of(&self) -> u8 {
        self.batch.size
    }

    fn read(message: &[u8]) -> Result<Self, MigrationError> {
        let (mut version, mut size, mut index, mut id) = (None, None, None, None);
        let mut accounts = Vec::new();
        for field in Fields::new(message) {
            let (number, value) = field.map_err(|_| MigrationError::Malformed)?;
            let twice = match (number, value) {
                (field::ACCOUNT, Value::Bytes(account)) => {
                    accounts.push(Fielded::read(account)?.account());
                    false
                }
                (field::VERSION, Value::Varint(number)) => version.replace(number).is_some(),
                (field::BATCH_SIZE, Value::Varint(number)) => size.replace(number).is_some(),
                (field::BATCH_INDEX, Value::Varint(number)) => index.replace(number).is_some(),
                (field::BATCH_ID, Value::Varint(number)) => id.replace(number).is_some(),
                (field::ACCOUNT..=field::BATCH_ID, _) => true,
                _ => false,
            };
            if twice {
                return Err(MigrationError::Malformed);
            }
        }
        if version.unwrap_or_default() > 2 {
            return Err(MigrationError::Version);
        }
        let batch = Batch::new(id, size, index)?;
        if accounts.is_empty() {
            return Err(MigrationError::Empty);
        }
        Ok(Self { batch, accounts })
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("number", &self.number())
            .field("of", &self.of())
            .finish_non_exhaustive()
    }
}

/// Where a symbol stands in which export.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Batch {
    /// As it stands there: a random number that the symbols of one export share.
    pub(super) id: u64,
    pub(super) size: u8,
    /// From 0, below `size`.
    pub(super) index: u8,
}

impl Batch {
    fn new(id: Option<u64>, size: Option<u64>, index: Option<u64>) -> Result<Self, MigrationError> {
        let byte = |number: Option<u64>| {
            u8::try_from(number.unwrap_or_default()).map_err(|_| MigrationError::Batch)
        };
        // Zeros are not written: without a size there is one symbol.
        let (size, index) = (byte(size)?.max(1), byte(index)?);
        if size > Part::MAX || index >= size {
            return Err(MigrationError::Batch);
        }
        Ok(Self {
            id: id.unwrap_or_default(),
            size,
            index,
        })
    }
}

/// The value of the parameter `data`, as it stands there.
fn data(text: &str) -> Result<&str, MigrationError> {
    let (before, query) = text.split_once('?').ok_or(MigrationError::Scheme)?;
    // Some writers close the name of the host.
    let before = before.strip_suffix('/').unwrap_or(before);
    if !before.eq_ignore_ascii_case("otpauth-migration://offline") {
        return Err(MigrationError::Scheme);
    }
    let mut data = query
        .split('&')
        .filter_map(|parameter| parameter.strip_prefix("data="));
    let value = data.next().ok_or(MigrationError::Empty)?;
    if data.next().is_some() {
        return Err(MigrationError::Malformed);
    }
    Ok(value)
}

/// Base64 in its first alphabet and without padding, out of what of it is percent-encoded. A `+` stands for
/// itself: no blank belongs into base64.
fn base64(value: &str) -> Result<Zeroizing<Vec<u8>>, MigrationError> {
    let mut base64 = Zeroizing::new(Vec::with_capacity(value.len()));
    let mut rest = value.bytes();
    while let Some(byte) = rest.next() {
        let byte = if byte == b'%' {
            let mut half = || char::from(rest.next()?).to_digit(16);
            let (Some(high), Some(low)) = (half(), half()) else {
                return Err(MigrationError::Encoding);
            };
            u8::try_from(high << 4 | low).unwrap_or_default()
        } else {
            byte
        };
        base64.push(match byte {
            b'-' => b'+',
            b'_' => b'/',
            byte => byte,
        });
    }
    for _ in 0..2 {
        base64.pop_if(|last| *last == b'=');
    }
    Ok(base64)
}
