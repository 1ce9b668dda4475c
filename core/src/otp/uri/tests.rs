use std::format;
use std::vec::Vec;

use super::*;

fn secret() -> Secret {
    Secret::from_bytes(b"12345678901234567890").unwrap()
}

#[test]
fn links_are_written_as_an_independent_encoder_writes_them() {
    let table = include_str!("../../../../tests/vectors/otpauth/written.txt");
    let mut rows = 0;
    for row in table.lines().filter(|row| !row.starts_with('#')) {
        let [kind, issuer, account, algorithm, digits, moving, expected] =
            row.split('\t').collect::<Vec<_>>().try_into().unwrap();
        let issuer = Issuer::parse(issuer).unwrap();
        let account = Label::parse(account).unwrap();
        let algorithm = Algorithm::parse(algorithm).unwrap();
        let digits = Digits::new(digits.parse().unwrap()).unwrap();
        let uri = match kind {
            "totp" => {
                let period = Period::from_secs(moving.parse().unwrap()).unwrap();
                let totp = Totp {
                    algorithm,
                    digits,
                    period,
                };
                KeyUri::totp(&totp, &secret(), &issuer, &account)
            }
            "hotp" => {
                let next = Counter(moving.parse().unwrap());
                KeyUri::hotp(
                    &Hotp { algorithm, digits },
                    &secret(),
                    next,
                    &issuer,
                    &account,
                )
            }
            other => panic!("{other} is no kind"),
        };
        assert_eq!(uri.as_str(), expected);
        rows += 1;
    }
    assert_eq!(rows, 8);
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
