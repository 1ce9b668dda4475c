//! Modules of the core without glue, from `tests/bench/bare`: for figures alone, never shipped.
use std::fs;
use std::path::PathBuf;

use super::wasm;
use crate::problem::Problem;
use crate::process::quiet;
use crate::versions::WASM_TARGET;
use crate::workspace::{Workspace, copy};

/// What a module is made for.
#[derive(Clone, Copy)]
pub(crate) enum Made {
    /// As the widget's and the worker's are.
    Small,
    /// `opt-level = 3`, and with the field's multiplications inlined in the ladder over the curve, which is
    /// a fifth of a box's time.
    Fast,
}

/// Builds an example of the package `bench`. Answers where its module is.
pub(crate) fn bare(workspace: &Workspace, name: &str, made: Made) -> Result<PathBuf, Problem> {
    let (profile, flags): (_, &[&str]) = match made {
        Made::Small => (wasm::PROFILE, &[]),
        Made::Fast => ("wasm-fast", &["-Cllvm-args=-inline-threshold=2000"]),
    };
    let label = format!("bare, {name}");
    let mut cargo = workspace.cargo(&["rustc", "--package", "bench", "--example", name]);
    cargo.args(["--profile", profile, "--target", WASM_TARGET]);
    wasm::tell_rustc(&mut cargo, flags)?;
    quiet(&label, cargo)?.or_fail(&label)?;

    let compiled = workspace.target.join(WASM_TARGET).join(profile);
    let library = format!("{}.wasm", name.replace('-', "_"));
    let from = compiled.join("examples").join(library);
    let folder = workspace.scratch().join("bare");
    fs::create_dir_all(&folder).map_err(Problem::file(&folder))?;
    let to = folder.join(format!("{name}.wasm"));
    match made {
        Made::Small => wasm::optimize(workspace, &from, &to)?,
        // What wasm-opt makes of the ladder is beyond what V8 optimises: three times as slow.
        Made::Fast => copy(&from, &to)?,
    }
    Ok(to)
}
