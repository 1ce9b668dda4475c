//! Why something was refused, with the stable code that every interface shows.

use core::fmt;

use crate::{UnixTime, otp, recovery};

/// A cause. [`Error::code`] is the same in logs, on the wire and in tests, in every version.
///
/// Where a text is read, the room's own error says more (which character, which length) and becomes
/// one of these by `From`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// A Gateway's API secret is empty, or has blanks or other signs that none has.
    ApiSecretMalformed,
    /// The challenge was answered, replaced, abandoned, or its time is up.
    ChallengeOver,
    /// What was typed cannot be a code: wrong length, or other signs than it may have.
    CodeMalformed,
    /// The code is wrong, and no other one is looked at: another must be sent.
    CodeSpent,
    /// The code was right and has been used. The next one will do.
    CodeUsed,
    /// The code is wrong.
    CodeWrong,
    /// No browser of that name is remembered.
    DeviceUnknown,
    /// An address of the Gateway's API is not `https://host/path`, or `http` on this machine.
    EndpointInvalid,
    /// The site knows of an enrolment that is not here: its storage was lost, or never this one.
    EnrollmentMissing,
    /// The factor was confirmed, replaced, or the time to confirm it is up.
    EnrollmentOver,
    /// The user has no factor of that name.
    FactorUnknown,
    /// A hundred wrong codes in a row: methods that can be guessed are closed.
    GuessingClosed,
    /// The first request with this idempotency key has no answer yet.
    IdempotencyInProgress,
    /// A text is no idempotency key.
    IdempotencyKeyInvalid,
    /// The idempotency key came before, with another body.
    IdempotencyKeyReused,
    /// A key is not 32 bytes in base64.
    KeyMalformed,
    /// No key is set for which an export could be sealed.
    ExportKeyMissing,
    /// A label for the app is too long, or holds what could mislead its reader.
    LabelInvalid,
    /// The ticket carries no address by which a Threema ID could be looked up, or none is to be.
    LookUpUnavailable,
    /// A message is dated further ahead than clocks may differ.
    MessageEarly,
    /// A text is not the 16 hexadecimal digits of a message's ID.
    MessageIdMalformed,
    /// A message is dated further back than messages are remembered.
    MessageOld,
    /// The user has no such factor, or may not use it.
    MethodUnavailable,
    /// The user has enrolled no Threema ID.
    NoThreemaId,
    /// What is enrolled is nothing that this user may use.
    NoUsableMethod,
    /// Nothing was proved under this ticket yet.
    NotProved,
    /// The page is not at the ticket's origin.
    OriginMismatch,
    /// An origin is not `https://host`, or `http` on this machine, and nothing more.
    OriginInvalid,
    /// A number is outside what is allowed: digits, a period, a window, rounds, a set's size.
    ParameterInvalid,
    /// The pass was redeemed, or its time is up.
    PassOver,
    /// A change needs proof of an active factor under the same ticket, of the last ten minutes.
    ProofRequired,
    /// The ticket's purpose does not allow this.
    PurposeMismatch,
    /// A text is no authenticator's secret, or a secret has not 16 to 64 bytes.
    SecretMalformed,
    /// A secret at rest cannot be opened: another key, another place, or altered.
    SealBroken,
    /// Issuer and account are too long for a symbol.
    SymbolTooLong,
    /// Nobody is asked for a tap for now: one waits already, or nobody answered the last ones.
    TapClosed {
        /// From when on somebody is asked again.
        retry_at: UnixTime,
    },
    /// A text is longer than a Threema message may be.
    TextTooLong,
    /// A wait after wrong codes: nothing was evaluated, used up or counted.
    Throttled {
        /// From when on an attempt is looked at.
        retry_at: UnixTime,
    },
    /// As many users as may have it have this Threema ID.
    ThreemaIdFull,
    /// A text is no Threema ID.
    ThreemaIdMalformed,
    /// The directory knows no such Threema ID, or it is a Gateway's.
    ThreemaIdUnknown,
    /// The directory's key of a Threema ID is another one than when it was enrolled here.
    ThreemaKeyChanged,
    /// A text is no key of a Threema ID, or everybody could open what is sealed for it.
    ThreemaKeyMalformed,
    /// The code that was scanned says another key of the Threema ID than the directory.
    ThreemaKeyMismatch,
    /// The ticket's time is up.
    TicketExpired,
    /// Not a ticket of this deployment.
    TicketInvalid,
    /// Too many codes were drawn to be sent, under one ticket.
    TooManyCodes {
        /// From when on another one is drawn: under the next ticket.
        retry_at: UnixTime,
    },
    /// The user has as many factors as anybody may have.
    TooManyFactors,
    /// Too many Threema IDs were looked up, under this ticket or for this user.
    TooManyLookUps {
        /// From when on another one is looked up.
        retry_at: UnixTime,
    },
    /// As many messages as may be were sent: to the user, to the Threema ID, or by the site.
    TooManyMessages {
        /// From when on another one is sent.
        retry_at: UnixTime,
    },
    /// A text is no enrolment link as this crate writes them.
    UriInvalid,
    /// A user id is empty, longer than 128 bytes, or has control characters.
    UserInvalid,
}

