use std::collections::BTreeSet;

use threegate_core::wire::openapi::REFUSALS;

use super::*;

const NOW: UnixTime = UnixTime::from_secs(1);

/// One of each problem that a call of the API may end in.
fn problems() -> Vec<Problem> {
    let at = |make: fn(UnixTime) -> Cause| make(NOW);
    let causes = [
        Cause::ChallengeOver,
        Cause::CodeMalformed,
        Cause::CodeSpent,
        Cause::CodeUsed,
        Cause::CodeWrong,
        Cause::DeviceUnknown,
        Cause::EnrollmentMissing,
        Cause::EnrollmentOver,
        Cause::FactorUnknown,
        Cause::GuessingClosed,
        Cause::ExportKeyMissing,
        Cause::IdempotencyInProgress,
        Cause::IdempotencyKeyInvalid,
        Cause::IdempotencyKeyReused,
        Cause::LabelInvalid,
        Cause::LookUpUnavailable,
        Cause::MethodUnavailable,
        Cause::NoThreemaId,
        Cause::NoUsableMethod,
        Cause::NotProved,
        Cause::OriginInvalid,
        Cause::OriginMismatch,
        Cause::ParameterInvalid,
        Cause::PassOver,
        Cause::ProofRequired,
        Cause::PurposeMismatch,
        at(|retry_at| Cause::TapClosed { retry_at }),
        Cause::SecretMalformed,
        Cause::TextTooLong,
        Cause::ThreemaIdFull,
        Cause::ThreemaIdMalformed,
        Cause::ThreemaIdUnknown,
        Cause::ThreemaKeyChanged,
        Cause::ThreemaKeyMalformed,
        Cause::ThreemaKeyMismatch,
        at(|retry_at| Cause::Throttled { retry_at }),
        Cause::TicketExpired,
        Cause::TicketInvalid,
        at(|retry_at| Cause::TooManyCodes { retry_at }),
        Cause::TooManyFactors,
        at(|retry_at| Cause::TooManyLookUps { retry_at }),
        at(|retry_at| Cause::TooManyMessages { retry_at }),
        Cause::UriInvalid,
        Cause::UserInvalid,
    ];
    let of_the_edge = [
        Error::bad_request(String::new()),
        Error::gateway(GatewayError::Unavailable),
        Error::internal(String::new()),
        Error::misconfigured(Vec::new()),
        Error::not_sent(GatewayError::NoCredits),
        Error::not_sent(GatewayError::Unavailable),
        Error::origin_unknown(),
        Error::overloaded(),
        Error::secret_invalid("SITE_SECRET"),
        Error::too_large(),
    ];
    let refused = causes.map(|cause| Error::refused(cause, NOW));
    let all = refused.iter().chain(&of_the_edge);
    all.map(Error::problem).collect()
}

#[test]
fn the_status_of_each_code_is_the_described_one() {
    let answered: BTreeSet<_> = problems()
        .into_iter()
        .map(|problem| (problem.status, problem.code.into_owned()))
        .collect();
    let described = REFUSALS
        .iter()
        .map(|(status, code)| (*status, (*code).to_string()));
    assert_eq!(answered, described.collect());
}
