//! `dist`: what is deployed, and what it weighs.
//!
//! ```text
//! dist/widget/   what a site serves beside its pages
//! dist/worker/   `wrangler deploy` runs here
//! dist/pages.txt what a page with an element loads of it
//! dist/threegate-<version>.tgz  the npm package
//! ```
use std::fs;

use crate::problem::Problem;
use crate::process::say;
use crate::sizes::{self, Size};
use crate::workspace::{Workspace, copy, files_below, fresh_folder, write};
use crate::{compile, package, setup};

/// Builds all, prints the sizes, and fails if one is over its budget.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Problem> {
    setup::run(workspace, setup::For::Build)?;
    make(workspace)
}

/// The same for a caller that has set up already.
pub(crate) fn make(workspace: &Workspace) -> Result<(), Problem> {
    compile::run(workspace)?;
    assemble_worker(workspace)?;
    package::make(workspace)?;
    write(&workspace.dist().join("pages.txt"), sizes::pages())?;
    let sizes = sizes::measure(&workspace.dist())?;
    for (name, Size { raw, gzip, brotli }) in &sizes {
        say(format_args!("size {name} {raw} {gzip} {brotli}"));
    }
    sizes::keep_to_budgets(&sizes)
}

fn assemble_worker(workspace: &Workspace) -> Result<(), Problem> {
    let built = workspace.root.join("edge-worker/build");
    let worker = workspace.dist().join("worker");
    fresh_folder(&worker)?;
    for file in files_below(&built)? {
        let name = file.strip_prefix(&built).unwrap_or(&file);
        let deployed = name
            .extension()
            .is_some_and(|it| it == "js" || it == "wasm");
        if deployed {
            copy(&file, &worker.join(name))?;
        }
    }
    let source = workspace.root.join("edge-worker/wrangler.toml");
    let configuration = fs::read_to_string(&source).map_err(Problem::file(&source))?;
    write(&worker.join("wrangler.toml"), for_dist(&configuration))
}

/// The worker's configuration as it must be beside `index.js`: another `main`, and no `[build]`,
/// since there is nothing left to build.
fn for_dist(configuration: &str) -> String {
    let mut in_build = false;
    let mut result = String::new();
    for line in configuration.lines() {
        if line.starts_with('[') {
            in_build = line.starts_with("[build");
        }
        if line.starts_with("main") {
            result.push_str("main = \"index.js\"\n");
        } else if !in_build {
            result.push_str(line);
            result.push('\n');
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::for_dist;

    #[test]
    fn the_deployed_configuration_names_the_script_beside_it_and_builds_nothing() {
        let written = "name = \"x\"\nmain = \"build/index.js\"\n\n[build]\ncommand = \"make\"\n\n[vars]\nA = \"1\"\n";
        assert_eq!(
            for_dist(written),
            "name = \"x\"\nmain = \"index.js\"\n\n[vars]\nA = \"1\"\n"
        );
    }
}
