//! `bench-qr`: the scanner's own code, natively, on pictures that are not part of this repository.
use std::path::{Path, absolute};

use crate::problem::Problem;
use crate::process::attached;
use crate::workspace::Workspace;

pub(crate) fn run(workspace: &Workspace, folder: Option<&Path>) -> Result<(), Problem> {
    let advice =
        "name a folder with a folder for each set of pictures: `cargo xtask bench-qr FOLDER`";
    let folder = folder.ok_or_else(|| Problem::new("bench-qr needs a folder", advice))?;
    // The child's working directory is the repository's root.
    let folder = absolute(folder).map_err(Problem::file(folder))?;
    let mut cargo =
        workspace.cargo(&["run", "--quiet", "--release", "--package", "qr-bench", "--"]);
    cargo.arg(&folder);
    if !attached(cargo)?.success() {
        return Err(Problem::new("qr-bench failed, see above", advice));
    }
    Ok(())
}
