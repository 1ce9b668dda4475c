use std::vec::Vec;

use proptest::prelude::*;

use super::super::LIFE;
use super::*;
use crate::Method;

const NOW: UnixTime = UnixTime::from_secs(1_000_000);
const GUESSED: Throttle = Throttle::restore(crate::throttle::CLOSED, NOW);

fn later(secs: u64) -> UnixTime {
    NOW.saturating_add(Duration::from_secs(secs))
}

fn challenge() -> Challenge {
    Challenge::open(Method::ThreemaTap, NOW)
}

fn tap(state: State) -> Tap {
    Tap::restore(state, NOW)
}

fn asked() -> Prompts {
    let (prompts, tap) = Prompts::default().ask(None, later(180), NOW).unwrap();
    assert_eq!(tap.state(), State::Sending);
    prompts
}

fn at(state: State, thumb: Thumb, receipt: UnixTime) -> Tapped {
    let before = (GUESSED, asked());
    tapped(
        before,
        Some(challenge()),
        tap(state),
        thumb,
        receipt,
        receipt,
    )
}

#[test]
fn every_state_takes_every_thumb_in_one_way() {
    use State::{Approved, Declined, NotSent, Open, Revoked, SendUnknown, Sending, Withheld};
    let table = [
        (Approved, None, Some((Revoked, Effect::Dispute))),
        (Declined, None, None),
        (NotSent, None, None),
        (
            Open,
            Some((Approved, Effect::Prove)),
            Some((Declined, Effect::Decline)),
        ),
        (Revoked, None, None),
        (
            Sending,
            Some((Approved, Effect::Prove)),
            Some((Declined, Effect::Decline)),
        ),
        (SendUnknown, None, Some((Declined, Effect::Decline))),
        (Withheld, None, None),
    ];
    assert_eq!(table.map(|(state, ..)| state), State::ALL);
    for (state, up, down) in table {
        for (thumb, expected) in [(Thumb::Up, up), (Thumb::Down, down)] {
            let after = at(state, thumb, NOW);
            let (expected_state, effect) =
                expected.map_or((state, None), |(state, effect)| (state, Some(effect)));
            assert_eq!(
                (after.tap.state(), after.effect),
                (expected_state, effect),
                "{state:?} {thumb:?}"
            );
            let proved = effect == Some(Effect::Prove);
            let shown = if proved { Shown::Proved } else { Shown::Open };
            assert_eq!(after.challenge.map(Challenge::state), Some(shown));
            let cleared = (Throttle::default(), Prompts::default());
            if proved {
                assert_eq!((after.throttle, after.prompts), cleared);
            } else {
                assert_eq!(after.throttle, GUESSED);
                let said_no = effect.is_some();
                let expected = if said_no {
                    asked().declined(NOW)
                } else {
                    asked()
                };
                assert_eq!(after.prompts, expected, "{state:?} {thumb:?}");
            }
        }
    }
}

#[test]
fn every_state_takes_every_word_of_the_gateway_in_one_way() {
    use State::{NotSent, Open, SendUnknown, Sending, Withheld};
    for state in State::ALL {
        for (event, sending, withheld) in [
            (Event::NotSent, NotSent, NotSent),
            (Event::Sent, Open, Withheld),
            (Event::SentPerhaps, SendUnknown, NotSent),
            (Event::Tick, Sending, Withheld),
        ] {
            let expected = match state {
                Sending => sending,
                Withheld => withheld,
                other => other,
            };
            assert_eq!(tap(state).step(event, later(29)).state(), expected);
        }
        let lost = tap(state).step(Event::Tick, later(30)).state();
        let expected = if state == Sending { SendUnknown } else { state };
        assert_eq!(lost, expected);
    }
}

#[test]
fn what_was_not_sent_or_perhaps_is_over_for_its_page_and_what_the_owner_did_is_not() {
    for state in State::ALL {
        let over = matches!(state, State::NotSent | State::SendUnknown);
        let expected = if over { Shown::Abandoned } else { Shown::Open };
        assert_eq!(tap(state).shown(challenge(), NOW).state(), expected);
    }
}

