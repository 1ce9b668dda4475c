//! The site API: between the site's server and the worker, with the site's secret.
//!
//! `POST /v1/siteverify` keeps Cloudflare Turnstile's words, with the user and the ticket bound in:
//! <https://developers.cloudflare.com/turnstile/get-started/server-side-validation/>.
//!
//! ```
//! use threegate_core::Error;
//! use threegate_core::ticket::NotRequired;
//! use threegate_core::wire::site::{SiteverifyAnswer, SiteverifyError, TicketAnswer};
//!
//! // A member without a second factor asks to log in.
//! let answer = TicketAnswer::not_required(NotRequired::NotEnrolled, None);
//! assert!(matches!(answer, TicketAnswer::NotRequired { reason: "not_enrolled", .. }));
//!
//! // A pass comes for the second time.
//! let answer = SiteverifyAnswer::refused(SiteverifyError::from(Error::PassOver));
//! assert!(!answer.success);
//! assert_eq!(answer.error_codes, [SiteverifyError::TimeoutOrDuplicate]);
//! ```

use alloc::string::String;
use alloc::vec::Vec;

use super::client::{ListedDevice, ListedFactor, Recovery};
use super::request::{maybe_flag, maybe_text, maybe_texts, text};
use super::{Fields, Malformed, Request};
use crate::test_secret::TestSecret;
use crate::ticket::NotRequired;
use crate::token::{Device, Ticket, Token};
use crate::{Error, Method, Purpose, UnixTime};

/// `POST /v1/tickets`. An unknown member is refused: a misspelt `expect_enrolled` must not pass.
#[derive(Clone)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct TicketRequest {
    /// The site's own, immutable id of the user: 1 to 128 bytes, no control characters.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = super::schema::USER)))]
    pub user: String,
    /// A [`Purpose`]'s word.
    #[cfg_attr(feature = "schema", schemars(with = "crate::Purpose"))]
    pub purpose: String,
    /// The origin of the page that will hold the element.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = super::schema::ORIGIN)))]
    pub origin: String,
    /// The account's name, shown in the authenticator app.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    pub label: Option<String>,
    /// The methods that this user may use; all, if absent.
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<crate::Method>>"))]
    pub methods: Option<Vec<String>>,
    /// The language of the page, a BCP 47 tag.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = super::schema::LOCALE)))]
    pub locale: Option<String>,
    /// The browser's address, as the site's server sees it.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("anyOf" = [{ "format": "ipv4" }, { "format": "ipv6" }, { "type": "null" }]))
    )]
    pub ip: Option<String>,
    /// What siteverify or the last answer gave for this browser, if it is remembered. One that is no good
    /// is passed over.
    pub device: Option<String>,
    /// The Threema ID that the site knows of this user: suggested to the page. What is none is passed over.
    pub threema_id: Option<String>,
    /// The user's e-mail address, by which a Threema ID may be looked up where the deployment allows it.
    pub email: Option<String>,
    /// The user's phone number with its country's code, for the same.
    pub phone: Option<String>,
    /// The site's bit for this user: an enrolment is known there. `null` is as if it were left out.
    #[cfg_attr(
        feature = "schema",
        schemars(default, extend("type" = ["boolean", "null"]))
    )]
    pub expect_enrolled: bool,
    /// `required`, if this user must have a second factor, whatever the deployment asks of others.
    #[cfg_attr(feature = "schema", schemars(extend("enum" = ["required", null])))]
    pub enrollment: Option<String>,
}

/// The answer to `POST /v1/tickets`.
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(untagged))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum TicketAnswer {
    /// Hand `ticket` to the browser, keep `ticket_id` on the server.
    Issued {
        /// Whether a factor must be proved.
        second_factor_required: bool,
        /// For the element. A secret of this browser.
        ticket: String,
        /// For the site's own pre-login session, and for siteverify.
        ticket_id: String,
        /// When the ticket ends.
        expires_at: u64,
        /// `enrollment_required`: the user must enrol a second factor first, and the ticket is for that.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        reason: Option<&'static str>,
    },
    /// The password alone is enough.
    NotRequired {
        /// `false`.
        second_factor_required: bool,
        /// The word of a [`NotRequired`].
        reason: &'static str,
        /// From when on it is no longer enough, unless the user enrols.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        enrollment_due_at: Option<u64>,
        /// For a remembered browser: its next token. The one that was sent works no more.
        #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
        device: Option<String>,
    },
}

