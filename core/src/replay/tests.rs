use proptest::prelude::*;

use super::*;

const DAY: u64 = 24 * 60 * 60;

fn at(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs)
}

#[test]
fn fourteen_days_back_and_five_minutes_ahead_are_the_default_and_both_ends_are_in() {
    let window = Window::default();
    let now = 1_700_000_000;
    let judge = |date| window.judge(at(date), at(now));
    assert_eq!(judge(now), Ok(()));
    assert_eq!(judge(now - 14 * DAY), Ok(()));
    assert_eq!(judge(now - 14 * DAY - 1), Err(Error::MessageOld));
    assert_eq!(judge(now - 15 * DAY), Err(Error::MessageOld));
    assert_eq!(judge(0), Err(Error::MessageOld));
    assert_eq!(judge(now + 300), Ok(()));
    assert_eq!(judge(now + 301), Err(Error::MessageEarly));
    assert_eq!(judge(9_999_999_999), Err(Error::MessageEarly));
}

#[test]
fn a_window_allows_for_the_gateways_retries_and_ends() {
    let minutes = |count: u64| Duration::from_secs(count * 60);
    assert!(Window::new(minutes(20), Duration::ZERO).is_ok());
    assert!(Window::new(Window::MAX_BACK, Window::MAX_AHEAD).is_ok());
    for (back, ahead) in [
        (minutes(19), minutes(5)),
        (Window::MAX_BACK + minutes(1), minutes(5)),
        (minutes(20), minutes(61)),
    ] {
        assert_eq!(Window::new(back, ahead), Err(Error::ParameterInvalid));
    }
}

#[test]
fn memory_ends_in_the_second_in_which_even_a_lagging_clock_calls_it_old() {
    let window = Window::default();
    let date = 1_700_000_000;
    let until = window.keep_until(at(date), at(date)).as_secs();
    assert_eq!(until, date + 14 * DAY + 300 + 1);
    assert_eq!(window.judge(at(date), at(until - 300 - 1)), Ok(()));
    assert_eq!(
        window.judge(at(date), at(until - 300)),
        Err(Error::MessageOld)
    );
}

#[test]
fn a_message_is_remembered_by_sender_and_id_under_a_name_that_tells_neither() {
    let id = |text| ThreemaId::parse(text).unwrap();
    let message = |byte| MessageId::from_bytes([byte; 8]);
    let key = Key::from_bytes([1; 32]);
    let one = name(&key, id("ECHOECHO"), message(1));
    assert_eq!(one.len(), 32);
    assert_eq!(one, name(&key, id("ECHOECHO"), message(1)));
    assert_ne!(one, name(&key, id("ECHOECHP"), message(1)));
    assert_ne!(one, name(&key, id("ECHOECHO"), message(2)));
    assert_ne!(
        one,
        name(&Key::from_bytes([2; 32]), id("ECHOECHO"), message(1))
    );
}

proptest! {
    /// Whatever was taken once is either still remembered or refused by its date, on every clock that
    /// lags by no more than the window allows.
    #[test]
    fn no_message_outlives_its_memory(
        back in 1200..7_776_000_u64,
        ahead in 0..3600_u64,
        date in 0..9_999_999_999_u64,
        taken_after in 0..8_000_000_u64,
        later in 0..20_000_000_u64,
        lag in 0..3600_u64,
    ) {
        let window = Window::new(Duration::from_secs(back), Duration::from_secs(ahead)).unwrap();
        let taken_at = (date + taken_after).saturating_sub(ahead);
        prop_assume!(window.judge(at(date), at(taken_at)).is_ok());
        let until = window.keep_until(at(date), at(taken_at));
        prop_assert!(until > at(taken_at));
        let now = taken_at + later;
        if at(now) >= until {
            let lagging = now - lag.min(ahead);
            prop_assert_eq!(window.judge(at(date), at(lagging)), Err(Error::MessageOld));
        }
    }

    #[test]
    fn no_moment_is_too_far_away(date: u64, now: u64) {
        let window = Window::default();
        let _ = window.judge(at(date), at(now));
        prop_assert!(window.keep_until(at(date), at(now)) >= at(now));
    }
}
