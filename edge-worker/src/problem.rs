//! What went wrong, and how each caller is told: the one table of statuses and words.

use std::fmt;

use threegate_core::threema::callback::Refused;
use threegate_core::threema::gateway::GatewayError;
use threegate_core::threema::sending::Progress;
use threegate_core::wire::{Fault, Problem};
use threegate_core::{Error as Cause, UnixTime};

/// Why a request has no good answer. Boxed, for each `?` moves it: 22 KB of the worker, gzipped.
pub(crate) struct Error(Box<Why>);

/// The causes.
#[non_exhaustive]
pub(crate) enum Why {
    /// The request cannot be read; the words say which part.
    BadRequest(String),
    /// A callback that is none.
    CallbackRefused(Refused),
    /// The Threema Gateway gave no answer that can be used.
    Gateway(GatewayError),
    /// Something broke here. The words are for the log alone.
    Internal(String),
    /// No such method at this address; the ones there are.
    MethodNotAllowed(String),
    /// The configuration cannot be used.
    Misconfigured(Vec<Fault>),
    /// No such address.
    NotFound,
    /// An object has too much to do, or was just moved.
    Overloaded,
    /// The origin is none of the site's.
    OriginUnknown,
    /// The Threema Gateway did not say that it took a message.
    NotSent(GatewayError),
    /// A rule refused it.
    Refused(Cause, UnixTime),
    /// A rule refused it, and there is a wait until the second moment, if any.
    RefusedUntil(Cause, UnixTime, Option<UnixTime>),
    /// The bearer is not the secret that this call needs, which is that setting.
    SecretInvalid(&'static str),
    /// The body is too long.
    TooLarge,
}

impl Error {
    pub(crate) fn bad_request(words: impl ToString) -> Self {
        Self::of(Why::BadRequest(words.to_string()))
    }

    pub(crate) fn callback_refused(cause: Refused) -> Self {
        Self::of(Why::CallbackRefused(cause))
    }

    pub(crate) fn gateway(fault: GatewayError) -> Self {
        Self::of(Why::Gateway(fault))
    }

    pub(crate) fn internal(words: impl ToString) -> Self {
        Self::of(Why::Internal(words.to_string()))
    }

    pub(crate) fn method_not_allowed(allowed: String) -> Self {
        Self::of(Why::MethodNotAllowed(allowed))
    }

    pub(crate) fn misconfigured(faults: Vec<Fault>) -> Self {
        Self::of(Why::Misconfigured(faults))
    }

    pub(crate) fn not_found() -> Self {
        Self::of(Why::NotFound)
    }

    pub(crate) fn not_sent(fault: GatewayError) -> Self {
        Self::of(Why::NotSent(fault))
    }

    pub(crate) fn overloaded() -> Self {
        Self::of(Why::Overloaded)
    }

    pub(crate) fn origin_unknown() -> Self {
        Self::of(Why::OriginUnknown)
    }

    pub(crate) fn refused(cause: Cause, now: UnixTime) -> Self {
        Self::of(Why::Refused(cause, now))
    }

    pub(crate) fn refused_until(cause: Cause, now: UnixTime, until: Option<UnixTime>) -> Self {
        Self::of(Why::RefusedUntil(cause, now, until))
    }

    pub(crate) fn secret_invalid(setting: &'static str) -> Self {
        Self::of(Why::SecretInvalid(setting))
    }

    pub(crate) fn too_large() -> Self {
        Self::of(Why::TooLarge)
    }

    #[cold]
    #[inline(never)]
    fn of(why: Why) -> Self {
        Self(Box::new(why))
    }

    pub(crate) const fn why(&self) -> &Why {
        &self.0
    }

