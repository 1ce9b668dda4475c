//! `test`: everything that CI runs, a line a step; stops at the first that fails, and names it.
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::problem::Problem;
use crate::process::{Finished, quiet, say};
use crate::setup::{self, PythonPrograms};
use crate::versions::{NO_STD_TARGET, WASM_TARGET};
use crate::workspace::Workspace;
use crate::{compile, dist, fuzz, panics, peers, prove};

/// `quick` leaves out the browser, the worker's runtime and what is built for them.
pub(crate) fn run(workspace: &Workspace, quick: bool) -> Result<(), Problem> {
    let started = Instant::now();
    let chromium = setup::run(workspace, setup::For::Test)?;
    // What needs the network, before minutes of building.
    let python = if quick {
        None
    } else {
        Some(PythonPrograms::bring(workspace)?)
    };
    let run = Run {
        workspace,
        took: Mutex::default(),
    };
    run.sources()?;
    run.core()?;
    run.natively()?;
    run.peers()?;
    run.panics()?;
    run.dependencies()?;
    run.fuzz()?;
    if !quick {
        run.step("dist, and its sizes", || dist::make(workspace))?;
        run.deployable()?;
        let native = compile::Native::build_all(workspace)?;
        run.end_to_end(|node| {
            native.tell(node);
            if let Some(chromium) = &chromium {
                chromium.tell(node);
            }
            if let Some(python) = &python {
                python.tell(node);
            }
        })?;
    }
    run.say_slowest();
    say(format_args!(
        "test    all passed after {:.0} s",
        started.elapsed().as_secs_f32()
    ));
    Ok(())
}

/// Files that wait more than they work: pauses that the worker makes before it tries again.
const WAITING: [&str; 1] = ["webhooks.test.mjs"];

struct Run<'a> {
    workspace: &'a Workspace,
    /// What each step took.
    took: Mutex<Vec<(String, Duration)>>,
}

