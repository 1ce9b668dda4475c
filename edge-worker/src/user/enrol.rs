//! Apps and tokens: begun, and confirmed by their first code.

use base64ct::{Base64UrlUnpadded, Encoding};
use threegate_core::challenge::Judgement;
use threegate_core::event::Event;
use threegate_core::otp::{Generator, Label, Secret};
use threegate_core::ticket::ENROLLMENT_LIFE;
use threegate_core::wire::client::{EnrollmentBegun, FactorConfirmed};
use threegate_core::{Error as Cause, Method};
use worker::Response;
use zeroize::Zeroizing;

use super::ticket::Presented;
use super::{Account, CONTACTS, listing, reply, store};
use crate::counts::Count;
use crate::problem::Error;
use crate::{events, random};

impl Account<'_> {
    pub(super) fn begin(&self, presented: &Presented, method: Method) -> Result<Response, Error> {
        let id = Base64UrlUnpadded::encode_string(&random::bytes::<16>()?);
        if method.needs_gateway() {
            return self.add_method(presented, &id, method);
        }
        let bytes = Zeroizing::new(random::bytes::<{ Secret::RECOMMENDED }>()?);
        let secret = Secret::from_bytes(&*bytes)
            .map_err(|fault| Error::internal(format_args!("a new secret: {fault}")))?;
        let generator =
            Generator::fresh(method).map_err(|cause| Error::refused(cause, self.now))?;
        let sealed = self.seal_generator(&id, method, &*bytes)?;
        let (label, expires_at) = self.with_ticket(presented, |held| {
            let (ticket, now) = (&held.stored.ticket, held.now);
            let enrollable = self.enrollable(&held.stored);
            if let Err(cause) = ticket.may_begin(method, held.enrolled, &enrollable, now) {
                return Ok(Err(cause));
            }
            let expires_at = held.now.saturating_add(ENROLLMENT_LIFE);
            let factor = store::WaitingFactor {
                id: &id,
                method,
                secret: &sealed,
                ticket: &held.stored.id,
                created_at: held.now,
                expires_at,
            };
            store::insert_waiting_factor(held.storage, &factor)?;
            Ok(Ok((held.stored.label.clone(), expires_at)))
        })?;
        let issuer = &self.config.site_name;
        let label = label.as_deref().map(Label::parse).transpose();
        let label =
            label.map_err(|fault| Error::internal(format_args!("a stored label: {fault}")))?;
        let label = label.as_ref().unwrap_or_else(|| issuer.as_label());
        let uri = generator.uri(&secret, issuer, label);
        let begun = EnrollmentBegun {
            factor: id,
            method,
            secret: secret.to_groups().as_str().into(),
            uri: uri.as_str().into(),
            symbol: reply::drawing(&uri)?,
            expires_at: expires_at.as_secs(),
        };
        reply::plain(201, &begun)
    }

    /// The first good code makes the factor count. Wrong ones are not guesses: the page knows the
    /// secret anyway.
    pub(super) fn confirm(
        &self,
        presented: &Presented,
        id: &str,
        typed: &str,
    ) -> Result<Response, Error> {
        let (confirmed, contacts) = self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            if let Some(waiting) = Self::confirmed_by_code(storage, id, &held.stored.id)? {
                let confirmed = self.confirm_by_code(held, &waiting, typed)?;
                return Ok(confirmed.map(|(confirmed, contacts)| (confirmed, Some(contacts))));
            }
            let waiting = store::waiting_factor(storage, id, &held.stored.id)?;
            let Some(factor) = waiting.filter(|factor| !factor.is_over(now)) else {
                return Ok(Err(Cause::EnrollmentOver));
            };
            // Another page may have enrolled a factor since this one began.
            let (ticket, method) = (&held.stored.ticket, factor.method);
            if let Err(cause) = ticket.may_add(method, held.enrolled, now) {
                return Ok(Err(cause));
            }
            let code = match factor.generator.parse(typed) {
                Ok(code) => code,
                Err(fault) => return Ok(Err(fault.into())),
            };
            let secret = self.generator_secret(storage, &factor)?;
            let policy = &self.config.policy;
            match factor.generator.judge(&secret, &code, now, policy) {
                Judgement::Accepted(moved) => store::confirm_factor(storage, id, moved, now)?,
                Judgement::Used => return Ok(Err(Cause::CodeUsed)),
                _ => return Ok(Err(Cause::CodeWrong)),
            }
            held.stored.ticket = held.stored.ticket.after_enrollment(method, now);
            store::save_ticket(held.storage, &held.stored.id, &held.stored.ticket)?;
            store::remove_devices(storage)?;
            events::note(storage, self.config, &Event::FactorEnrolled { method }, now)?;
            listing::changed(storage)?;
            let confirmed = FactorConfirmed {
                factor: id.into(),
                method,
                state: "active".into(),
            };
            Ok(Ok((confirmed, None)))
        })?;
        let response = reply::counted(200, &confirmed, Count::Enrollments)?;
        if let Some(contacts) = contacts {
            response.headers().set(CONTACTS, &contacts)?;
        }
        Ok(response)
    }
}
