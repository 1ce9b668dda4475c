//! Criterion, round after round.
use std::fs;
use std::path::Path;
use std::time::Duration;

use criterion::Criterion;
use criterion::measurement::{Measurement, ValueFormatter, WallTime};
use nix::time::{ClockId, clock_gettime};
use serde_json::Value;

use crate::{Failed, Figure};

/// How often both sides are measured.
const ROUNDS: u32 = 12;

/// Measures each figure and prints its line. Criterion's own files go to `folder`.
pub(crate) fn all(figures: &mut [Figure], folder: &Path) -> Result<(), Failed> {
    let mut criterion = Criterion::default()
        .with_measurement(ProcessorTime)
        .without_plots()
        .output_directory(folder)
        .sample_size(20)
        .warm_up_time(Duration::from_millis(50))
        .measurement_time(Duration::from_millis(200));
    for Figure { name, ours, peer } in figures {
        let mut best = [f64::INFINITY; 2];
        for round in 0..ROUNDS {
            let sides: [(&str, &mut dyn FnMut()); 2] = [("ours", ours), ("peer", peer)];
            for (best, (side, work)) in best.iter_mut().zip(sides) {
                let id = format!("{name}-{side}-{round}");
                criterion.bench_function(&id, |bencher| bencher.iter(&mut *work));
                *best = best.min(median(&folder.join(id))?);
            }
        }
        let [ours, peer] = best;
        println!("{name} {ours:.1} {peer:.1}");
    }
    Ok(())
}

/// The median time of one run, in nanoseconds. Criterion tells what it found to files only.
fn median(folder: &Path) -> Result<f64, Failed> {
    let found: Value = serde_json::from_slice(&fs::read(folder.join("new/estimates.json"))?)?;
    let median = found.pointer("/median/point_estimate");
    let median = median.and_then(Value::as_f64);
    median.ok_or_else(|| "criterion wrote no median".into())
}

/// The time that this thread had a processor for. While it waits for one, nothing is counted.
struct ProcessorTime;

impl Measurement for ProcessorTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        let now = clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID);
        now.map(Duration::from).unwrap_or_default()
    }

    fn end(&self, start: Duration) -> Duration {
        self.start().saturating_sub(start)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        one.saturating_add(*other)
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        WallTime.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        WallTime.formatter()
    }
}
