//! Programs of this machine that the demo and the tests start.
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::problem::Problem;
use crate::process::{quiet, say};
use crate::workspace::Workspace;

/// A package with a program, and the setting by which those who start it learn where it is.
pub(crate) type Program = (&'static str, &'static str);

/// Threema's Gateway and the phones, simulated.
pub(crate) const GATEWAY_SIM: Program = ("gateway-sim", "THREEGATE_GATEWAY_SIM");
/// The official Rust SDK, to make callbacks.
pub(crate) const PEERS: Program = ("peers", "THREEGATE_PEER_RUST");

/// Random cases, given to core and to others' code.
const DIFFERENTIAL: Program = ("differential", "THREEGATE_DIFFERENTIAL");

/// Programs that are built.
pub(crate) struct Native(Vec<(&'static str, PathBuf)>);

impl Native {
    /// All that the tests start, at once: alone, each would build what they share with other features.
    pub(crate) fn build_all(workspace: &Workspace) -> Result<Self, Problem> {
        Self::build(workspace, &[GATEWAY_SIM, PEERS, DIFFERENTIAL])
    }

    /// Unoptimised, which takes a quarter of the time: they have little to do.
    pub(crate) fn build(workspace: &Workspace, programs: &[Program]) -> Result<Self, Problem> {
        let started = Instant::now();
        let mut command = workspace.cargo(&["build"]);
        let names: Vec<_> = programs.iter().map(|(package, _)| *package).collect();
        for package in &names {
            command.args(["--package", package]);
        }
        let names = names.join(", ");
        let finished = quiet(&names, command)?;
        if finished.is_offline() {
            return Err(Problem::offline(format_args!("packages of {names}")));
        }
        finished.or_fail("cargo build")?;
        say(format_args!(
            "build   {names}, {:.1} s",
            started.elapsed().as_secs_f32()
        ));
        let place =
            |(package, setting): &Program| (*setting, workspace.target.join("debug").join(package));
        Ok(Self(programs.iter().map(place).collect()))
    }

    /// Says where they are.
    pub(crate) fn tell(&self, command: &mut Command) {
        command.envs(self.0.iter().map(|(setting, program)| (setting, program)));
    }
}
