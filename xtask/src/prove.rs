//! `prove`: what must be shown of the worker, on workerd itself, and of the widget, with the counts that
//! show it.
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::time::Duration;

use crate::problem::Problem;
use crate::process::{quiet, say};
use crate::workspace::Workspace;
use crate::{compile, setup};

/// What can be proved.
struct Proof {
    name: &'static str,
    /// What it shows, for `--help` and the summary.
    claim: &'static str,
    /// Test files below `tests/`; a `*` stands for anything in a file's name.
    files: &'static [&'static str],
    /// Whether `test` runs a short form of it.
    is_tested: bool,
    /// Whether it needs the worker that it is measured against.
    is_measured: bool,
    /// Whether it needs what comes from PyPI.
    needs_python: bool,
    /// Whether it needs Chromium.
    needs_browser: bool,
}

const fn proof(name: &'static str, claim: &'static str, files: &'static [&'static str]) -> Proof {
    Proof {
        name,
        claim,
        files,
        is_tested: false,
        is_measured: false,
        needs_python: false,
        needs_browser: false,
    }
}

const PROOFS: [Proof; 9] = [
    Proof {
        is_tested: true,
        ..proof(
            "once",
            "what works once works once, at a hundred equal requests, and in a thousand mixed logins",
            &["prove/once.test.mjs"],
        )
    },
    Proof {
        is_tested: true,
        ..proof(
            "crash",
            "killed at random moments under load, every message has its effect exactly once",
            &["prove/crash.test.mjs"],
        )
    },
    Proof {
        is_tested: true,
        ..proof(
            "kv",
            "a KV that lies lets no replay through and loses nothing; what a callback costs",
            &["prove/kv.test.mjs"],
        )
    },
    proof(
        "gateway",
        "a Gateway that misbehaves leaves the user a way on, and tells the admin the cause",
        &["e2e/gateway-faults.test.mjs"],
    ),
    proof(
        "attacks",
        "each attack by a test, with what it covers of ASVS 5 and OWASP's MFA sheet",
        &["e2e/attacks.test.mjs"],
    ),
    Proof {
        needs_python: true,
        ..proof(
            "api",
            "Schemathesis, with the API's description, finds nothing",
            &["e2e/openapi.test.mjs"],
        )
    },
    Proof {
        is_measured: true,
        ..proof(
            "load",
            "requests a second, latency and CPU a request beside a hello-world worker; 100,000 users",
            &["prove/load.test.mjs"],
        )
    },
    proof(
        "cost",
        "what a day of logins costs, and which limit of the free plan comes first",
        &["prove/cost.test.mjs"],
    ),
    Proof {
        needs_browser: true,
        ..proof(
            "usable",
            "from the element in the page to what can be used, on a slow phone and line",
            &["prove/usable.test.mjs"],
        )
    },
];

