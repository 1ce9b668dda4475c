//! A user's secrets, sealed and unsealed under their place.
//!
//! What a key being rotated out has sealed is sealed anew when it is used, in the same transaction.

use threegate_core::Method;
use threegate_core::otp::{Code, Digits, Secret};
use threegate_core::recovery::UserKey;
use threegate_core::threema::Pinned;
use threegate_core::vault::{Context, Kind, Vault};
use zeroize::Zeroizing;

use super::{Account, store};
use crate::problem::Error;
use crate::random;
use crate::storage::Storage;

/// The vault's name for the key over the recovery codes. A user has one set.
const RECOVERY: &str = "recovery";

impl Account<'_> {
    pub(super) fn seal_generator(
        &self,
        factor: &str,
        method: Method,
        secret: &[u8],
    ) -> Result<Vec<u8>, Error> {
        self.seal(&self.context(factor, kind_of(method)), secret)
    }

    pub(super) fn generator_secret(
        &self,
        storage: &Storage,
        factor: &store::Factor,
    ) -> Result<Secret, Error> {
        let context = self.context(&factor.id, kind_of(factor.method));
        let bytes = self.unseal(&context, &factor.secret)?;
        if let Some(anew) = self.seal_anew(&context, &factor.secret, &bytes)? {
            store::reseal_factor(storage, &factor.id, &anew)?;
        }
        Secret::from_bytes(&bytes).map_err(|fault| Error::internal(format_args!("stored: {fault}")))
    }

    pub(super) fn seal_contact(&self, factor: &str, pinned: &Pinned) -> Result<Vec<u8>, Error> {
        self.seal(
            &self.context(factor, Kind::ThreemaContact),
            &pinned.to_bytes(),
        )
    }

    pub(super) fn contact(
        &self,
        storage: &Storage,
        factor: &store::ThreemaFactor,
    ) -> Result<Pinned, Error> {
        let context = self.context(&factor.id, Kind::ThreemaContact);
        let bytes = self.unseal(&context, &factor.contact)?;
        if let Some(anew) = self.seal_anew(&context, &factor.contact, &bytes)? {
            store::reseal_factor(storage, &factor.id, &anew)?;
        }
        Pinned::from_bytes(&bytes).map_err(|fault| Error::internal(format_args!("stored: {fault}")))
    }

    pub(super) fn seal_sent_code(&self, name: &str, code: &Code) -> Result<Vec<u8>, Error> {
        let context = self.context(name, Kind::SentCode);
        self.seal(&context, code.to_digits().as_bytes())
    }

    /// It lives for some minutes, so it is never sealed anew.
    pub(super) fn unseal_sent_code(&self, name: &str, sealed: &[u8]) -> Result<Code, Error> {
        let bytes = self.unseal(&self.context(name, Kind::SentCode), sealed)?;
        let text = std::str::from_utf8(&bytes).unwrap_or_default();
        Code::parse_among(text, &Digits::ALL)
            .map_err(|fault| Error::internal(format_args!("stored: {fault}")))
    }

    pub(super) fn seal_recovery_key(&self, key: &[u8]) -> Result<Vec<u8>, Error> {
        self.seal(&self.context(RECOVERY, Kind::RecoveryKey), key)
    }

    pub(super) fn recovery_key(&self, storage: &Storage, sealed: &[u8]) -> Result<UserKey, Error> {
        let context = self.context(RECOVERY, Kind::RecoveryKey);
        let bytes = self.unseal(&context, sealed)?;
        if let Some(anew) = self.seal_anew(&context, sealed, &bytes)? {
            store::reseal_recovery_key(storage, &anew)?;
        }
        let bytes = bytes.as_slice().try_into();
        let bytes = bytes.map_err(|_| Error::internal("a stored recovery key is cut"))?;
        Ok(UserKey::from_bytes(bytes))
    }

    pub(super) fn seal_answer(&self, name: &str, answer: &[u8]) -> Result<Vec<u8>, Error> {
        self.seal(&self.context(name, Kind::Answer), answer)
    }

    pub(super) fn unseal_answer(
        &self,
        name: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        self.unseal(&self.context(name, Kind::Answer), sealed)
    }

    /// The answer under the present key, if that is due.
    pub(super) fn answer_anew(&self, name: &str, sealed: &[u8]) -> Result<Option<Vec<u8>>, Error> {
        let context = self.context(name, Kind::Answer);
        let answer = self.unseal(&context, sealed)?;
        self.seal_anew(&context, sealed, &answer)
    }

    pub(super) fn seal(&self, context: &Context<'_>, secret: &[u8]) -> Result<Vec<u8>, Error> {
        let sealed = self.vault().seal(context, random::bytes()?, secret);
        sealed.map_err(|cause| Error::internal(format_args!("sealing: {cause}")))
    }

    pub(super) fn unseal(
        &self,
        context: &Context<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let opened = self.vault().open(context, sealed);
        opened.map_err(|cause| {
            Error::internal(format_args!(
                "a stored secret: {cause}; was VAULT_KEY exchanged?"
            ))
        })
    }

    fn seal_anew(
        &self,
        context: &Context<'_>,
        sealed: &[u8],
        secret: &[u8],
    ) -> Result<Option<Vec<u8>>, Error> {
        if !self.vault().is_outdated(sealed) {
            return Ok(None);
        }
        self.seal(context, secret).map(Some)
    }

    fn vault(&self) -> Vault {
        Vault::new(self.config.vault.clone())
    }

    pub(super) fn context<'a>(&self, factor: &'a str, kind: Kind) -> Context<'a> {
        Context {
            object: self.object,
            factor,
            kind,
        }
    }
}

const fn kind_of(method: Method) -> Kind {
    match method {
        Method::Hotp => Kind::HotpSecret,
        _ => Kind::TotpSecret,
    }
}
