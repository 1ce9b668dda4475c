//! Authenticators: begun, and confirmed by their first code.

use base64ct::{Base64UrlUnpadded, Encoding};
use threegate_core::event::Event;
use threegate_core::otp::{KeyUri, Label, Secret, Totp, Verdict, Window};
use threegate_core::ticket::ENROLMENT_LIFE;
use threegate_core::wire::client::{EnrolmentBegun, FactorConfirmed};
use threegate_core::{Error as Cause, Method};
use worker::Response;
use zeroize::Zeroizing;

use super::ticket::Presented;
use super::{Account, reply, store};
use crate::counts::Count;
use crate::problem::Error;
use crate::{events, random};

impl Account<'_> {
    pub(super) fn begin(&self, presented: &Presented, method: Method) -> Result<Response, Error> {
        let id = Base64UrlUnpadded::encode_string(&random::bytes::<16>()?);
        let bytes = Zeroizing::new(random::bytes::<{ Secret::RECOMMENDED }>()?);
        let secret = Secret::from_bytes(&*bytes)
            .map_err(|fault| Error::Internal(format!("a new secret: {fault}")))?;
        let sealed = self.seal_authenticator(&id, &*bytes)?;
        let (label, expires_at) = self.with_ticket(presented, |held| {
            let (ticket, now) = (&held.stored.ticket, held.now);
            if let Err(cause) = ticket.may_begin(method, held.enrolled, &held.stored.methods, now) {
                return Ok(Err(cause));
            }
            let expires_at = held.now.saturating_add(ENROLMENT_LIFE);
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
        let label = label.map_err(|fault| Error::Internal(format!("a stored label: {fault}")))?;
        let label = label.as_ref().unwrap_or_else(|| issuer.as_label());
        let uri = KeyUri::totp(&Totp::default(), &secret, issuer, label);
        let begun = EnrolmentBegun {
            factor: id,
            method,
            secret: secret.to_groups().as_str().into(),
            uri: uri.as_str().into(),
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
        let totp = Totp::default();
        let code = totp.parse(typed);
        let code = code.map_err(|fault| Error::Refused(fault.into(), self.now))?;
        let confirmed = self.with_ticket(presented, |held| {
            let (storage, now) = (held.storage, held.now);
            // Another page may have enrolled a factor since this one began.
            let ticket = &held.stored.ticket;
            if let Err(cause) = ticket.may_add(Method::Totp, held.enrolled, now) {
                return Ok(Err(cause));
            }
            let waiting = store::waiting_factor(storage, id, &held.stored.id)?;
            let Some(factor) = waiting.filter(|factor| !factor.is_over(now)) else {
                return Ok(Err(Cause::EnrollmentOver));
            };
            let secret = self.authenticator_secret(storage, &factor)?;
            let last = factor.last_step();
            match totp.check(&secret, &code, now, Window::ONE, last) {
                Verdict::Accepted { step, .. } => store::confirm_factor(storage, id, step, now)?,
                Verdict::Used => return Ok(Err(Cause::CodeUsed)),
                Verdict::Wrong => return Ok(Err(Cause::CodeWrong)),
            }
            held.stored.ticket = held.stored.ticket.after_enrolment(Method::Totp, now);
            store::save_ticket(held.storage, &held.stored.id, &held.stored.ticket)?;
            let method = Method::Totp;
            events::note(storage, self.config, &Event::FactorEnrolled { method }, now)?;
            Ok(Ok(FactorConfirmed {
                factor: id.into(),
                method: Method::Totp,
                state: "active".into(),
            }))
        })?;
        reply::counted(200, &confirmed, Count::Enrolments)
    }
}
