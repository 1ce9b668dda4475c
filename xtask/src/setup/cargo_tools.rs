//! Programs from crates.io, installed below the target folder, never into the user's own.
use std::env;
use std::path::Path;

use super::apt;
use crate::problem::Problem;
use crate::process::{answer, quiet, say};
use crate::stamp;
use crate::versions::{Tool, WASM_BINDGEN, WORKER_BUILD};
use crate::workspace::Workspace;

/// Installs the tools that are missing or of another version.
pub(super) fn install(workspace: &Workspace, tools: &[Tool]) -> Result<(), Problem> {
    for tool in tools {
        if !is_there(workspace, tool) {
            install_one(workspace, tool)?;
        }
    }
    Ok(())
}

/// The library in `Cargo.lock` and the tool must be one version.
pub(super) fn check_library(workspace: &Workspace) -> Result<(), Problem> {
    let lock = workspace.read("Cargo.lock")?;
    match stamp::locked_version(&lock, "wasm-bindgen") {
        Some(library) if library != WASM_BINDGEN.version => Err(Problem::new(
            format_args!(
                "Cargo.lock has wasm-bindgen {library}, the tool is pinned to {}",
                WASM_BINDGEN.version
            ),
            "make xtask/src/versions.rs and Cargo.toml name the same version",
        )),
        _ => Ok(()),
    }
}

fn is_there(workspace: &Workspace, tool: &Tool) -> bool {
    let Some(program) = workspace.which(tool.binary) else {
        return false;
    };
    let mut command = workspace.command(program);
    command.arg("--version");
    let printed = answer(command).unwrap_or_default();
    let same = printed.split_whitespace().any(|word| word == tool.version);
    same || (tool.any_on_path && !printed.is_empty())
}

fn install_one(workspace: &Workspace, tool: &Tool) -> Result<(), Problem> {
    let Tool {
        package, version, ..
    } = tool;
    if *package == WORKER_BUILD.package {
        openssl_headers(workspace)?;
    }
    let mut command = workspace.cargo(&["install", package, "--version"]);
    command
        .arg(format!("={version}"))
        .args(["--bin", tool.binary, "--force", "--root"]);
    command.arg(workspace.tools());
    if tool.locked {
        command.arg("--locked");
    }
    // These tools run for seconds: compiling them fast beats having them fast. One target folder,
    // so that what they share is compiled once.
    command
        .current_dir(env::temp_dir()) // away from our own .cargo/config.toml
        .env("CARGO_TARGET_DIR", workspace.tools().join("target"))
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
        .env("CARGO_TERM_COLOR", "never");
    let label = format!("{package} {version}");
    say(format_args!(
        "setup   {label}: compiling (once; a minute or two)"
    ));
    let finished = quiet(&label, command)?;
    if finished.is_offline() {
        return Err(Problem::offline(label));
    }
    let took = finished.or_fail(&label)?.took;
    say(format_args!(
        "setup   {label}: installed, {:.1} s",
        took.as_secs_f32()
    ));
    Ok(())
}

/// worker-build's own downloader, which we do not use, links OpenSSL on Linux.
fn openssl_headers(workspace: &Workspace) -> Result<(), Problem> {
    let mut pkg_config = workspace.command("pkg-config");
    pkg_config.args(["--exists", "openssl"]);
    let there = !cfg!(target_os = "linux")
        || env::var_os("OPENSSL_DIR").is_some()
        || answer(pkg_config).is_some()
        || (Path::new("/usr/include/openssl/ssl.h").is_file()
            && workspace.which("pkg-config").is_some());
    if there {
        return Ok(());
    }
    apt::install(
        workspace,
        &["libssl-dev", "pkg-config"],
        "worker-build needs OpenSSL's headers and pkg-config",
        "install them (Debian: apt-get install libssl-dev pkg-config; Fedora: dnf install openssl-devel)",
    )
}
