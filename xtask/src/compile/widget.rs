//! The widget: `dist/widget/`, what a site serves.
//!
//! One cdylib is one wasm, and a login page must not load what only enrolment needs: so each part
//! is the same crate built with another feature, and the loader imports the one it needs. The reader
//! of QR codes is one more, for the scanner's thread, and the core's functions are another.
use std::fs;
use std::path::Path;

use super::{names, wasm, words};
use crate::problem::Problem;
use crate::process::quiet;
use crate::stamp::make_if_changed;
use crate::versions::WASM_TARGET;
use crate::workspace::{Workspace, copy, files_below, fresh_folder};

/// The features of `threegate-widget` that are built by themselves.
pub(crate) const PARTS: [&str; 5] = ["verify", "enroll", "manage", "scan", "functions"];

/// Those of them that the shell loads, which compiles them itself; and what it calls of each.
const ELEMENTS: [&str; 3] = ["verify", "enroll", "manage"];
const SHELL_CALLS: [&str; 2] = ["Handle", "initSync"];

/// Answers whether anything had to be built.
pub(super) fn build(workspace: &Workspace) -> Result<bool, Problem> {
    let output = workspace.dist().join("widget");
    let mut inputs = wasm::common_inputs(workspace);
    inputs.push(workspace.root.join("wasm-frontend"));
    inputs.push(workspace.root.join("www/element"));
    let inputs: Vec<_> = inputs.iter().map(AsRef::as_ref).collect();
    make_if_changed(workspace, "widget", &inputs, &output, || {
        let staging = workspace.scratch().join("widget");
        fresh_folder(&staging)?;
        for part in PARTS {
            build_part(workspace, part, &staging)?;
        }
        add_element(workspace, &staging)?;
        if output.exists() {
            fs::remove_dir_all(&output).map_err(Problem::file(&output))?;
        }
        fs::create_dir_all(workspace.dist()).map_err(Problem::file(&workspace.dist()))?;
        fs::rename(&staging, &output).or_else(|_| copy_all(&staging, &output))
    })
}

/// `<part>.js` and `<part>_bg.wasm`.
fn build_part(workspace: &Workspace, part: &str, staging: &Path) -> Result<(), Problem> {
    let label = format!("widget, {part}");
    let mut cargo = workspace.cargo(&["rustc", "--package", "threegate-widget", "--lib"]);
    // A library for others beside it would keep alive what nobody calls: a tenth of the module.
    cargo.args(["--crate-type", "cdylib"]);
    cargo.args(["--profile", wasm::PROFILE, "--target", WASM_TARGET]);
    cargo.args(["--no-default-features", "--features", part]);
    wasm::tell_rustc(&mut cargo, &[])?;
    quiet(&label, cargo)?.or_fail(&label)?;

    let compiled = workspace.target.join(WASM_TARGET).join(wasm::PROFILE);
    let glue = workspace.scratch().join("bindgen").join(part);
    fresh_folder(&glue)?;
    let mut bindgen = workspace.command(wasm::bindgen(workspace)?);
    bindgen.arg(compiled.join("threegate_widget.wasm"));
    bindgen
        .args([
            "--target",
            "web",
            "--no-typescript",
            "--out-name",
            part,
            "--out-dir",
        ])
        .arg(&glue);
    quiet("wasm-bindgen", bindgen)?.or_fail("wasm-bindgen")?;

    let module = format!("{part}_bg.wasm");
    let (from, to) = (glue.join(&module), staging.join(&module));
    let report = wasm::optimize_and_rename(workspace, &from, &to)?;
    let script = glue.join(format!("{part}.js"));
    let text = fs::read_to_string(&script).map_err(Problem::file(&script))?;
    let text = names::shorten(&text, &report)?;
    fs::write(&script, text).map_err(Problem::file(&script))?;
    if ELEMENTS.contains(&part) {
        return wasm::bundle(
            workspace,
            &script,
            &SHELL_CALLS,
            &staging.join(format!("{part}.js")),
        );
    }
    for file in files_below(&glue)? {
        let name = file.strip_prefix(&glue).unwrap_or(&file);
        if !name.ends_with(&module) {
            wasm::minify(workspace, &file, &staging.join(name))?;
        }
    }
    Ok(())
}

/// The hand-written side: loader, styles, words, types.
fn add_element(workspace: &Workspace, staging: &Path) -> Result<(), Problem> {
    let element = workspace.root.join("www/element");
    let languages = element.join("lang");
    for file in files_below(&element)? {
        if !file.starts_with(&languages) {
            let to = staging.join(file.strip_prefix(&element).unwrap_or(&file));
            wasm::minify(workspace, &file, &to)?;
        }
    }
    words::build(&languages, &staging.join("lang"))
}

/// For a dist folder on another file system than the target folder.
fn copy_all(from: &Path, to: &Path) -> Result<(), Problem> {
    files_below(from)?
        .iter()
        .try_for_each(|file| copy(file, &to.join(file.strip_prefix(from).unwrap_or(file))))
}
