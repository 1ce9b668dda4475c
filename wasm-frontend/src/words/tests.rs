use super::*;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Of each language, the common words and those of an enrolment.
const FILES: [(&str, [&str; 2]); 3] = [
    (
        "en",
        [
            include_str!("../../../www/element/lang/en.json"),
            include_str!("../../../www/element/lang/enroll.en.json"),
        ],
    ),
    (
        "de",
        [
            include_str!("../../../www/element/lang/de.json"),
            include_str!("../../../www/element/lang/enroll.de.json"),
        ],
    ),
    (
        "fr",
        [
            include_str!("../../../www/element/lang/fr.json"),
            include_str!("../../../www/element/lang/enroll.fr.json"),
        ],
    ),
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

/// All words of a language.
fn all(files: [&str; 2]) -> Map<String, Value> {
    files.into_iter().flat_map(parsed).collect()
}

pub(crate) fn english() -> Words {
    let file = all(FILES[0].1);
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
fn every_language_has_exactly_the_words_that_are_used_each_in_its_file() {
    let names = |common: bool| -> BTreeSet<&str> {
        let words = Word::ALL.iter().filter(|word| word.is_common() == common);
        words.map(|word| word.name()).collect()
    };
    let mut common = names(true);
    common.extend(LOADER);
    for (language, files) in FILES {
        let [first, more] = files.map(parsed);
        assert!(first.keys().eq(&common), "{language}");
        assert!(more.keys().eq(&names(false)), "{language}, enroll");
        assert_eq!(first["language"], language);
        for text in first.values().chain(more.values()) {
            assert!(text.as_str().is_some_and(|text| !text.trim().is_empty()));
        }
    }
}

#[test]
fn every_language_has_the_same_placeholders() {
    let english = all(FILES[0].1);
    for (language, files) in FILES {
        for (name, text) in all(files) {
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
