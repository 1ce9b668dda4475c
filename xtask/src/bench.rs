//! `bench`: what the core does, beside those who do the same in one run, and what it weighs.
//!
//! ```text
//! tests/bench/src ──native──▶ callbacks, totp-check  ┐
//! tests/bench/bare ──wasm──▶ open.wasm ──┐           ├─▶ bench <name> <ours> <peer> <unit> <ratio>
//! dist/widget/functions ────────────────┴──Node──▶  ┘
//! tests/bench/bare ──wasm──▶ otp, threema ─────────────▶ size <name> <raw> <gzip> <brotli>
//! ```
use std::fmt;
use std::fs;
use std::process::ExitCode;

use crate::compile::{self, Made};
use crate::problem::Problem;
use crate::process::{quiet, say};
use crate::sizes::Size;
use crate::workspace::Workspace;
use crate::{package, setup};

/// The figures, and the most that each may be of its peer's; none for what is only told.
const FIGURES: [(&str, Option<f64>); 8] = [
    ("callback-cold", Some(1.0)),
    ("callback-warm", Some(0.05)),
    ("totp-check", Some(0.75)),
    ("totp-wasm", Some(0.2)),
    ("totp-wasm-text", None),
    ("box-libsodium", Some(1.0)),
    ("box-tweetnacl", Some(0.2)),
    ("box-shipped", None),
];

/// The modules without glue, and the most that they may weigh, gzipped.
const SIZES: [(&str, Option<u64>); 3] = [
    ("otp", Some(32_000)),
    ("threema", Some(25_000)),
    ("threema-all", Some(25_000)),
];

/// How often Node is started. V8 lays the same code out anew in each process, and about one process in ten
/// takes twice as long for a large function, whosever it is, until its end.
const PROCESSES: u8 = 3;

/// Prints all figures and sizes, then says in a sentence each which is over its budget.
pub(crate) fn run(workspace: &Workspace) -> Result<ExitCode, Problem> {
    setup::run(workspace, setup::For::Build)?;
    compile::run(workspace)?;
    package::make(workspace)?;
    let mut measured = native(workspace)?;
    measured.extend(in_node(workspace)?);

    let mut over = Vec::new();
    for (name, budget) in FIGURES {
        let found = measured.iter().find(|found| found.name == name);
        let found = found.ok_or_else(|| {
            let what = format_args!("{name} was not measured");
            Problem::new(what, "see what tests/bench prints")
        })?;
        say(found);
        over.extend(budget.and_then(|budget| found.over(budget)));
    }
    for (name, budget) in SIZES {
        let module = compile::bare(workspace, name, Made::Small)?;
        let size = Size::of(&fs::read(&module).map_err(Problem::file(&module))?)?;
        let Size { raw, gzip, brotli } = size;
        say(format_args!("size {name}-bare {raw} {gzip} {brotli}"));
        if let Some(budget) = budget.filter(|budget| gzip > *budget) {
            let sentence = "bytes gzipped, over its budget of";
            over.push(format!("{name}-bare has {gzip} {sentence} {budget}"));
        }
    }
    for sentence in &over {
        say(sentence);
    }
    Ok(match over.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Rust beside Rust.
fn native(workspace: &Workspace) -> Result<Vec<Measured>, Problem> {
    let cargo = workspace.cargo(&["build", "--release", "--package", "bench", "--bins"]);
    quiet("bench", cargo)?.or_fail("cargo build")?;
    let mut bench = workspace.command(workspace.target.join("release/bench"));
    bench
        .arg("measure")
        .arg(workspace.scratch().join("criterion"));
    let done = quiet("measuring natively", bench)?.or_fail("bench")?;
    Ok(Measured::among(&done.lines))
}

/// WebAssembly beside what JavaScript has.
fn in_node(workspace: &Workspace) -> Result<Vec<Measured>, Problem> {
    let module = compile::bare(workspace, "open", Made::Fast)?;
    let mut best: Vec<Measured> = Vec::new();
    for _ in 0..PROCESSES {
        let mut node = workspace.command("node");
        node.arg(workspace.tests().join("bench/wasm.mjs"));
        node.arg(&module).arg(package::folder(workspace));
        let done = quiet("measuring in Node", node)?.or_fail("wasm.mjs")?;
        for found in Measured::among(&done.lines) {
            match best.iter_mut().find(|known| known.name == found.name) {
                Some(known) => known.improve(&found),
                None => best.push(found),
            }
        }
    }
    Ok(best)
}

/// What a run found, in nanoseconds.
struct Measured {
    name: String,
    ours: f64,
    peer: f64,
}

impl Measured {
    fn among(lines: &[String]) -> Vec<Self> {
        lines.iter().filter_map(|line| Self::read(line)).collect()
    }

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

    /// Keeps each side's best time.
    fn improve(&mut self, other: &Self) {
        self.ours = self.ours.min(other.ours);
        self.peer = self.peer.min(other.peer);
    }

    fn ratio(&self) -> f64 {
        self.ours / self.peer
    }

    /// The sentence that tells by how much, if it is.
    fn over(&self, budget: f64) -> Option<String> {
        let (name, ratio) = (&self.name, self.ratio());
        let percent = (ratio / budget - 1.0) * 100.0;
        let beyond = format!("{percent:.0} % over its budget of {budget}");
        (ratio > budget).then(|| format!("{name} takes {ratio:.3} of its peer's time, {beyond}"))
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
    fn of_two_processes_the_better_time_of_each_side_counts() {
        let read = |line| Measured::read(line).unwrap();
        let mut best = read("box-libsodium 132000 62000");
        best.improve(&read("box-libsodium 54000 64000"));
        assert_eq!(
            best.to_string(),
            "bench box-libsodium 54.000 62.000 us 0.871"
        );
    }

    #[test]
    fn what_is_over_its_budget_is_said_in_a_sentence() {
        let over = |line| Measured::read(line).and_then(|it| it.over(0.75));
        let said = "totp-check takes 0.900 of its peer's time, 20 % over its budget of 0.75";
        assert_eq!(over("totp-check 90 100").as_deref(), Some(said));
        assert_eq!(over("totp-check 75 100"), None);
    }
}
