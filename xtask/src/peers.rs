//! `peers`: random cases, each given to core and to other people's code for the same thing.
use std::process::Command;

use crate::compile::Native;
use crate::problem::Problem;
use crate::process::attached;
use crate::setup;
use crate::workspace::Workspace;

/// With `full`, optimised: there are many.
pub(crate) fn run(workspace: &Workspace, full: bool, arguments: &[String]) -> Result<(), Problem> {
    setup::run(workspace, setup::For::Build)?;
    let mut differential = if full {
        let package = ["--package", "differential", "--"];
        workspace.cargo(&[&["run", "--quiet", "--release"], &package[..]].concat())
    } else {
        program(workspace)?
    };
    differential.args(arguments);
    if attached(differential)?.success() {
        return Ok(());
    }
    Err(Problem::new(
        "core and a peer differ",
        "each case is above, with the command that repeats it; a difference that is meant gets a name in \
         tests/peers/differential",
    ))
}

/// The few cases of every day.
pub(crate) fn program(workspace: &Workspace) -> Result<Command, Problem> {
    // Built together with what `test` builds, so that what they share is built once.
    Native::build_all(workspace)?;
    Ok(workspace.command(workspace.target.join("debug/differential")))
}
