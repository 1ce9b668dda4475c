//! Whether something must be made again: a fingerprint of all it is made from.
use std::fmt::{self, Display};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use crate::problem::Problem;
use crate::workspace::{Workspace, files_below, write};

/// A fingerprint of files by name and content. Not for security: it spares work.
#[derive(PartialEq, Eq)]
pub(crate) struct Stamp(u64);

impl Stamp {
    /// Over every file in or below `inputs` (one that is not there counts as such), and `more`.
    pub(crate) fn of(inputs: &[&Path], more: &str) -> Result<Self, Problem> {
        let mut hasher = DefaultHasher::new();
        more.hash(&mut hasher);
        for input in inputs {
            if !input.exists() {
                continue;
            }
            for file in files_below(input)? {
                file.strip_prefix(input).unwrap_or(&file).hash(&mut hasher);
                fs::read(&file)
                    .map_err(Problem::file(&file))?
                    .hash(&mut hasher);
            }
        }
        Ok(Self(hasher.finish()))
    }
}

impl Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// Makes `output` (a folder) by `make`, unless it is there, as it was made, from these inputs.
/// Answers whether it was made.
pub(crate) fn make_if_changed(
    workspace: &Workspace,
    name: &str,
    inputs: &[&Path],
    output: &Path,
    make: impl FnOnce() -> Result<(), Problem>,
) -> Result<bool, Problem> {
    let tools = crate::process::answer({
        let mut rustc = workspace.command("rustc");
        rustc.arg("-vV");
        rustc
    });
    let before = Stamp::of(inputs, &tools.unwrap_or_default())?;
    let file = workspace.scratch().join("stamps").join(name);
    let stamp = |output: &Path| Ok(format!("{before} {}", Stamp::of(&[output], "")?));
    if output.exists() && fs::read_to_string(&file).ok() == Some(stamp(output)?) {
        return Ok(false);
    }
    make()?;
    write(&file, stamp(output)?)?;
    Ok(true)
}

/// The version of a package in `Cargo.lock`.
pub(crate) fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'))
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn a_package_whose_name_starts_alike_is_another_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "worker"), None);
    }
}
