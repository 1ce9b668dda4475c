//! `bench`: what the core does, beside those who do the same in one run, and what it weighs.
//!
//! ```text
//! tests/bench/src ──native──▶ callback, totp-check  ┐
//! tests/bench/bare ──wasm──▶ box.wasm ──┐           ├─▶ bench <name> <ours> <peer> <unit> <ratio>
//! dist/widget/functions ────────────────┴──Node──▶  ┘
//! tests/bench/bare ──wasm──▶ otp, threema ─────────────▶ size <name> <raw> <gzip> <brotli>
//! ```
use std::fmt;
use std::process::ExitCode;

use crate::problem::Problem;
use crate::process::{quiet, say};
use crate::workspace::Workspace;

/// A figure, and the most that it may be of its peer's.
struct Figure {
    name: &'static str,
    budget: f64,
}

const fn figure(name: &'static str, budget: f64) -> Figure {
    Figure { name, budget }
}

const FIGURES: [Figure; 2] = [figure("callback-cold", 1.0), figure("totp-check", 0.75)];

/// Prints all figures and sizes, then says in a sentence each which is over its budget.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode, Problem> {
    let measured = native(workspace)?;
    let mut over = Vec::new();
    for Figure { name, budget } in FIGURES {
        let found = measured.iter().find(|found| found.name == name);
        let found =
            found.ok_or_else(|| Problem::new(format_args!("{name} was not measured"), LOST))?;
        say(found);
        if found.ratio() > budget {
            over.push(found.over(budget));
        }
    }
    for sentence in &over {
        say(sentence);
    }
    Ok(if over.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

const LOST: &str = "see what tests/bench prints";

fn native(workspace: &Workspace) -> Result<Vec<Measured>, Problem> {
    let mut cargo = workspace.cargo(&["build", "--release", "--package", "bench", "--bins"]);
    cargo.arg("--quiet");
    quiet("bench", cargo)?.or_fail("cargo build")?;
    let mut bench = workspace.command(workspace.target.join("release/bench"));
    bench
        .arg("measure")
        .arg(workspace.scratch().join("criterion"));
    let done = quiet("measuring", bench)?.or_fail("bench")?;
    Ok(done
        .lines
        .iter()
        .filter_map(|line| Measured::read(line))
        .collect())
}

/// What a run found, in nanoseconds.
struct Measured {
    name: String,
    ours: f64,
    peer: f64,
}

impl Measured {
    /// Reads `<name> <ours> <peer>`; what else a measuring program prints is passed over.
    fn read(line: &str) -> Option<Self> {
        let mut words = line.split(' ');
        let (name, ours, peer) = (words.next()?, words.next()?, words.next()?);
        let measured = Self {
            name: name.to_owned(),
            ours: ours.parse().ok()?,
            peer: peer.parse().ok()?,
        };
        words.next().is_none().then_some(measured)
    }

    fn ratio(&self) -> f64 {
        self.ours / self.peer
    }

    fn over(&self, budget: f64) -> String {
        let (name, ratio) = (&self.name, self.ratio());
        let percent = (ratio / budget - 1.0) * 100.0;
        format!(
            "{name} takes {ratio:.3} of its peer's time, {percent:.0} % over its budget of {budget}"
        )
    }
}

impl fmt::Display for Measured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, ours, peer) = (&self.name, self.ours / 1000.0, self.peer / 1000.0);
        write!(f, "bench {name} {ours:.3} {peer:.3} us {:.3}", self.ratio())
    }
}

#[cfg(test)]
mod tests {
    use super::Measured;

    #[test]
    fn a_line_of_three_words_is_a_figure_and_criterions_own_are_not() {
        let read = Measured::read("totp-check 300.5 601.0").map(|it| it.to_string());
        assert_eq!(
            read.as_deref(),
            Some("bench totp-check 0.300 0.601 us 0.500")
        );
        for other in [
            "Benchmarking totp-check: Warming up",
            "totp-check 1 2 3",
            "",
        ] {
            assert!(Measured::read(other).is_none(), "{other}");
        }
    }

    #[test]
    fn what_is_over_its_budget_is_said_in_a_sentence() {
        let measured = Measured::read("totp-check 90 100").map(|it| it.over(0.75));
        let said = "totp-check takes 0.900 of its peer's time, 20 % over its budget of 0.75";
        assert_eq!(measured.as_deref(), Some(said));
    }
}
