//! `package`: the npm package, `dist/threegate-<version>.tgz`.
//!
//! ```text
//! dist/widget/ ──▶ element/    ┐
//! www/functions/ ──▶ functions/├─ dist/package/ ──npm pack──▶ dist/threegate-<version>.tgz
//! package.json, licences       ┘
//! ```
use std::fs;
use std::path::PathBuf;

use crate::problem::Problem;
use crate::process::{quiet, say};
use crate::workspace::{Workspace, copy, files_below, fresh_folder, write};
use crate::{compile, setup};

/// The crates' version is the package's.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Builds what is in it, and packs it.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Problem> {
    setup::run(workspace, setup::For::Build)?;
    compile::run(workspace)?;
    let packed = make(workspace)?;
    say(format_args!("package {}", packed.display()));
    Ok(())
}

/// Packs what is built. Answers where it is.
pub(crate) fn make(workspace: &Workspace) -> Result<PathBuf, Problem> {
    let (dist, staging) = (workspace.dist(), folder(workspace));
    fresh_folder(&staging)?;
    let widget = dist.join("widget");
    for file in files_below(&widget)? {
        let name = file.strip_prefix(&widget).unwrap_or(&file);
        copy(&file, &staging.join("element").join(name))?;
    }
    let source = workspace.root.join("www/functions");
    for file in files_below(&source)? {
        let name = file.strip_prefix(&source).unwrap_or(&file);
        if name.as_os_str() == "package.json" {
            let manifest = fs::read_to_string(&file).map_err(Problem::file(&file))?;
            write(&staging.join(name), versioned(&manifest, VERSION))?;
        } else if name.as_os_str() == "README.md" {
            copy(&file, &staging.join(name))?;
        } else {
            copy(&file, &staging.join("functions").join(name))?;
        }
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&workspace.root.join(licence), &staging.join(licence))?;
    }
    let mut pack = workspace.command("npm");
    pack.args(["pack", "--ignore-scripts", "--loglevel=warn"]);
    pack.arg("--pack-destination").arg(&dist);
    pack.current_dir(&staging);
    quiet("npm pack", pack)?.or_fail("npm pack")?;
    Ok(dist.join(format!("threegate-{VERSION}.tgz")))
}

/// What is packed.
pub(crate) fn folder(workspace: &Workspace) -> PathBuf {
    workspace.dist().join("package")
}

/// The manifest with this version in the place of its own.
fn versioned(manifest: &str, version: &str) -> String {
    let line = |line: &str| match line.trim_start().starts_with("\"version\":") {
        true => format!("  \"version\": \"{version}\",\n"),
        false => format!("{line}\n"),
    };
    manifest.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::versioned;

    #[test]
    fn the_package_has_the_crates_version() {
        let written = versioned(
            "{\n  \"name\": \"x\",\n  \"version\": \"0.0.0\",\n  \"a\": 1\n}\n",
            "1.2.3",
        );
        assert_eq!(
            written,
            "{\n  \"name\": \"x\",\n  \"version\": \"1.2.3\",\n  \"a\": 1\n}\n"
        );
    }
}
