use std::format;
use std::string::String;

use proptest::prelude::*;

use super::*;

#[test]
fn ordinary_names_are_taken_as_they_are() {
    for name in [
        "alice",
        "alice@example.org",
        "zoë & söhne / admin?#1 100%",
        "用户 🐛",
        "شهرزاد",
        "forum.example.org",
        "a: b",
        "wwwalice",
        "awww.yeah",
    ] {
        assert_eq!(Label::parse(name).unwrap().as_str(), name);
    }
    assert_eq!(Issuer::parse(" Our Forum ").unwrap().as_str(), "Our Forum");
}

#[test]
fn what_could_mislead_is_refused_by_cause() {
    for (name, cause) in [
        ("", LabelError::Empty),
        (" \u{3000}\t", LabelError::Empty),
        ("alice\nbob", LabelError::Control),
        ("alice\u{0}", LabelError::Control),
        ("alice\u{85}bob", LabelError::Control),
        ("alice\u{2028}bob", LabelError::Control),
        ("alice\u{202E}bob", LabelError::Bidi),
        ("\u{200F}alice", LabelError::Bidi),
        ("a\u{2066}b\u{2069}", LabelError::Bidi),
        ("HTTPS://example.org", LabelError::Link),
        ("see http://example.org", LabelError::Link),
        ("(WWW.example.org)", LabelError::Link),
    ] {
        assert_eq!(Label::parse(name), Err(cause), "{name:?}");
        assert_eq!(
            Issuer::parse(&name.replace(':', "")).is_err(),
            !name.contains(':'),
            "{name:?}"
        );
    }
}

#[test]
fn sixty_four_characters_fit_whatever_their_bytes() {
    for c in ["a", "ü", "语", "🐛"] {
        assert!(Label::parse(&c.repeat(64)).is_ok(), "{c}");
        assert_eq!(Label::parse(&c.repeat(65)), Err(LabelError::TooLong), "{c}");
        assert!(
            Label::parse(&format!("  {}  ", c.repeat(64))).is_ok(),
            "{c}"
        );
    }
}

#[test]
fn what_is_not_shown_is_refused_and_what_joins_letters_is_not() {
    for hidden in [
        "a\u{200B}b",
        "a\u{2060}",
        "\u{FEFF}a",
        "a\u{3164}",
        "a\u{E0041}",
        "a\u{AD}b",
    ] {
        assert_eq!(Label::parse(hidden), Err(LabelError::Control), "{hidden:?}");
    }
    for nothing in ["\u{200C}", "\u{200D}\u{FE0F}", "\u{200B}"] {
        assert_eq!(Label::parse(nothing), Err(LabelError::Empty), "{nothing:?}");
    }
    for name in ["می\u{200C}خواهم", "👩\u{200D}💻", "❤\u{FE0F}"] {
        assert!(Label::parse(name).is_ok(), "{name:?}");
    }
    for link in ["https:/evil", "mailto:a@b", "http：//x"] {
        assert_eq!(Label::parse(link), Err(LabelError::Link), "{link:?}");
    }
}

#[test]
fn an_issuer_has_no_colon() {
    assert_eq!(Issuer::parse("Forum: the first"), Err(LabelError::Colon));
}

proptest! {
    #[test]
    fn any_text_is_a_label_or_an_error(text in any::<String>()) {
        if let Ok(label) = Label::parse(&text) {
            prop_assert_eq!(Label::parse(label.as_str()), Ok(label));
        }
    }
}