    pub(crate) fn problem(&self) -> Problem {
        match self.why() {
            Why::BadRequest(detail) => {
                Problem::new(400, "bad_request", "The request cannot be read").with_detail(detail)
            }
            Why::CallbackRefused(cause) => callback(*cause),
            Why::Gateway(fault) => gateway(*fault),
            Why::Internal(_) => Problem::new(500, "internal_error", "Something broke here")
                .with_detail("The cause is in the worker's log. Asking again is safe."),
            Why::MethodNotAllowed(allowed) => {
                Problem::new(405, "method_not_allowed", "No such method at this address")
                    .with_detail(format!("Use {allowed}."))
            }
            Why::Misconfigured(faults) => Problem {
                faults: faults.clone(),
                ..Problem::new(503, "misconfigured", "The worker's settings cannot be used")
                    .with_detail(
                        "Whoever deployed the worker must correct the settings in `faults`.",
                    )
            },
            Why::NotSent(fault) => not_sent(*fault),
            Why::NotFound => Problem::new(404, "not_found", "Nothing is at this address"),
            Why::Overloaded => Problem::new(503, "overloaded", "Too much to do just now")
                .with_detail("Ask again in a moment."),
            Why::OriginUnknown => {
                Problem::new(403, "origin_unknown", "The origin is none of the site's").with_detail(
                    "The setting SITE_ORIGINS must list it, with scheme and port as the browser \
                     sends them.",
                )
            }
            Why::Refused(cause, now) => refusal(*cause, *now, None),
            Why::RefusedUntil(cause, now, retry_at) => refusal(*cause, *now, *retry_at),
            Why::SecretInvalid(setting) => {
                Problem::new(401, "secret_invalid", "The secret is wrong").with_detail(format!(
                    "Send the worker's {setting} as `Authorization: Bearer …`."
                ))
            }
            Why::TooLarge => Problem::new(413, "too_large", "The body is too long")
                .with_detail("16 KiB are the most."),
        }
    }
}

/// For the log.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let problem = self.problem();
        let words = match self.why() {
            Why::Internal(words) => Some(words),
            _ => problem.detail.as_ref(),
        };
        f.write_str(&problem.code)?;
        f.write_str(": ")?;
        f.write_str(words.map_or("", String::as_str))
    }
}

impl From<worker::Error> for Error {
    fn from(fault: worker::Error) -> Self {
        Self::internal(fault)
    }
}

/// Told to the Gateway, which looks at the status alone, and to whoever tries a deployment out.
fn callback(cause: Refused) -> Problem {
    let problem = |status, title| Problem::new(status, cause.code(), title);
    match cause {
        Refused::Mac => problem(403, "The MAC is wrong")
            .with_detail("THREEMA_API_SECRET must be the secret of the Gateway ID that called."),
        Refused::Addressee => problem(400, "The message is for another Gateway ID")
            .with_detail("THREEMA_GATEWAY_ID must be the ID whose callback comes here."),
        Refused::Shape(field) => problem(400, "That is no callback").with_detail(format!(
            "`{field}` is missing, doubled, or not of its exact form."
        )),
        _ => problem(400, "That is no callback"),
    }
}

/// The member can only try again; what an admin has to mend stands in the log and in the code.
fn gateway(fault: GatewayError) -> Problem {
    let problem = Problem::new(
        502,
        GatewayError::Unavailable.code(),
        "The Threema Gateway cannot be asked",
    );
    problem.with_detail(because(fault))
}

/// It is not sent again by itself: whether it may have been sent is for the site to know.
fn not_sent(fault: GatewayError) -> Problem {
    let (code, title) = match Progress::after(&Err(fault)) {
        Progress::NotSent => ("send_failed", "The message was not sent"),
        _ => ("send_unknown", "The message may have been sent, or not"),
    };
    Problem::new(502, code, title).with_detail(because(fault))
}

