//! A reply by Threema: it was awaited, it came from the right ID, and now its challenge decides.

use core::time::Duration;

use super::{Answered, Challenge, Effect, Event};
use crate::throttle::Throttle;
use crate::{Error, UnixTime};

/// How long after its receipt a reply still counts. What took longer on its way through the edge is
/// no longer what the page before it waits for.
pub const LATEST: Duration = Duration::from_secs(120);

/// Whether a reply of `receipt` still counts.
#[must_use]
pub fn in_time(receipt: UnixTime, now: UnixTime) -> bool {
    now.saturating_since(receipt) <= LATEST
}

/// Takes the reply to a challenge, received at `receipt` by our own clock: that moment decides whether
/// the challenge was still open. A proof clears the count of wrong codes, so whoever guesses cannot
/// lock the owner out; no wait holds a reply up, since nobody can guess with somebody else's ID.
///
/// Its verdict is [`Error::ChallengeOver`] if the challenge has ended, never was, or the reply comes
/// later than [`LATEST`].
pub fn replied(
    throttle: Throttle,
    challenge: Option<Challenge>,
    receipt: UnixTime,
    now: UnixTime,
) -> Answered<()> {
    let stepped = challenge
        .filter(|_| in_time(receipt, now))
        .map(|challenge| challenge.step(Event::Replied, receipt));
    match stepped {
        Some((challenge, Some(Effect::Prove))) => Answered {
            throttle: Throttle::default(),
            challenge: Some(challenge),
            verdict: Ok(()),
        },
        other => Answered {
            throttle,
            challenge: other.map_or(challenge, |(challenge, _)| Some(challenge)),
            verdict: Err(Error::ChallengeOver),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LIFE, State};
    use super::*;
    use crate::Method;

    const NOW: UnixTime = UnixTime::from_secs(1_000);
    const GUESSED: Throttle = Throttle::restore(crate::throttle::CLOSED, NOW);

    fn open() -> Challenge {
        Challenge::open(Method::ThreemaReply, NOW)
    }

    fn later(secs: u64) -> UnixTime {
        UnixTime::from_secs(1_000 + secs)
    }

    #[test]
    fn a_reply_proves_once_and_clears_the_count_even_of_a_hundred_guesses() {
        let first = replied(GUESSED, Some(open()), NOW, NOW);
        assert_eq!(first.verdict, Ok(()));
        assert_eq!(first.throttle, Throttle::default());
        assert_eq!(first.challenge.map(Challenge::state), Some(State::Proved));
        let second = replied(GUESSED, first.challenge, NOW, NOW);
        assert_eq!(second.verdict, Err(Error::ChallengeOver));
        assert_eq!(second.throttle, GUESSED);
    }

    #[test]
    fn its_receipt_decides_not_the_moment_it_arrives_here() {
        let last = later(LIFE.as_secs() - 1);
        let arrives = last.saturating_add(LATEST);
        assert_eq!(
            replied(GUESSED, Some(open()), last, arrives).verdict,
            Ok(())
        );
        let too_late = arrives.saturating_add(Duration::from_secs(1));
        let refused = replied(GUESSED, Some(open()), last, too_late);
        assert_eq!(refused.verdict, Err(Error::ChallengeOver));
        assert_eq!(refused.challenge, Some(open()));
    }

    #[test]
    fn what_came_after_the_end_or_for_nothing_proves_nothing() {
        let end = later(LIFE.as_secs());
        let after = replied(GUESSED, Some(open()), end, end);
        assert_eq!(after.verdict, Err(Error::ChallengeOver));
        assert_eq!(after.challenge.map(Challenge::state), Some(State::Expired));
        let nothing = replied(GUESSED, None, NOW, NOW);
        assert_eq!(nothing.verdict, Err(Error::ChallengeOver));
        assert_eq!(nothing.challenge, None);
    }
}
