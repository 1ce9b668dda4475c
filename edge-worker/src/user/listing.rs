//! The user in `Site`'s index of who is enrolled.
//!
//! What `Site` was told is stored here and compared with what is so: whoever notices a difference rings the
//! alarm, which tells `Site` until both agree. Whatever crashes, a difference stays one.

use super::{User, store};
use crate::problem::Error;
use crate::site;
use crate::storage::Storage;

/// Rings if `Site` has to be told. Call it in the transaction that adds or removes a factor.
pub(super) fn changed(storage: &Storage) -> Result<(), Error> {
    match store::unlisted(storage)? {
        Some(_) => storage.ring(),
        None => Ok(()),
    }
}

impl User {
    /// Tells `Site` what it does not know yet. One at a time, so that what is told last is true.
    pub(super) async fn list(&self) -> Result<(), Error> {
        if self.listing.replace(true) {
            // Whoever is at it looks again when it is done.
            return Ok(());
        }
        let told = async {
            while let Some(unlisted) = store::unlisted(&self.storage)? {
                // A walk over the index may have been just before it came in.
                self.seal_anew(&unlisted.object)?;
                site::list(&self.env, &unlisted.object, unlisted.enrolled).await?;
                store::save_listed(&self.storage, unlisted.enrolled)?;
            }
            Ok(())
        };
        let told = told.await;
        self.listing.set(false);
        told
    }
}
