use std::vec::Vec;

use super::*;
use crate::otp::LookAhead;

const NOW: UnixTime = UnixTime::from_secs(1_000_000);

fn secret() -> Secret {
    Secret::from_bytes(b"12345678901234567890").unwrap()
}

fn code(counter: u64) -> Code {
    Hotp::default().code(&secret(), Counter(counter))
}

fn at(next: u64) -> Generator {
    Generator::Counter {
        digits: Digits::Six,
        next: Counter(next),
    }
}

fn judged(generator: Generator, code: &Code) -> Judgement<Generator> {
    generator.judge(&secret(), code, NOW, &Policy::default())
}

#[test]
fn each_kind_reads_back_from_where_it_stands_and_others_are_none() {
    for method in Method::ALL {
        let Ok(fresh) = Generator::fresh(method) else {
            assert!(!matches!(method, Method::Totp | Method::Hotp));
            continue;
        };
        for position in [None, Some(7)] {
            let digits = Digits::Eight;
            let period = Period::from_secs(60).unwrap();
            let stored = Generator::restore(method, digits, period, position).unwrap();
            assert_eq!(stored.digits(), digits);
            let reads_the_clock = method == Method::Totp;
            assert_eq!(stored.period(), reads_the_clock.then_some(period));
            let position = stored.position();
            let again = Generator::restore(method, digits, period, position);
            assert_eq!(again, Ok(stored));
            assert_ne!(fresh, stored);
        }
    }
    assert_eq!(Generator::fresh(Method::Hotp).unwrap().position(), Some(0));
}

#[test]
fn a_code_moves_its_generator_on_and_works_once() {
    for method in [Method::Totp, Method::Hotp] {
        let fresh = Generator::fresh(method).unwrap();
        let right = match fresh {
            Generator::Clock { .. } => {
                let totp = Totp::default();
                totp.code(&secret(), totp.step(NOW))
            }
            Generator::Counter { next, .. } => code(next.0),
        };
        let Judgement::Accepted(moved) = judged(fresh, &right) else {
            panic!("a good code was refused");
        };
        assert!(moved.position() > fresh.position());
        assert_eq!(judged(moved, &right), Judgement::Used, "{method:?}");
        let wrong = Code::parse("000000", Digits::Six).unwrap();
        assert_eq!(judged(moved, &wrong), Judgement::Wrong);
    }
}

#[test]
fn a_token_s_codes_count_from_the_next_one_to_the_end_of_the_look_ahead() {
    let policy = Policy {
        hotp_look_ahead: LookAhead::new(3).unwrap(),
        ..Policy::default()
    };
    let outcomes: Vec<_> = (8..16)
        .map(|counter| at(10).judge(&secret(), &code(counter), NOW, &policy))
        .collect();
    assert_eq!(
        outcomes,
        [
            Judgement::Wrong,
            Judgement::Used,
            Judgement::Accepted(at(11)),
            Judgement::Accepted(at(12)),
            Judgement::Accepted(at(13)),
            Judgement::Accepted(at(14)),
            Judgement::Wrong,
            Judgement::Wrong,
        ]
    );
}

#[test]
fn two_codes_in_a_row_find_a_token_again_and_are_used_up() {
    let digits = |counter| code(counter).to_digits();
    let resync = |first, second| at(10).resync(&secret(), [&digits(first), &digits(second)]);
    let found = resync(500, 501).unwrap();
    assert_eq!(found, at(502));
    assert_eq!(judged(found, &code(501)), Judgement::Used);
    assert_eq!(judged(found, &code(500)), Judgement::Wrong);
    for (first, second) in [(501, 500), (500, 502), (500, 500), (8, 9), (1010, 1011)] {
        assert_eq!(resync(first, second), Err(Error::CodeWrong), "{first}");
    }
    let malformed = at(10).resync(&secret(), ["12345", &digits(11)]);
    assert_eq!(malformed, Err(Error::CodeMalformed));
    let app = Generator::fresh(Method::Totp).unwrap();
    let refused = app.resync(&secret(), [&digits(10), &digits(11)]);
    assert_eq!(refused, Err(Error::MethodUnavailable));
}

#[test]
fn a_link_says_which_kind_it_is_and_where_it_begins() {
    let issuer = Issuer::parse("Demo forum").unwrap();
    let account = Label::parse("alice").unwrap();
    for (method, start, end) in [
        (Method::Totp, "otpauth://totp/", "&issuer=Demo%20forum"),
        (Method::Hotp, "otpauth://hotp/", "&counter=0"),
    ] {
        let fresh = Generator::fresh(method).unwrap();
        let uri = fresh.uri(&secret(), &issuer, &account);
        assert!(uri.as_str().starts_with(start));
        assert!(uri.as_str().ends_with(end), "{}", uri.as_str());
    }
}
