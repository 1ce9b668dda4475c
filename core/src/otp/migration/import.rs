//! The symbols of one export, put together.

use alloc::collections::BTreeMap;
use alloc::vec::Vec;
use core::fmt;

use super::{MigrationError, Part, Unreadable};
use crate::otp::Foreign;

/// The symbols of one export that were read so far, in any order.
///
/// A camera that reads the same symbol again and again is told so by [`MigrationError::Repeated`] and loses
/// nothing.
pub struct Import {
    id: u64,
    size: u8,
    parts: BTreeMap<u8, Vec<Result<Foreign, Unreadable>>>,
}

impl Import {
    /// An import that begins with `part`, whichever it is.
    #[must_use]
    pub fn begin(part: Part) -> Self {
        Self {
            id: part.batch.id,
            size: part.batch.size,
            parts: BTreeMap::from([(part.batch.index, part.accounts)]),
        }
    }

    /// Adds another symbol of the same export.
    ///
    /// # Errors
    /// [`MigrationError::OtherExport`]; [`MigrationError::Repeated`]. What was read stays as it is.
    pub fn add(&mut self, part: Part) -> Result<(), MigrationError> {
        if (part.batch.id, part.batch.size) != (self.id, self.size) {
            return Err(MigrationError::OtherExport);
        }
        if self.parts.contains_key(&part.batch.index) {
            return Err(MigrationError::Repeated);
        }
        self.parts.insert(part.batch.index, part.accounts);
        Ok(())
    }

    /// The numbers of the symbols that were not read yet, from 1.
    pub fn missing(&self) -> impl Iterator<Item = u8> {
        (0..self.size)
            .filter(|index| !self.parts.contains_key(index))
            .map(|index| index.saturating_add(1))
    }

    /// All accounts, in the order of the export.
    ///
    /// # Errors
    /// [`MigrationError::Incomplete`] as long as a symbol is missing.
    pub fn accounts(
        &self,
    ) -> Result<impl Iterator<Item = &Result<Foreign, Unreadable>>, MigrationError> {
        if let Some(missing) = self.missing().next() {
            return Err(MigrationError::Incomplete {
                read: u8::try_from(self.parts.len()).unwrap_or(self.size),
                of: self.size,
                missing,
            });
        }
        Ok(self.parts.values().flatten())
    }
}

impl fmt::Debug for Import {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import")
            .field("read", &self.parts.len())
            .field("of", &self.size)
            .finish_non_exhaustive()
    }
}
