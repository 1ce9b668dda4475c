//! `shots`: every screen of the elements, in three widths and both schemes, and as contact sheets.
use crate::problem::Problem;
use crate::process::attached;
use crate::workspace::Workspace;
use crate::{compile, setup};

pub(crate) fn run(workspace: &Workspace, names: &[String]) -> Result<(), Problem> {
    let chromium = setup::run(workspace, setup::For::Test)?;
    compile::run(workspace)?;
    let mut node = workspace.command("node");
    node.arg(workspace.tests().join("shots/shots.mjs"))
        .args(names);
    if let Some(chromium) = &chromium {
        chromium.tell(&mut node);
    }
    if !attached(node)?.success() {
        return Err(Problem::new(
            "not every screen could be shown, see above",
            "tests/shots/screens.mjs says how each is reached",
        ));
    }
    Ok(())
}
