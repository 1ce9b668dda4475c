//! The worker: `edge-worker/build/`, what `edge-worker/wrangler.toml` points to.
use super::wasm;
use crate::problem::Problem;
use crate::process::quiet;
use crate::stamp::make_if_changed;
use crate::workspace::Workspace;

/// Answers whether anything had to be built.
pub(super) fn build(workspace: &Workspace) -> Result<bool, Problem> {
    let output = workspace.root.join("edge-worker/build");
    let mut inputs = wasm::common_inputs(workspace);
    inputs.push(workspace.root.join("edge-worker"));
    inputs.push(workspace.root.join("www"));
    let inputs: Vec<_> = inputs.iter().map(AsRef::as_ref).collect();
    make_if_changed(workspace, "worker", &inputs, &output, || {
        let mut command = workspace.command("worker-build");
        command
            .args(["--profile", wasm::PROFILE, "--no-opt"])
            .current_dir(workspace.root.join("edge-worker"))
            .env("CARGO_TARGET_DIR", &workspace.target)
            // All three named, so that it downloads nothing.
            .env("WASM_BINDGEN_BIN", wasm::bindgen(workspace)?)
            .env("ESBUILD_BIN", wasm::esbuild(workspace))
            .env("WASM_OPT_BIN", wasm::wasm_opt(workspace));
        quiet("worker", command)?.or_fail("worker-build")?;
        let module = output.join("index_bg.wasm");
        wasm::optimize(workspace, &module, &module)
    })
}
