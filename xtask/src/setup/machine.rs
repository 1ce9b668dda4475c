//! What must be there before anything can be fetched.
use crate::problem::Problem;
use crate::process::{answer, say};
use crate::versions::{self, Version};
use crate::workspace::Workspace;

/// Checks for Rust, Node, npm and git; answers which Rust it is.
pub(super) fn check(workspace: &Workspace) -> Result<Version, Problem> {
    let install_rust = "install Rust with https://rustup.rs, or `rustup update stable`";
    let install_node = "install Node 20.3 or later, with npm: https://nodejs.org";
    let found = [
        newer(workspace, "rustc", Some(versions::RUSTC), install_rust)?,
        newer(workspace, "cargo", Some(versions::RUSTC), install_rust)?,
        newer(workspace, "node", Some(versions::NODE), install_node)?,
        newer(workspace, "npm", None, install_node)?,
        newer(workspace, "git", None, "install git: https://git-scm.com")?,
    ];
    let [rustc, cargo, node, npm, git] = found;
    say(format_args!(
        "setup   rustc {rustc}, cargo {cargo}, node {node}, npm {npm}, git {git}"
    ));
    Ok(rustc)
}

fn newer(
    workspace: &Workspace,
    program: &str,
    oldest: Option<Version>,
    remedy: &str,
) -> Result<Version, Problem> {
    let mut command = workspace.command(program);
    command.arg("--version");
    let needed = oldest.map_or_else(|| "it".to_owned(), |oldest| format!("{oldest} or later"));
    let found = match answer(command) {
        None => format!("{program} was not found"),
        Some(printed) => match Version::find(&printed) {
            Some(found) if oldest.is_none_or(|oldest| found >= oldest) => return Ok(found),
            Some(found) => format!("{program} is {found}"),
            None => format!("`{program} --version` printed `{printed}`"),
        },
    };
    Err(Problem::new(
        format_args!("{found}, and {needed} is needed"),
        remedy,
    ))
}
