//! `fuzz`: random bytes against every reader, each target of `tests/fuzz` for a while.
//!
//! Coverage is what guides libFuzzer; the compiler's passes for it are in a stable rustc.
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::problem::Problem;
use crate::process::{Finished, quiet, say};
use crate::workspace::Workspace;

/// As `cargo fuzz` sets them, without a sanitizer: there is no unsafe code to watch.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1 -Cdebug-assertions \
    -Coverflow-checks --cfg fuzzing";

/// How long, and which.
pub(crate) struct Wanted<'a> {
    /// For each target.
    pub(crate) seconds: u32,
    /// All of them if none is named.
    pub(crate) names: &'a [String],
}

/// Runs each target; says `fuzz <target> <runs>`, and fails at the first that finds something.
pub(crate) fn run(workspace: &Workspace, wanted: &Wanted<'_>) -> Result<(), Problem> {
    let all = targets(&workspace.read("tests/fuzz/Cargo.toml")?);
    let chosen: Vec<_> = match wanted.names {
        [] => all.clone(),
        names => names.to_vec(),
    };
    if let Some(unknown) = chosen.iter().find(|name| !all.contains(name)) {
        return Err(Problem::new(
            format_args!("there is no fuzz target `{unknown}`"),
            format_args!("name some of {}, or none for all", all.join(", ")),
        ));
    }
    let programs = build(workspace)?;
    for name in chosen {
        let runs = fuzz(workspace, &programs.join(&name), &name, wanted.seconds)?;
        say(format_args!("fuzz {name} {runs}"));
    }
    Ok(())
}

/// Answers the folder in which they are.
fn build(workspace: &Workspace) -> Result<PathBuf, Problem> {
    let host = host(workspace)?;
    let folder = workspace.target.join("fuzz");
    let mut cargo = workspace.cargo(&["build", "--release", "--target", &host]);
    cargo
        .args(["--manifest-path", "tests/fuzz/Cargo.toml", "--target-dir"])
        .arg(&folder)
        .env("RUSTFLAGS", FLAGS);
    quiet("fuzz targets", cargo)?.or_fail("cargo build")?;
    Ok(folder.join(host).join("release"))
}

/// With a target named, cargo keeps the flags away from build scripts and procedural macros.
fn host(workspace: &Workspace) -> Result<String, Problem> {
    let mut rustc = workspace.command("rustc");
    rustc.arg("-vV");
    let finished = quiet("rustc", rustc)?.or_fail("rustc -vV")?;
    let mut lines = finished.lines.iter();
    let host = lines.find_map(|line| line.strip_prefix("host: "));
    let unknown = || Problem::new("rustc -vV names no host", "install Rust by rustup");
    host.map(str::to_owned).ok_or_else(unknown)
}

/// Answers how many inputs were tried. What was worth keeping stays for the next time.
fn fuzz(
    workspace: &Workspace,
    program: &PathBuf,
    name: &str,
    seconds: u32,
) -> Result<u64, Problem> {
    let found = workspace.tests().join("fuzz/artifacts").join(name);
    let corpus = workspace.tests().join("fuzz/corpus").join(name);
    for folder in [&found, &corpus] {
        fs::create_dir_all(folder).map_err(Problem::file(folder))?;
    }
    let mut command: Command = workspace.command(program);
    command
        .arg(format!("-artifact_prefix={}/", found.display()))
        .arg(format!("-max_total_time={seconds}"))
        .args(["-timeout=5", "-print_final_stats=0"])
        .arg(&corpus);
    let finished = quiet(name, command)?;
    match runs(&finished) {
        Some(runs) if finished.status.success() && runs > 0 => Ok(runs),
        _ => {
            finished.show();
            Err(Problem::new(
                format_args!("fuzz target `{name}` found something"),
                format_args!("the input is in {}", found.display()),
            ))
        }
    }
}

/// libFuzzer's last line: `Done 1234 runs in 2 second(s)`.
fn runs(finished: &Finished) -> Option<u64> {
    finished.lines.iter().rev().find_map(|line| {
        let rest = line.strip_prefix("Done ")?;
        rest.split_once(" runs")?.0.parse().ok()
    })
}

/// The names of a manifest's programs.
fn targets(manifest: &str) -> Vec<String> {
    let tables = manifest.split("[[bin]]").skip(1);
    let names = tables.filter_map(|table| {
        let line = table
            .lines()
            .find_map(|line| line.strip_prefix("name = "))?;
        Some(line.trim_matches('"').to_owned())
    });
    names.collect()
}

#[cfg(test)]
mod tests {
    use super::targets;

    #[test]
    fn the_targets_are_those_of_the_manifest() {
        let manifest = "[package]\nname = \"x\"\n[[bin]]\nname = \"a\"\npath = \"p\"\n\n[[bin]]\nname = \"b\"\n[profile.release]\n";
        assert_eq!(targets(manifest), ["a", "b"]);
    }
}
