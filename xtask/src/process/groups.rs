//! Which process groups are ours, and how they end.
//!
//! Ctrl-C and SIGTERM reach only us, since every child leads its own group: the handler asks the
//! groups to end (SIGTERM), gives them [`PATIENCE`], then ends them (SIGKILL).
use std::collections::BTreeSet;
use std::fs;
use std::process::{self, Child};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::problem::Problem;

const PATIENCE: Duration = Duration::from_secs(5);
/// What a shell reports for a program ended by Ctrl-C.
const INTERRUPTED: i32 = 130;

static GROUPS: Mutex<Groups> = Mutex::new(Groups {
    stopping: false,
    running: BTreeSet::new(),
});

struct Groups {
    /// Once set, nothing new starts.
    stopping: bool,
    running: BTreeSet<i32>,
}

/// A running group. Dropped, it is asked to end and then made to.
pub(super) struct Group(i32);

/// Ctrl-C, SIGTERM or a closed terminal: every group ends, then we do.
pub(crate) fn stop_all_on_signals() -> Result<(), Problem> {
    ctrlc::set_handler(|| {
        let running = {
            let mut groups = lock();
            groups.stopping = true;
            groups.running.clone()
        };
        super::progress::say("stopping …");
        end(with_descendants(running));
        process::exit(INTERRUPTED);
    })
    .map_err(|error| Problem::new(format_args!("no signal handler: {error}"), "run again"))
}

/// Starts a child and enters its group, with no moment between in which a signal could miss it.
pub(super) fn begin(
    spawn: impl FnOnce() -> Result<Child, Problem>,
) -> Result<(Child, Group), Problem> {
    let mut groups = lock_unless_stopping();
    let child = spawn()?;
    let id = i32::try_from(child.id())
        .map_err(|error| Problem::new(format_args!("process id: {error}"), "run again"))?;
    groups.running.insert(id);
    Ok((child, Group(id)))
}

impl Drop for Group {
    fn drop(&mut self) {
        drop(lock_unless_stopping());
        end(BTreeSet::from([self.0]));
        lock().running.remove(&self.0);
    }
}

/// While we are being stopped nothing goes on: the handler ends the program, and whoever saw a
/// child die must not get there first.
fn lock_unless_stopping() -> MutexGuard<'static, Groups> {
    loop {
        let groups = lock();
        if !groups.stopping {
            return groups;
        }
        drop(groups);
        thread::park();
    }
}

fn end(groups: BTreeSet<i32>) {
    let mut alive = groups;
    alive.retain(|group| signal(*group, Some(Signal::SIGTERM)));
    let deadline = Instant::now() + PATIENCE;
    while !alive.is_empty() && Instant::now() < deadline {
        thread::sleep(Duration::from_millis(20));
        alive.retain(|group| signal(*group, None));
    }
    for group in alive {
        signal(group, Some(Signal::SIGKILL));
    }
}

/// Whether the group was there to get it.
fn signal(group: i32, signal: Option<Signal>) -> bool {
    killpg(Pid::from_raw(group), signal) != Err(Errno::ESRCH)
}

/// Adds the groups of all descendants: a child may have led some of its own away (browsers do).
///
/// Read from `/proc`; where there is none, the groups we started are all we know.
fn with_descendants(mut groups: BTreeSet<i32>) -> BTreeSet<i32> {
    let processes: Vec<Process> = fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Process::parse(&fs::read_to_string(entry.path().join("stat")).ok()?))
        .collect();
    let mut family = groups.clone();
    loop {
        let before = family.len();
        for process in &processes {
            if family.contains(&process.parent) || groups.contains(&process.group) {
                family.insert(process.id);
                groups.insert(process.group);
            }
        }
        if family.len() == before {
            return groups;
        }
    }
}

struct Process {
    id: i32,
    parent: i32,
    group: i32,
}

impl Process {
    /// Reads `/proc/<id>/stat`: `id (name) state parent group …`; the name may hold anything.
    fn parse(stat: &str) -> Option<Self> {
        let (id, _) = stat.split_once(' ')?;
        let (_, rest) = stat.rsplit_once(") ")?;
        let mut fields = rest.split(' ').skip(1).map(|field| field.parse().ok());
        Some(Self {
            id: id.parse().ok()?,
            parent: fields.next()??,
            group: fields.next()??,
        })
    }
}

fn lock() -> MutexGuard<'static, Groups> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::Process;

    #[test]
    fn a_process_name_with_brackets_and_spaces_does_not_shift_the_fields() {
        let process =
            Process::parse("42 (a ) b (c) S 7 40 40 0 -1").map(|it| (it.id, it.parent, it.group));
        assert_eq!(process, Some((42, 7, 40)));
    }
}
