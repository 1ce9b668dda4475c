//! A user's secrets, sealed and unsealed under their place.

use threegate_core::otp::Secret;
use threegate_core::vault::{Context, Kind, Vault};
use zeroize::Zeroizing;

use super::{Desk, store};
use crate::problem::Error;
use crate::random;

impl Desk<'_> {
    pub(super) fn authenticator_secret(&self, factor: &store::Factor) -> Result<Secret, Error> {
        let bytes = self.unseal(&factor.secret, &factor.id, Kind::TotpSecret)?;
        Secret::from_bytes(&bytes)
            .map_err(|fault| Error::Internal(format!("a stored secret: {}", fault.code())))
    }

    pub(super) fn seal(&self, secret: &[u8], factor: &str, kind: Kind) -> Result<Vec<u8>, Error> {
        self.vault()
            .seal(&self.context(factor, kind), random::bytes()?, secret)
            .map_err(|cause| Error::Internal(format!("sealing: {cause}")))
    }

    pub(super) fn unseal(
        &self,
        sealed: &[u8],
        factor: &str,
        kind: Kind,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.vault()
            .open(&self.context(factor, kind), sealed)
            .map_err(|cause| {
                Error::Internal(format!(
                    "a stored secret: {cause}; was VAULT_KEY exchanged?"
                ))
            })
    }

    fn vault(&self) -> Vault {
        Vault::new(self.config.vault.clone())
    }

    fn context<'a>(&self, factor: &'a str, kind: Kind) -> Context<'a> {
        Context {
            object: self.object,
            factor,
            kind,
        }
    }
}
