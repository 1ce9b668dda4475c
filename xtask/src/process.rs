//! Child processes: each leads a process group of its own, and none outlives us.
//!
//! [`quiet`] captures what a child prints and shows progress; [`attached`] lets it print;
//! [`answer`] is for short questions such as `--version`.
use std::io::{self, BufRead, BufReader, PipeReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use crate::problem::Problem;

mod groups;
mod progress;

pub(crate) use groups::stop_all_on_signals;
pub(crate) use progress::say;

/// A child that ended, and what it printed.
pub(crate) struct Finished {
    pub(crate) status: ExitStatus,
    pub(crate) lines: Vec<String>,
    pub(crate) took: Duration,
}

impl Finished {
    /// Turns a failure into a [`Problem`], after showing what the child printed last.
    pub(crate) fn or_fail(self, label: &str) -> Result<Self, Problem> {
        if self.status.success() {
            return Ok(self);
        }
        self.show();
        Err(Problem::new(
            format_args!("{label} failed ({})", self.status),
            "its output is above",
        ))
    }

    /// All that it printed.
    pub(crate) fn text(&self) -> String {
        self.lines.join("\n")
    }

    pub(crate) fn show(&self) {
        const SHOWN: usize = 200;
        let hidden = self.lines.len().saturating_sub(SHOWN);
        if hidden > 0 {
            say(format_args!("      … {hidden} earlier lines"));
        }
        for line in self.lines.iter().skip(hidden) {
            say(format_args!("      {line}"));
        }
    }

    pub(crate) fn mentions(&self, words: &[&str]) -> bool {
        self.lines
            .iter()
            .any(|line| words.iter().any(|word| line.contains(word)))
    }

    /// Whether it failed for want of a network.
    pub(crate) fn is_offline(&self) -> bool {
        !self.status.success()
            && self.mentions(&[
                "Could not resolve host",
                "Couldn't resolve host",
                "Could not resolve",
                "Temporary failure in name resolution",
                "Temporary failure resolving",
                "Network is unreachable",
                "Failed to connect",
                "failed to download from",
                "could not download file",
                "error sending request",
                "dns error",
                "ENOTFOUND",
                "EAI_AGAIN",
                "ECONNREFUSED",
                "ETIMEDOUT",
                "ENETUNREACH",
            ])
    }
}

/// Runs a child to its end, its output captured; after two seconds shows how long it has been
/// at work, and on what.
pub(crate) fn quiet(label: &str, mut command: Command) -> Result<Finished, Problem> {
    let (reader, writer) = io::pipe().map_err(no_pipe)?;
    command
        .stdout(writer.try_clone().map_err(no_pipe)?)
        .stderr(writer);
    let started = Instant::now();
    let mut leader = start(&mut command)?;
    drop(command); // and with it our own ends of the pipe
    let (tell, told) = mpsc::channel();
    thread::spawn(move || read_lines(reader, &tell));
    let mut shown = progress::Task::begin(label);
    let mut lines = Vec::new();
    let mut open = true;
    let status = loop {
        let line = if open {
            told.recv_timeout(progress::TICK)
        } else {
            thread::sleep(progress::TICK);
            Err(RecvTimeoutError::Timeout)
        };
        match line {
            Ok(line) => {
                shown.at(&line);
                lines.push(line);
                continue;
            }
            Err(RecvTimeoutError::Timeout) => shown.tick(),
            Err(RecvTimeoutError::Disconnected) => open = false,
        }
        if let Some(status) = leader.ended()? {
            break status;
        }
    };
    drop(leader); // ends whatever the child left behind, which closes the pipe
    while let Ok(line) = told.recv_timeout(Duration::from_secs(1)) {
        lines.push(line);
    }
    Ok(Finished {
        status,
        lines,
        took: started.elapsed(),
    })
}

/// Runs a child to its end; it prints where we print.
pub(crate) fn attached(mut command: Command) -> Result<ExitStatus, Problem> {
    start(&mut command)?.wait()
}

/// What a short command printed, trimmed; `None` if it is not there or failed.
pub(crate) fn answer(mut command: Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// The leader of a process group. When it is dropped, the group ends.
struct Leader {
    child: Child,
    _group: groups::Group,
}

impl Leader {
    fn ended(&mut self) -> Result<Option<ExitStatus>, Problem> {
        self.child.try_wait().map_err(not_waited)
    }

    fn wait(mut self) -> Result<ExitStatus, Problem> {
        self.child.wait().map_err(not_waited)
    }
}

fn start(command: &mut Command) -> Result<Leader, Problem> {
    command.stdin(Stdio::null()).process_group(0);
    groups::begin(|| {
        command.spawn().map_err(|error| {
            let program = command.get_program().to_string_lossy().into_owned();
            Problem::new(
                format_args!("{program} could not be started: {error}"),
                "see that it is installed and on PATH",
            )
        })
    })
    .map(|(child, group)| Leader {
        child,
        _group: group,
    })
}

/// Cargo, npm and apt redraw a line with `\r`: each state of it counts as a line.
fn read_lines(reader: PipeReader, tell: &mpsc::Sender<String>) {
    for line in BufReader::new(reader).split(b'\n').map_while(Result::ok) {
        for part in line.split(|byte| *byte == b'\r') {
            let text = String::from_utf8_lossy(part).trim_end().to_owned();
            if !text.is_empty() && tell.send(text).is_err() {
                return;
            }
        }
    }
}

fn no_pipe(error: io::Error) -> Problem {
    Problem::new(
        format_args!("no pipe for a child: {error}"),
        "close some programs and run again",
    )
}

fn not_waited(error: io::Error) -> Problem {
    Problem::new(format_args!("a child was lost: {error}"), "run again")
}
