//! The standard library for the targets we build for.
use std::path::PathBuf;
use std::process::Command;

use super::std_from_source;
use crate::problem::Problem;
use crate::process::{answer, quiet, say};
use crate::versions::Version;
use crate::workspace::Workspace;

/// Adds the targets that are missing: by rustup, and where that cannot, from source.
pub(super) fn add(workspace: &Workspace, rustc: Version, targets: &[&str]) -> Result<(), Problem> {
    for target in targets {
        if is_there(workspace, target)? {
            continue;
        }
        if !add_by_rustup(workspace, target)? {
            std_from_source::add(workspace, rustc, target)?;
        }
        if !is_there(workspace, target)? {
            return Err(Problem::new(
                format_args!("the target {target} was added, but rustc does not see it"),
                "compare `which rustc` with `rustup which rustc`",
            ));
        }
    }
    Ok(())
}

fn add_by_rustup(workspace: &Workspace, target: &str) -> Result<bool, Problem> {
    if workspace.which("rustup").is_none() {
        say(format_args!(
            "setup   target {target}: no rustup here, so from source"
        ));
        return Ok(false);
    }
    let mut command = workspace.command("rustup");
    command.args(["target", "add", target]);
    let finished = quiet(&format!("target {target}"), command)?;
    if finished.status.success() {
        say(format_args!(
            "setup   target {target} added, {:.1} s",
            finished.took.as_secs_f32()
        ));
    } else {
        let said = finished.lines.last().cloned().unwrap_or_default();
        say(format_args!(
            "setup   target {target}: rustup could not ({said}), so from source"
        ));
    }
    Ok(finished.status.success())
}

/// Whether rustc finds `core` for the target.
fn is_there(workspace: &Workspace, target: &str) -> Result<bool, Problem> {
    let folder = library_folder(workspace, target)?;
    Ok(folder.read_dir().is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            name.starts_with("libcore-") && name.ends_with(".rlib")
        })
    }))
}

/// Where rustc looks for a target's standard library.
pub(super) fn library_folder(workspace: &Workspace, target: &str) -> Result<PathBuf, Problem> {
    let command = workspace.command("rustc");
    ask_rustc(command, &["--print", "target-libdir", "--target", target])
}

pub(super) fn ask_rustc(mut command: Command, question: &[&str]) -> Result<PathBuf, Problem> {
    command.args(question);
    answer(command).map(PathBuf::from).ok_or_else(|| {
        Problem::new(
            format_args!("rustc {} failed", question.join(" ")),
            "see that `rustc --version` works",
        )
    })
}