/// `POST /v1/siteverify`, JSON or form. Unknown members are passed over, as Turnstile does.
#[derive(Clone, Default)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SiteverifyRequest {
    /// `SITE_SECRET`, unless it is the bearer.
    pub secret: Option<String>,
    /// The pass.
    pub response: Option<String>,
    /// Whom the site is about to let in.
    pub user: Option<String>,
    /// The ticket that the site kept for this login.
    pub ticket_id: Option<String>,
    /// The browser's address.
    pub remoteip: Option<String>,
    /// The same key asks for the same answer again.
    pub idempotency_key: Option<String>,
}

/// The answer to `POST /v1/siteverify`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SiteverifyAnswer {
    /// Whether to let the user in.
    pub success: bool,
    /// When the factor was proved, RFC 3339, UTC.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub challenge_ts: Option<String>,
    /// The host of the page that earned the pass.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub hostname: Option<String>,
    /// The ticket's purpose: a pass earned by enrolling never verifies a login.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub action: Option<String>,
    /// The method that was proved.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub method: Option<String>,
    /// For a browser that its user wants to be remembered: what the site keeps for it, in a cookie of its
    /// own, and sends with the next `POST /v1/tickets`. A secret.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub device: Option<String>,
    /// Turnstile's codes; empty on success.
    #[cfg_attr(feature = "serde", serde(rename = "error-codes"))]
    pub error_codes: Vec<SiteverifyError>,
}

/// Turnstile's seven causes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum SiteverifyError {
    /// The request cannot be read, or lacks `user` or `ticket_id`.
    BadRequest,
    /// Something broke here; ask again.
    InternalError,
    /// The pass is forged, or another user's, or another ticket's.
    InvalidInputResponse,
    /// The secret is wrong.
    InvalidInputSecret,
    /// There is no pass.
    MissingInputResponse,
    /// There is no secret.
    MissingInputSecret,
    /// The pass is over, or was redeemed before.
    TimeoutOrDuplicate,
}

impl Request for TicketRequest {
    const MEMBERS: Option<&'static [&'static str]> = Some(&[
        "user",
        "purpose",
        "origin",
        "label",
        "methods",
        "locale",
        "ip",
        "device",
        "threema_id",
        "email",
        "phone",
        "expect_enrolled",
        "enrollment",
    ]);

    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        Ok(Self {
            user: text(from, "user")?,
            purpose: text(from, "purpose")?,
            origin: text(from, "origin")?,
            label: maybe_text(from, "label")?,
            methods: maybe_texts(from, "methods")?,
            locale: maybe_text(from, "locale")?,
            ip: maybe_text(from, "ip")?,
            device: maybe_text(from, "device")?,
            threema_id: maybe_text(from, "threema_id")?,
            email: maybe_text(from, "email")?,
            phone: maybe_text(from, "phone")?,
            expect_enrolled: maybe_flag(from, "expect_enrolled")?.unwrap_or(false),
            enrollment: maybe_text(from, "enrollment")?,
        })
    }
}

impl Request for SiteverifyRequest {
    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        Ok(Self {
            secret: maybe_text(from, "secret")?,
            response: maybe_text(from, "response")?,
            user: maybe_text(from, "user")?,
            ticket_id: maybe_text(from, "ticket_id")?,
            remoteip: maybe_text(from, "remoteip")?,
            idempotency_key: maybe_text(from, "idempotency_key")?,
        })
    }
}

impl Request for UserRequest {
    const MEMBERS: Option<&'static [&'static str]> = Some(&["user"]);

    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        let user = text(from, "user")?;
        Ok(Self { user })
    }
}

impl Request for MessageRequest {
    const MEMBERS: Option<&'static [&'static str]> = Some(&["user", "threema_id", "text"]);

    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        Ok(Self {
            user: maybe_text(from, "user")?,
            threema_id: maybe_text(from, "threema_id")?,
            text: text(from, "text")?,
        })
    }
}

