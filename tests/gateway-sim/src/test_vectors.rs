//! Reads a file of `tests/vectors`: its source in the first line, then `name = value` a line.
use std::collections::HashMap;
use std::fs;
use std::path::Path;

use data_encoding::HEXLOWER;

pub(crate) struct Vector(HashMap<String, String>);

pub(crate) fn vector(path: &str) -> Vector {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let text = fs::read_to_string(folder.join(path)).unwrap();
    let lines = text.lines().filter_map(|line| line.split_once(" = "));
    Vector(
        lines
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
    )
}

impl Vector {
    pub(crate) fn text(&self, name: &str) -> &str {
        &self.0[name]
    }

    pub(crate) fn bytes(&self, name: &str) -> Vec<u8> {
        HEXLOWER.decode(self.text(name).as_bytes()).unwrap()
    }
}
