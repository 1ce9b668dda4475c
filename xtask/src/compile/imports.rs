//! What the worker's module imports from its script, under short names. Those of wasm-bindgen have a hash
//! each, which nothing compresses: a hundredth of the worker.
use std::fs;
use std::path::Path;

use crate::problem::Problem;

/// Renames in both files what one imports from the other.
pub(super) fn shorten(module: &Path, script: &Path) -> Result<(), Problem> {
    let long = fs::read(module).map_err(Problem::file(module))?;
    let mut text = fs::read_to_string(script).map_err(Problem::file(script))?;
    let mut names = Vec::new();
    let short = renamed(&long, &mut names).ok_or_else(|| {
        Problem::new(
            format_args!("{} has a section that is not understood", module.display()),
            "see xtask/src/compile/imports.rs",
        )
    })?;
    for (long, short) in names {
        // The script has one object with all of them.
        let places = [format!("{{{long}:"), format!(",{long}:")];
        let [first, later] =
            places.map(|place| text.matches(&place).count().eq(&1).then_some(place));
        let place = first.or(later).ok_or_else(|| {
            Problem::new(
                format_args!("{} does not have {long} once", script.display()),
                "see xtask/src/compile/imports.rs",
            )
        })?;
        text = text.replace(&place, &place.replace(&long, &short));
    }
    fs::write(script, text).map_err(Problem::file(script))?;
    fs::write(module, short).map_err(Problem::file(module))
}

/// A module with short names for its imports, and which name became which. Nothing if it is none, or
/// imports other than functions and tags.
///
/// Source: WebAssembly Core Specification 2.0, 5.5.2 and 5.5.5.
fn renamed(module: &[u8], names: &mut Vec<(String, String)>) -> Option<Vec<u8>> {
    const IMPORTS: u8 = 2;
    let mut reader = Reader(module);
    let mut out = reader.bytes(8)?.to_vec();
    while !reader.0.is_empty() {
        let id = reader.byte()?;
        let length = usize::try_from(reader.number()?).ok()?;
        let content = reader.bytes(length)?;
        out.push(id);
        if id == IMPORTS {
            let content = renamed_imports(content, names)?;
            write_bytes(&mut out, &content)?;
        } else {
            write_bytes(&mut out, content)?;
        }
    }
    Some(out)
}

fn renamed_imports(section: &[u8], names: &mut Vec<(String, String)>) -> Option<Vec<u8>> {
    const FUNCTION: u8 = 0;
    const TAG: u8 = 4;
    let mut reader = Reader(section);
    let number = reader.number()?;
    let mut out = Vec::new();
    write_number(&mut out, number);
    for index in 0..number {
        write_bytes(&mut out, reader.name()?.as_bytes())?;
        let (long, short) = (reader.name()?, format!("_{index:x}"));
        write_bytes(&mut out, short.as_bytes())?;
        names.push((long.into(), short));
        let kind = reader.byte()?;
        out.push(kind);
        match kind {
            FUNCTION => {}
            TAG => out.push(reader.byte()?),
            _ => return None,
        }
        write_number(&mut out, reader.number()?);
    }
    reader.0.is_empty().then_some(out)
}

fn write_bytes(out: &mut Vec<u8>, bytes: &[u8]) -> Option<()> {
    write_number(out, u32::try_from(bytes.len()).ok()?);
    out.extend_from_slice(bytes);
    Some(())
}

/// LEB128.
fn write_number(out: &mut Vec<u8>, mut number: u32) {
    loop {
        let low = number.to_le_bytes()[0] & 0x7f;
        number >>= 7;
        if number == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        self.bytes(1)?.first().copied()
    }

    fn name(&mut self) -> Option<&'a str> {
        let length = usize::try_from(self.number()?).ok()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for place in 0..5 {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << (7 * place);
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::renamed;

    const HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";

    #[test]
    fn only_the_names_of_imports_change() {
        let types = [1, 4, 1, 0x60, 0, 0];
        let imports = b"\x02\x1c\x02\x06./a.js\x06__wbg_\0\0\x01b\x05__tag\x04\0\0";
        let module = [&HEADER[..], &types, &imports[..]].concat();
        let mut names = Vec::new();
        let short = b"\x02\x15\x02\x06./a.js\x02_0\0\0\x01b\x02_1\x04\0\0";
        let expected = [&HEADER[..], &types, &short[..]].concat();
        assert_eq!(renamed(&module, &mut names), Some(expected));
        let named = |long: &str, short: &str| (long.to_owned(), short.to_owned());
        assert_eq!(names, [named("__wbg_", "_0"), named("__tag", "_1")]);
    }

    #[test]
    fn a_module_that_ends_too_early_or_imports_a_memory_is_left_alone() {
        let cut = [&HEADER[..], b"\x02\x05\x01"].concat();
        let memory = [&HEADER[..], b"\x02\x08\x01\x01a\x01m\x02\0\x01"].concat();
        assert_eq!(renamed(&cut, &mut Vec::new()), None);
        assert_eq!(renamed(&memory, &mut Vec::new()), None);
    }
}
