use std::format;

use super::*;
use crate::vectors;

#[test]
fn every_hash_of_the_sdks_is_made() {
    for case in vectors::cases("threema/hashes", 8) {
        let (input, hash) = (case.one("address"), case.one("hash"));
        let (made, read) = match case.one("kind") {
            "email" => {
                let made = email_hash(input);
                (made.to_hex(), EmailHash::from_hex(hash) == Some(made))
            }
            "phone" => {
                let made = phone_hash(input).unwrap();
                (made.to_hex(), PhoneHash::from_hex(hash) == Some(made))
            }
            other => panic!("{other}"),
        };
        assert_eq!(made, hash, "{}", case.name);
        assert!(read && EmailHash::from_hex(&hash[1..]).is_none());
    }
}

#[test]
fn a_number_without_its_country_is_none() {
    for bad in [
        "",
        "+",
        "++41791234567",
        "079 123 45 67",
        "0041791234567",
        "+41 79",
        "1234567890123456",
        "+41 79 CALL ME",
        "４１７９１２３４５６７",
        "41+791234567",
    ] {
        assert_eq!(phone_hash(bad), None, "{bad:?}");
    }
    assert_eq!(phone_hash("+41 (79) 123.45/67"), phone_hash("41791234567"));
}

#[test]
fn hashes_show_nothing_of_themselves() {
    let email = email_hash("test@threema.ch");
    let phone = phone_hash("41791234567").unwrap();
    assert_eq!(
        format!("{email:?} {phone:?}"),
        "EmailHash(..) PhoneHash(..)"
    );
}

#[test]
fn an_address_has_something_on_both_sides_and_no_blanks_within() {
    let good = EmailAddress::parse("\u{a0} \"a@b\"@Example.ORG ").unwrap();
    assert_eq!(good.as_str(), "\"a@b\"@example.org");
    assert_eq!(good.hash(), email_hash("\"a@b\"@example.org"));
    assert_eq!(EmailAddress::parse("Ü@x").unwrap().as_str(), "Ü@x");
    for bad in ["", "@", "a@", "@b", "a", "a b@c", "a@b\u{0}c", "a@b\nc"] {
        assert!(EmailAddress::parse(bad).is_none(), "{bad:?}");
    }
    let of = |length: usize| EmailAddress::parse(&format!("{}@b", "a".repeat(length - 2)));
    assert!(of(254).is_some() && of(255).is_none());
    let number = PhoneNumber::parse("41791234567").unwrap();
    let shown = format!("{good:?} {number:?}");
    assert_eq!(shown, "EmailAddress(..) PhoneNumber(..)");
}

#[test]
fn hashes_are_keys_of_a_map_back_to_the_address() {
    let asked = ["a@b.ch", "c@d.ch"].map(|address| (email_hash(address), address));
    let asked: alloc::collections::BTreeMap<_, _> = asked.into();
    assert_eq!(asked.get(&email_hash("C@d.ch")), Some(&"c@d.ch"));
}

/// A PHP library keys its hash with the digits of the key instead of the bytes: another hash.
#[test]
fn a_hash_is_keyed_with_bytes_and_not_with_their_digits() {
    let digits = base16ct::lower::encode_string(&EMAIL);
    let mut mac = Hmac::<Sha256>::new_from_slice(digits.as_bytes()).unwrap();
    mac.update(b"test@threema.ch");
    let wrong: [u8; 32] = mac.finalize().into_bytes().into();
    assert_ne!(EmailHash(wrong), email_hash("test@threema.ch"));
}
