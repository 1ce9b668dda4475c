use std::format;

use proptest::prelude::*;

use super::*;

#[test]
fn an_id_is_eight_capitals_or_digits_and_a_star_only_in_front() {
    // The first six are the Rust SDK's own tests.
    for good in ["ECHOECHO", "*RICHTIG", "01234567", "*0000000", "ABCD1234"] {
        assert_eq!(ThreemaId::parse(good).unwrap().as_str(), good);
    }
    for bad in [
        "",
        "ZUWENIG",
        "*NEINNEIN",
        "ECHÜECHÜ",
        "ECH_ECH_",
        "********",
        "echoecho",
        "ECHOECH*",
        "ECHO ECH",
        "ECHÜECH",
        "ECHOECHO\n",
    ] {
        assert_eq!(
            ThreemaId::parse(bad),
            Err(Error::ThreemaIdMalformed),
            "{bad:?}"
        );
    }
}

#[test]
fn people_type_ids_in_small_letters_and_in_groups() {
    let echo = ThreemaId::parse("ECHOECHO").unwrap();
    for typed in [
        "echoecho",
        " Echo Echo\n",
        "ECHO-ECHO",
        "ECHO\u{2013}ECHO",
        "\u{FEFF}ECHOECHO\u{200E}",
    ] {
        assert_eq!(ThreemaId::parse_typed(typed), Ok(echo), "{typed:?}");
    }
    assert_eq!(
        ThreemaId::parse_typed("*testtst").unwrap().as_str(),
        "*TESTTST"
    );
    for bad in [
        "",
        "echo",
        "echoecho1",
        "ech.oecho",
        "ſchoecho",
        "echoech\u{131}",
    ] {
        assert_eq!(
            ThreemaId::parse_typed(bad),
            Err(Error::ThreemaIdMalformed),
            "{bad:?}"
        );
    }
}

#[test]
fn only_a_star_makes_a_gateway() {
    assert!(ThreemaId::parse("*TESTTST").unwrap().is_gateway());
    assert!(!ThreemaId::parse("ECHOECHO").unwrap().is_gateway());
}

#[test]
fn nothing_but_the_last_two_characters_is_ever_shown() {
    let id = ThreemaId::parse("ABCD1234").unwrap();
    assert_eq!(id.masked(), "••••••34");
    assert_eq!(format!("{id:?}"), "ThreemaId(..)");
}

#[test]
fn objects_differ_by_id_and_by_key_and_from_a_users() {
    let name = |id, key| {
        ThreemaId::parse(id)
            .unwrap()
            .object(&Key::from_bytes([key; 32]))
    };
    assert_eq!(name("ECHOECHO", 1), name("ECHOECHO", 1));
    assert_ne!(name("ECHOECHO", 1), name("ECHOECHP", 1));
    assert_ne!(name("ECHOECHO", 1), name("ECHOECHO", 2));
    let user = crate::user::UserId::parse("ECHOECHO").unwrap();
    assert_ne!(name("ECHOECHO", 1), user.object(&Key::from_bytes([1; 32])));
    // What is pinned for an ID lies under this name: it must never change.
    assert_eq!(
        name("ECHOECHO", 1).to_hex(),
        include_str!("../../../../tests/vectors/threema/object-name.txt").trim()
    );
}

#[test]
fn a_message_id_is_sixteen_small_hexadecimal_digits_in_the_order_of_its_bytes() {
    let id = MessageId::parse("0102030405060708").unwrap();
    assert_eq!(id.as_bytes(), &[1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(id, MessageId::from_bytes([1, 2, 3, 4, 5, 6, 7, 8]));
    for bad in [
        "",
        "010203040506070",
        "010203040506070809",
        "010203040506070A",
        "010203040506070g",
    ] {
        assert_eq!(
            MessageId::parse(bad),
            Err(Error::MessageIdMalformed),
            "{bad:?}"
        );
    }
}

proptest! {
    #[test]
    fn every_id_reads_back_however_it_is_typed(id in "[*0-9A-Z][0-9A-Z]{7}", gap in 0..8_usize) {
        let read = ThreemaId::parse(&id).unwrap();
        prop_assert_eq!(read.as_str(), &id);
        let (head, tail) = id.split_at(gap);
        let typed = format!("{} {}", head.to_lowercase(), tail);
        prop_assert_eq!(ThreemaId::parse_typed(&typed), Ok(read));
    }

    #[test]
    fn no_other_text_is_an_id(text in "\\PC{0,12}") {
        let sound = text.len() == 8
            && text.bytes().enumerate().all(|(place, byte)| {
                byte.is_ascii_digit() || byte.is_ascii_uppercase() || (place == 0 && byte == b'*')
            });
        prop_assert_eq!(ThreemaId::parse(&text).is_ok(), sound);
    }

    #[test]
    fn every_message_id_reads_back(bytes: [u8; 8]) {
        let id = MessageId::from_bytes(bytes);
        prop_assert_eq!(MessageId::parse(&id.to_hex()), Ok(id));
        prop_assert_eq!(format!("{id:?}"), format!("MessageId({})", id.to_hex()));
    }
}
