//! The language files as a page loads them: texts without names, in the order of these. The names were a fifth
//! of the files, and stood in the program once more.
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::problem::Problem;

/// The words of a language's file by their names.
type Words = BTreeMap<String, String>;

/// What the shell says itself, so by name.
const SHELL: [&str; 7] = [
    "incomplete.enroll",
    "incomplete.verify",
    "language",
    "retry",
    "unavailable.blocked",
    "unavailable.text",
    "unavailable.title",
];
/// What only the shell says.
const ONLY_SHELL: [&str; 2] = ["incomplete.", "unavailable."];

/// Writes what becomes of every file in `from` into `to`. `wasm-frontend/src/words.rs` has the same order.
pub(super) fn build(from: &Path, to: &Path) -> Result<(), Problem> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(from).map_err(Problem::file(from))? {
        let path = entry.map_err(Problem::file(from))?.path();
        let text = fs::read(&path).map_err(Problem::file(&path))?;
        let words: Words = serde_json::from_slice(&text).map_err(|error| {
            Problem::new(
                format_args!("{}: {error}", path.display()),
                "a language's file has nothing but names and texts",
            )
        })?;
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        files.insert(name.into_owned(), words);
    }
    fs::create_dir_all(to).map_err(Problem::file(to))?;
    for name in files.keys() {
        let path = to.join(format!("{name}.json"));
        fs::write(&path, built(name, &files).to_string()).map_err(Problem::file(&path))?;
    }
    Ok(())
}

fn built(name: &str, files: &BTreeMap<String, Words>) -> Value {
    let words = |name: &str| files.get(name).into_iter().flatten();
    let said_by_program = |name: &str| !ONLY_SHELL.iter().any(|only| name.starts_with(only));
    let common = |language: &str| {
        let said = words(language).filter(|(name, _)| said_by_program(name));
        said.collect::<Vec<_>>()
    };
    match name.split_once('.') {
        // In the place of others, so by their places.
        Some(("alone", language)) => {
            let usual = common(language).into_iter();
            let usual = usual.chain(words(&format!("factors.{language}")));
            let usual = usual.chain(words(&format!("enroll.{language}")));
            let other = usual.enumerate().filter_map(|(place, (word, _))| {
                let text = files.get(name)?.get(word)?;
                Some((place.to_string(), json!(text)))
            });
            Value::Object(other.collect())
        }
        Some(_) => words(name).map(|(_, text)| json!(text)).collect(),
        None => {
            let shell = words(name).filter(|(word, _)| SHELL.contains(&word.as_str()));
            let shell = shell.map(|(word, text)| (word.clone(), json!(text)));
            let texts = common(name).into_iter().map(|(_, text)| json!(text));
            let texts = [("texts".to_owned(), texts.collect())];
            Value::Object(shell.chain(texts).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stand_by_their_names_and_those_of_the_shell_have_them() {
        let files = [
            (
                "en",
                &[("retry", "Again"), ("a", "A"), ("unavailable.text", "Gone")][..],
            ),
            ("factors.en", &[("c", "C")]),
            ("enroll.en", &[("e", "E"), ("d", "D")]),
            ("alone.en", &[("e", "Alone")]),
        ];
        let words = |words: &[(&str, &str)]| {
            let words = words
                .iter()
                .map(|(name, text)| ((*name).into(), (*text).into()));
            words.collect::<Words>()
        };
        let files = files.map(|(name, file)| (name.to_owned(), words(file)));
        let files = BTreeMap::from(files);
        let expected =
            json!({ "retry": "Again", "unavailable.text": "Gone", "texts": ["A", "Again"] });
        assert_eq!(built("en", &files), expected);
        assert_eq!(built("enroll.en", &files), json!(["D", "E"]));
        // A, Again; C; D, E.
        assert_eq!(built("alone.en", &files), json!({ "4": "Alone" }));
    }
}
