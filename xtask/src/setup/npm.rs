//! The npm packages of `tests/`, exactly as its lock file names them.
use std::fs;

use crate::problem::Problem;
use crate::process::{quiet, say};
use crate::stamp::Stamp;
use crate::workspace::{Workspace, write};

/// `npm ci`, unless this very lock file was installed already.
pub(super) fn install(workspace: &Workspace) -> Result<(), Problem> {
    let tests = workspace.tests();
    let stamp = Stamp::of(
        &[
            &tests.join("package.json"),
            &tests.join("package-lock.json"),
        ],
        "",
    )?
    .to_string();
    let installed = tests.join("node_modules/.threegate-installed");
    if fs::read_to_string(&installed).is_ok_and(|it| it == stamp) {
        return Ok(());
    }
    let mut command = workspace.command("npm");
    // The packages we use need no install scripts, so none gets to run.
    command.args([
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=warn",
    ]);
    command.current_dir(&tests);
    let finished = quiet("npm packages", command)?;
    if finished.is_offline() {
        return Err(Problem::offline("npm packages"));
    }
    let took = finished.or_fail("npm ci")?.took;
    write(&installed, stamp)?;
    say(format_args!(
        "setup   npm packages installed, {:.1} s",
        took.as_secs_f32()
    ));
    Ok(())
}
