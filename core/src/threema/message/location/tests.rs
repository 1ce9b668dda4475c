use std::format;
use std::string::{String, ToString};

use proptest::prelude::*;

use super::*;
use crate::vectors;

/// What a case says is read, in the words of [`shown`].
fn expected(case: &vectors::Case) -> String {
    if case.maybe("read") == Some("refused") {
        return "refused".into();
    }
    let [accuracy, name, address] =
        ["accuracy", "name", "address"].map(|part| case.maybe(part).unwrap_or("-"));
    let (latitude, longitude) = (case.one("latitude"), case.one("longitude"));
    format!("{latitude} {longitude} {accuracy}\t{name}\t{address}")
}

fn shown(location: &Location) -> String {
    let or = |text: Option<String>| text.unwrap_or_else(|| "-".into());
    format!(
        "{} {} {}\t{}\t{}",
        location.latitude(),
        location.longitude(),
        or(location.accuracy().map(|metres| metres.to_string())),
        or(location.name().map(String::from)),
        or(location.address().map(|address| address.replace('\n', "↵"))),
    )
}

#[test]
fn every_location_is_read_or_refused_and_reads_back() {
    for case in vectors::cases("threema/locations", 33) {
        let message = case.one("message").replace('⏎', "\n");
        let found = Location::read(message.as_bytes());
        let text = found.as_ref().map_or_else(|| "refused".into(), shown);
        assert_eq!(text, expected(&case), "{}", case.name);
        if let Some(location) =
            found.filter(|found| found.name.is_none() || found.address.is_some())
        {
            assert_eq!(Location::read(&location.write()), Some(location));
        }
    }
    assert_eq!(Location::read(b"1,2\n\xff"), None);
}

#[test]
fn a_place_that_is_not_on_earth_or_has_a_name_of_two_lines_is_none() {
    let place = Location::new(1.0, 2.0).unwrap();
    for (latitude, longitude) in [
        (90.1, 0.0),
        (-90.1, 0.0),
        (0.0, 180.1),
        (0.0, -180.1),
        (f64::NAN, 0.0),
        (0.0, f64::INFINITY),
    ] {
        assert_eq!(Location::new(latitude, longitude), None);
    }
    for metres in [-0.1, f64::NAN, f64::INFINITY] {
        assert_eq!(place.clone().with_accuracy(metres), None);
    }
    for (name, address) in [
        (Some("a\nb"), "c"),
        (Some(""), "c"),
        (Some("a"), ""),
        (None, ""),
    ] {
        assert_eq!(place.clone().with_address(name, address), None);
    }
    let written = place.with_accuracy(0.5).unwrap();
    let written = written.with_address(Some("Forum"), "a\nb\\c").unwrap();
    assert_eq!(&**written.write(), b"1,2,0.5\nForum\na\\nb\\c");
    assert_eq!(format!("{written:?}"), "Location(..)");
}

proptest! {
    #[test]
    fn every_place_reads_back(
        latitude in -90.0..=90.0,
        longitude in -180.0..=180.0,
        accuracy in proptest::option::of(0.0..1e9),
        named in proptest::option::of((proptest::option::of("[^\n]{1,20}"), "([^\\\\]|\n){1,40}")),
    ) {
        let mut place = Location::new(latitude, longitude).unwrap();
        if let Some(metres) = accuracy {
            place = place.with_accuracy(metres).unwrap();
        }
        if let Some((name, address)) = named {
            place = place.with_address(name.as_deref(), &address).unwrap();
        }
        prop_assert_eq!(Location::read(&place.write()), Some(place));
    }

    #[test]
    fn any_bytes_are_a_place_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..40), text in "[0-9.,eE+\n-]{0,30}") {
        let _ = Location::read(&bytes);
        let _ = Location::read(text.as_bytes());
    }
}
