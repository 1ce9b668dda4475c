//! Authenticators: begun, and confirmed by their first code.

use base64ct::{Base64UrlUnpadded, Encoding};
use threegate_core::otp::{Code, Digits, KeyUri, Label, Secret, Totp, Verdict, Window};
use threegate_core::ticket::ENROLMENT_LIFE;
use threegate_core::vault::Kind;
use threegate_core::wire::client::{EnrolmentBegun, FactorConfirmed};
use threegate_core::{Error as Cause, Method};
use worker::Response;
use zeroize::Zeroizing;

use super::ticket::Shown;
use super::{Desk, reply, store};
use crate::counts::Count;
use crate::problem::Error;
use crate::random;

impl Desk<'_> {
    pub(super) fn begin(&self, shown: &Shown, method: Method) -> Result<Response, Error> {
        let id = Base64UrlUnpadded::encode_string(&random::bytes::<16>()?);
        let bytes = Zeroizing::new(random::bytes::<{ Secret::RECOMMENDED }>()?);
        let secret = Secret::from_bytes(&*bytes)
            .map_err(|fault| Error::Internal(format!("a new secret: {}", fault.code())))?;
        let sealed = self.seal(&*bytes, &id, Kind::TotpSecret)?;
        let (label, expires_at) = self.holding(shown, |holder| {
            if !method.is_factor() || !holder.methods.contains(&method) {
                return Ok(Err(Cause::MethodUnavailable));
            }
            if let Err(cause) = holder.ticket.may_add(holder.enrolled, holder.now) {
                return Ok(Err(cause));
            }
            let expires_at = holder.now.saturating_add(ENROLMENT_LIFE);
            let factor = store::WaitingFactor {
                id: &id,
                method,
                secret: &sealed,
                ticket: &holder.id,
                created_at: holder.now,
                expires_at,
            };
            store::insert_waiting_factor(holder.storage, &factor)?;
            Ok(Ok((holder.label.clone(), expires_at)))
        })?;
        let issuer = &self.config.site_name;
        let label = label.as_deref().unwrap_or_else(|| issuer.as_str());
        let label = Label::parse(label).map_err(|_| Error::Internal("a stored label".into()))?;
        let uri = KeyUri::totp(&Totp::default(), &secret, issuer, &label);
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
    pub(super) fn confirm(&self, shown: &Shown, id: &str, typed: &str) -> Result<Response, Error> {
        let code = Code::parse(typed, Digits::Six)
            .map_err(|_| Error::Refused(Cause::CodeMalformed, self.now))?;
        let confirmed = self.holding(shown, |holder| {
            let (storage, now) = (holder.storage, holder.now);
            // Another page may have enrolled a factor since this one began.
            if let Err(cause) = holder.ticket.may_add(holder.enrolled, now) {
                return Ok(Err(cause));
            }
            let waiting = store::waiting_factor(storage, id, &holder.id)?;
            let Some(factor) = waiting.filter(|factor| !factor.is_over(now)) else {
                return Ok(Err(Cause::EnrolmentOver));
            };
            let secret = self.authenticator_secret(&factor)?;
            let last = factor.last_step();
            match Totp::default().check(&secret, &code, now, Window::ONE, last) {
                Verdict::Accepted { step, .. } => store::confirm_factor(storage, id, step, now)?,
                Verdict::Used => return Ok(Err(Cause::CodeUsed)),
                Verdict::Wrong => return Ok(Err(Cause::CodeWrong)),
            }
            holder.ticket = holder.ticket.after_enrolment(Method::Totp, now);
            holder.save()?;
            Ok(Ok(FactorConfirmed {
                factor: id.into(),
                method: Method::Totp,
                state: "active".into(),
            }))
        })?;
        reply::counted(200, &confirmed, Count::Enrolments)
    }
}
