//! The worker: `edge-worker/build/`, what `edge-worker/wrangler.toml` points to; and the one that it is
//! measured against.
use std::path::{Path, PathBuf};

use super::{imports, wasm};
use crate::problem::Problem;
use crate::process::quiet;
use crate::stamp::make_if_changed;
use crate::workspace::{Workspace, copy};

/// Answers whether anything had to be built.
pub(super) fn build(workspace: &Workspace) -> Result<bool, Problem> {
    let output = workspace.root.join("edge-worker/build");
    let mut inputs = wasm::common_inputs(workspace);
    inputs.push(workspace.root.join("edge-worker"));
    inputs.push(workspace.root.join("www"));
    let inputs: Vec<_> = inputs.iter().map(AsRef::as_ref).collect();
    make_if_changed(workspace, "worker", &inputs, &output, || {
        build_crate(workspace, &workspace.root.join("edge-worker"))
    })
}

/// A worker that only greets, made by the same tools in the same way; answers where it is.
pub(crate) fn hello(workspace: &Workspace) -> Result<PathBuf, Problem> {
    let package = workspace.tests().join("hello-worker");
    let output = workspace.scratch().join("hello-worker");
    let mut inputs = wasm::common_inputs(workspace);
    inputs.push(package.clone());
    let inputs: Vec<_> = inputs.iter().map(AsRef::as_ref).collect();
    super::one("hello-worker", || {
        make_if_changed(workspace, "hello-worker", &inputs, &output, || {
            build_crate(workspace, &package)?;
            for file in ["index.js", "index_bg.wasm"] {
                copy(&package.join("build").join(file), &output.join(file))?;
            }
            Ok(())
        })
    })?;
    Ok(output)
}

/// What `worker-build` makes of a package, in its folder `build`, as small as it gets.
fn build_crate(workspace: &Workspace, package: &Path) -> Result<(), Problem> {
    let mut command = workspace.command("worker-build");
    command
        .args(["--profile", wasm::PROFILE, "--no-opt"])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", &workspace.target)
        // All three named, so that it downloads nothing.
        .env("WASM_BINDGEN_BIN", wasm::bindgen(workspace)?)
        .env("ESBUILD_BIN", wasm::esbuild(workspace))
        .env("WASM_OPT_BIN", wasm::wasm_opt(workspace));
    wasm::tell_rustc(&mut command, &[])?;
    quiet("worker", command)?.or_fail("worker-build")?;
    let module = package.join("build/index_bg.wasm");
    wasm::optimize(workspace, &module, &module)?;
    imports::shorten(&module, &package.join("build/index.js"))
}
