//! The steps that worker and widget share after cargo.
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::Problem;
use crate::process::quiet;
use crate::versions::WASM_BINDGEN;
use crate::workspace::{Workspace, copy};

/// The profile of the root `Cargo.toml` that both are built with.
pub(super) const PROFILE: &str = "wasm";

/// What rustc emits for the target, and the exceptions of wasm-bindgen's `catch`: named one by one,
/// so that no newer encoding appears before browsers and workerd read it.
const FEATURES: [&str; 7] = [
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-reference-types",
    "--enable-exception-handling",
];

/// What both are made from, the way of making included.
pub(super) fn common_inputs(workspace: &Workspace) -> Vec<PathBuf> {
    let inputs = [
        "core",
        "Cargo.toml",
        "Cargo.lock",
        "tests/package-lock.json",
        "xtask/src/versions.rs",
        "xtask/src/compile",
    ];
    inputs
        .iter()
        .map(|path| workspace.root.join(path))
        .collect()
}

/// SHA-256 and SHA-512 as loops: 3 KB each, gzipped, less than unrolled.
const COMPACT: &str = "--cfg=sha2_backend_soft=\"compact\"";

/// Has rustc write where a crate's file stands in its package, not where that lies here: what is shipped
/// holds no folder of the machine that built it, and is the same from every machine. And what else is told
/// it for all that is built for WebAssembly, and `more`.
pub(super) fn tell_rustc(command: &mut Command, more: &[&str]) -> Result<(), Problem> {
    let mut flags = OsString::from(COMPACT);
    for registry in registries()? {
        flags.push("\x1f--remap-path-prefix=");
        flags.push(registry.join(""));
        flags.push("=");
    }
    for flag in more {
        flags.push("\x1f");
        flags.push(flag);
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", flags);
    Ok(())
}

/// Where cargo keeps the sources of what it fetched, a folder a registry.
fn registries() -> Result<Vec<PathBuf>, Problem> {
    let home = env::var_os("CARGO_HOME").map_or_else(
        || env::home_dir().map(|home| home.join(".cargo")),
        |home| Some(home.into()),
    );
    let sources = home.unwrap_or_default().join("registry/src");
    let folders = fs::read_dir(&sources).map_err(Problem::file(&sources))?;
    let paths = folders.map(|folder| folder.map(|folder| folder.path()));
    let mut paths: Vec<_> = paths
        .collect::<Result<_, _>>()
        .map_err(Problem::file(&sources))?;
    paths.sort();
    Ok(paths)
}

pub(super) fn bindgen(workspace: &Workspace) -> Result<PathBuf, Problem> {
    workspace
        .which(WASM_BINDGEN.binary)
        .ok_or_else(|| Problem::new("wasm-bindgen is not installed", "run `cargo xtask setup`"))
}

pub(super) fn esbuild(workspace: &Workspace) -> PathBuf {
    workspace.npm_binary("esbuild/bin/esbuild")
}

pub(super) fn wasm_opt(workspace: &Workspace) -> PathBuf {
    workspace.npm_binary("binaryen/bin/wasm-opt")
}

/// Makes a module as small as it gets.
pub(super) fn optimize(workspace: &Workspace, from: &Path, to: &Path) -> Result<(), Problem> {
    run_wasm_opt(workspace, from, to, &[]).map(drop)
}

/// The same, with short names for what it imports and exports; answers the report on these.
pub(super) fn optimize_and_rename(
    workspace: &Workspace,
    from: &Path,
    to: &Path,
) -> Result<String, Problem> {
    let rename = ["--minify-imports-and-exports-and-modules"];
    run_wasm_opt(workspace, from, to, &rename)
}

fn run_wasm_opt(
    workspace: &Workspace,
    from: &Path,
    to: &Path,
    more: &[&str],
) -> Result<String, Problem> {
    let mut command = workspace.command("node");
    command.arg(wasm_opt(workspace)).arg("-Oz").args(FEATURES);
    command
        // What is not inlined compresses better: 2 % of a login page.
        .args(["--one-caller-inline-max-function-size=20", "--converge"])
        // What is alike compresses better side by side, and what is computed twice better than what is
        // kept in one more local.
        .args(["--skip-pass=local-cse", "--reorder-functions-by-name"])
        // The stack ends there: nothing that works has an address in the first kilobyte, so an offset added
        // to an address can go into the load.
        .arg("--low-memory-unused")
        .args(["--strip-producers", "--strip-debug"])
        .arg("--strip-target-features")
        .args(more)
        .arg(from)
        .arg("-o")
        .arg(to);
    let done = quiet("wasm-opt", command)?.or_fail("wasm-opt")?;
    Ok(done.text())
}

/// Copies a file, scripts and styles without what only people read. Nothing is bundled: the loader's
/// `import()` of a part must stay one.
pub(super) fn minify(workspace: &Workspace, from: &Path, to: &Path) -> Result<(), Problem> {
    let name = from.file_name().unwrap_or_default().to_string_lossy();
    if !name.ends_with(".js") && !name.ends_with(".css") {
        return copy(from, to);
    }
    let mut command = workspace.command(esbuild(workspace));
    command
        .args(["--minify", "--log-level=warning", "--charset=utf8"])
        .arg(from);
    command.arg(format!("--outfile={}", to.display()));
    quiet("esbuild", command)?.or_fail("esbuild").map(drop)
}

/// What these exports of a script need of it, as small as it gets.
pub(super) fn bundle(
    workspace: &Workspace,
    script: &Path,
    exports: &[&str],
    to: &Path,
) -> Result<(), Problem> {
    let name = script.file_name().unwrap_or_default().to_string_lossy();
    let entry = script.with_extension("entry.js");
    let text = format!("export {{ {} }} from './{name}';\n", exports.join(", "));
    fs::write(&entry, text).map_err(Problem::file(&entry))?;
    let mut command = workspace.command(esbuild(workspace));
    command
        .args(["--bundle", "--format=esm", "--minify"])
        .args(["--log-level=warning", "--charset=utf8"])
        .arg(entry);
    command.arg(format!("--outfile={}", to.display()));
    quiet("esbuild", command)?.or_fail("esbuild").map(drop)
}