#[test]
fn a_thumb_up_proves_in_time_only_and_a_thumb_down_is_heard_whenever_it_comes() {
    let last = later(LIFE.as_secs() - 1);
    let end = later(LIFE.as_secs());
    assert_eq!(at(State::Open, Thumb::Up, last).effect, Some(Effect::Prove));
    let late = at(State::Open, Thumb::Up, end);
    assert_eq!((late.effect, late.tap), (None, tap(State::Open)));
    let hour = later(3600);
    assert_eq!(
        at(State::Open, Thumb::Down, hour).effect,
        Some(Effect::Decline)
    );
    assert_eq!(
        at(State::Approved, Thumb::Down, hour).effect,
        Some(Effect::Dispute)
    );
}

#[test]
fn a_thumb_up_that_arrives_two_minutes_late_or_for_a_page_that_gave_up_proves_nothing() {
    let before = (GUESSED, asked());
    let open = tap(State::Open);
    for (arrives, effect) in [(120, Some(Effect::Prove)), (121, None)] {
        let after = tapped(
            before,
            Some(challenge()),
            open,
            Thumb::Up,
            NOW,
            later(arrives),
        );
        assert_eq!(after.effect, effect);
    }
    let (gone, _) = challenge().step(Told::Cancel, NOW);
    for challenge in [Some(gone), None] {
        let up = tapped(before, challenge, open, Thumb::Up, NOW, NOW);
        assert_eq!((up.effect, up.tap), (None, open));
        let down = tapped(before, challenge, open, Thumb::Down, NOW, NOW);
        assert_eq!(down.effect, Some(Effect::Decline));
    }
}

/// Asks, and nobody answers: until when it is closed after that.
fn unanswered(prompts: Prompts, now: UnixTime) -> Prompts {
    prompts.ask(None, now.saturating_add(LIFE), now).unwrap().0
}