impl Run<'_> {
    fn sources(&self) -> Result<(), Problem> {
        self.cargo("fmt", &["fmt", "--all", "--check"])?;
        let deny = ["--", "-D", "warnings"];
        let clippy = |label: &str, arguments: &[&str]| {
            self.cargo(label, &[&["clippy"], arguments, &deny].concat())
        };
        clippy("clippy", &["--workspace", "--all-targets"])?;
        let wasm = ["--target", WASM_TARGET];
        clippy(
            "clippy, worker",
            &[&["--package", "threegate-worker"], &wasm[..]].concat(),
        )?;
        for part in compile::PARTS {
            let features = [
                "--package",
                "threegate-widget",
                "--no-default-features",
                "--features",
                part,
            ];
            clippy(
                &format!("clippy, widget, {part}"),
                &[&features, &wasm[..]].concat(),
            )?;
        }
        let mut doc = self.workspace.cargo(&["doc", "--workspace", "--no-deps"]);
        doc.env("RUSTDOCFLAGS", "-D warnings");
        self.command("docs", doc).map(drop)
    }

    /// core needs no std, and each of its features stands by itself.
    fn core(&self) -> Result<(), Problem> {
        let alone = ["--package", "threegate-core", "--no-default-features"];
        let no_std = [&["build", "--target", NO_STD_TARGET], &alone[..]].concat();
        self.cargo("core without std", &no_std)?;
        for feature in features(&self.workspace.read("core/Cargo.toml")?) {
            let arguments = [
                &["clippy"],
                &alone[..],
                &["--features", feature, "--", "-D", "warnings"],
            ];
            self.cargo(&format!("core with only {feature}"), &arguments.concat())?;
        }
        Ok(())
    }

    fn natively(&self) -> Result<(), Problem> {
        let nextest = [
            "nextest",
            "run",
            "--workspace",
            "--no-tests=fail",
            "--no-fail-fast",
        ];
        self.counted(
            "unit and integration tests",
            self.workspace.cargo(&nextest),
            |finished| {
                finished.lines.iter().find_map(|line| {
                    let words = line.trim().strip_prefix("Summary")?.split(']').nth(1)?;
                    words.split_whitespace().next()?.parse().ok()
                })
            },
        )?;
        let doc = ["test", "--doc", "--workspace"];
        self.counted(
            "documentation's examples",
            self.workspace.cargo(&doc),
            |finished| {
                let passed = finished.lines.iter().filter_map(|line| {
                    let rest = line.strip_prefix("test result: ok. ")?;
                    rest.split_whitespace().next()?.parse::<u32>().ok()
                });
                Some(passed.sum())
            },
        )
    }

    /// A few hundred random cases each; the counts are shown.
    fn peers(&self) -> Result<(), Problem> {
        let program = peers::program(self.workspace)?;
        let finished = self.command("peers", program)?;
        for line in &finished.lines {
            say(format_args!("          {line}"));
        }
        Ok(())
    }

    fn panics(&self) -> Result<(), Problem> {
        let finished = self.command("panics", panics::look(self.workspace)?)?;
        for line in &finished.lines {
            say(format_args!("          {line}"));
        }
        Ok(())
    }

    fn dependencies(&self) -> Result<(), Problem> {
        let deny = [
            "deny",
            "--all-features",
            "check",
            "bans",
            "licenses",
            "sources",
        ];
        self.cargo("dependencies", &deny)?;
        let database = "https://github.com/RustSec/advisory-db";
        let mut reach = self.workspace.command("git");
        reach
            .args(["ls-remote", "--exit-code", database, "HEAD"])
            .env("GIT_TERMINAL_PROMPT", "0");
        if !quiet("reaching RustSec's advisories", reach)?
            .status
            .success()
        {
            say("test    advisories: NOT checked, RustSec's database cannot be reached from here");
            return Ok(());
        }
        self.cargo(
            "advisories",
            &["deny", "--all-features", "check", "advisories"],
        )
    }

    /// Each target for a second: that it builds, and that nothing is found at once.
    fn fuzz(&self) -> Result<(), Problem> {
        self.step("fuzz targets", || {
            let wanted = fuzz::Wanted {
                seconds: 1,
                names: &[],
            };
            fuzz::run(self.workspace, &wanted)
        })
    }

    /// What `wrangler deploy` would send is complete.
    fn deployable(&self) -> Result<(), Problem> {
        let mut wrangler = self.workspace.command("node");
        wrangler.arg(self.workspace.npm_binary("wrangler/bin/wrangler.js"));
        wrangler.args(["deploy", "--dry-run", "--outdir"]);
        wrangler.arg(self.workspace.scratch().join("dry-run"));
        wrangler.current_dir(self.workspace.dist().join("worker"));
        wrangler
            .env("CI", "1")
            .env("WRANGLER_SEND_METRICS", "false");
        self.command("wrangler deploy --dry-run", wrangler)
            .map(drop)
    }

    /// The worker on workerd, the widget in Chromium, Threema simulated. One file after the other, and
    /// beside them those that only wait. `tell` says where the programs are that the tests start.
    fn end_to_end(&self, tell: impl Fn(&mut Command) + Sync) -> Result<(), Problem> {
        let files = end_to_end_files(self.workspace)?;
        if files.is_empty() {
            return Err(failed("end to end", "there is no tests/e2e/*.test.mjs"));
        }
        let waits = |file: &PathBuf| WAITING.iter().any(|name| file.ends_with(name));
        let (waiting, working): (Vec<_>, Vec<_>) = files.into_iter().partition(waits);
        thread::scope(|scope| {
            let beside = scope.spawn(|| self.files(&waiting, "second", &tell));
            let working = self.files(&working, "first", &tell);
            let waiting = beside
                .join()
                .unwrap_or_else(|_| Err(failed("end to end", "a thread died")));
            working.and(waiting)
        })
    }

    /// `half` of the ports is theirs.
    fn files(
        &self,
        files: &[PathBuf],
        half: &str,
        tell: impl Fn(&mut Command),
    ) -> Result<(), Problem> {
        for file in files {
            let mut node = self.workspace.command("node");
            node.args(["--test", "--test-reporter=spec"]).arg(file);
            node.env("THREEGATE_PORTS", half);
            tell(&mut node);
            let label = file
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            self.counted(&label, node, |finished| {
                let tests = |name: &str| {
                    finished.lines.iter().find_map(|line| {
                        let (_, number) = line.split_once(' ')?;
                        number.strip_prefix(name)?.trim().parse::<u32>().ok()
                    })
                };
                tests("pass ").or_else(|| tests("tests "))
            })?;
        }
        Ok(())
    }

    fn cargo(&self, label: &str, arguments: &[&str]) -> Result<(), Problem> {
        self.command(label, self.workspace.cargo(arguments))
            .map(drop)
    }

    fn command(&self, label: &str, command: Command) -> Result<Finished, Problem> {
        let finished = quiet(label, command)?;
        if !finished.status.success() {
            finished.show();
            return Err(failed(label, finished.status));
        }
        self.took(label, finished.took);
        Ok(finished)
    }

    /// A test runner that ran nothing proved nothing.
    fn counted(
        &self,
        label: &str,
        command: Command,
        count: impl FnOnce(&Finished) -> Option<u32>,
    ) -> Result<(), Problem> {
        let finished = self.command(label, command)?;
        match count(&finished) {
            Some(ran) if ran > 0 => {
                say(format_args!("          {label}: {ran} passed"));
                Ok(())
            }
            _ => {
                finished.show();
                Err(failed(label, "no test ran"))
            }
        }
    }

    fn step(&self, label: &str, step: impl FnOnce() -> Result<(), Problem>) -> Result<(), Problem> {
        let started = Instant::now();
        step().map_err(|problem| failed(label, problem.what))?;
        self.took(label, started.elapsed());
        Ok(())
    }

    fn took(&self, label: &str, took: Duration) {
        say(format_args!("test    {label}: {:.1} s", took.as_secs_f32()));
        let mut all = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((label.to_owned(), took));
    }

    fn say_slowest(&self) {
        let mut all = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        all.sort_by_key(|(_, took)| std::cmp::Reverse(*took));
        let slowest = all.iter().take(10);
        let slowest: Vec<_> = slowest
            .map(|(label, took)| format!("{label} {:.0} s", took.as_secs_f32()))
            .collect();
        say(format_args!("test    slowest: {}", slowest.join(", ")));
    }
}

fn failed(label: &str, what: impl std::fmt::Display) -> Problem {
    Problem::new(
        format_args!("test failed at `{label}`: {what}"),
        "what it printed is above",
    )
}

/// The names in a manifest's `[features]`, `default` left out.
fn features(manifest: &str) -> impl Iterator<Item = &str> {
    let lines = manifest
        .lines()
        .skip_while(|line| *line != "[features]")
        .skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    lines
        .filter_map(|line| line.split_once(" ="))
        .map(|(name, _)| name)
        .filter(|name| *name != "default")
}

fn end_to_end_files(workspace: &Workspace) -> Result<Vec<PathBuf>, Problem> {
    let folder = workspace.tests().join("e2e");
    let entries = fs::read_dir(&folder).map_err(Problem::file(&folder))?;
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    files.extend(prove::tested_files(workspace)?);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::features;

    #[test]
    fn features_are_read_up_to_the_next_table() {
        let manifest = "[package]\nname = \"x\"\n[features]\ndefault = []\nstd = []\nqr-write = [\n  \"std\",\n]\n[dependencies]\na = \"1\"\n";
        assert_eq!(features(manifest).collect::<Vec<_>>(), ["std", "qr-write"]);
    }
}
