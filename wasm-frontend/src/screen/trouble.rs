//! What a refusal or a silence of the worker means for a person.

use super::call::Failure;
use super::codes::MISCONFIGURED;
use super::field::Complaint;
use threegate_core::wire::Problem;
use threegate_core::{Error, UnixTime};

/// What went wrong, by what can be done about it.
pub(super) enum Trouble {
    /// Try again: there was no answer, or none that makes sense.
    Unreachable,
    /// Wait so many seconds, after a wrong code or one that was not looked at.
    Throttled(u64),
    /// Type another code.
    Code(Complaint),
    /// The code is over, after wrong ones: have another one sent.
    Spent,
    /// The challenge or the enrolment is over: open a new one.
    Over,
    /// Ask the worker what is left: a factor must be proved again, or one method is closed.
    LookAgain,
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
        match &*problem.code {
            code::CODE_MALFORMED => Self::Code(Complaint::Malformed),
            code::CODE_WRONG if problem.retry_at.is_some() => Self::Throttled(wait(&problem)),
            code::CODE_WRONG => Self::Code(Complaint::Wrong),
            code::CODE_USED => Self::Code(Complaint::Used),
            code::CODE_SPENT => Self::Spent,
            code::CHALLENGE_OVER | code::ENROLLMENT_OVER => Self::Over,
            code::THROTTLED => Self::Throttled(wait(&problem)),
            code::TICKET_EXPIRED | code::PASS_OVER => Self::Expired,
            code::GUESSING_CLOSED | code::PROOF_REQUIRED | code::NOT_PROVED => Self::LookAgain,
            code if problem.status >= 500 && code != MISCONFIGURED => Self::Unreachable,
            code => Self::Failed(code.into()),
        }
    }
}

/// Seconds until the next attempt.
pub(super) fn wait(problem: &Problem) -> u64 {
    problem.wait().min(LONGEST_WAIT)
}

/// Nobody waits longer than a day; more is a clock gone wrong.
const LONGEST_WAIT: u64 = 86_400;

/// core's codes as patterns.
mod code {
    use super::{Error, UnixTime};

    pub(super) const CHALLENGE_OVER: &str = Error::ChallengeOver.code();
    pub(super) const CODE_MALFORMED: &str = Error::CodeMalformed.code();
    pub(super) const CODE_SPENT: &str = Error::CodeSpent.code();
    pub(super) const CODE_USED: &str = Error::CodeUsed.code();
    pub(super) const CODE_WRONG: &str = Error::CodeWrong.code();
    pub(super) const ENROLLMENT_OVER: &str = Error::EnrollmentOver.code();
    pub(super) const GUESSING_CLOSED: &str = Error::GuessingClosed.code();
    pub(super) const NOT_PROVED: &str = Error::NotProved.code();
    pub(super) const PASS_OVER: &str = Error::PassOver.code();
    pub(super) const PROOF_REQUIRED: &str = Error::ProofRequired.code();
    pub(super) const THROTTLED: &str = Error::Throttled {
        retry_at: UnixTime::from_secs(0),
    }
    .code();
    pub(super) const TICKET_EXPIRED: &str = Error::TicketExpired.code();
}
