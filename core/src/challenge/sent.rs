//! A code that was sent by Threema: what the Gateway's answer means to its challenge, and the code that
//! confirms a Threema ID where nothing can come back.

use super::{Challenge, Event, Judgement, SENT_CODE_TRIES};
use crate::otp::Code;
use crate::threema::sending::Progress;
use crate::throttle::Throttle;
use crate::{Error, Method, UnixTime};

/// What is known of a message now that the Gateway has answered, or not. Only what was surely not sent ends
/// its challenge, and not if the code was sent before (`again`): it may be on the phone.
pub fn sent(challenge: Challenge, progress: Progress, again: bool, now: UnixTime) -> Challenge {
    let event = match progress {
        Progress::NotSent if !again => Event::NotSent,
        _ => Event::Tick,
    };
    challenge.step(event, now).0
}

/// Whether the code of a challenge may be sent again: as it may be answered, though not during a wait for
/// wrong codes, in which nothing could be typed.
///
/// # Errors
/// As [`may_answer`](super::may_answer) has them.
pub fn may_resend(
    throttle: Throttle,
    challenge: Option<Challenge>,
    now: UnixTime,
) -> Result<Challenge, Error> {
    let open = super::may_answer(throttle, challenge, now)?;
    match open.method() {
        Method::ThreemaCode => Ok(open),
        _ => Err(Error::ChallengeOver),
    }
}

/// Takes the code that is to confirm an enrolment that ends at `expires_at`, after `misses` wrong ones.
///
/// # Errors
/// [`Error::EnrollmentOver`]; [`Error::CodeWrong`], which counts as one more; [`Error::CodeSpent`] if that was
/// the last: nothing confirms the enrolment any more.
pub fn confirm_by_code(
    expires_at: UnixTime,
    misses: u32,
    sent: &Code,
    typed: &Code,
    now: UnixTime,
) -> Result<(), Error> {
    if now >= expires_at || misses >= SENT_CODE_TRIES {
        return Err(Error::EnrollmentOver);
    }
    if sent == typed {
        return Ok(());
    }
    Err(match misses.saturating_add(1) {
        misses if misses >= SENT_CODE_TRIES => Error::CodeSpent,
        _ => Error::CodeWrong,
    })
}

impl Judgement {
    /// What a typed code is to a challenge whose code was sent: the challenge ends with the first right one,
    /// so no code is ever used twice.
    #[must_use]
    pub fn of_sent(sent: &Code, typed: &Code) -> Self {
        if sent == typed {
            Self::Accepted(())
        } else {
            Self::Wrong
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LIFE, State, answer};
    use super::*;
    use crate::otp::Digits;

    const NOW: UnixTime = UnixTime::from_secs(1_000);

    fn open() -> Challenge {
        Challenge::open(Method::ThreemaCode, NOW)
    }

    fn code(digits: &str) -> Code {
        Code::parse(digits, Digits::Six).unwrap()
    }

    #[test]
    fn only_what_was_surely_not_sent_ends_a_challenge_and_only_the_first_time() {
        for (progress, again, state) in [
            (Progress::Sending, false, State::Open),
            (Progress::Sent, false, State::Open),
            (Progress::Unknown, false, State::Open),
            (Progress::NotSent, false, State::Failed),
            (Progress::NotSent, true, State::Open),
        ] {
            let after = sent(open(), progress, again, NOW);
            assert_eq!(after.state(), state, "{progress:?}");
        }
        let late = NOW.saturating_add(LIFE);
        let after = sent(open(), Progress::Sent, false, late);
        assert_eq!(after.state(), State::Expired);
    }

    #[test]
    fn the_third_wrong_code_kills_it_and_the_right_one_comes_too_late() {
        let (mut challenge, mut throttle) = (open(), Throttle::default());
        let sent = code("123456");
        let mut typed = |typed: &str| {
            let judge = || Ok::<_, ()>(Judgement::of_sent(&sent, &code(typed)));
            let answered = answer(throttle, Some(challenge), NOW, judge).unwrap();
            (challenge, throttle) = (answered.challenge.unwrap(), answered.throttle);
            (answered.verdict, throttle.failures(), challenge.misses())
        };
        assert_eq!(typed("000000"), (Err(Error::CodeWrong), 1, 1));
        assert_eq!(typed("000001"), (Err(Error::CodeWrong), 2, 2));
        assert_eq!(typed("000002"), (Err(Error::CodeSpent), 3, 3));
        assert_eq!(typed("123456"), (Err(Error::ChallengeOver), 3, 3));
    }

    #[test]
    fn a_right_code_works_once_and_not_after_its_time() {
        let sent = code("123456");
        let judge = || Ok::<_, ()>(Judgement::of_sent(&sent, &code("123456")));
        let throttle = Throttle::restore(2, NOW);
        let first = answer(throttle, Some(open()), NOW, judge).unwrap();
        assert_eq!(
            (first.verdict, first.throttle),
            (Ok(()), Throttle::default())
        );
        let second = answer(throttle, first.challenge, NOW, judge).unwrap();
        assert_eq!(second.verdict, Err(Error::ChallengeOver));
        let late = answer(throttle, Some(open()), NOW.saturating_add(LIFE), judge).unwrap();
        assert_eq!(late.verdict, Err(Error::ChallengeOver));
    }

    #[test]
    fn only_an_open_code_is_sent_again_and_none_during_a_wait() {
        let free = Throttle::default();
        assert_eq!(may_resend(free, Some(open()), NOW), Ok(open()));
        let failed = sent(open(), Progress::NotSent, false, NOW);
        let app = Challenge::open(Method::Totp, NOW);
        for challenge in [None, Some(failed), Some(app)] {
            let may = may_resend(free, challenge, NOW);
            assert_eq!(may, Err(Error::ChallengeOver));
        }
        let waiting = Throttle::restore(5, NOW);
        let may = may_resend(waiting, Some(open()), NOW);
        assert!(matches!(may, Err(Error::Throttled { .. })));
    }

    #[test]
    fn an_app_may_be_tried_more_often_than_a_sent_code() {
        let (mut challenge, wrong) = (Challenge::open(Method::Totp, NOW), Judgement::Wrong);
        for _ in 0..SENT_CODE_TRIES {
            (challenge, _) = challenge.step(Event::Judged(wrong), NOW);
        }
        assert_eq!((challenge.state(), challenge.misses()), (State::Open, 0));
    }

    #[test]
    fn an_enrollment_is_confirmed_by_its_own_code_within_three_tries_and_in_time() {
        let (end, sent) = (NOW.saturating_add(LIFE), code("123456"));
        let confirm = |misses, typed, now| confirm_by_code(end, misses, &sent, &code(typed), now);
        assert_eq!(confirm(2, "123456", NOW), Ok(()));
        assert_eq!(confirm(0, "123457", NOW), Err(Error::CodeWrong));
        assert_eq!(confirm(2, "123457", NOW), Err(Error::CodeSpent));
        assert_eq!(confirm(3, "123456", NOW), Err(Error::EnrollmentOver));
        assert_eq!(confirm(0, "123456", end), Err(Error::EnrollmentOver));
    }
}
