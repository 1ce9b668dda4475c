//! `panics`: which functions of core can panic, by a wasm that has them all.
use std::path::PathBuf;
use std::process::Command;

use crate::problem::Problem;
use crate::process::{attached, quiet};
use crate::setup;
use crate::versions::WASM_TARGET;
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace) -> Result<(), Problem> {
    setup::run(workspace, setup::For::Build)?;
    if attached(look(workspace)?)?.success() {
        return Ok(());
    }
    Err(Problem::new(
        "a function of core can panic",
        "each is above, with its place; what is inlined from another crate and never reached gets a reason in \
         tests/panics/src/main.rs",
    ))
}

/// Builds what is looked at, and answers the command that looks.
pub(crate) fn look(workspace: &Workspace) -> Result<Command, Problem> {
    let wasm = every_function(workspace)?;
    let mut command = workspace.cargo(&["run", "--quiet", "--package", "panics", "--"]);
    command.arg(wasm);
    Ok(command)
}

/// Core optimised as it is shipped, but with all that nobody calls, and with the names.
fn every_function(workspace: &Workspace) -> Result<PathBuf, Problem> {
    let folder = workspace.target.join("panics");
    let mut cargo = workspace.cargo(&["build", "--package", "panics", "--lib", "--release"]);
    cargo.args(["--target", WASM_TARGET, "--target-dir"]);
    cargo.arg(&folder);
    cargo
        .env("RUSTFLAGS", "-Clink-dead-code -Clink-arg=--export-all")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "1")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
        .env("CARGO_PROFILE_RELEASE_PANIC", "abort");
    quiet("core with every function", cargo)?.or_fail("cargo build")?;
    Ok(folder.join(WASM_TARGET).join("release/every.wasm"))
}
