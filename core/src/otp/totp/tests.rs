use std::format;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;
use crate::vectors::cases;

fn secret(len: usize) -> Secret {
    let bytes: Vec<u8> = b"1234567890".iter().copied().cycle().take(len).collect();
    Secret::from_bytes(&bytes).unwrap()
}

fn window(past: u8, future: u8) -> Window {
    Window::new(past, future).unwrap()
}

#[test]
fn every_value_of_rfc_6238_appendix_b_is_made_and_accepted() {
    for case in cases("rfc6238", 18) {
        let name = &case.name;
        let secret = Secret::parse(case.one("secret")).unwrap();
        let totp = Totp {
            algorithm: Algorithm::parse(case.one("algorithm")).unwrap(),
            digits: Digits::new(case.one("digits").parse().unwrap()).unwrap(),
            period: Period::from_secs(case.one("period").parse().unwrap()).unwrap(),
        };
        let now = UnixTime::from_secs(case.one("seconds").parse().unwrap());
        let step = Step(u64::from_str_radix(case.one("step"), 16).unwrap());
        let code = case.one("code");

        assert_eq!(totp.step(now), step, "{name}");
        assert_eq!(*totp.code(&secret, step).to_digits(), code, "{name}");
        let typed = totp.parse(code).unwrap();
        assert_eq!(
            totp.check(&secret, &typed, now, window(0, 0), None),
            Verdict::Accepted { step, drift: 0 },
            "{name}"
        );
    }
}

#[test]
fn the_window_reaches_exactly_as_far_as_it_says() {
    let (totp, secret) = (Totp::default(), secret(20));
    let now = UnixTime::from_secs(1_234_567_890);
    let present = totp.step(now).0;
    for offset in -6_i64..=6 {
        let step = Step(present.checked_add_signed(offset).unwrap());
        let verdict = totp.check(&secret, &totp.code(&secret, step), now, window(4, 2), None);
        let expected = if (-4..=2).contains(&offset) {
            Verdict::Accepted {
                step,
                drift: offset,
            }
        } else {
            Verdict::Wrong
        };
        assert_eq!(verdict, expected, "{offset} steps off");
    }
}

#[test]
fn an_older_code_is_used_once_a_newer_one_was_accepted() {
    let (totp, secret) = (Totp::default(), secret(20));
    let now = UnixTime::from_secs(1_234_567_890);
    let present = totp.step(now);
    let check = |step: u64, last: u64| {
        totp.check(
            &secret,
            &totp.code(&secret, Step(step)),
            now,
            Window::ONE,
            Some(Step(last)),
        )
    };
    assert_eq!(check(present.0 - 1, present.0), Verdict::Used);
    assert_eq!(check(present.0, present.0), Verdict::Used);
    assert_eq!(
        check(present.0 + 1, present.0),
        Verdict::Accepted {
            step: Step(present.0 + 1),
            drift: 1
        }
    );
    // Our clock went back: nothing is accepted until it is where it was.
    assert_eq!(check(present.0 + 1, present.0 + 500), Verdict::Used);
}

#[test]
fn of_two_steps_with_one_code_the_later_is_taken() {
    let (totp, secret) = (Totp::default(), secret(20));
    let (early, late) = twins(&totp, &secret);
    let code = totp.code(&secret, early);
    let now = UnixTime::from_secs(late.0 * 30);
    let past = u8::try_from(late.0 - early.0).unwrap();
    let Verdict::Accepted { step, .. } = totp.check(&secret, &code, now, window(past, 0), None)
    else {
        panic!("the code of two steps was refused");
    };
    assert_eq!(step, late);
    assert_eq!(
        totp.check(&secret, &code, now, window(past, 0), Some(step)),
        Verdict::Used
    );
}

/// The first two steps, at most [`Window::MAX`] apart, that have the same code.
fn twins(totp: &Totp, secret: &Secret) -> (Step, Step) {
    let app = totp.prepare(secret);
    let mut recent: Vec<Code> = Vec::new();
    for step in 0.. {
        let code = app.code(Step(step));
        let reach = recent.len().min(usize::from(Window::MAX));
        if let Some(back) = recent
            .iter()
            .rev()
            .take(reach)
            .position(|other| *other == code)
        {
            return (Step(step - 1 - u64::try_from(back).unwrap()), Step(step));
        }
        recent.push(code);
    }
    unreachable!("among a million codes there are twins");
}

#[test]
fn a_code_of_another_length_is_wrong() {
    let (totp, secret) = (Totp::default(), secret(20));
    let now = UnixTime::from_secs(59);
    let eight = Totp {
        digits: Digits::Eight,
        ..totp
    };
    let code = eight.code(&secret, eight.step(now));
    assert_eq!(
        totp.check(&secret, &code, now, Window::ONE, None),
        Verdict::Wrong
    );
}

