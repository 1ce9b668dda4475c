use std::format;
use std::string::{String, ToString};
use std::vec;
use std::vec::Vec;

use proptest::prelude::*;

use super::*;

fn read(form: &str) -> Result<Vec<(String, String)>, Broken> {
    pairs(form)
        .map(|pair| pair.map(|(name, value)| (name.to_string(), value.to_string())))
        .collect()
}

fn expected(pairs: &[(&str, &str)]) -> Result<Vec<(String, String)>, Broken> {
    Ok(pairs
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_string()))
        .collect())
}

#[test]
fn blanks_and_escapes_are_decoded_in_names_and_values() {
    assert_eq!(read("a=b+c"), expected(&[("a", "b c")]));
    assert_eq!(read("%61=%2A%2a%2B"), expected(&[("a", "**+")]));
    assert_eq!(read("n=%F0%9F%91%8D"), expected(&[("n", "👍")]));
    assert_eq!(read("a=b=c"), expected(&[("a", "b=c")]));
    assert_eq!(
        read("a=1&&b&c=&"),
        expected(&[("a", "1"), ("b", ""), ("c", "")])
    );
    assert_eq!(read(""), Ok(vec![]));
}

#[test]
fn a_broken_escape_is_never_guessed() {
    for broken in [
        "a=%", "a=%4", "a=%4g", "a=%+1", "%zz=a", "a=%ff", "a=%C3", "a=%é1",
    ] {
        assert_eq!(read(broken), Err(Broken), "{broken}");
    }
}

#[test]
fn what_needs_no_decoding_is_not_copied() {
    let (name, value) = pairs("from=ECHOECHO").next().unwrap().unwrap();
    assert!(matches!(
        (name, value),
        (Cow::Borrowed("from"), Cow::Borrowed("ECHOECHO"))
    ));
}

proptest! {
    #[test]
    fn whatever_was_escaped_reads_back(fields in proptest::collection::vec((".{1,8}", ".{0,8}"), 0..5)) {
        let escaped = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let form: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        prop_assert_eq!(read(&form.join("&")), Ok(fields));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[%+=&a-f0-9é]{0,40}") {
        let _ = read(&text);
    }
}
