use super::*;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

const FILES: [(&str, &str); 2] = [
    ("en", include_str!("../../../www/element/lang/en.json")),
    ("de", include_str!("../../../www/element/lang/de.json")),
];

/// What only the loader says.
const LOADER: [&str; 4] = [
    "unavailable.title",
    "unavailable.text",
    "incomplete.verify",
    "incomplete.enroll",
];

fn parsed(file: &str) -> Map<String, Value> {
    serde_json::from_str(file).unwrap()
}

pub(crate) fn english() -> Words {
    let file = parsed(FILES[0].1);
    Words::read(|name| file.get(name).and_then(Value::as_str).map(String::from))
}

/// Words that show their own names.
pub(crate) fn keys_as_words() -> Words {
    Words::read(|_| None)
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|after| after.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

// The files have the words of all parts.
#[cfg(feature = "enroll")]
#[test]
fn every_language_has_exactly_the_words_that_are_used() {
    let used: BTreeSet<_> = Word::ALL
        .iter()
        .map(|word| word.name())
        .chain(LOADER)
        .collect();
    for (language, file) in FILES {
        let file = parsed(file);
        let there: BTreeSet<_> = file.keys().map(String::as_str).collect();
        assert_eq!(there, used, "{language}");
        assert_eq!(file["language"], language);
        assert!(
            file.values()
                .all(|text| text.as_str().is_some_and(|text| !text.trim().is_empty()))
        );
    }
}

#[test]
fn every_language_has_the_same_placeholders() {
    let english = parsed(FILES[0].1);
    for (language, file) in FILES {
        for (name, text) in parsed(file) {
            let [ours, theirs] = [&text, &english[&name]].map(|text| text.as_str().unwrap());
            assert_eq!(
                placeholders(ours),
                placeholders(theirs),
                "{name} in {language}"
            );
        }
    }
}

#[test]
fn placeholders_are_filled_and_nothing_else() {
    let words = Words::read(|_| Some("{a}, {b}{a} and {unknown}. {".into()));
    assert_eq!(
        words.fill(Word::Retry, &[("a", "{b}"), ("b", "2")]),
        "{b}, 2{b} and . {"
    );
}
