//! What a refusal or a silence of the worker means for a person.

use super::call::Failure;
use super::field::Complaint;

/// What went wrong, by what can be done about it.
pub(super) enum Trouble {
    /// Try again: there was no answer, or none that makes sense.
    Unreachable,
    /// Wait so many seconds.
    Throttled(u64),
    /// Type another code.
    Code(Complaint),
    /// The challenge or the enrolment is over: open a new one.
    Over,
    /// Prove a factor (again).
    ProofRequired,
    /// Ask the site's team: guessing is closed.
    Closed,
    /// Log in again.
    Expired,
    /// Tell the site's team this code.
    Failed(String),
}

impl Trouble {
    pub(super) fn of(failure: Failure) -> Self {
        let Failure::Refused(problem) = failure else {
            return Self::Unreachable;
        };
        match problem.code.as_ref() {
            "code_malformed" => Self::Code(Complaint::Malformed),
            "code_wrong" => Self::Code(Complaint::Wrong),
            "code_used" => Self::Code(Complaint::Used),
            "challenge_over" | "enrolment_over" => Self::Over,
            "throttled" => {
                let wait = problem
                    .retry_at
                    .unwrap_or(0)
                    .saturating_sub(problem.now.unwrap_or(0));
                Self::Throttled(wait.clamp(1, LONGEST_WAIT))
            }
            "guessing_closed" => Self::Closed,
            "ticket_expired" => Self::Expired,
            "proof_required" | "not_proved" => Self::ProofRequired,
            _ if problem.status >= 500 && problem.code != "misconfigured" => Self::Unreachable,
            code => Self::Failed(code.into()),
        }
    }
}

/// The throttle's own longest wait is 15 minutes; more is a clock gone wrong.
const LONGEST_WAIT: u64 = 3600;
