use std::collections::BTreeSet;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::*;
use crate::vectors::cases;

const ALICE: &str = "otpauth://totp/Our%20Forum:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
                     &issuer=Our%20Forum";

fn read(text: &str) -> Result<String, UriError> {
    KeyUri::parse(text).map(|uri| uri.as_str().into())
}

#[test]
fn every_written_vector_is_read() {
    for case in cases("otpauth/written", 8) {
        let link = case.one("link");
        assert_eq!(read(link).as_deref(), Ok(link), "{}", case.name);
    }
}

#[test]
fn what_is_not_written_here_is_refused_by_cause() {
    let hotp = ALICE.replace("totp", "hotp");
    for (link, cause) in [
        ("", UriError::Scheme),
        ("https://example.org/", UriError::Scheme),
        ("otpauth://", UriError::Type),
        (&ALICE.replace("totp", "Totp"), UriError::Type),
        ("otpauth://totp/a:b", UriError::Missing),
        (
            &ALICE.replace("Forum:", "Forum%3A"),
            UriError::Label(LabelError::Empty),
        ),
        (
            &ALICE.replace(":alice", ":"),
            UriError::Label(LabelError::Empty),
        ),
        (
            &ALICE.replace(":alice", ":a%0Ab"),
            UriError::Label(LabelError::Control),
        ),
        (
            &ALICE.replace("Our%20", "a%3A"),
            UriError::Label(LabelError::Colon),
        ),
        (&ALICE.replace("alice", "%"), UriError::Encoding),
        (&ALICE.replace("alice", "%4"), UriError::Encoding),
        (&ALICE.replace("alice", "%+4"), UriError::Encoding),
        (&ALICE.replace("alice", "%FF"), UriError::Encoding),
        (
            &ALICE.replace("issuer=Our", "issuer=Your"),
            UriError::Issuer,
        ),
        (&ALICE.replace("&issuer=Our%20Forum", ""), UriError::Missing),
        (&ALICE.replace("secret=", "key="), UriError::Unknown),
        (&format!("{ALICE}&image=x"), UriError::Unknown),
        (&format!("{ALICE}&"), UriError::Unknown),
        (&format!("{ALICE}&counter=1"), UriError::Unknown),
        (&format!("{hotp}&counter=1&period=60"), UriError::Unknown),
        (&format!("{ALICE}&issuer=Our%20Forum"), UriError::Repeated),
        (&hotp, UriError::Missing),
        (
            &format!("{hotp}&counter=18446744073709551616"),
            UriError::Counter,
        ),
        (
            &ALICE.replace("TQOJQ&", "TQOJQA&"),
            UriError::Secret(SecretError::Incomplete),
        ),
        (
            &ALICE.replace("GEZDGNBVGY3TQOJQ&", "&"),
            UriError::Secret(SecretError::TooShort),
        ),
        (
            &format!("{ALICE}&algorithm=MD5"),
            UriError::Parameter(ParameterError::Algorithm),
        ),
        (
            &format!("{ALICE}&digits=9"),
            UriError::Parameter(ParameterError::Digits),
        ),
        (
            &format!("{ALICE}&digits=six"),
            UriError::Parameter(ParameterError::Digits),
        ),
        (
            &format!("{ALICE}&period=0"),
            UriError::Parameter(ParameterError::Period),
        ),
        (
            &format!("{ALICE}&period=65536"),
            UriError::Parameter(ParameterError::Period),
        ),
        (&format!("{ALICE}{}", "x".repeat(3000)), UriError::TooLong),
        (&ALICE.to_lowercase(), UriError::Form),
        (&ALICE.replace("alice", "%61lice"), UriError::Form),
        (&ALICE.replace("alice", "%20alice"), UriError::Form),
        (&format!("{ALICE}&period=30"), UriError::Form),
        (&format!("{ALICE}&period=060"), UriError::Form),
        (
            &format!("{ALICE}&digits=8&algorithm=SHA256"),
            UriError::Form,
        ),
        (&format!("{hotp}&counter=+1"), UriError::Form),
    ] {
        assert_eq!(read(link), Err(cause), "{link}");
    }
}

