use std::collections::BTreeSet;
use std::format;
use std::string::{String, ToString};

use proptest::prelude::*;

use super::*;

#[test]
fn fifty_bits_become_ten_characters_most_significant_first() {
    for (random, text) in [
        ([0; 7], "00000-00000"),
        ([0xFF; 7], "ZZZZZ-ZZZZZ"),
        ([0, 0, 0, 0, 0, 0, 1], "00000-00001"),
        ([0xFE, 0, 0, 0, 0, 0, 0x20], "G0000-00010"),
        ([0x00, 0x01, 0x10, 0xC8, 0x53, 0x1D, 0x09], "01234-56789"),
    ] {
        assert_eq!(
            *RecoveryCode::from_random(&random).to_text(),
            text,
            "{random:x?}"
        );
    }
}

#[test]
fn a_code_is_read_as_people_type_it() {
    let code = RecoveryCode::parse("0123A-BCDEF").unwrap();
    for typed in [
        "0123abcdef",
        "o i23A – bcdef",
        "OL23A-BCDEF",
        " 0-1-2-3-a-b-c-d-e-f\n",
        "0l23abcdef",
    ] {
        assert_eq!(RecoveryCode::parse(typed).unwrap(), code, "{typed:?}");
    }
}

#[test]
fn what_no_code_has_is_named_with_its_place() {
    for (typed, character, position) in [
        ("0123U-BCDEF", 'U', 5),
        ("u", 'u', 1),
        ("0123A-BCDEé", 'é', 11),
        ("01 23*", '*', 6),
    ] {
        let expected = CodeError::Character {
            character,
            position,
        };
        assert_eq!(RecoveryCode::parse(typed), Err(expected), "{typed:?}");
    }
}

#[test]
fn a_code_has_exactly_ten_characters() {
    for found in [0, 1, 9, 11, 5_000] {
        assert_eq!(
            RecoveryCode::parse(&"Z".repeat(found)),
            Err(CodeError::Length { found }),
            "{found}"
        );
    }
}

#[test]
fn each_code_of_a_set_is_made_of_its_own_bytes() {
    let random = core::array::from_fn(|code| [u8::try_from(code).unwrap(); CODE_RANDOM]);
    let codes = RecoveryCode::generate(&random);
    let texts: BTreeSet<_> = codes
        .iter()
        .map(|code| code.to_text().to_string())
        .collect();
    assert_eq!(texts.len(), COUNT);
}

#[test]
fn debug_shows_nothing() {
    assert_eq!(
        format!("{:?}", RecoveryCode::from_random(&[7; 7])),
        "RecoveryCode(..)"
    );
}

proptest! {
    #[test]
    fn what_is_shown_reads_back(random in any::<[u8; CODE_RANDOM]>()) {
        let code = RecoveryCode::from_random(&random);
        prop_assert_eq!(code.to_text().len(), 11);
        prop_assert_eq!(&RecoveryCode::parse(&code.to_text()).unwrap(), &code);
        prop_assert_eq!(&RecoveryCode::parse(&code.to_text().to_lowercase()).unwrap(), &code);
    }

    #[test]
    fn every_one_of_the_fifty_bits_counts(random in any::<[u8; CODE_RANDOM]>(), bit in 0..56_usize) {
        let mut other = random;
        other[bit / 8] ^= 0x80 >> (bit % 8);
        let same = RecoveryCode::from_random(&random) == RecoveryCode::from_random(&other);
        prop_assert_eq!(same, bit < 6);
    }

    #[test]
    fn any_text_is_a_code_or_an_error(text in any::<String>()) {
        let _ = RecoveryCode::parse(&text);
    }
}
