//! `setup`: brings what the other commands need, and does nothing where it is there already.
use std::thread;
use std::time::Instant;

use crate::problem::Problem;
use crate::process::say;
use crate::versions;
use crate::workspace::Workspace;

mod apt;
mod cargo_tools;
mod chromium;
mod machine;
mod npm;
mod python;
mod std_from_source;
mod targets;

pub(crate) use chromium::Chromium;
pub(crate) use python::PythonPrograms;

/// What it is for: the more is done, the more is needed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum For {
    Build,
    /// And a browser.
    Drive,
    /// And what only tests need.
    Test,
}

/// Brings everything, and says where the browser is if one was asked for.
pub(crate) fn run(workspace: &Workspace, what_for: For) -> Result<Option<Chromium>, Problem> {
    let started = Instant::now();
    let rustc = machine::check(workspace)?;
    let mut wanted_targets = vec![versions::WASM_TARGET];
    let mut wanted_tools = vec![versions::WASM_BINDGEN, versions::WORKER_BUILD];
    if what_for == For::Test {
        wanted_targets.push(versions::NO_STD_TARGET);
        wanted_tools.extend([versions::NEXTEST, versions::DENY]);
    }
    targets::add(workspace, rustc, &wanted_targets)?;
    cargo_tools::check_library(workspace)?;
    // The network is slow for one and the processor for the other: side by side.
    thread::scope(|scope| {
        let npm = scope.spawn(|| npm::install(workspace));
        let tools = cargo_tools::install(workspace, &wanted_tools);
        let npm = npm
            .join()
            .unwrap_or_else(|_| Err(Problem::new("the npm packages' thread died", "run again")));
        tools.and(npm)
    })?;
    let chromium = match what_for {
        For::Build => None,
        For::Drive | For::Test => Some(Chromium::find_or_install(workspace)?),
    };
    say(format_args!(
        "setup   ready after {:.1} s",
        started.elapsed().as_secs_f32()
    ));
    Ok(chromium)
}