#[test]
fn a_link_may_be_as_long_as_the_longest_that_is_written() {
    let fits = "x".repeat(Writer::CAPACITY);
    assert_eq!(read(&fits), Err(UriError::Scheme));
    assert_eq!(read(&format!("{fits}x")), Err(UriError::TooLong));
}

#[test]
fn every_cause_says_what_it_is_and_what_is_behind_it() {
    use core::error::Error as _;
    let causes = [
        UriError::Counter,
        UriError::Encoder,
        UriError::Encoding,
        UriError::Form,
        UriError::Issuer,
        UriError::Label(LabelError::Bidi),
        UriError::Missing,
        UriError::Parameter(ParameterError::Digits),
        UriError::Repeated,
        UriError::Scheme,
        UriError::Secret(SecretError::TooShort),
        UriError::TooLong,
        UriError::Type,
        UriError::Unknown,
    ];
    let said: BTreeSet<String> = causes.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), causes.len(), "each in its own words");
    assert!(!said.contains(""));
    for cause in causes {
        let behind = cause.source().map(ToString::to_string);
        let nested = matches!(
            cause,
            UriError::Label(_) | UriError::Parameter(_) | UriError::Secret(_)
        );
        assert_eq!(behind, nested.then(|| cause.to_string()));
    }
}

fn written() -> impl Strategy<Value = KeyUri> {
    let label = "\\PC{1,64}".prop_filter_map("no label", |text| Label::parse(&text).ok());
    let issuer = "\\PC{1,64}".prop_filter_map("no issuer", |text| Issuer::parse(&text).ok());
    let secret = proptest::collection::vec(any::<u8>(), 16..=64);
    let secret = secret.prop_map(|bytes| Secret::from_bytes(&bytes).unwrap());
    let how = (select(&Algorithm::ALL[..]), select(&Digits::ALL[..]));
    let moving = (1..=Period::MAX, any::<u64>(), any::<bool>());
    (issuer, label, secret, how, moving).prop_map(
        |(issuer, account, secret, (algorithm, digits), (period, next, by_time))| {
            if by_time {
                let totp = Totp {
                    algorithm,
                    digits,
                    period: Period::from_secs(period).unwrap(),
                };
                KeyUri::totp(&totp, &secret, &issuer, &account)
            } else {
                let hotp = Hotp { algorithm, digits };
                KeyUri::hotp(&hotp, &secret, Counter(next), &issuer, &account)
            }
        },
    )
}

proptest! {
    #[test]
    fn everything_that_is_written_reads_back(uri in written()) {
        let read = read(uri.as_str());
        prop_assert_eq!(read.as_deref(), Ok(uri.as_str()));
        // As a link of another system, it says the same.
        let foreign = KeyUri::read(uri.as_str()).unwrap();
        let (issuer, account) = (foreign.issuer.as_ref(), foreign.account.as_ref());
        let written = foreign.uri(issuer.unwrap(), account.unwrap());
        prop_assert_eq!(written.as_str(), uri.as_str());
    }

    #[test]
    fn a_link_with_one_place_changed_is_read_exactly_or_refused(
        uri in written(),
        place in any::<Index>(),
        instead in "|[?&=:%/ +A-Za-z0-9é]{1,3}",
    ) {
        let mut text: Vec<char> = uri.as_str().chars().collect();
        let place = place.index(text.len());
        text.splice(place..=place, instead.chars());
        let text: String = text.into_iter().collect();
        if let Ok(read) = read(&text) {
            prop_assert_eq!(read, text);
        }
    }

    #[test]
    fn any_text_is_a_link_or_an_error(text in "(otpauth://[th]otp/)?\\PC*") {
        if let Ok(read) = read(&text) {
            prop_assert_eq!(read, text);
        }
    }
}
