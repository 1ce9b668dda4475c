use std::format;
use std::string::ToString;
use std::vec;
use std::vec::Vec;

use base64ct::{Base64, Encoding};
use proptest::prelude::*;

use super::super::SecretKey;
use super::*;
use crate::vectors;

const NOW: UnixTime = UnixTime::from_secs(1_700_000_000);

fn outcome(text: &str) -> String {
    match read(text, NOW) {
        Ok(Scanned::Contact { id }) => format!("contact {}", id.as_str()),
        Ok(Scanned::Identity { id, key }) => format!("identity {} {}", id.as_str(), key.to_hex()),
        Err(unusable) => unusable.code().to_string(),
    }
}

/// The outcome and the text of each case.
fn rows() -> Vec<(String, String)> {
    let cases = vectors::cases("threema/payloads", 61).into_iter();
    cases
        .map(|case| {
            let read = ["error", "read", "id", "key"].map(|name| case.maybe(name));
            let outcome: Vec<&str> = read.into_iter().flatten().collect();
            (outcome.join(" "), case.one("text").into())
        })
        .collect()
}

#[test]
fn every_payload_is_known_for_what_it_is() {
    for (expected, text) in rows() {
        assert_eq!(outcome(&text), expected, "{text}");
    }
}

#[test]
fn an_export_is_known_however_it_was_copied() {
    let exports: Vec<_> = rows()
        .into_iter()
        .filter(|(outcome, _)| *outcome == "qr_export")
        .collect();
    assert_eq!(exports.len(), 4);
    for (_, export) in exports {
        let bare = export.replace('-', "");
        let half = bare.len() / 2;
        for copied in [
            export.to_lowercase(),
            export.replace('-', " "),
            export.replace('-', "\n"),
            export.replace('-', "\r\n"),
            export.replace('-', "\u{2013}"),
            format!("{}\n{}", &bare[..half], &bare[half..]),
            format!("\u{FEFF} {export}\n"),
            // Nobody notices that a letter was lost; it is a private key still.
            bare[1..].to_string(),
            bare[..bare.len() - 5].to_string(),
            format!("{export}-ABCD"),
            bare,
        ] {
            assert_eq!(read(&copied, NOW), Err(Unusable::Export), "{copied}");
        }
    }
}

#[test]
fn an_authenticators_secret_is_no_export() {
    for length in [16, 32, 52] {
        assert_eq!(read(&"A".repeat(length), NOW), Err(Unusable::Unknown));
    }
    assert_eq!(read(&"A".repeat(500), NOW), Err(Unusable::Unknown));
    assert_eq!(read(&"A1".repeat(40), NOW), Err(Unusable::Unknown));
}

#[test]
fn base64_of_anything_else_is_no_session() {
    let session = |options: u8, host: &[u8]| {
        let fixed = [0, 2, options].into_iter().chain([0xa5; 98]);
        let bytes: Vec<_> = fixed.chain(host.iter().copied()).collect();
        read(&Base64::encode_string(&bytes), NOW)
    };
    let longest = [b'a'; 253];
    for (options, host) in [(0, &b"a"[..]), (3, b"[::1]:443"), (1, &longest)] {
        assert_eq!(session(options, host), Err(Unusable::WebSession));
    }
    let whole = [vec![0, 2, 0], vec![0xa5; 98], vec![b'a'; 4]].concat();
    let whole = Base64::encode_string(&whole);
    assert_eq!(read(&whole, NOW), Err(Unusable::WebSession));
    for bad in [&whole[1..], &whole[2..], &(whole.clone() + "====")] {
        assert_eq!(read(bad, NOW), Err(Unusable::Unknown), "{bad}");
    }
    let too_long = [b'a'; 254];
    for (options, host) in [
        (4, &b"a"[..]),
        (0, b""),
        (0, b"a b"),
        (0, b"\xff"),
        (0, &too_long),
    ] {
        assert_eq!(session(options, host), Err(Unusable::Unknown));
    }
}

#[test]
fn secrets_are_told_apart_from_what_is_merely_of_no_use() {
    let secret = [
        "qr_device_join",
        "qr_export",
        "qr_licence",
        "qr_restore",
        "qr_web_session",
    ];
    for (expected, text) in rows() {
        if let Err(unusable) = read(&text, NOW) {
            assert_eq!(unusable.is_secret(), secret.contains(&&*expected), "{text}");
            assert_eq!(unusable.to_string(), expected);
        }
    }
}

#[test]
fn nothing_of_what_was_read_is_shown() {
    for (_, text) in rows() {
        let shown = format!("{:?}", read(&text, NOW));
        for word in [
            "ECHOECHO",
            "ABCD1234",
            "GWYTEST",
            "4a6a",
            "swordfish",
            "AHCV",
        ] {
            assert!(!shown.contains(word), "{shown}");
        }
    }
    let id = ThreemaId::parse("*TESTTST").unwrap();
    let key = SecretKey::from_bytes([1; 32]).public();
    let code = ReplyCode::parse("123456").unwrap();
    let shown = format!(
        "{:?} {:?}",
        Identity::new(&id, &key),
        ReplyLink::new(&id, &code)
    );
    assert_eq!(shown, "Identity(..) ReplyLink(..)");
}

#[test]
fn the_reply_link_is_what_the_apps_open_and_was_written_without_growing() {
    let gateway = ThreemaId::parse("*TESTTST").unwrap();
    let link = ReplyLink::new(&gateway, &ReplyCode::parse("012345").unwrap());
    assert_eq!(link.as_str(), "https://threema.id/*TESTTST?text=012345");
    assert_eq!(link.0.capacity(), 64);
    assert_eq!(
        read(link.as_str(), NOW),
        Ok(Scanned::Contact { id: gateway })
    );
}

proptest! {
    #[test]
    fn every_identity_that_is_written_is_read(id in "[*0-9A-Z][0-9A-Z]{7}", key: [u8; 32]) {
        let id = ThreemaId::parse(&id).unwrap();
        let key = PublicKey::from_bytes(key).unwrap();
        let identity = Identity::new(&id, &key);
        let expected = Ok(Scanned::Identity { id, key });
        prop_assert_eq!(read(identity.as_str(), NOW), expected);
        prop_assert_eq!(read(&identity.as_str().to_uppercase(), NOW), expected);
        prop_assert_eq!(read(&format!("{},1700000000", identity.as_str()), NOW), expected);
    }

    #[test]
    fn any_text_is_read_or_named(text in "\\PC{0,200}") {
        let _ = read(&text, NOW);
    }

    #[test]
    fn any_text_like_a_payload_is_read_or_named(
        head in prop_oneof![
            Just("3mid:"), Just("threema://"), Just("https://threema.id/"), Just("threema://add?id="),
        ],
        text in "[a-z0-9*,&=?#/%é:]{0,90}",
    ) {
        let _ = read(&format!("{head}{text}"), NOW);
    }
}

#[test]
fn a_cause_is_written_as_its_code() {
    assert_eq!(Unusable::Export.to_string(), "qr_export");
}