impl Error {
    /// The stable name of the cause.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::ApiSecretMalformed => "api_secret_malformed",
            Self::ChallengeOver => "challenge_over",
            Self::CodeMalformed => "code_malformed",
            Self::CodeSpent => "code_spent",
            Self::CodeUsed => "code_used",
            Self::CodeWrong => "code_wrong",
            Self::DeviceUnknown => "device_unknown",
            Self::EndpointInvalid => "endpoint_invalid",
            Self::EnrollmentMissing => "enrollment_missing",
            Self::EnrollmentOver => "enrollment_over",
            Self::FactorUnknown => "factor_unknown",
            Self::GuessingClosed => "guessing_closed",
            Self::IdempotencyInProgress => "idempotency_in_progress",
            Self::IdempotencyKeyInvalid => "idempotency_key_invalid",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::KeyMalformed => "key_malformed",
            Self::ExportKeyMissing => "export_key_missing",
            Self::LabelInvalid => "label_invalid",
            Self::LookUpUnavailable => "look_up_unavailable",
            Self::MessageEarly => "message_early",
            Self::MessageIdMalformed => "message_id_malformed",
            Self::MessageOld => "message_old",
            Self::MethodUnavailable => "method_unavailable",
            Self::NoThreemaId => "no_threema_id",
            Self::NoUsableMethod => "no_usable_method",
            Self::NotProved => "not_proved",
            Self::OriginMismatch => "origin_mismatch",
            Self::OriginInvalid => "origin_invalid",
            Self::ParameterInvalid => "parameter_invalid",
            Self::PassOver => "pass_over",
            Self::ProofRequired => "proof_required",
            Self::PurposeMismatch => "purpose_mismatch",
            Self::SealBroken => "seal_broken",
            Self::SecretMalformed => "secret_malformed",
            Self::SymbolTooLong => "symbol_too_long",
            Self::TapClosed { .. } => "tap_closed",
            Self::TextTooLong => "text_too_long",
            Self::Throttled { .. } => "throttled",
            Self::ThreemaIdFull => "threema_id_full",
            Self::ThreemaIdMalformed => "threema_id_malformed",
            Self::ThreemaIdUnknown => "threema_id_unknown",
            Self::ThreemaKeyChanged => "threema_key_changed",
            Self::ThreemaKeyMalformed => "threema_key_malformed",
            Self::ThreemaKeyMismatch => "threema_key_mismatch",
            Self::TicketExpired => "ticket_expired",
            Self::TicketInvalid => "ticket_invalid",
            Self::TooManyCodes { .. } => "too_many_codes",
            Self::TooManyFactors => "too_many_factors",
            Self::TooManyLookUps { .. } => "too_many_look_ups",
            Self::TooManyMessages { .. } => "too_many_messages",
            Self::UriInvalid => "uri_invalid",
            Self::UserInvalid => "user_invalid",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl core::error::Error for Error {}

macro_rules! becomes {
    ($($from:ty => $variant:ident;)*) => {$(
        impl From<$from> for Error {
            fn from(_: $from) -> Self {
                Self::$variant
            }
        }
    )*};
}

becomes! {
    otp::CodeError => CodeMalformed;
    otp::LabelError => LabelInvalid;
    otp::ParameterError => ParameterInvalid;
    otp::SecretError => SecretMalformed;
    recovery::CodeError => CodeMalformed;
    recovery::RoundsError => ParameterInvalid;
    recovery::SetError => ParameterInvalid;
}

impl From<otp::UriError> for Error {
    fn from(cause: otp::UriError) -> Self {
        match cause {
            otp::UriError::Secret(cause) => cause.into(),
            otp::UriError::Parameter(cause) => cause.into(),
            _ => Self::UriInvalid,
        }
    }
}

impl From<otp::migration::MigrationError> for Error {
    fn from(cause: otp::migration::MigrationError) -> Self {
        match cause {
            otp::migration::MigrationError::Account { cause, .. } => cause.into(),
            _ => Self::UriInvalid,
        }
    }
}

impl From<otp::migration::AccountError> for Error {
    fn from(cause: otp::migration::AccountError) -> Self {
        match cause {
            otp::migration::AccountError::Secret(cause) => cause.into(),
            otp::migration::AccountError::Name => Self::LabelInvalid,
            _ => Self::ParameterInvalid,
        }
    }
}

#[cfg(feature = "qr-write")]
impl From<crate::qr::SymbolError> for Error {
    fn from(_: crate::qr::SymbolError) -> Self {
        Self::SymbolTooLong
    }
}
