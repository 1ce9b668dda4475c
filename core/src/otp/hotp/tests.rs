use std::string::ToString;

use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use sha1::Sha1;

use super::super::keyed::truncate;
use super::*;
use crate::vectors::cases;

fn secret() -> Secret {
    Secret::from_bytes(b"12345678901234567890").unwrap()
}

fn ahead(counters: u8) -> LookAhead {
    LookAhead::new(counters).unwrap()
}

fn resync_window(counters: u16) -> ResyncWindow {
    ResyncWindow::new(counters).unwrap()
}

#[test]
fn every_value_of_rfc_4226_appendix_d_is_made_and_accepted() {
    for case in cases("rfc4226", 10) {
        let name = &case.name;
        let secret = Secret::parse(case.one("secret")).unwrap();
        let count: u64 = case.one("counter").parse().unwrap();
        let digits = Digits::new(case.one("digits").parse().unwrap()).unwrap();
        let algorithm = Algorithm::parse(case.one("algorithm")).unwrap();
        let (hotp, code) = (Hotp { algorithm, digits }, case.one("code"));

        let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(&count.to_be_bytes());
        let bytes = mac.finalize().into_bytes();
        let hmac = base16ct::lower::encode_string(&bytes);
        assert_eq!(hmac, case.one("hmac"), "{name}");
        let (words, _) = bytes.as_chunks();
        let words = [0, 1, 2, 3, 4].map(|place| u32::from_be_bytes(words[place]));
        let truncated = truncate(words, words[4]);
        assert_eq!(truncated.to_string(), case.one("truncated"), "{name}");

        let made = hotp.code(&secret, Counter(count));
        assert_eq!(*made.to_digits(), code, "{name}");
        let typed = Code::parse(code, digits).unwrap();
        assert_eq!(
            hotp.check(&secret, &typed, Counter(count), ahead(0)),
            CounterVerdict::Accepted {
                next: Counter(count + 1),
                skipped: 0
            },
            "{name}"
        );
    }
}

#[test]
fn a_code_has_as_many_of_the_last_digits_as_it_says() {
    for case in cases("rfc4226", 10) {
        let counter = Counter(case.one("counter").parse().unwrap());
        for digits in [Digits::Six, Digits::Seven, Digits::Eight] {
            let algorithm = Algorithm::Sha1;
            let code = Hotp { algorithm, digits }.code(&secret(), counter);
            let made = code.to_digits();
            assert_eq!(made.len(), usize::from(digits.count()));
            assert!(case.one("truncated").ends_with(made.as_str()), "{made:?}");
            assert_eq!(Code::parse(&made, digits), Ok(code));
        }
    }
}

#[test]
fn a_check_looks_only_forward_and_exactly_as_far_as_it_says() {
    let hotp = Hotp::default();
    for counter in 0..20 {
        let code = hotp.code(&secret(), Counter(counter));
        let verdict = hotp.check(&secret(), &code, Counter(5), ahead(10));
        let expected = if (5..=15).contains(&counter) {
            CounterVerdict::Accepted {
                next: Counter(counter + 1),
                skipped: counter - 5,
            }
        } else {
            CounterVerdict::Wrong
        };
        assert_eq!(verdict, expected, "counter {counter}");
    }
}

#[test]
fn of_two_counters_with_one_code_the_nearer_is_taken() {
    let hotp = Hotp::default();
    let keyed = Keyed::new(hotp.algorithm, &secret());
    let reach = u64::from(LookAhead::MAX);
    let near = (0..)
        .find(|near| {
            let code = keyed.code_at(*near, hotp.digits);
            (near + 1..=near + reach).any(|far| keyed.code_at(far, hotp.digits) == code)
        })
        .unwrap();
    let code = hotp.code(&secret(), Counter(near));
    assert_eq!(
        hotp.check(&secret(), &code, Counter(near), ahead(LookAhead::MAX)),
        CounterVerdict::Accepted {
            next: Counter(near + 1),
            skipped: 0
        }
    );
}

