//! Everything of a user's, sealed for whoever keeps the back-ups.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Serialize;
use threegate_core::Error as Cause;
use threegate_core::export;
use threegate_core::otp::Label;
use threegate_core::wire::export::{ExportedFactor, ExportedRecovery, ExportedUser};
use worker::Response;
use zeroize::Zeroizing;

use super::{Account, reply, site_user, store};
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::Storage;
use crate::{http, random};

/// A user's part of an export.
#[derive(Serialize)]
pub(crate) struct Exported {
    /// None for a user who has gone, or whose id nobody knows.
    pub(crate) sealed: Option<String>,
}

impl Message for Exported {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            sealed: from.text("sealed"),
        })
    }
}

impl Account<'_> {
    pub(super) fn export(&self) -> Result<Response, Error> {
        let missing = || Error::refused(Cause::ExportKeyMissing, self.now);
        let key = self.config.export_key.ok_or_else(missing)?;
        let user = self.storage.transact(|storage| self.exported(storage))?;
        let sealed = match user {
            Some(user) => {
                let document = Zeroizing::new(http::to_json(&user)?);
                let sealed = export::seal(&document, &key, random::bytes()?);
                Some(Base64UrlUnpadded::encode_string(&sealed))
            }
            None => None,
        };
        reply::plain(200, &Exported { sealed })
    }

    fn exported(&self, storage: &Storage) -> Result<Option<ExportedUser>, Error> {
        if !store::exists(storage)? {
            return Ok(None);
        }
        let Some(user) = site_user::site_user(storage, self.config)? else {
            return Ok(None);
        };
        let issuer = &self.config.site_name;
        let label = Label::parse(&user).ok();
        let label = label.as_ref().unwrap_or_else(|| issuer.as_label());
        let mut factors = Vec::new();
        for listed in store::listed_factors(storage)? {
            let mut factor = ExportedFactor {
                factor: listed.factor,
                method: listed.method,
                name: listed.name,
                created_at: listed.created_at,
                uri: None,
                threema_id: None,
                key: None,
                level: None,
            };
            if let Some(stored) = store::generator_named(storage, &factor.factor)? {
                let secret = self.generator_secret(storage, &stored)?;
                let uri = stored.generator.uri(&secret, issuer, label);
                factor.uri = Some(uri.as_str().into());
            } else if let Some(stored) = store::threema_factor_named(storage, &factor.factor)? {
                let pinned = self.contact(storage, &stored)?;
                factor.threema_id = Some(pinned.id.as_str().into());
                factor.key = Some(pinned.key.to_hex());
                factor.level = Some(pinned.level);
            }
            factors.push(factor);
        }
        Ok(Some(ExportedUser {
            user: user.as_str().into(),
            factors,
            default: store::enrolled(storage)?.default,
            recovery: self.exported_recovery(storage)?,
        }))
    }

    fn exported_recovery(&self, storage: &Storage) -> Result<Option<ExportedRecovery>, Error> {
        let Some(stored) = store::recovery_set(storage)? else {
            return Ok(None);
        };
        let key = self.recovery_key(storage, &stored.sealed_key)?;
        let unused = stored.set.stored().iter().filter(|code| !code.used);
        let digests = unused.map(|code| Base64UrlUnpadded::encode_string(code.digest.as_bytes()));
        Ok(Some(ExportedRecovery {
            salt: Base64UrlUnpadded::encode_string(stored.set.salt().as_bytes()),
            rounds: u64::from(stored.set.rounds().count()),
            key: Base64UrlUnpadded::encode_string(key.as_bytes()),
            digests: digests.collect(),
            kept: store::recovery(storage)?.is_some_and(|recovery| recovery.kept),
        }))
    }
}
