//! An answer by a code: throttle, challenge and code in their order.

use super::{Challenge, Effect, Event, Judgement, State};
use crate::throttle::{Attempt, Throttle};
use crate::{Error, Method, UnixTime};

/// What an answer changed. All of it is stored in the transaction that evaluated the code.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "store it"]
pub struct Answered<T> {
    /// The user's failures in a row, now.
    pub throttle: Throttle,
    /// The challenge, now, if there is one.
    pub challenge: Option<Challenge>,
    /// What is to be used up, if the factor is proved.
    pub verdict: Result<T, Error>,
}

impl<T> Answered<T> {
    /// When another answer is looked at, if one must wait. None once the method is closed.
    #[must_use]
    pub fn retry_at(&self, now: UnixTime) -> Option<UnixTime> {
        let method = self.challenge?.method();
        let closed = self.throttle.is_closed_to(method);
        self.throttle.retry_at(now).filter(|_| !closed)
    }
}

/// Whether a challenge may be answered by a code now, so that no work is done for one that may not.
///
/// # Errors
/// [`Error::Throttled`] and [`Error::GuessingClosed`] as [`Throttle::admit`] has them, then
/// [`Error::ChallengeOver`], also for one that never was.
pub fn may_answer(
    throttle: Throttle,
    challenge: Option<Challenge>,
    now: UnixTime,
) -> Result<Challenge, Error> {
    open_attempt(throttle, challenge, now).map(|(_, open)| open)
}

/// Takes a code as the answer to a challenge. `evaluate` is asked only if the code may be evaluated.
///
/// # Errors
/// Whatever `evaluate` fails with. Nothing has changed then, and nothing may be stored.
pub fn answer<T, E>(
    throttle: Throttle,
    challenge: Option<Challenge>,
    now: UnixTime,
    evaluate: impl FnOnce() -> Result<Judgement<T>, E>,
) -> Result<Answered<T>, E> {
    let (attempt, open) = match open_attempt(throttle, challenge, now) {
        Ok(open) => open,
        Err(cause) => {
            return Ok(Answered {
                throttle,
                challenge: challenge.map(|challenge| challenge.step(Event::Tick, now).0),
                verdict: Err(cause),
            });
        }
    };
    let mut accepted = None;
    let judgement = evaluate()?.map(|by| accepted = Some(by));
    let (challenge, effect) = open.step(Event::Judged(judgement), now);
    let (throttle, verdict) = match (effect, accepted) {
        (Some(Effect::Prove), Some(by)) => (attempt.passed(), Ok(by)),
        (Some(Effect::CountFailure), _) => {
            let last = challenge.state() == State::Failed;
            let cause = if last {
                Error::CodeSpent
            } else {
                Error::CodeWrong
            };
            (attempt.failed(now), Err(cause))
        }
        _ => (attempt.neither(), Err(Error::CodeUsed)),
    };
    Ok(Answered {
        throttle,
        challenge: Some(challenge),
        verdict,
    })
}

fn open_attempt(
    throttle: Throttle,
    challenge: Option<Challenge>,
    now: UnixTime,
) -> Result<(Attempt, Challenge), Error> {
    // Whether a challenge exists is told no sooner than whether anything may be tried.
    let method = challenge.map_or(Method::Totp, Challenge::method);
    let attempt = throttle.admit(method, now)?;
    let challenge = challenge.ok_or(Error::ChallengeOver)?;
    let (challenge, _) = challenge.step(Event::Tick, now);
    match challenge.state() {
        State::Open => Ok((attempt, challenge)),
        _ => Err(Error::ChallengeOver),
    }
}