#[test]
fn two_codes_in_a_row_find_a_token_that_is_far_ahead() {
    let hotp = Hotp::default();
    let pair = |first: u64, second: u64| {
        (
            hotp.code(&secret(), Counter(first)),
            hotp.code(&secret(), Counter(second)),
        )
    };
    let resync = |(first, second): (Code, Code), next: u64, window: u16| {
        hotp.resync(
            &secret(),
            [&first, &second],
            Counter(next),
            resync_window(window),
        )
    };
    let found = |next, skipped| CounterVerdict::Accepted {
        next: Counter(next),
        skipped,
    };

    assert_eq!(resync(pair(700, 701), 3, 1000), found(702, 697));
    assert_eq!(resync(pair(3, 4), 3, 1), found(5, 0));
    assert_eq!(resync(pair(12, 13), 3, 10), found(14, 9));
    assert_eq!(
        resync(pair(13, 14), 3, 10),
        CounterVerdict::Wrong,
        "beyond the window"
    );
    assert_eq!(
        resync(pair(2, 3), 3, 1000),
        CounterVerdict::Wrong,
        "the first is used"
    );
    assert_eq!(
        resync(pair(700, 702), 3, 1000),
        CounterVerdict::Wrong,
        "not in a row"
    );
    assert_eq!(
        resync(pair(701, 700), 3, 1000),
        CounterVerdict::Wrong,
        "in the wrong order"
    );
    assert_eq!(
        resync(pair(700, 700), 3, 1000),
        CounterVerdict::Wrong,
        "the same one twice"
    );
}

#[test]
fn the_last_counter_is_never_accepted_since_none_comes_after_it() {
    let hotp = Hotp::default();
    let check = |counter: u64, next: u64| {
        let code = hotp.code(&secret(), Counter(counter));
        hotp.check(&secret(), &code, Counter(next), ahead(50))
    };
    assert_eq!(
        check(u64::MAX - 1, u64::MAX - 3),
        CounterVerdict::Accepted {
            next: Counter(u64::MAX),
            skipped: 2
        }
    );
    assert_eq!(check(u64::MAX, u64::MAX - 3), CounterVerdict::Wrong);
    assert_eq!(check(u64::MAX, u64::MAX), CounterVerdict::Wrong);

    let resync = |first: u64, next: u64| {
        let codes = [first, first + 1].map(|counter| hotp.code(&secret(), Counter(counter)));
        let [first, second] = &codes;
        hotp.resync(
            &secret(),
            [first, second],
            Counter(next),
            resync_window(1000),
        )
    };
    assert_eq!(
        resync(u64::MAX - 2, u64::MAX - 9),
        CounterVerdict::Accepted {
            next: Counter(u64::MAX),
            skipped: 7
        }
    );
    assert_eq!(resync(u64::MAX - 1, u64::MAX - 9), CounterVerdict::Wrong);
    assert_eq!(resync(u64::MAX - 1, u64::MAX), CounterVerdict::Wrong);
}

#[test]
fn a_range_out_of_bounds_is_refused() {
    assert_eq!(LookAhead::new(51), Err(ParameterError::LookAhead));
    assert_eq!(ResyncWindow::new(0), Err(ParameterError::ResyncWindow));
    assert_eq!(ResyncWindow::new(1001), Err(ParameterError::ResyncWindow));
}

proptest! {
    #[test]
    fn what_a_token_shows_is_accepted_once(
        bytes in proptest::collection::vec(any::<u8>(), 16..=64),
        next in 0..u64::MAX - 100,
        skip in 0..=10_u64,
    ) {
        let (hotp, secret) = (Hotp::default(), Secret::from_bytes(&bytes).unwrap());
        let code = hotp.code(&secret, Counter(next + skip));
        let CounterVerdict::Accepted { next: after, skipped } =
            hotp.check(&secret, &code, Counter(next), LookAhead::default())
        else {
            panic!("a good code was refused");
        };
        prop_assert_eq!(after, Counter(next + skipped + 1));
        prop_assert!(skipped <= skip);
        let twin = (after.0..=after.0 + 10).any(|c| hotp.code(&secret, Counter(c)) == code);
        let again = hotp.check(&secret, &code, after, LookAhead::default());
        prop_assert_eq!(again == CounterVerdict::Wrong, !twin);
    }

    #[test]
    fn no_counter_is_too_large(next in u64::MAX - 2000..=u64::MAX, typed in 0_u32..1_000_000) {
        let (hotp, secret) = (Hotp::default(), secret());
        let code = Code::new(typed, Digits::Six);
        for verdict in [
            hotp.check(&secret, &code, Counter(next), LookAhead::default()),
            hotp.resync(&secret, [&code, &code], Counter(next), ResyncWindow::default()),
        ] {
            if let CounterVerdict::Accepted { next: after, .. } = verdict {
                prop_assert!(after.0 > next);
            }
        }
    }
}

#[test]
fn a_look_ahead_and_a_resync_window_tell_how_far_they_reach() {
    assert_eq!((ahead(7).count(), LookAhead::default().count()), (7, 10));
    let windows = [resync_window(5), ResyncWindow::default()];
    assert_eq!(windows.map(ResyncWindow::count), [5, 1_000]);
}
