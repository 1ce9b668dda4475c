use super::*;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A language's file, and what is in it: the words of this gate.
macro_rules! files {
    ($($language:literal),*) => {
        [$((
            $language,
            [
                ("", include_str!(concat!("../../../www/element/lang/", $language, ".json"))),
                ("enroll", include_str!(concat!("../../../www/element/lang/enroll.", $language, ".json"))),
                ("factors", include_str!(concat!("../../../www/element/lang/factors.", $language, ".json"))),
                ("manage", include_str!(concat!("../../../www/element/lang/manage.", $language, ".json"))),
            ],
        )),*]
    };
}

type Files = [(&'static str, &'static str); 4];

const FILES: [(&str, Files); 3] = files!["en", "de", "fr"];

/// What is worded otherwise where an enrolment has no worker.
const ALONE: [&str; 3] = [
    include_str!("../../../www/element/lang/alone.en.json"),
    include_str!("../../../www/element/lang/alone.de.json"),
    include_str!("../../../www/element/lang/alone.fr.json"),
];

/// What only the loader says.
const LOADER: [&str; 5] = [
    "unavailable.title",
    "unavailable.text",
    "unavailable.blocked",
    "incomplete.verify",
    "incomplete.enroll",
];

fn parsed(file: &str) -> Map<String, Value> {
    serde_json::from_str(file).unwrap()
}

/// All words of a language.
fn all(files: Files) -> Map<String, Value> {
    files
        .into_iter()
        .flat_map(|(_, file)| parsed(file))
        .collect()
}

fn words(text: impl Fn(&str) -> String) -> Words {
    Words::new(Word::ALL.iter().map(|word| text(word.name())).collect()).unwrap()
}

pub(crate) fn english() -> Words {
    let file = all(FILES[0].1);
    words(|name| file[name].as_str().unwrap().into())
}

/// Words that show their own names.
pub(crate) fn keys_as_words() -> Words {
    words(|name| name.into())
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{')
        .skip(1)
        .filter_map(|after| after.split_once('}'))
        .map(|(name, _)| name)
        .collect()
}

// Without their names, the order is all that tells which is which.
#[test]
fn words_stand_file_by_file_and_by_their_names() {
    let mut sorted = Word::ALL.to_vec();
    let files = ["", "factors", "enroll", "manage"];
    sorted.sort_by_key(|word| {
        let file = files.iter().position(|file| *file == word.gate());
        (file, word.name())
    });
    assert_eq!(sorted, Word::ALL);
}

#[test]
fn a_file_of_another_build_is_none() {
    assert!(Words::new(vec!["text".into(); Word::ALL.len() + 1]).is_none());
    assert!(Words::new(Vec::new()).is_none());
}

// The files have the words of all parts.
#[cfg(all(feature = "enroll", feature = "manage"))]
#[test]
fn every_language_has_exactly_the_words_that_are_used_each_in_its_file() {
    let names = |gate: &str| -> BTreeSet<&str> {
        let words = Word::ALL.iter().filter(|word| word.gate() == gate);
        let names = words.map(|word| word.name());
        let loader = LOADER.into_iter().filter(|_| gate.is_empty());
        names.chain(loader).collect()
    };
    for (language, files) in FILES {
        for (gate, file) in files {
            let words = parsed(file);
            assert!(words.keys().eq(&names(gate)), "{language}, {gate}");
            for text in words.values() {
                assert!(text.as_str().is_some_and(|text| !text.trim().is_empty()));
            }
        }
        assert_eq!(parsed(files[0].1)["language"], language);
    }
}

// The end, since the site has not heard of it yet.
#[cfg(feature = "enroll")]
#[test]
fn without_a_worker_every_end_is_worded_anew_in_every_language() {
    let ends: BTreeSet<&str> = Word::ALL.iter().map(|word| word.name()).collect();
    let ends: BTreeSet<&str> = ends
        .into_iter()
        .filter(|name| name.starts_with("enrolled."))
        .collect();
    for (file, (language, files)) in ALONE.iter().zip(FILES) {
        let (words, usual) = (parsed(file), all(files));
        assert!(words.keys().eq(&ends), "{language}");
        for (name, text) in &words {
            let [ours, theirs] = [text, &usual[name]].map(|text| text.as_str().unwrap());
            assert_eq!(
                placeholders(ours),
                placeholders(theirs),
                "{name} in {language}"
            );
            assert_ne!(ours, theirs, "{name} in {language}");
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
    let words = words(|_| "{a}, {b}{a} and {unknown}. {".into());
    assert_eq!(
        words.fill(Word::Retry, &[("a", "{b}"), ("b", "2")]),
        "{b}, 2{b} and . {"
    );
}
