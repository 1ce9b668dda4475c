use std::format;
use std::string::String;

use proptest::prelude::*;

use super::*;

#[test]
fn a_code_is_read_as_people_type_it() {
    for typed in [
        "012345",
        "012 345",
        " 01-23-45 ",
        "０１２３４５",
        "٠١٢٣٤٥",
        "۰۱۲۳۴۵",
        "०१२३४५",
        "০১২ ৩৪৫",
    ] {
        let code = Code::parse(typed, Digits::Six).unwrap();
        assert_eq!(*code.to_digits(), "012345", "{typed:?}");
    }
}

#[test]
fn a_code_has_exactly_its_digits() {
    for (typed, found) in [
        ("", 0),
        (" ", 0),
        ("12345", 5),
        ("1234567", 7),
        ("000123456", 9),
    ] {
        let expected = CodeError::Length { found, expected: 6 };
        assert_eq!(Code::parse(typed, Digits::Six), Err(expected), "{typed:?}");
    }
    let long = "9".repeat(5_000);
    assert_eq!(
        Code::parse(&long, Digits::Eight),
        Err(CodeError::Length {
            found: 5_000,
            expected: 8
        })
    );
}

#[test]
fn all_ten_digits_of_a_script_are_read_and_nothing_beside_them() {
    for zero in ZEROS.map(u32::from) {
        let character = |offset: u32| char::from_u32(zero + offset).unwrap();
        let digits: String = (0..10).map(character).collect();
        let (first, last): (String, String) = (
            digits.chars().take(6).collect(),
            digits.chars().skip(4).collect(),
        );
        assert_eq!(
            *Code::parse(&first, Digits::Six).unwrap().to_digits(),
            "012345"
        );
        assert_eq!(
            *Code::parse(&last, Digits::Six).unwrap().to_digits(),
            "456789"
        );
        for beside in [character(10), char::from_u32(zero - 1).unwrap()] {
            assert_eq!(
                Code::parse(&format!("12345{beside}"), Digits::Six),
                Err(CodeError::Character { position: 6 }),
                "{beside:?}"
            );
        }
    }
}

#[test]
fn what_is_no_digit_is_named_by_its_place() {
    for (typed, position) in [("12345a", 6), ("1 2.3456", 4), ("O12345", 1), ("12345²", 6)] {
        let expected = CodeError::Character { position };
        assert_eq!(Code::parse(typed, Digits::Six), Err(expected), "{typed:?}");
    }
}

#[test]
fn codes_of_different_lengths_are_different() {
    let six = Code::parse("000001", Digits::Six).unwrap();
    let seven = Code::parse("0000001", Digits::Seven).unwrap();
    assert_ne!(six, seven);
    assert_eq!(six, Code::parse("000 001", Digits::Six).unwrap());
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(
        format!("{:?}", Code::parse("123456", Digits::Six).unwrap()),
        "Code(..)"
    );
}

proptest! {
    #[test]
    fn what_is_shown_reads_back(value in 0_u32..10_000_000) {
        let code = Code::new(value, Digits::Seven);
        prop_assert_eq!(code.to_digits().len(), 7);
        prop_assert_eq!(&Code::parse(&code.to_digits(), Digits::Seven).unwrap(), &code);
    }

    #[test]
    fn any_text_is_a_code_or_an_error(text in any::<String>()) {
        let _ = Code::parse(&text, Digits::Six);
    }
}

#[test]
fn a_code_may_have_any_of_several_lengths() {
    let among = |text, lengths: &[Digits]| Code::parse_among(text, lengths);
    let both = [Digits::Six, Digits::Eight];
    assert_eq!(among("123456", &both), Code::parse("123456", Digits::Six));
    let long = Code::parse("12345678", Digits::Eight);
    assert_eq!(among("1234 5678", &both), long);
    assert!(among("1234567", &both).is_err());
}

#[test]
fn a_drawn_code_has_all_its_digits_and_no_word_that_favours_small_ones() {
    let mut random = [0xff; 32];
    for digits in Digits::ALL {
        assert!(Code::draw(&random, digits).is_none());
    }
    random[4..8].copy_from_slice(&4_200_000_042_u32.to_le_bytes());
    let drawn = Digits::ALL.map(|digits| Code::draw(&random, digits));
    let shown = drawn.map(|code| code.map(|code| code.to_digits().as_str().len()));
    assert_eq!(shown, [Some(6), Some(7), None]);
    let code = Code::draw(&random, Digits::Six).unwrap();
    assert_eq!(*code.to_digits(), "000042");

    // The first word that would favour small codes, and the last that does not.
    for (fair, digits) in [
        (4_294_000_000_u32, Digits::Six),
        (4_200_000_000, Digits::Eight),
    ] {
        random[4..8].copy_from_slice(&fair.to_le_bytes());
        assert!(Code::draw(&random, digits).is_none());
        random[4..8].copy_from_slice(&(fair - 1).to_le_bytes());
        let highest = "9".repeat(usize::from(digits.count()));
        assert_eq!(*Code::draw(&random, digits).unwrap().to_digits(), highest);
    }
}
