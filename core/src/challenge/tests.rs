use proptest::prelude::*;

use super::*;
use crate::Error;
use crate::throttle::Throttle;

const NOW: UnixTime = UnixTime::from_secs(1_000);
const STATES: [State; 5] = [
    State::Abandoned,
    State::Expired,
    State::Failed,
    State::Open,
    State::Proved,
];
const EVENTS: [Event; 6] = [
    Event::NotSent,
    Event::Cancel,
    Event::Judged(Judgement::Accepted(())),
    Event::Judged(Judgement::Used),
    Event::Judged(Judgement::Wrong),
    Event::Tick,
];

#[test]
fn every_event_has_its_outcome_in_an_open_challenge_and_none_in_an_ended_one() {
    let outcomes = [
        (State::Failed, None),
        (State::Abandoned, None),
        (State::Proved, Some(Effect::Prove)),
        (State::Open, None),
        (State::Open, Some(Effect::CountFailure)),
        (State::Open, None),
    ];
    for state in STATES {
        for (event, (expected, effect)) in EVENTS.into_iter().zip(outcomes) {
            let before = Challenge {
                state,
                ..Challenge::open(Method::Totp, NOW)
            };
            let (after, done) = before.step(event, NOW);
            if state == State::Open {
                assert_eq!((after.state, done), (expected, effect), "{event:?}");
            } else {
                assert_eq!((after, done), (before, None), "{state:?} {event:?}");
            }
        }
    }
}

#[test]
fn a_right_code_in_the_last_second_counts_and_one_second_later_does_not() {
    let challenge = Challenge::open(Method::Totp, NOW);
    let right = Event::Judged(Judgement::Accepted(()));
    let last = UnixTime::from_secs(challenge.expires_at().as_secs() - 1);
    assert_eq!(challenge.step(right, last).1, Some(Effect::Prove));
    let (after, effect) = challenge.step(right, challenge.expires_at());
    assert_eq!((after.state(), effect), (State::Expired, None));
}

#[test]
fn every_state_reads_back_from_its_word() {
    for state in STATES {
        assert_eq!(State::parse(state.as_str()), Some(state));
    }
}

fn answered(throttle: Throttle, open: Challenge, judgement: Judgement) -> Answered<()> {
    let evaluate = || Ok::<_, ()>(judgement);
    answer(throttle, Some(open), NOW, evaluate).unwrap()
}

#[test]
fn a_code_is_judged_counted_and_told_apart() {
    let open = Challenge::open(Method::Totp, NOW);
    let before = Throttle::restore(3, UnixTime::from_secs(1));
    for (judgement, verdict, failures, state) in [
        (Judgement::Accepted(()), Ok(()), 0, State::Proved),
        (Judgement::Used, Err(Error::CodeUsed), 3, State::Open),
        (Judgement::Wrong, Err(Error::CodeWrong), 4, State::Open),
    ] {
        let after = answered(before, open, judgement);
        assert_eq!(after.verdict, verdict);
        assert_eq!(after.throttle.failures(), failures);
        assert_eq!(after.challenge.map(Challenge::state), Some(state));
    }
}

#[test]
fn a_wrong_code_tells_the_wait_that_follows_it_unless_it_was_the_hundredth() {
    let open = Challenge::open(Method::Totp, NOW);
    for (failures, wait) in [
        (3, None),
        (4, Some(2)),
        (5, Some(4)),
        (98, Some(900)),
        (99, None),
    ] {
        let before = Throttle::restore(failures, UnixTime::from_secs(1));
        let retry_at = answered(before, open, Judgement::Wrong).retry_at(NOW);
        let expected = wait.map(|secs| NOW.saturating_add(Duration::from_secs(secs)));
        assert_eq!(retry_at, expected, "{failures}");
    }
}

#[test]
fn nothing_is_evaluated_in_a_wait_or_for_a_challenge_that_is_over_or_never_was() {
    let never = || -> Result<Judgement, ()> { unreachable!("evaluated") };
    let open = Challenge::open(Method::Totp, NOW);
    let waiting = Throttle::restore(6, NOW);
    let after = answer(waiting, Some(open), NOW, never).unwrap();
    assert!(matches!(after.verdict, Err(Error::Throttled { .. })));
    assert_eq!((after.throttle, after.challenge), (waiting, Some(open)));
    assert_eq!(after.verdict.err(), may_answer(waiting, None, NOW).err());

    let free = Throttle::default();
    let after = answer(free, Some(open), open.expires_at(), never).unwrap();
    assert_eq!(after.verdict, Err(Error::ChallengeOver));
    assert_eq!(after.challenge.map(Challenge::state), Some(State::Expired));
    let after = answer(free, None, NOW, never).unwrap();
    assert_eq!(
        (after.verdict, after.challenge),
        (Err(Error::ChallengeOver), None)
    );
    assert_eq!(may_answer(free, Some(open), NOW), Ok(open));
}

#[test]
fn a_fault_while_evaluating_is_no_failure_of_the_user() {
    let open = Challenge::open(Method::Totp, NOW);
    let faulty = || Err::<Judgement, _>("the vault does not open");
    assert!(answer(Throttle::default(), Some(open), NOW, faulty).is_err());
}

#[test]
fn a_code_right_for_one_factor_is_right_and_used_up_with_each_that_took_it() {
    use Judgement::{Accepted, Used, Wrong};
    for (judgements, expected) in [
        (&[][..], Wrong),
        (&[Wrong, Wrong], Wrong),
        (&[Wrong, Used, Wrong], Used),
        (&[Used, Accepted(2)], Accepted(std::vec![2])),
        (
            &[Accepted(1), Wrong, Accepted(3), Used],
            Accepted(std::vec![1, 3]),
        ),
    ] {
        assert_eq!(Judgement::over(judgements.iter().copied()), expected);
    }
}

#[test]
fn a_new_challenge_ends_its_tickets_own_and_the_oldest_beyond_five() {
    let newest_first = |own: usize| (0..8).map(move |at| (at, at == own));
    assert_eq!(displaced(newest_first(2)), [2, 5, 6, 7]);
    assert_eq!(displaced(newest_first(7)), [4, 5, 6, 7]);
    assert_eq!(displaced(newest_first(9).take(4)), [0; 0]);
}

proptest! {
    #[test]
    fn no_sequence_of_events_proves_twice(
        events in proptest::collection::vec((0..EVENTS.len(), 0_u64..60), 0..40),
    ) {
        let mut challenge = Challenge::open(Method::Recovery, NOW);
        let mut now = NOW;
        let mut proofs = 0;
        for (event, pause) in events {
            now = now.saturating_add(Duration::from_secs(pause));
            let (next, effect) = challenge.step(EVENTS[event], now);
            challenge = next;
            proofs += usize::from(effect == Some(Effect::Prove));
        }
        prop_assert!(proofs <= 1);
    }
}

#[test]
fn an_open_challenge_is_shown_again_as_long_as_there_is_time_to_answer_it() {
    let open = Challenge::open(Method::ThreemaReply, NOW);
    let before_end = |secs| UnixTime::from_secs(open.expires_at().as_secs() - secs);
    assert!(open.is_shown_again(NOW));
    assert!(open.is_shown_again(before_end(SHOWN_AGAIN.as_secs() + 1)));
    assert!(!open.is_shown_again(before_end(SHOWN_AGAIN.as_secs())));
    assert!(!open.is_shown_again(before_end(0)));
    let (cancelled, _) = open.step(Event::Cancel, NOW);
    assert!(!cancelled.is_shown_again(NOW));
}