impl TicketAnswer {
    /// A ticket, of which the site keeps the id.
    #[must_use]
    pub fn issued(token: &Token<Ticket>, proof_required: bool, expires_at: UnixTime) -> Self {
        Self::Issued {
            second_factor_required: proof_required,
            ticket: token.as_str().into(),
            ticket_id: token.hash().to_text(),
            expires_at: expires_at.as_secs(),
            reason: None,
        }
    }

    /// A ticket to enrol, where one to log in was asked for.
    #[must_use]
    pub fn to_enroll_first(token: &Token<Ticket>, expires_at: UnixTime) -> Self {
        Self::Issued {
            second_factor_required: true,
            ticket: token.as_str().into(),
            ticket_id: token.hash().to_text(),
            expires_at: expires_at.as_secs(),
            reason: Some("enrollment_required"),
        }
    }

    /// The password alone is enough.
    #[must_use]
    pub fn not_required(reason: NotRequired, enrollment_due_at: Option<UnixTime>) -> Self {
        Self::NotRequired {
            second_factor_required: false,
            reason: reason.as_str(),
            enrollment_due_at: enrollment_due_at.map(UnixTime::as_secs),
            device: None,
        }
    }

    /// The browser is remembered; the site keeps this token for the next time.
    #[must_use]
    pub fn trusted_device(next: &Token<Device>) -> Self {
        Self::NotRequired {
            second_factor_required: false,
            reason: NotRequired::TrustedDevice.as_str(),
            enrollment_due_at: None,
            device: Some(next.as_str().into()),
        }
    }
}

/// What a cause is to a site that redeems a pass.
impl From<Error> for SiteverifyError {
    fn from(cause: Error) -> Self {
        match cause {
            Error::PassOver | Error::TicketExpired => Self::TimeoutOrDuplicate,
            Error::UserInvalid => Self::BadRequest,
            _ => Self::InvalidInputResponse,
        }
    }
}

impl SiteverifyAnswer {
    /// What a [`TestSecret`] gets. A `response` that is a purpose's word is the `action` of a success;
    /// else that is `verify`.
    #[must_use]
    pub fn of_test(test: TestSecret, response: &str, at: String) -> Self {
        let action = Purpose::parse(response).unwrap_or(Purpose::Verify);
        match test {
            TestSecret::AlwaysPasses => Self {
                success: true,
                challenge_ts: Some(at),
                hostname: Some("localhost".into()),
                action: Some(action.as_str().into()),
                method: Some(Method::Totp.as_str().into()),
                device: None,
                error_codes: Vec::new(),
            },
            TestSecret::AlwaysFails => Self::refused(SiteverifyError::InvalidInputResponse),
            TestSecret::AlreadySpent => Self::refused(SiteverifyError::TimeoutOrDuplicate),
        }
    }

    /// Not let in, for `cause`.
    #[must_use]
    pub fn refused(cause: SiteverifyError) -> Self {
        Self {
            success: false,
            challenge_ts: None,
            hostname: None,
            action: None,
            method: None,
            device: None,
            error_codes: alloc::vec![cause],
        }
    }
}

/// `POST /v1/users:reset` and `POST /v1/users:delete`.
#[derive(Clone)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct UserRequest {
    /// The site's own id of the user.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = super::schema::USER)))]
    pub user: String,
}

/// `POST /v1/messages`. Either `user` or `threema_id` says to whom.
#[derive(Clone)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
#[cfg_attr(feature = "schema", schemars(extend("oneOf" = [
    { "required": ["user"], "properties": { "user": { "type": "string" }, "threema_id": { "type": "null" } } },
    { "required": ["threema_id"], "properties": { "threema_id": { "type": "string" }, "user": { "type": "null" } } },
])))]
pub struct MessageRequest {
    /// The site's own id of a user who has enrolled a Threema ID: that one, under the key of then.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = super::schema::USER)))]
    pub user: Option<String>,
    /// Anybody's Threema ID, under the key that the directory has now.
    pub threema_id: Option<String>,
    /// What to write: 1 to 6000 bytes.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 6000)))]
    pub text: String,
}

/// The answer to `POST /v1/messages`: the Gateway took the message. It is sent once, and never again by
/// itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MessageSent {
    /// The message's ID, 16 hexadecimal digits, by which answers to it name it.
    pub message_id: String,
    /// Whether nobody but the receiver can read it; not where the site has no key pair.
    pub end_to_end: bool,
}

