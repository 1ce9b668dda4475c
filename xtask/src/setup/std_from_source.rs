//! The road for machines whose rustup has no server to ask: the target's standard library is built
//! from Debian's `rust-src`, of exactly the version that rustc has, and laid where rustc looks.
use std::fs;
use std::path::{Path, PathBuf};

use super::{apt, targets};
use crate::problem::Problem;
use crate::process::{quiet, say};
use crate::versions::{NO_STD_TARGET, Version};
use crate::workspace::{Workspace, copy, fresh_folder, write};

/// Builds the library for `target` and puts it in rustc's sysroot.
pub(super) fn add(workspace: &Workspace, rustc: Version, target: &str) -> Result<(), Problem> {
    let sysroot = targets::ask_rustc(workspace.command("rustc"), &["--print", "sysroot"])?;
    let source = sysroot.join("lib/rustlib/src/rust/library");
    if !source.join("std/Cargo.toml").is_file() {
        bring_source(workspace, rustc, target, &source)?;
    }
    let built = build(workspace, target)?;
    let folder = targets::library_folder(workspace, target)?;
    // Two sets of libraries side by side are an error to rustc (E0464).
    fresh_folder(&folder).map_err(|problem| not_writable(&problem))?;
    for library in &built {
        if let Some(name) = library.file_name() {
            copy(library, &folder.join(name))?;
        }
    }
    say(format_args!(
        "setup   target {target} built from source: {} libraries",
        built.len()
    ));
    Ok(())
}

fn bring_source(
    workspace: &Workspace,
    rustc: Version,
    target: &str,
    source: &Path,
) -> Result<(), Problem> {
    let unpacked = workspace.scratch().join("rust-src");
    apt::unpack_rust_src(workspace, rustc, target, &unpacked)?;
    let library = library_in(&unpacked).ok_or_else(|| {
        Problem::new(
            "Debian's rust-src has no library/std",
            format_args!("run `rustup target add {target}` where there is a network"),
        )
    })?;
    if let Some(parent) = source.parent() {
        fs::create_dir_all(parent)
            .map_err(Problem::file(parent))
            .map_err(|it| not_writable(&it))?;
    }
    let mut copying = workspace.command("cp");
    copying.arg("-RL").arg(library).arg(source);
    quiet("copying rust-src", copying)?.or_fail("copying rust-src")?;
    Ok(())
}

/// The `library` folder wherever the package has it: `usr/src/rustc-<version>/library`.
fn library_in(unpacked: &Path) -> Option<PathBuf> {
    fs::read_dir(unpacked.join("usr/src"))
        .ok()?
        .flatten()
        .map(|entry| entry.path().join("library"))
        .find(|library| library.join("std/Cargo.toml").is_file())
}

/// Builds an empty crate with its own standard library, and answers the libraries.
fn build(workspace: &Workspace, target: &str) -> Result<Vec<PathBuf>, Problem> {
    let folder = workspace.scratch().join("std").join(target);
    fresh_folder(&folder)?;
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[lib]\n[workspace]\n";
    write(&folder.join("Cargo.toml"), manifest)?;
    write(&folder.join("src/lib.rs"), "#![no_std]\n")?;
    let crates = if target == NO_STD_TARGET {
        "core,alloc"
    } else {
        "std,panic_abort,test"
    };
    let built = folder.join("built");
    let mut command = workspace.cargo(&["build", "--release", "--target", target]);
    command
        .arg(format!("-Zbuild-std={crates}"))
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", &built)
        .env("RUSTC_BOOTSTRAP", "1")
        // Without the bitcode link-time optimisation finds nothing to work on.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes");
    let label = format!("std for {target}");
    let finished = quiet(&label, command)?;
    if finished.is_offline() {
        return Err(Problem::offline(format_args!("crates for {label}")));
    }
    finished.or_fail(&label)?;
    let deps = built.join(target).join("release/deps");
    let entries = fs::read_dir(&deps).map_err(Problem::file(&deps))?;
    let libraries = entries.flatten().map(|entry| entry.path()).filter(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.ends_with(".rlib") && !name.starts_with("libempty-")
    });
    Ok(libraries.collect())
}

fn not_writable(problem: &Problem) -> Problem {
    Problem::new(
        format_args!("rustc's own folder cannot be written: {problem}"),
        "run once with the rights to, or use a Rust from https://rustup.rs",
    )
}
