use std::format;

use super::*;
use crate::vectors::cases;

fn secret() -> Secret {
    Secret::from_bytes(b"12345678901234567890").unwrap()
}

#[test]
fn links_are_written_as_an_independent_encoder_writes_them() {
    for case in cases("otpauth/written", 8) {
        let issuer = Issuer::parse(case.one("issuer")).unwrap();
        let account = Label::parse(case.one("account")).unwrap();
        let secret = Secret::parse(case.one("secret")).unwrap();
        let algorithm = Algorithm::parse(case.one("algorithm")).unwrap();
        let digits = Digits::new(case.one("digits").parse().unwrap()).unwrap();
        let uri = match case.one("type") {
            "totp" => {
                let period = Period::from_secs(case.one("period").parse().unwrap()).unwrap();
                let totp = Totp {
                    algorithm,
                    digits,
                    period,
                };
                KeyUri::totp(&totp, &secret, &issuer, &account)
            }
            "hotp" => {
                let next = Counter(case.one("counter").parse().unwrap());
                let hotp = Hotp { algorithm, digits };
                KeyUri::hotp(&hotp, &secret, next, &issuer, &account)
            }
            other => panic!("{other} is no type"),
        };
        assert_eq!(uri.as_str(), case.one("link"), "{}", case.name);
    }
}

#[test]
fn the_longest_link_fits_without_growing() {
    let name = "🐛".repeat(64);
    let (issuer, account) = (Issuer::parse(&name).unwrap(), Label::parse(&name).unwrap());
    let secret = Secret::from_bytes(&[0xFF; Secret::MAX]).unwrap();
    let hotp = Hotp {
        algorithm: Algorithm::Sha512,
        digits: Digits::Eight,
    };
    let uri = KeyUri::hotp(&hotp, &secret, Counter(u64::MAX), &issuer, &account);
    assert_eq!(uri.0.capacity(), Writer::CAPACITY);
}

#[test]
fn debug_shows_nothing() {
    let (issuer, account) = (
        Issuer::parse("Forum").unwrap(),
        Label::parse("alice").unwrap(),
    );
    let uri = KeyUri::totp(&Totp::default(), &secret(), &issuer, &account);
    assert_eq!(format!("{uri:?}"), "KeyUri(..)");
}
