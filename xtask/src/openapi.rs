//! `openapi`: the API's description, written from the types that the worker speaks with.
use crate::problem::Problem;
use crate::process::{answer, say};
use crate::workspace::{Workspace, write};

/// Where a site's developer finds it. A test of core fails if it is another one.
const PLACE: &str = "edge-worker/openapi.json";

pub(crate) fn run(workspace: &Workspace) -> Result<(), Problem> {
    let example = ["run", "--quiet", "--package", "threegate-core"];
    let features = ["--features", "schema", "--example", "openapi"];
    let printed = answer(workspace.cargo(&[&example[..], &features].concat()));
    let document = printed.ok_or_else(|| {
        Problem::new(
            "core's example `openapi` failed",
            "run `cargo run -p threegate-core --features schema --example openapi`",
        )
    })?;
    write(&workspace.root.join(PLACE), document + "\n")?;
    say(format_args!("openapi {PLACE}"));
    Ok(())
}
