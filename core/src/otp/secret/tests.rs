use std::format;
use std::string::{String, ToString};
use std::vec;

use proptest::prelude::*;

use std::vec::Vec;

use super::*;

const RFC: &[u8; 20] = b"12345678901234567890";

#[test]
fn base32_is_read_as_people_type_it() {
    for typed in [
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "gezdgnbvgy3tqojqgezdgnbvgy3tqojq",
        " GEZD gnbv-GY3T\tQOJQ\nGEZD\u{A0}GNBV\u{2013}GY3T QOJQ\u{200E} ",
        "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ========",
    ] {
        assert_eq!(Secret::parse(typed).unwrap().as_bytes(), RFC, "{typed:?}");
    }
}

#[test]
fn padding_may_be_there_or_missing_or_broken_by_blanks() {
    let bare = Secret::from_bytes(&[0xA5; 16]).unwrap().to_base32();
    for padding in ["", "======", "=", " = = =\u{200B}= ==", "==-"] {
        let typed = format!("{}{padding}", *bare);
        assert_eq!(
            Secret::parse(&typed).unwrap().as_bytes(),
            [0xA5; 16],
            "{typed:?}"
        );
    }
}

#[test]
fn the_first_wrong_character_is_named_with_its_place() {
    for (typed, character, position) in [
        ("GEZD 1NBV", '1', 6),
        ("0", '0', 1),
        ("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ8", '8', 32),
        ("GEZD=GNBV", 'G', 6),
        ("ſEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 'ſ', 1),
        ("GEZÜ9", 'Ü', 4),
    ] {
        let error = Secret::parse(typed).unwrap_err();
        assert_eq!(
            error,
            SecretError::Character {
                character,
                position
            },
            "{typed:?}"
        );
    }
    assert_eq!(
        Secret::parse("GEZD 1NBV").unwrap_err().to_string(),
        "character 6, '1', is not of base32 (A to Z, 2 to 7)"
    );
}

#[test]
fn every_wrong_character_is_named_with_its_place() {
    let strangers = |text| Secret::strangers(text).collect::<Vec<_>>();
    assert_eq!(strangers("gezd-GNBV 2345 67=="), []);
    assert_eq!(
        strangers("0189 ö!"),
        [(1, '0'), (2, '1'), (3, '8'), (4, '9'), (6, 'ö'), (7, '!')]
    );
    assert_eq!(strangers("AB==C=2"), [(5, 'C'), (7, '2')]);
}

#[test]
fn a_wrong_character_is_named_even_beyond_the_longest_secret() {
    let typed = "A".repeat(300) + "!";
    let expected = SecretError::Character {
        character: '!',
        position: 301,
    };
    assert_eq!(Secret::parse(&typed), Err(expected));
}

#[test]
fn sixteen_to_sixty_four_bytes_are_taken_and_no_others() {
    for len in 0..=80 {
        let bytes = vec![7; len];
        let expected = match len {
            0..16 => Some(SecretError::TooShort),
            16..=64 => None,
            _ => Some(SecretError::TooLong),
        };
        assert_eq!(Secret::from_bytes(&bytes).err(), expected, "{len} bytes");
        let typed = Base32UpperUnpadded::encode_string(&bytes);
        assert_eq!(
            Secret::parse(&typed).err(),
            expected,
            "{len} bytes in base32"
        );
    }
}

#[test]
fn a_length_that_no_base32_text_has_is_incomplete() {
    for len in [33, 35, 38] {
        assert_eq!(
            Secret::parse(&"A".repeat(len)),
            Err(SecretError::Incomplete),
            "{len}"
        );
    }
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(
        format!("{:?}", Secret::from_bytes(RFC).unwrap()),
        "Secret(..)"
    );
}

#[test]
fn secrets_that_differ_only_in_zeros_at_the_end_are_different() {
    let short = Secret::from_bytes(&[0; 16]).unwrap();
    assert_ne!(short, Secret::from_bytes(&[0; 17]).unwrap());
    assert_eq!(short, Secret::from_bytes(&[0; 16]).unwrap());
}

#[test]
fn a_group_has_four_characters_and_no_blank_hangs_over() {
    let secret = Secret::from_bytes(&[0; 16]).unwrap();
    assert_eq!(*secret.to_groups(), "AAAA AAAA AAAA AAAA AAAA AAAA AA");
}

proptest! {
    #[test]
    fn what_is_shown_reads_back(bytes in proptest::collection::vec(any::<u8>(), 16..=64)) {
        let secret = Secret::from_bytes(&bytes).unwrap();
        prop_assert_eq!(secret.as_bytes(), &bytes[..]);
        prop_assert_eq!(&Secret::parse(&secret.to_base32()).unwrap(), &secret);
        prop_assert_eq!(&Secret::parse(&secret.to_groups().to_lowercase()).unwrap(), &secret);
        let groups = secret.to_groups();
        prop_assert_eq!(groups.replace(' ', ""), secret.to_base32().to_string());
    }

    #[test]
    fn any_text_is_a_secret_or_an_error(text in any::<String>()) {
        let _ = Secret::parse(&text);
    }

    #[test]
    fn near_base32_is_a_secret_or_names_a_character_that_is_there(text in "[A-Za-z0-9= -]{0,120}") {
        match Secret::parse(&text) {
            Err(SecretError::Character { character, position }) => {
                prop_assert_eq!(text.chars().nth(position - 1), Some(character));
            }
            Ok(secret) => prop_assert!((16..=64).contains(&secret.as_bytes().len())),
            Err(_) => prop_assert!(!text.contains(['0', '1', '8', '9'])),
        }
    }
}
