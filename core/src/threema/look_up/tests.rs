use std::format;

use super::*;

#[test]
fn every_hash_of_the_sdks_is_made() {
    let file = include_str!("../../../../tests/vectors/threema/hashes.txt");
    let mut rows = 0;
    for row in file.lines().filter(|row| !row.starts_with('#')) {
        let mut parts = row.split('\t');
        let (kind, input, hash) = (
            parts.next().unwrap(),
            parts.next().unwrap(),
            parts.next().unwrap(),
        );
        let (made, read) = match kind {
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
        assert_eq!(made, hash, "{row}");
        assert!(read && EmailHash::from_hex(&hash[1..]).is_none());
        rows += 1;
    }
    assert_eq!(rows, 8);
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
