//! `build`: the worker and the widget, each only if something it is made from changed.
use std::time::Instant;

use crate::problem::Problem;
use crate::process::say;
use crate::workspace::Workspace;

mod bare;
mod imports;
mod names;
mod native;
mod wasm;
mod widget;
mod words;
mod worker;

pub(crate) use bare::{Made, bare};
pub(crate) use native::{GATEWAY_SIM, Native, PEERS};
pub(crate) use widget::PARTS;
pub(crate) use worker::hello;

/// Builds `edge-worker/build/` and `dist/widget/`.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Problem> {
    one("worker", || worker::build(workspace))?;
    one("widget", || widget::build(workspace))
}

fn one(name: &str, build: impl FnOnce() -> Result<bool, Problem>) -> Result<(), Problem> {
    let started = Instant::now();
    if build()? {
        say(format_args!(
            "build   {name}, {:.1} s",
            started.elapsed().as_secs_f32()
        ));
    } else {
        say(format_args!("build   {name} is as it was"));
    }
    Ok(())
}