#[test]
fn every_second_prompt_that_nobody_answers_closes_for_twice_as_long_up_to_a_day() {
    let mut prompts = Prompts::default();
    let mut now = NOW;
    let mut closed = Vec::new();
    for _ in 0..9 {
        prompts = unanswered(prompts, now);
        assert_eq!(prompts.closed_until(now), None);
        now = now.saturating_add(LIFE);
        prompts = unanswered(prompts, now);
        let ends = now.saturating_add(LIFE);
        let until = prompts.closed_until(ends).unwrap();
        closed.push(until.saturating_since(ends).as_secs() / 60);
        let asked = prompts.ask(None, until, now);
        assert_eq!(asked.err(), Some(Error::TapClosed { retry_at: until }));
        assert_eq!(prompts.closed_until(until), None);
        now = until;
    }
    assert_eq!(closed, [15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
}

#[test]
fn while_one_is_open_nobody_else_is_asked() {
    let ends = challenge().expires_at();
    let open = Some(challenge());
    let refused = asked().ask(open, ends, later(179));
    assert_eq!(refused.err(), Some(Error::TapClosed { retry_at: ends }));
    assert!(asked().ask(open, ends, ends).is_ok());
    let (gone, _) = challenge().step(Told::Cancel, NOW);
    assert!(asked().ask(Some(gone), ends, NOW).is_ok());
}

#[test]
fn after_a_thumb_down_prompts_are_withheld_for_a_time_that_doubles() {
    let mut prompts = Prompts::default();
    let mut now = NOW;
    let mut alone = Vec::new();
    for _ in 0..8 {
        prompts = prompts.declined(now);
        let until = prompts.left_alone_until(now).unwrap();
        assert_eq!(prompts.left_alone_until(until), None);
        alone.push(until.saturating_since(now).as_secs() / 60);
        now = until;
    }
    assert_eq!(alone, [15, 30, 60, 120, 240, 480, 960, 1440]);
    let (_, held) = Prompts::default()
        .declined(NOW)
        .ask(None, later(180), NOW)
        .unwrap();
    assert_eq!(held.state(), State::Withheld);
    let (epoch, never) = (UnixTime::default(), Prompts::default());
    assert_eq!(never.left_alone_until(epoch), None);
}

#[test]
fn a_message_that_never_went_is_not_held_against_the_user_and_two_quiet_days_forget_all() {
    assert_eq!(asked().not_sent().unapproved().0, 0);
    let twice = unanswered(unanswered(Prompts::default(), NOW), NOW).declined(NOW);
    let two_days = Duration::from_secs(172_800);
    let quiet = NOW.saturating_add(LIFE).saturating_add(two_days);
    let remembered = twice.ask(None, quiet, quiet).unwrap().0;
    assert_eq!(remembered.unapproved().0, 3);
    let much_later = quiet.saturating_add(Duration::from_secs(1));
    let again = twice.ask(None, much_later, much_later).unwrap().0;
    assert_eq!((again.unapproved().0, again.declines().0), (1, 0));
}

#[test]
fn a_thumb_up_is_delivered_for_ten_minutes_and_a_thumb_down_for_a_day() {
    let day = REMEMBERED.as_secs();
    for (thumb, after, tried) in [
        (Thumb::Up, 600, true),
        (Thumb::Up, 601, false),
        (Thumb::Down, day, true),
        (Thumb::Down, day + 1, false),
    ] {
        let now = later(after);
        let again = tried.then(|| now.saturating_add(Duration::from_secs(300)));
        assert_eq!(deliver_again(thumb, NOW, 20, now), again);
    }
}

#[test]
fn every_state_reads_back_from_its_word() {
    for state in State::ALL {
        assert_eq!(State::parse(state.as_str()), Some(state));
    }
}

proptest! {
    #[test]
    fn a_tap_proves_at_most_once_never_after_a_no_and_is_disputed_only_after_that(
        events in proptest::collection::vec((0..6_u8, 0_u64..40), 0..30),
    ) {
        let (mut prompts, mut tap) = Prompts::default().ask(None, later(180), NOW).unwrap();
        let (mut shown, mut now) = (challenge(), NOW);
        let mut effects = Vec::new();
        for (event, pause) in events {
            now = now.saturating_add(Duration::from_secs(pause));
            let thumb = match event {
                0 => Thumb::Up,
                1 => Thumb::Down,
                2 => { tap = tap.step(Event::Sent, now); continue }
                3 => { tap = tap.step(Event::SentPerhaps, now); continue }
                4 => { tap = tap.step(Event::Tick, now); continue }
                _ => { shown = shown.step(Told::Tick, now).0; continue }
            };
            let after = tapped((GUESSED, prompts), Some(shown), tap, thumb, now, now);
            (prompts, tap) = (after.prompts, after.tap);
            shown = after.challenge.unwrap();
            effects.extend(after.effect);
        }
        prop_assert!(
            [&[][..], &[Effect::Prove], &[Effect::Decline], &[Effect::Prove, Effect::Dispute]]
                .contains(&&*effects),
            "{effects:?}"
        );
    }

    #[test]
    fn a_page_cannot_tell_an_owner_who_declines_from_one_who_is_asleep(
        prompts in proptest::collection::vec((any::<bool>(), 0_u64..180, 0_u64..3_000), 0..40),
    ) {
        let (mut asleep, mut declines) = (Prompts::default(), Prompts::default());
        let mut now = NOW;
        for (says_no, after, pause) in prompts {
            let ends = now.saturating_add(LIFE);
            match (asleep.ask(None, ends, now), declines.ask(None, ends, now)) {
                (Ok((unseen, _)), Ok((seen, tap))) => {
                    let receipt = now.saturating_add(Duration::from_secs(after));
                    asleep = unseen;
                    declines = seen;
                    if says_no {
                        let open = tap.step(Event::Sent, now);
                        let before = (GUESSED, seen);
                        let shown = challenge();
                        let told = tapped(before, Some(shown), open, Thumb::Down, receipt, receipt);
                        prop_assert_eq!(told.challenge, Some(shown));
                        declines = told.prompts;
                    }
                }
                (told, also) => prop_assert_eq!(told.err(), also.err()),
            }
            now = now.saturating_add(Duration::from_secs(pause));
        }
    }
}