fn because(fault: GatewayError) -> String {
    let detail = match fault {
        GatewayError::Secret => "The Gateway refuses THREEMA_API_SECRET for THREEMA_GATEWAY_ID.",
        GatewayError::TooMany => "The Gateway takes no more of this account for now.",
        GatewayError::Nonsense => "What answers at THREEMA_API_URL is no Threema Gateway.",
        GatewayError::NoCredits => {
            "The Gateway account has no credits left; its owner can buy some."
        }
        GatewayError::NotBasic => {
            "It does not take the text. Without THREEMA_PRIVATE_KEY, THREEMA_GATEWAY_ID must be in \
             basic mode."
        }
        GatewayError::NotEndToEnd => {
            "It does not take the message: nobody can be written to there, or THREEMA_GATEWAY_ID is \
             not in end-to-end mode."
        }
        GatewayError::TooLong => "The message is longer than the Gateway takes.",
        GatewayError::Unknown => "Nobody in the directory has that ID, address or number.",
        fault if fault.is_passing() => "Ask again in a moment.",
        _ => "It does not take the question: its account may not ask this.",
    };
    format!("{detail} ({})", fault.code())
}

fn refusal(cause: Cause, now: UnixTime, until: Option<UnixTime>) -> Problem {
    let (status, title, detail) = match cause {
        Cause::ChallengeOver => (
            410,
            "The challenge has ended",
            "Open another one; the code was not evaluated.",
        ),
        Cause::CodeMalformed => (422, "That cannot be a code", "Nothing was evaluated."),
        Cause::CodeSpent => (
            410,
            "The code is wrong, and was the last that is looked at",
            "It was counted. Open another challenge, which sends another code.",
        ),
        Cause::CodeUsed => (422, "The code has been used", "The next one will do."),
        Cause::CodeWrong => (
            422,
            "The code is wrong",
            "It was counted. If there is a retry_at, nothing is evaluated before it.",
        ),
        Cause::DeviceUnknown => (
            404,
            "No such browser is remembered",
            "GET /v1/client lists those that are.",
        ),
        Cause::EnrollmentMissing => (
            409,
            "An enrolment is expected and is not here",
            "Do not let the user in by password alone. The storage was lost or exchanged, or \
             NAMING_KEY is another one. If it was meant, clear the site's own bit for this user.",
        ),
        Cause::EnrollmentOver => (410, "The enrolment has ended", "Begin another one."),
        Cause::FactorUnknown => (
            404,
            "There is no such factor",
            "GET /v1/client lists those that there are.",
        ),
        Cause::GuessingClosed => (
            403,
            "Too many wrong codes in a row",
            "Only the site's team can help, by /v1/users:reset.",
        ),
        Cause::ExportKeyMissing => (
            409,
            "There is no key to seal an export for",
            "Set EXPORT_KEY to the public key that `cargo xtask export-key` prints.",
        ),
        Cause::IdempotencyInProgress => (
            409,
            "The first request with this Idempotency-Key has no answer yet",
            "Ask again in a moment, with the same key.",
        ),
        Cause::IdempotencyKeyInvalid => (
            400,
            "That is no Idempotency-Key",
            "1 to 255 printable characters of ASCII.",
        ),
        Cause::IdempotencyKeyReused => (
            422,
            "The Idempotency-Key came with another body",
            "Nothing was done. Another request needs another key.",
        ),
        Cause::LabelInvalid => (
            400,
            "The label cannot be shown",
            "At most 64 characters, without control or bidi marks, line ends or addresses.",
        ),
        Cause::LookUpUnavailable => (
            409,
            "There is nothing to look an ID up by",
            "GET /v1/client lists what there is. The site names it with the ticket, and the \
             deployment allows it.",
        ),
        Cause::MethodUnavailable => (
            409,
            "The method cannot be used",
            "Choose one that GET /v1/client lists.",
        ),
        Cause::NoThreemaId => (
            409,
            "The user has no Threema ID here",
            "Nothing was sent. Let the user enrol one, or name an ID.",
        ),
        Cause::NoUsableMethod => (
            409,
            "What is enrolled is nothing that this user may use",
            "Name in `methods` one that the user has, or reset the user.",
        ),
        Cause::NotProved => (409, "Nothing was proved yet", "Answer a challenge first."),
        Cause::OriginInvalid => (
            400,
            "That is no origin",
            "https://host or https://host:port, nothing after it; http on localhost alone.",
        ),
        Cause::OriginMismatch => (
            403,
            "The ticket belongs to a page elsewhere",
            "The page's origin must be the one that the site named for the ticket.",
        ),
        Cause::ParameterInvalid => (
            422,
            "Such codes are not checked here",
            "SHA1, 6 to 8 digits, and a period of at most an hour.",
        ),
        Cause::PassOver => (
            410,
            "The pass is over",
            "It was redeemed, or its time is up. Log in again.",
        ),
        Cause::ProofRequired => (
            403,
            "A factor must be proved first",
            "Answer a challenge under this ticket; the proof holds for ten minutes.",
        ),
        Cause::PurposeMismatch => (
            403,
            "The ticket is for something else",
            "Ask for a ticket with the purpose `enroll` or `manage`.",
        ),
        Cause::TapClosed { .. } => (
            409,
            "Nobody is asked for a tap for now",
            "Use another method, or wait until retry_at.",
        ),
        Cause::TextTooLong => (422, "The text is too long", "6000 bytes are the most."),
        Cause::SecretMalformed => (
            422,
            "The link's secret cannot be used",
            "Base32 of 16 to 64 bytes.",
        ),
        Cause::ThreemaIdFull => (
            409,
            "Too many accounts have this Threema ID",
            "Five are the most. One of them must let it go, or another ID be used.",
        ),
        Cause::ThreemaIdMalformed => (
            422,
            "That is no Threema ID",
            "Eight letters and digits, as the app shows them.",
        ),
        Cause::ThreemaIdUnknown => (
            404,
            "There is no such Threema ID",
            "The directory does not know it, or it is a Gateway's.",
        ),
        Cause::ThreemaKeyChanged => (
            409,
            "The Threema ID has another key than before",
            "Nothing was changed. Whoever enrolled the ID must be asked what happened to it.",
        ),
        Cause::ThreemaKeyMalformed => (
            422,
            "That is no public key",
            "64 hexadecimal digits, as the ID's QR code has them.",
        ),
        Cause::ThreemaKeyMismatch => (
            409,
            "The code's key is not the directory's",
            "The code that was scanned is not this ID's. Nothing was changed.",
        ),
        Cause::Throttled { .. } => (
            429,
            "Too many wrong codes in a row",
            "Wait until retry_at; an attempt before then is not evaluated.",
        ),
        Cause::TicketExpired => (401, "The ticket's time is up", "Ask the site for another."),
        Cause::TicketInvalid => (
            401,
            "Not a ticket of this deployment",
            "Ask the site for another.",
        ),
        Cause::TooManyFactors => (
            409,
            "There are as many factors as there may be",
            "Five are the most. The site's team can reset the user.",
        ),
        Cause::TooManyCodes { .. } => (
            429,
            "Too many codes were drawn under this ticket",
            "Ask the site for another ticket.",
        ),
        Cause::TooManyLookUps { .. } => (
            429,
            "Too many Threema IDs were looked up",
            "Wait until retry_at.",
        ),
        Cause::TooManyMessages { .. } => (
            429,
            "Too many messages were sent",
            "Wait until retry_at, or prove another factor.",
        ),
        Cause::UriInvalid => (
            422,
            "That is no link of an authenticator",
            "otpauth://totp/… or otpauth://hotp/…, with a secret, and for hotp a counter.",
        ),
        Cause::UserInvalid => (
            400,
            "That is no user id",
            "1 to 128 bytes, no control characters.",
        ),
        // A seal or a key that fails is the deployment's fault, not the caller's.
        _ => (
            500,
            "Something broke here",
            "The cause is in the worker's log.",
        ),
    };
    let retry_at = match cause {
        Cause::TapClosed { retry_at }
        | Cause::Throttled { retry_at }
        | Cause::TooManyCodes { retry_at }
        | Cause::TooManyLookUps { retry_at }
        | Cause::TooManyMessages { retry_at } => Some(retry_at),
        _ => until,
    };
    Problem {
        retry_at: retry_at.map(UnixTime::as_secs),
        now: retry_at.map(|_| now.as_secs()),
        ..Problem::new(status, cause.code(), title).with_detail(detail)
    }
}

#[cfg(test)]
mod tests;
