use std::format;
use std::string::{String, ToString};

use super::super::sealed::seal;
use super::*;
use crate::vectors;

#[test]
fn every_key_pair_of_the_sdks_fits() {
    for case in vectors::cases("threema/key-pairs", 7) {
        let (private, public) = (case.one("private"), case.one("public"));
        let key = SecretKey::parse(private).unwrap();
        assert_eq!(key.public().to_hex(), public);
        assert_eq!(Ok(key.public()), PublicKey::parse(public));
        let as_tools_write = SecretKey::parse(&format!(" private:{private}\n")).unwrap();
        assert_eq!(as_tools_write.public(), key.public());
    }
}

#[test]
fn every_public_key_reads_and_the_known_fingerprint_is_right() {
    let mut fingerprints = 0;
    for case in vectors::cases("threema/public-keys", 5) {
        let public = case.one("public");
        let key = PublicKey::parse(public).unwrap();
        assert_eq!(key.to_hex(), public);
        assert_eq!(PublicKey::from_bytes(*key.as_bytes()), Ok(key));
        if let Some(fingerprint) = case.maybe("fingerprint") {
            assert_eq!(key.fingerprint(), fingerprint);
            fingerprints += 1;
        }
    }
    assert_eq!(fingerprints, 1);
}

#[test]
fn capitals_are_read_only_where_they_are_asked_for() {
    let lower = "4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b";
    let upper = lower.to_uppercase();
    assert_eq!(
        PublicKey::parse_any_case(&upper),
        Ok(PublicKey::parse(lower).unwrap())
    );
    assert_eq!(PublicKey::parse(&upper), Err(Error::ThreemaKeyMalformed));
}

#[test]
fn a_key_is_sixty_four_hexadecimal_digits_and_nothing_else() {
    let key = "4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b";
    for bad in ["", &key[..62], &format!("{key}00"), &key.replace('a', "g")] {
        assert!(PublicKey::parse(bad).is_err(), "{bad}");
        assert!(PublicKey::parse_any_case(bad).is_err(), "{bad}");
        assert!(SecretKey::parse(bad).is_err(), "{bad}");
    }
    for bad in [format!("public:{key}"), format!("private: {key}")] {
        assert_eq!(
            SecretKey::parse(&bad).err(),
            Some(Error::ThreemaKeyMalformed)
        );
    }
}

#[test]
fn every_published_point_of_small_order_is_refused_with_either_top_bit() {
    for case in vectors::cases("threema/small-order", 7) {
        let point = case.one("public");
        for point in [point.to_string(), with_top_bit(point)] {
            let read = PublicKey::parse(&point);
            assert_eq!(read, Err(Error::ThreemaKeyMalformed), "{}", case.name);
        }
    }
}

/// The same bytes, with the bit that X25519 does not look at.
fn with_top_bit(point: &str) -> String {
    let mut bytes = base16ct::lower::decode_vec(point).unwrap();
    bytes[31] |= 0x80;
    base16ct::lower::encode_string(&bytes)
}

/// Under such a point, the shared secret is zero whoever computes it: two strangers close the same box.
#[test]
fn no_key_is_taken_under_which_strangers_could_open() {
    let strangers = [SecretKey([1; 32]), SecretKey([2; 32])];
    for top in [0, 0x80] {
        for mut point in SMALL_ORDER {
            point[31] |= top;
            assert_eq!(
                PublicKey::from_bytes(point),
                Err(Error::ThreemaKeyMalformed)
            );
            let unchecked = PublicKey(point);
            let [one, other] = strangers
                .each_ref()
                .map(|stranger| seal(b"message", [0; 24], &unchecked, stranger));
            assert_eq!(one, other, "{point:02x?} is listed for no reason");
        }
    }
    let sound = SecretKey([3; 32]).public();
    let [one, other] = strangers
        .each_ref()
        .map(|stranger| seal(b"message", [0; 24], &sound, stranger));
    assert_ne!(one, other);
}

#[test]
fn an_api_secret_is_taken_as_it_is_but_for_the_line_end_of_its_file() {
    for text in ["0123456789abcdef", "nevergonnagiveyouup", "a+/=%&~"] {
        assert_eq!(ApiSecret::parse(text).unwrap().as_str(), text);
        let with_line_end = ApiSecret::parse(&format!("{text}\r\n")).unwrap();
        assert_eq!(with_line_end.as_str(), text);
    }
    for bad in ["", " \n", "two words", "0123\u{0}", "gëheim"] {
        assert_eq!(
            ApiSecret::parse(bad).err(),
            Some(Error::ApiSecretMalformed),
            "{bad:?}"
        );
    }
}

#[test]
fn keys_and_secrets_show_nothing_of_themselves() {
    let shown = [
        format!("{:?}", SecretKey([7; 32])),
        format!("{:?}", SecretKey([7; 32]).public()),
        format!("{:?}", ApiSecret::parse("0123456789abcdef").unwrap()),
    ];
    assert_eq!(
        shown,
        ["SecretKey(..)", "PublicKey(..)", "ApiSecret(..)"].map(|text| text.to_string())
    );
}

#[test]
fn a_key_reads_back_from_the_text_of_threemas_tools() {
    for case in vectors::cases("threema/key-pairs", 7) {
        let (private, public) = (case.one("private"), case.one("public"));
        let secret = SecretKey::parse(&format!("private:{private}\n")).unwrap();
        assert_eq!(*secret.to_tagged(), format!("private:{private}"));
        let key = PublicKey::parse_tagged(&format!(" public:{}\n", public.to_uppercase())).unwrap();
        assert_eq!(PublicKey::parse_tagged(public), Ok(key));
        assert_eq!(key, secret.public());
        assert_eq!(key.to_tagged(), format!("public:{public}"));
        for bad in [private, &format!("private:{public}"), "public:", ""] {
            let read = PublicKey::parse_tagged(&format!("private:{bad}"));
            assert_eq!(read, Err(Error::ThreemaKeyMalformed));
        }
        assert!(SecretKey::parse(&key.to_tagged()).is_err());
    }
}
