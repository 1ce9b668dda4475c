//! What is at work, for how long, and its last word.
//!
//! On a terminal one line that is redrawn; elsewhere (a log) a line every ten seconds. Nothing is
//! shown before two seconds have passed.
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub(super) const TICK: Duration = Duration::from_millis(100);
const SILENT: Duration = Duration::from_secs(2);
const LOG_EVERY: Duration = Duration::from_secs(10);

static BOARD: Mutex<Board> = Mutex::new(Board {
    tasks: Vec::new(),
    next: 0,
    drawn: false,
});

/// Prints a line, above whatever is being redrawn.
pub(crate) fn say(line: impl Display) {
    let mut board = lock();
    board.wipe();
    print(format_args!("{line}\n"));
}

/// One child at work.
pub(super) struct Task {
    id: u64,
    logged: Instant,
}

impl Task {
    pub(super) fn begin(label: &str) -> Self {
        let mut board = lock();
        let id = board.next;
        board.next = board.next.wrapping_add(1);
        let started = Instant::now();
        board.tasks.push(Shown {
            id,
            label: label.to_owned(),
            started,
            last: String::new(),
        });
        Self {
            id,
            logged: started,
        }
    }

    pub(super) fn at(&mut self, line: &str) {
        if let Some(task) = lock().tasks.iter_mut().find(|task| task.id == self.id) {
            line.trim().clone_into(&mut task.last);
        }
        self.tick();
    }

    pub(super) fn tick(&mut self) {
        let mut board = lock();
        if io::stdout().is_terminal() {
            board.draw();
        } else if let Some(task) = board.tasks.iter().find(|task| task.id == self.id) {
            let silent = task.started.elapsed() < SILENT;
            let first = self.logged == task.started;
            if !silent && (first || self.logged.elapsed() >= LOG_EVERY) {
                self.logged = Instant::now();
                print(format_args!("      {}\n", task.line()));
            }
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        let mut board = lock();
        board.wipe();
        board.tasks.retain(|task| task.id != self.id);
    }
}

struct Board {
    tasks: Vec<Shown>,
    next: u64,
    drawn: bool,
}

struct Shown {
    id: u64,
    label: String,
    started: Instant,
    last: String,
}

impl Shown {
    fn line(&self) -> String {
        format!(
            "{} {} s  {}",
            self.label,
            self.started.elapsed().as_secs(),
            self.last
        )
    }
}

impl Board {
    fn draw(&mut self) {
        let width = std::env::var("COLUMNS")
            .ok()
            .and_then(|it| it.parse().ok())
            .unwrap_or(80_usize);
        let slow = self
            .tasks
            .iter()
            .filter(|task| task.started.elapsed() >= SILENT);
        let line = slow.map(Shown::line).collect::<Vec<_>>().join(" | ");
        if !line.is_empty() {
            let line: String = line
                .chars()
                .filter(|it| !it.is_control())
                .take(width.saturating_sub(7))
                .collect();
            print(format_args!("\r\x1b[2K      {line}"));
            self.drawn = true;
        }
    }

    fn wipe(&mut self) {
        if self.drawn {
            print(format_args!("\r\x1b[2K"));
            self.drawn = false;
        }
    }
}

/// An output that nobody reads any more is no reason to stop the work, nor to panic.
fn print(text: std::fmt::Arguments<'_>) {
    let mut out = io::stdout().lock();
    drop(out.write_fmt(text).and_then(|()| out.flush()));
}

fn lock() -> MutexGuard<'static, Board> {
    BOARD.lock().unwrap_or_else(PoisonError::into_inner)
}
