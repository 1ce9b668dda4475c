//! The user's id as the site has it. An object's name is only a MAC of it, and events must say whom they
//! concern. It is personal data: sealed at rest, and never logged.

use threegate_core::user::ObjectName;
use threegate_core::vault::{Context, Kind, Vault};
use zeroize::Zeroizing;

use super::{Account, store};
use crate::config::Config;
use crate::problem::Error;
use crate::random;
use crate::storage::Storage;

impl Account<'_> {
    /// Keeps the user's id, if it is not kept, or under a key that is being rotated out.
    pub(super) fn remember_user(&self, storage: &Storage, user: &str) -> Result<(), Error> {
        let vault = Vault::new(self.config.vault.clone());
        let kept = store::site_user(storage)?;
        if kept.is_some_and(|(_, sealed)| !vault.is_outdated(&sealed)) {
            return Ok(());
        }
        let sealed = vault.seal(&context(self.object), random::bytes()?, user.as_bytes());
        let sealed = sealed.map_err(|cause| Error::internal(format_args!("sealing: {cause}")))?;
        store::save_site_user(storage, &self.object.to_hex(), &sealed)
    }
}

/// The user's id, if it is kept and can be read.
pub(super) fn site_user(
    storage: &Storage,
    config: &Config,
) -> Result<Option<Zeroizing<String>>, Error> {
    let Some((object, sealed)) = store::site_user(storage)? else {
        return Ok(None);
    };
    let opened = ObjectName::parse(&object)
        .and_then(|object| Vault::new(config.vault.clone()).open(&context(object), &sealed));
    let Ok(opened) = opened else {
        worker::console_error!(
            "threegate: a stored user id cannot be read; was VAULT_KEY exchanged?"
        );
        return Ok(None);
    };
    let text = core::str::from_utf8(&opened).ok();
    Ok(text.map(|text| Zeroizing::new(text.into())))
}

/// It is the account's, and no factor's.
const fn context(object: ObjectName) -> Context<'static> {
    Context {
        object,
        factor: "",
        kind: Kind::UserId,
    }
}