/// The answer to `POST /v1/users:reset`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserReset {
    /// Whether there was anything of the user here; now there is nothing.
    pub reset: bool,
}

/// The answer to `POST /v1/users:delete`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserDeleted {
    /// `true`: there is no trace of the user here now.
    pub deleted: bool,
}

/// `POST /v1/check`: a code that was typed into the site's own form.
#[derive(Clone)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct CheckRequest {
    /// The site's own id of the user.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = super::schema::USER)))]
    pub user: String,
    /// The code as it was typed.
    pub code: String,
    /// `totp`, `hotp` or `recovery`; by the code's form, if absent.
    #[cfg_attr(
        feature = "schema",
        schemars(extend("enum" = ["totp", "hotp", "recovery", null]))
    )]
    pub method: Option<String>,
}

/// The answer to `POST /v1/check`, if the code is right. It works once.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CheckAnswer {
    /// `true`.
    pub success: bool,
    /// What was proved.
    pub method: Method,
    /// How many recovery codes are left, if one was used.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub recovery_left: Option<u64>,
}

impl Request for CheckRequest {
    const MEMBERS: Option<&'static [&'static str]> = Some(&["user", "code", "method"]);

    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        Ok(Self {
            user: text(from, "user")?,
            code: text(from, "code")?,
            method: maybe_text(from, "method")?,
        })
    }
}

/// The answer to `POST /v1/users:get`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UserView {
    /// Whether the user has a factor.
    pub enrolled: bool,
    /// The method that the user is asked for first.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub default: Option<Method>,
    /// The active factors, the oldest first.
    pub factors: Vec<ListedFactor>,
    /// The recovery codes, if there are any.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub recovery: Option<Recovery>,
    /// The browsers that are remembered.
    pub devices: Vec<ListedDevice>,
    /// Whether too many failures have closed all that the user has.
    pub closed: bool,
    /// When an attempt is looked at again, if there is a wait.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub retry_at: Option<u64>,
    /// From when on the user cannot log in without a second factor, if there is none and one was wanted.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub enrollment_due_at: Option<u64>,
}

/// `POST /v1/users:remove-factor`.
#[derive(Clone)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct FactorRemoval {
    /// The site's own id of the user.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = super::schema::USER)))]
    pub user: String,
    /// The factor, as `users:get` names it.
    pub factor: String,
}

/// `POST /v1/users:import`: authenticators of another system.
#[derive(Clone)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct TakeOver {
    /// The site's own id of the user.
    #[cfg_attr(feature = "schema", schemars(extend("pattern" = super::schema::USER)))]
    pub user: String,
    /// `otpauth://` links, five at most.
    pub uris: Vec<String>,
}

/// The answer to `POST /v1/users:import`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TakenOver {
    /// The factors, in the order of the links. One that was there already is named again.
    pub factors: Vec<String>,
}

/// `POST /v1/import`: users as `cargo xtask open-export` writes them.
#[derive(Clone)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(deny_unknown_fields))]
pub struct ImportRequest {
    /// Each an opened user, as a text.
    pub users: Vec<String>,
}

/// The answer to `POST /v1/import`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Imported {
    /// How many users were restored.
    pub imported: u64,
}

impl Request for FactorRemoval {
    const MEMBERS: Option<&'static [&'static str]> = Some(&["user", "factor"]);

    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        Ok(Self {
            user: text(from, "user")?,
            factor: text(from, "factor")?,
        })
    }
}

impl Request for TakeOver {
    const MEMBERS: Option<&'static [&'static str]> = Some(&["user", "uris"]);

    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        Ok(Self {
            user: text(from, "user")?,
            uris: maybe_texts(from, "uris")?.ok_or(Malformed::Missing("uris"))?,
        })
    }
}

impl Request for ImportRequest {
    const MEMBERS: Option<&'static [&'static str]> = Some(&["users"]);

    fn read(from: &impl Fields) -> Result<Self, Malformed> {
        let users = maybe_texts(from, "users")?.ok_or(Malformed::Missing("users"))?;
        Ok(Self { users })
    }
}
