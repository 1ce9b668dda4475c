//! Factors that were made elsewhere: another system's authenticators, or what an export has of a user.
//!
//! No code of the present window works afterwards: it may have been used just now, where they come from.

use base64ct::{Base64UrlUnpadded, Encoding};
use threegate_core::event::Event;
use threegate_core::otp::{Generator, KeyUri, Secret};
use threegate_core::recovery::{Digest, Rounds, Salt, Set};
use threegate_core::ticket::FACTORS;
use threegate_core::wire::site::{Imported, TakenOver};
use threegate_core::{Error as Cause, Method, UnixTime};
use worker::Response;

use super::{Account, Contact, listing, reply, store};
use crate::internal::{self, Given, Message};
use crate::problem::Error;
use crate::storage::Storage;
use crate::{events, random};

impl Account<'_> {
    /// Adds another system's authenticators, each once.
    pub(super) fn take_over(&self, user: &str, uris: &[String]) -> Result<Response, Error> {
        let refused = |cause| Error::refused(cause, self.now);
        let mut taken = Vec::with_capacity(uris.len());
        for uri in uris {
            let (generator, secret) = KeyUri::take_over(uri).map_err(refused)?;
            if !self.config.methods().any(|here| here == generator.method()) {
                return Err(refused(Cause::MethodUnavailable));
            }
            taken.push((generator, secret));
        }
        let answer = self.storage.transact(|storage| {
            store::create(storage, &self.object.to_hex())?;
            self.remember_user(storage, user)?;
            let now = store::advance_clock(storage, self.now)?;
            let mut factors = Vec::new();
            let mut new = Vec::new();
            for (generator, secret) in &taken {
                let known = self.known(storage, *generator, secret)?;
                let id = known.clone().map_or_else(name, Ok)?;
                if known.is_none() {
                    new.push((id.clone(), *generator, secret));
                }
                factors.push(id);
            }
            let all = store::enrolled(storage)?.factors();
            if all.saturating_add(new.len()) > FACTORS {
                return Ok(Err(Cause::TooManyFactors));
            }
            for (id, generator, secret) in new {
                self.insert_generator(storage, &id, generator, secret, now)?;
                let method = generator.method();
                events::note(storage, self.config, &Event::FactorEnrolled { method }, now)?;
            }
            store::remove_devices(storage)?;
            listing::changed(storage)?;
            let answer = TakenOver { factors };
            self.remember(storage, 200, &answer, now)?;
            // An account with nothing in it is forgotten.
            storage.ring()?;
            Ok(Ok(answer))
        })?;
        reply::plain(200, &answer.map_err(refused)?)
    }

    /// Puts what an export has of the user in place of what is here. What was open is over.
    pub(super) fn restore(&self, document: &str) -> Result<Response, Error> {
        let restored: Restored = internal::message(document.as_bytes())
            .map_err(|_| Error::bad_request("`users`: that is no opened export."))?;
        self.storage.transact(|storage| {
            store::create(storage, &self.object.to_hex())?;
            self.remember_user(storage, &restored.user)?;
            let now = store::advance_clock(storage, self.now)?;
            store::forget_enrollment(storage)?;
            for (id, factor) in &restored.factors {
                match factor {
                    Factor::Generated(generator, secret) => {
                        self.insert_generator(storage, id, *generator, secret, now)?;
                    }
                    Factor::Threema(method, contact) => {
                        let sealed = self.seal_contact(id, &contact.pinned()?)?;
                        store::insert_active_factor(storage, id, *method, &sealed, None, now)?;
                    }
                }
            }
            if let Some(recovery) = &restored.recovery {
                let sealed = self.seal_recovery_key(&recovery.key)?;
                store::replace_recovery_set(storage, &recovery.set, &sealed, now)?;
                if recovery.kept {
                    store::keep_recovery_set(storage, now)?;
                }
            }
            store::save_default(storage, restored.default)?;
            listing::changed(storage)?;
            self.remember(storage, 200, &Imported { imported: 1 }, now)?;
            storage.ring()
        })?;
        self.sockets.close_all_but(&[]);
        reply::plain(200, &Imported { imported: 1 })
    }

    fn insert_generator(
        &self,
        storage: &Storage,
        id: &str,
        generator: Generator,
        secret: &Secret,
        now: UnixTime,
    ) -> Result<(), Error> {
        let method = generator.method();
        let sealed = self.seal_generator(id, method, secret.as_bytes())?;
        let spent = generator.past(now, &self.config.policy);
        store::insert_active_factor(storage, id, method, &sealed, Some(spent), now)
    }

    /// The active factor with that very secret.
    fn known(
        &self,
        storage: &Storage,
        generator: Generator,
        secret: &Secret,
    ) -> Result<Option<String>, Error> {
        for factor in store::generators(storage, generator.method())? {
            if self.generator_secret(storage, &factor)? == *secret {
                return Ok(Some(factor.id));
            }
        }
        Ok(None)
    }
}

fn name() -> Result<String, Error> {
    Ok(Base64UrlUnpadded::encode_string(&random::bytes::<16>()?))
}

/// What an export has of a user.
struct Restored {
    user: String,
    factors: Vec<(String, Factor)>,
    default: Option<Method>,
    recovery: Option<Recovery>,
}

enum Factor {
    Generated(Generator, Secret),
    Threema(Method, Contact),
}

struct Recovery {
    set: Set,
    key: [u8; 32],
    kept: bool,
}

impl Message for Restored {
    fn read(from: Given<'_>) -> Option<Self> {
        let factors = from.list("factors").map(factor);
        Some(Self {
            user: from.text("user")?,
            factors: factors.collect::<Option<_>>()?,
            default: from.text("default").as_deref().and_then(Method::parse),
            recovery: match from.part("recovery") {
                Some(recovery) => Some(Recovery::read(recovery)?),
                None => None,
            },
        })
    }
}

fn factor(from: Given<'_>) -> Option<(String, Factor)> {
    let id = from.text("factor")?;
    if let Some(uri) = from.text("uri") {
        let (generator, secret) = KeyUri::take_over(&uri).ok()?;
        return Some((id, Factor::Generated(generator, secret)));
    }
    let contact = Contact {
        id: from.text("threema_id")?,
        key: from.text("key")?,
        level: threegate_core::threema::Level::parse(&from.text("level")?)?,
    };
    contact.pinned().ok()?;
    let method = Method::parse(&from.text("method")?).filter(|method| method.needs_gateway())?;
    Some((id, Factor::Threema(method, contact)))
}

impl Message for Recovery {
    fn read(from: Given<'_>) -> Option<Self> {
        let digests = from.list("digests").map(|digest| {
            let bytes = exact::<32>(digest.as_text()?)?;
            Some(Digest::from_bytes(bytes))
        });
        let digests: Vec<_> = digests.collect::<Option<_>>()?;
        let rounds = Rounds::new(u32::try_from(from.integer("rounds")?).ok()?).ok()?;
        let salt = Salt::from_bytes(exact(&from.text("salt")?)?);
        Some(Self {
            set: Set::new(salt, rounds, digests).ok()?,
            key: exact(&from.text("key")?)?,
            kept: from.flag("kept")?,
        })
    }
}

fn exact<const N: usize>(text: &str) -> Option<[u8; N]> {
    Base64UrlUnpadded::decode_vec(text).ok()?.try_into().ok()
}
