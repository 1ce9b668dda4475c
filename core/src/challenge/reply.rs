//! A reply by Threema: it was awaited, it came from the right ID, and now its challenge decides, or the
//! enrolment that it is to confirm.

use core::time::Duration;

use super::{Answered, Challenge, Effect, Event};
use crate::throttle::Throttle;
use crate::{Error, UnixTime};

/// How long after its receipt a reply still counts. What took longer on its way through the edge is
/// no longer what the page before it waits for.
pub const LATEST: Duration = Duration::from_secs(120);

/// How long an effect is tried to be delivered. Longer than [`LATEST`], since an answer may have got lost
/// that still has to be heard.
pub const DELIVERED_WITHIN: Duration = Duration::from_secs(600);

/// The longest pause between two tries to deliver an effect.
pub const LONGEST_PAUSE: Duration = Duration::from_secs(300);

/// After so many tries in vain, from when on an effect received at `receipt` is delivered again; never, if
/// it has become worthless.
#[must_use]
pub fn deliver_again(receipt: UnixTime, tries: u32, now: UnixTime) -> Option<UnixTime> {
    if now.saturating_since(receipt) > DELIVERED_WITHIN {
        return None;
    }
    Some(pause(tries, now))
}

/// After so many tries in vain, from when on what never becomes worthless is delivered again.
#[must_use]
pub fn pause(tries: u32, now: UnixTime) -> UnixTime {
    let seconds = 2_u64.saturating_pow(tries);
    now.saturating_add(Duration::from_secs(seconds).min(LONGEST_PAUSE))
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
            throttle: throttle.cleared(),
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

/// Whether a reply, received at `receipt` by our own clock, confirms an enrolment that ends at
/// `expires_at`.
///
/// # Errors
/// [`Error::EnrollmentOver`] if it was received after that, or comes later than [`LATEST`].
pub fn may_confirm(expires_at: UnixTime, receipt: UnixTime, now: UnixTime) -> Result<(), Error> {
    if receipt < expires_at && in_time(receipt, now) {
        Ok(())
    } else {
        Err(Error::EnrollmentOver)
    }
}

pub(super) fn in_time(receipt: UnixTime, now: UnixTime) -> bool {
    now.saturating_since(receipt) <= LATEST
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

    #[test]
    fn an_enrollment_is_confirmed_by_what_was_received_in_its_time_and_arrives_soon() {
        let end = later(600);
        let last = later(599);
        let latest = last.saturating_add(LATEST);
        let too_late = latest.saturating_add(Duration::from_secs(1));
        assert_eq!(may_confirm(end, last, latest), Ok(()));
        for (receipt, now) in [(last, too_late), (end, end)] {
            assert_eq!(may_confirm(end, receipt, now), Err(Error::EnrollmentOver));
        }
    }

    #[test]
    fn an_effect_is_tried_for_ten_minutes_with_pauses_that_double_up_to_five() {
        let pauses: std::vec::Vec<_> = (0..10)
            .map(|tries| pause(tries, NOW).saturating_since(NOW).as_secs())
            .collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
        assert_eq!(deliver_again(NOW, 0, later(600)), Some(later(601)));
        assert_eq!(deliver_again(NOW, 0, later(601)), None);
        assert!(LATEST < DELIVERED_WITHIN);
    }
}
