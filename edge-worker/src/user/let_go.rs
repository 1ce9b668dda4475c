//! Letting a Threema ID go: its contact forgets the user.
//!
//! ```text
//! factor removed + contact noted ─▶ alarm ── forget ─▶ Contact ─▶ note gone
//! └────── one transaction ──────┘     └▶ not answered: later again
//! ```
//!
//! Only the alarm asks a contact, never a question that is being answered: a contact may be asking here.

use threegate_core::UnixTime;
use threegate_core::challenge::pause;
use threegate_core::threema::ThreemaId;
use threegate_core::user::ObjectName;

use super::{Account, User, store};
use crate::problem::Error;
use crate::storage::Storage;
use crate::{clock, contact};

impl Account<'_> {
    /// Notes that an ID whose factor is gone is to be let go, unless another factor has it too.
    pub(super) fn note_release(
        &self,
        storage: &Storage,
        id: ThreemaId,
        now: UnixTime,
    ) -> Result<(), Error> {
        let Some(contact) = self.released(storage, id)? else {
            return Ok(());
        };
        store::insert_release(storage, &contact, &self.object.to_hex(), now)?;
        storage.ring()
    }
}

impl User {
    /// Tells the contacts that have yet to hear of it.
    pub(super) async fn let_go(&self) -> Result<(), Error> {
        for release in store::releases(&self.storage, clock::now())? {
            let told = self.tell(&release).await;
            self.storage.transact(|storage| match told {
                // A reset has come in between.
                _ if !storage.has_table("release")? => Ok(()),
                Ok(()) => store::remove_release(storage, &release.contact, release.removed_at),
                Err(_) => {
                    let due_at = pause(release.tries, clock::now());
                    store::put_off_release(storage, &release.contact, due_at)
                }
            })?;
        }
        Ok(())
    }

    async fn tell(&self, release: &store::Release) -> Result<(), Error> {
        let object = ObjectName::parse(&release.contact)
            .map_err(|_| Error::internal("a contact has no object"))?;
        let question = contact::Question::Forget {
            user: release.user.clone(),
            before: Some(release.removed_at.as_secs()),
        };
        let told = contact::ask(&self.env, object, question).await?;
        match told.status_code() {
            200 => Ok(()),
            _ => Err(Error::overloaded()),
        }
    }
}
