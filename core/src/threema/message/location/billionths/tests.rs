use std::format;
use std::string::ToString;

use proptest::prelude::*;

use super::Billionths;

#[test]
fn what_is_beyond_nine_places_rounds_and_what_is_too_large_is_none() {
    for (text, expected) in [
        ("0", "0"),
        ("-0.0", "0"),
        ("+1.50", "1.5"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1.0000000004999", "1"),
        ("1.0000000005", "1.000000001"),
        ("-0.0000000015", "-0.000000002"),
        ("0.00000000049", "0"),
        ("9.9999999999", "10"),
        ("123456789e-9", "0.123456789"),
        ("1234567895e-10", "0.12345679"),
        ("5e-10", "0.000000001"),
        ("5e-11", "0"),
        ("12E+2", "1200"),
        ("0e2147483647", "0"),
        ("1e-2147483648", "0"),
        ("9223372036.854775807", "9223372036.854775807"),
    ] {
        let found = Billionths::parse(text).map(|found| found.to_string());
        assert_eq!(found.as_deref(), Some(expected), "{text}");
    }
    for text in [
        "9223372036.8547758075",
        "1e10",
        "1e2147483647",
        "1e2147483648",
    ] {
        assert_eq!(
            Billionths::parse(text).map(|it| it.to_string()),
            None,
            "{text}"
        );
    }
    for text in [
        "", ".", "-", "e5", "1e", "1e1.5", "1.2.3", "+-1", "--1", "1-", "1,", "٣", "NaN",
    ] {
        assert_eq!(
            Billionths::parse(text).map(|it| it.to_string()),
            None,
            "{text}"
        );
    }
    for number in [f64::NAN, f64::INFINITY, 9e9, -1e10] {
        assert!(Billionths::near(number).is_none());
    }
}

proptest! {
    #[test]
    fn every_number_reads_back_and_is_the_nearest(billionths: i64, small in -180_000_000_000_i64..=180_000_000_000) {
        for billionths in [billionths, small] {
            let number = Billionths(billionths);
            prop_assert!(billionths == i64::MIN || Billionths::parse(&number.to_string()) == Some(number));
        }
        let number = Billionths(small);
        prop_assert!(Billionths::near(number.to_f64()) == Some(number));
        prop_assert_eq!(Ok(number.to_f64()), number.to_string().parse());
    }

    #[test]
    fn what_is_read_is_what_rust_reads_to_nine_places(text in "[+-]?[0-9]{0,9}\\.?[0-9]{0,14}([eE][+-]?[0-9])?") {
        let exact = text.parse::<f64>().ok().and_then(Billionths::near);
        let ours = Billionths::parse(&text);
        // Of a float, about sixteen digits are right.
        let near = |exact: i64, ours: i64| exact.abs_diff(ours) <= 1 + exact.unsigned_abs() / 1_000_000_000_000_000;
        prop_assert!(match (exact, ours) {
            (Some(exact), Some(ours)) => near(exact.0, ours.0),
            (None, None) => true,
            (Some(exact), None) | (None, Some(exact)) => exact.0.abs() >= 8_999_000_000_000_000_000,
        }, "{}", format!("{text} {:?} {:?}", exact.map(|it| it.0), ours.map(|it| it.0)));
    }
}
