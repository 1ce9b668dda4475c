//! How well and how fast the widget's scanner reads pictures: `cargo xtask bench-qr <folder>`.
//!
//! The folder has one folder a set. A picture's text is in the `.txt` beside it; in a set whose name
//! begins with `falsepositives` nothing may be read. After them come sets of our own, rendered.
//!
//! | column | what |
//! | --- | --- |
//! | `exact` | the text that is in the `.txt`: read as UTF-8, Latin-1 or Shift-JIS, newlines made equal |
//! | `first` | of these, at the first attempt |
//! | `read` | pictures in which anything was read |
//! | `wrong` | texts read that are not the picture's, or where nothing may be read |
//! | `mean`, `median`, `worst` | milliseconds a picture, all attempts that it took |
#![allow(
    clippy::as_conversions,
    reason = "it measures and draws, with numbers that fit"
)]

use std::error::Error;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use threegate_widget::scan;

mod folder;
mod rendered;

/// A picture, and what it says if that is known.
struct Sample {
    luma: Vec<u8>,
    width: u32,
    height: u32,
    expected: Expected,
}

enum Expected {
    Text(String),
    Nothing,
    /// Several codes, or one that nobody wrote down.
    Unknown,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or("usage: qr-bench <folder with a folder for each set>")?;
    println!(
        "{:<18}{:>9}{:>9}{:>7}{:>6}{:>7}{:>8}{:>8}{:>8}",
        "set", "pictures", "exact", "first", "read", "wrong", "mean", "median", "worst"
    );
    let mut all = Vec::new();
    for (name, samples) in folder::sets(&folder)? {
        all.extend(measure(&name, samples?));
    }
    print("all of them", &all);
    let mut ours = Vec::new();
    for (name, samples) in rendered::sets()? {
        ours.extend(measure(name, samples));
    }
    print("all rendered", &ours);
    Ok(())
}

/// What reading one sample came to.
struct Outcome {
    labelled: bool,
    exact: bool,
    first: bool,
    read: bool,
    wrong: usize,
    took: Duration,
}

fn measure(name: &str, samples: Vec<Sample>) -> Vec<Outcome> {
    let outcomes: Vec<_> = samples.iter().map(outcome).collect();
    print(name, &outcomes);
    outcomes
}

fn outcome(sample: &Sample) -> Outcome {
    let started = Instant::now();
    let attempts = (0..scan::attempts()).map(|attempt| {
        let texts = scan::read(&sample.luma, sample.width, sample.height, attempt);
        (attempt, texts)
    });
    let found = attempts.into_iter().find(|(_, texts)| !texts.is_empty());
    let took = started.elapsed();
    let (attempt, texts) = found.unwrap_or_default();
    let (exact, wrong) = match &sample.expected {
        Expected::Text(expected) => {
            let right = texts.iter().filter(|text| says(text, expected)).count();
            (right > 0, texts.len() - right)
        }
        Expected::Nothing => (false, texts.len()),
        Expected::Unknown => (false, 0),
    };
    Outcome {
        labelled: matches!(sample.expected, Expected::Text(_)),
        exact,
        first: exact && attempt == 0,
        read: !texts.is_empty(),
        wrong,
        took,
    }
}

/// The scanner reads bytes that are not UTF-8 as Latin-1, which keeps them all: so what was written
/// as Shift-JIS can still be read so.
fn says(text: &str, expected: &str) -> bool {
    let bytes: Option<Vec<u8>> = text.chars().map(|it| u8::try_from(it).ok()).collect();
    let japanese = bytes.map(|bytes| encoding_rs::SHIFT_JIS.decode(&bytes).0.into_owned());
    let plain = |text: &str| text.replace("\r\n", "\n").trim_end_matches('\n').to_owned();
    [Some(text.to_owned()), japanese]
        .into_iter()
        .flatten()
        .any(|reading| plain(&reading) == plain(expected))
}

fn print(name: &str, outcomes: &[Outcome]) {
    let count = |what: fn(&Outcome) -> bool| outcomes.iter().filter(|it| what(it)).count();
    let exact = match count(|it| it.labelled) {
        0 => String::new(),
        labelled => format!("{}/{labelled}", count(|it| it.exact)),
    };
    let mut times: Vec<_> = outcomes
        .iter()
        .map(|it| it.took.as_secs_f64() * 1e3)
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "{name:<18}{:>9}{exact:>9}{:>7}{:>6}{:>7}{:>8.2}{:>8.2}{:>8.2}",
        outcomes.len(),
        count(|it| it.first),
        count(|it| it.read),
        outcomes.iter().map(|it| it.wrong).sum::<usize>(),
        times.iter().sum::<f64>() / times.len().max(1) as f64,
        times.get(times.len() / 2).copied().unwrap_or_default(),
        times.last().copied().unwrap_or_default(),
    );
}