#[test]
fn a_code_of_another_secret_or_hash_is_wrong() {
    let (totp, now) = (Totp::default(), UnixTime::from_secs(1_234_567_890));
    let code = totp.code(&secret(20), totp.step(now));
    assert_eq!(
        totp.check(&secret(21), &code, now, Window::ONE, None),
        Verdict::Wrong
    );
    let other = Totp {
        algorithm: Algorithm::Sha256,
        ..totp
    };
    assert_eq!(
        other.check(&secret(20), &code, now, Window::ONE, None),
        Verdict::Wrong
    );
}

#[test]
fn both_ends_of_time_are_steps_like_any_other() {
    let secret = secret(20);
    let totp = Totp {
        period: Period::from_secs(1).unwrap(),
        ..Totp::default()
    };
    for secs in [0, 1, u64::MAX - 1, u64::MAX] {
        let (now, step) = (UnixTime::from_secs(secs), Step(secs));
        let code = totp.code(&secret, step);
        assert_eq!(
            totp.check(
                &secret,
                &code,
                now,
                window(20, 20),
                secs.checked_sub(1).map(Step)
            ),
            Verdict::Accepted { step, drift: 0 }
        );
        assert_eq!(
            totp.check(&secret, &code, now, window(20, 20), Some(step)),
            Verdict::Used
        );
    }
}

#[test]
fn a_window_or_a_period_out_of_range_is_refused() {
    assert_eq!(Window::new(21, 0), Err(ParameterError::Window));
    assert_eq!(Window::new(0, 21), Err(ParameterError::Window));
    assert!(Window::new(20, 20).is_ok());
    assert_eq!(Period::from_secs(0), Err(ParameterError::Period));
    assert_eq!(Period::from_secs(3601), Err(ParameterError::Period));
    assert_eq!(Period::from_secs(3600).unwrap().as_secs(), 3600);
    assert_eq!(Period::default().as_secs(), 30);
}

fn any_totp() -> impl Strategy<Value = Totp> {
    (
        proptest::sample::select(&Algorithm::ALL[..]),
        proptest::sample::select(&Digits::ALL[..]),
        1..=Period::MAX,
    )
        .prop_map(|(algorithm, digits, secs)| Totp {
            algorithm,
            digits,
            period: Period::from_secs(secs).unwrap(),
        })
}

proptest! {
    #[test]
    fn what_an_app_shows_is_accepted_once_and_then_used(
        totp in any_totp(),
        bytes in proptest::collection::vec(any::<u8>(), 16..=64),
        now in any::<u64>(),
        (past, future) in (0..=Window::MAX, 0..=Window::MAX),
        place in 0.0..1.0,
    ) {
        let secret = Secret::from_bytes(&bytes).unwrap();
        let now = UnixTime::from_secs(now);
        let window = window(past, future);
        let steps: Vec<u64> = window.around(totp.step(now)).collect();
        #[expect(clippy::as_conversions, reason = "a place in a list of at most 41")]
        let shown = Step(steps[(place * steps.len() as f64) as usize]);
        let code = totp.code(&secret, shown);

        let Verdict::Accepted { step, drift } = totp.check(&secret, &code, now, window, None) else {
            panic!("a good code was refused");
        };
        prop_assert!(step >= shown);
        prop_assert_eq!(totp.step(now).0.checked_add_signed(drift), Some(step.0));
        prop_assert_eq!(&totp.code(&secret, step), &code);
        prop_assert_eq!(totp.check(&secret, &code, now, window, Some(step)), Verdict::Used);
    }

    #[test]
    fn a_code_outside_the_window_is_wrong(
        now in any::<u64>(),
        past in 0..=Window::MAX,
        future in 0..=Window::MAX,
        typed in 0_u32..1_000_000,
        last in any::<Option<u64>>(),
    ) {
        let (totp, secret) = (Totp::default(), secret(20));
        let now = UnixTime::from_secs(now);
        let window = window(past, future);
        let code = Code::new(typed, Digits::Six);
        let right = window.around(totp.step(now)).any(|step| totp.code(&secret, Step(step)) == code);
        let verdict = totp.check(&secret, &code, now, window, last.map(Step));
        prop_assert_eq!(verdict == Verdict::Wrong, !right);
    }
}

#[test]
fn what_is_made_ready_shows_its_parameters_and_no_secret() {
    let (totp, secret) = (Totp::default(), secret(20));
    let shown = format!("{:?}", totp.prepare(&secret));
    assert_eq!(shown, format!("PreparedTotp {{ totp: {totp:?}, .. }}"));
}

#[test]
fn a_code_is_shown_for_what_is_left_of_its_period() {
    for (period, seconds, left) in [(30, 0, 30), (30, 59, 1), (30, 75, 15), (3_600, 7_199, 1)] {
        let totp = Totp {
            period: Period::from_secs(period).unwrap(),
            ..Totp::default()
        };
        assert_eq!(totp.remaining(UnixTime::from_secs(seconds)), left);
    }
}

#[test]
fn a_window_tells_how_far_it_reaches() {
    let window = window(4, 2);
    assert_eq!((window.past(), window.future()), (4, 2));
}