/// Proves what is named, or all; says how each went, and answers whether all held.
pub(crate) fn run(workspace: &Workspace, names: &[String]) -> Result<ExitCode, Problem> {
    let chosen = chosen(names)?;
    let needed = if chosen.iter().any(|proof| proof.needs_browser) {
        setup::For::Drive
    } else {
        setup::For::Build
    };
    let chromium = setup::run(workspace, needed)?;
    compile::run(workspace)?;
    let native = compile::Native::build(workspace, &[compile::GATEWAY_SIM, compile::PEERS])?;
    let hello = if chosen.iter().any(|proof| proof.is_measured) {
        Some(compile::hello(workspace)?)
    } else {
        None
    };
    let python = if chosen.iter().any(|proof| proof.needs_python) {
        Some(setup::PythonPrograms::bring(workspace)?)
    } else {
        None
    };
    let mut outcomes = Vec::new();
    for proof in chosen {
        let outcome = proof.run(workspace, |node| {
            native.tell(node);
            if let Some(hello) = &hello {
                node.env("THREEGATE_HELLO", hello);
            }
            if let Some(python) = &python {
                python.tell(node);
            }
            if let Some(chromium) = &chromium {
                chromium.tell(node);
            }
        })?;
        outcomes.push((proof, outcome));
    }
    say("");
    for (proof, outcome) in &outcomes {
        say(format_args!(
            "prove   {:8} {}  {:3} tests, {:4.0} s   {}",
            proof.name,
            if outcome.held { "holds" } else { "FAILS" },
            outcome.tests,
            outcome.took.as_secs_f32(),
            proof.claim,
        ));
    }
    let all = outcomes.iter().all(|(_, outcome)| outcome.held);
    Ok(if all {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The files of which `test` runs the short form.
pub(crate) fn tested_files(workspace: &Workspace) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for proof in PROOFS.iter().filter(|proof| proof.is_tested) {
        files.extend(proof.files(workspace)?);
    }
    Ok(files)
}

fn chosen(names: &[String]) -> Result<Vec<&'static Proof>, Problem> {
    static ALL: [Proof; 9] = PROOFS;
    if names.is_empty() {
        return Ok(ALL.iter().collect());
    }
    let find = |name: &String| {
        ALL.iter().find(|proof| proof.name == name).ok_or_else(|| {
            let known: Vec<_> = ALL.iter().map(|proof| proof.name).collect();
            Problem::new(
                format_args!("nothing is proved by the name `{name}`"),
                format_args!("name some of {}, or none for all", known.join(", ")),
            )
        })
    };
    names.iter().map(find).collect()
}

#[derive(Default)]
struct Outcome {
    held: bool,
    tests: u32,
    took: Duration,
}

impl Proof {
    fn run(&self, workspace: &Workspace, tell: impl Fn(&mut Command)) -> Result<Outcome, Problem> {
        say(format_args!("\nprove   {}: {}", self.name, self.claim));
        let files = self.files(workspace)?;
        if files.is_empty() {
            say(format_args!(
                "        there is no tests/{}",
                self.files.join(", tests/")
            ));
            return Ok(Outcome::default());
        }
        let mut node = workspace.command("node");
        // One file after the other: they measure, and start many processes.
        node.args(["--test", "--test-reporter=spec", "--test-concurrency=1"])
            .args(&files)
            .env("THREEGATE_PROVE", "full");
        tell(&mut node);
        let finished = quiet(self.name, node)?;
        for line in &finished.lines {
            say(format_args!("        {line}"));
        }
        let tests = count(&finished.lines, "pass ");
        let passed = finished.status.success() && tests > 0;
        Ok(Outcome {
            held: passed && count(&finished.lines, "skipped ") == 0,
            tests,
            took: finished.took,
        })
    }

    fn files(&self, workspace: &Workspace) -> Result<Vec<PathBuf>, Problem> {
        let mut files = Vec::new();
        for pattern in self.files {
            let path = workspace.tests().join(pattern);
            let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
                continue;
            };
            let name = name.to_string_lossy();
            let (start, end) = name.split_once('*').unwrap_or((&name, ""));
            let entries = fs::read_dir(folder).map_err(Problem::file(folder))?;
            let found = entries.flatten().map(|entry| entry.path()).filter(|path| {
                let found = path.file_name().unwrap_or_default().to_string_lossy();
                found == name
                    || (name.contains('*') && found.starts_with(start) && found.ends_with(end))
            });
            files.extend(found);
        }
        files.sort();
        Ok(files)
    }
}

/// The number that node's reporter prints after a word, `ℹ pass 12`.
fn count(lines: &[String], word: &str) -> u32 {
    let number = lines
        .iter()
        .rev()
        .find_map(|line| line.split_once(' ')?.1.strip_prefix(word)?.parse().ok());
    number.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{chosen, count};

    #[test]
    fn without_a_name_all_is_proved_and_an_unknown_one_names_those_there_are() {
        assert_eq!(chosen(&[]).map(|all| all.len()).ok(), Some(9));
        let some = chosen(&["kv".into(), "once".into()]).map_err(|problem| problem.to_string());
        let names = some.map(|some| some.iter().map(|proof| proof.name).collect::<Vec<_>>());
        assert_eq!(names, Ok(vec!["kv", "once"]));
        let unknown = chosen(&["twice".into()]).map(drop);
        let unknown = unknown.map_err(|problem| problem.to_string());
        assert_eq!(
            unknown,
            Err(
                "nothing is proved by the name `twice`; name some of once, crash, kv, gateway, attacks, api, load, cost, usable, or none for all"
                    .into()
            )
        );
    }

    #[test]
    fn the_reporters_counts_are_read() {
        let lines = ["ℹ tests 4", "ℹ pass 3", "ℹ skipped 1"].map(str::to_owned);
        assert_eq!((count(&lines, "pass "), count(&lines, "skipped ")), (3, 1));
        assert_eq!(count(&[], "pass "), 0);
    }
}
