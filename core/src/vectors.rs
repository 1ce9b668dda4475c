//! Vectors: a file a case, in folders of `tests/vectors`.
//!
//! ```text
//! # where it comes from
//! name: value
//! name: another value of the same name
//! ```

use std::path::Path;
use std::string::String;
use std::vec::Vec;
use std::{format, fs};

/// A case: its file's name, and its lines in their order.
pub(crate) struct Case {
    pub(crate) name: String,
    lines: Vec<(String, String)>,
}

impl Case {
    /// The value of a name that stands there once.
    pub(crate) fn one(&self, name: &str) -> &str {
        let Ok([value]) = <[&str; 1]>::try_from(self.all(name)) else {
            panic!("{}: {name} must stand there once", self.name);
        };
        value
    }

    /// The value of a name that may be missing.
    pub(crate) fn maybe(&self, name: &str) -> Option<&str> {
        self.has(name).then(|| self.one(name))
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.lines.iter().any(|(of, _)| of == name)
    }

    /// Every line, in its place.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        let lines = self.lines.iter();
        lines.map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Every value of a name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let lines = self.lines.iter().filter(|(of, _)| of == name);
        lines.map(|(_, value)| value.as_str()).collect()
    }
}

/// The cases of a folder, by their names. A folder that lost some would pass every test: `count` is how many
/// there must be at least.
pub(crate) fn cases(folder: &str, count: usize) -> Vec<Case> {
    let folder = format!("{}/../tests/vectors/{folder}", env!("CARGO_MANIFEST_DIR"));
    let files = fs::read_dir(&folder).unwrap_or_else(|cause| panic!("{folder}: {cause}"));
    let mut cases: Vec<Case> = files
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "txt"))
        .map(|path| case(&path))
        .collect();
    cases.sort_by(|one, other| one.name.cmp(&other.name));
    assert!(cases.len() >= count, "{folder} has {}", cases.len());
    cases
}

fn case(path: &Path) -> Case {
    let name = path.file_stem().unwrap().to_string_lossy().into_owned();
    let text = fs::read_to_string(path).unwrap();
    assert!(text.starts_with("# "), "{name} names its source first");
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| match line.split_once(": ") {
            Some((of, value)) => (of.into(), value.into()),
            None => match line.strip_suffix(':') {
                Some(of) => (of.into(), String::new()),
                None => panic!("{name}: {line:?} has no name"),
            },
        })
        .collect();
    Case { name, lines }
}
