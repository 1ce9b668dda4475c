//! Random cases, each given to core and to somebody else's code for the same thing.
//!
//! ```text
//! cargo xtask peers            a few hundred cases each, always the same ones
//! cargo xtask peers --full     100,000 each, of a fresh seed
//!
//! peer <name> <cases> <differences>
//!     <count>  <a difference that is meant, by its name>
//! ```
//!
//! A difference is printed with what was asked and with the command that asks it again. Everything random
//! is of the seed, but for what the official SDK draws for itself (padding, nonces, keys of files).

mod comparison;
mod made;
mod node;
mod otplib;
mod random;
mod sdk;
mod totp_rs;
mod tweetnacl;
mod url;

use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use crate::comparison::{Agreement, Comparison, Difference};
use crate::node::Node;
use crate::random::Random;

/// Starts whatever answers.
type Open = fn() -> Result<Box<dyn Comparison>, Difference>;

/// Each by its name, with how many cases are asked every day: boxes take their time.
const COMPARISONS: [(&str, u64, Open); 13] = [
    ("totp-rs-codes", QUICK, || Ok(Box::new(totp_rs::codes))),
    ("totp-rs-checks", QUICK, || Ok(Box::new(totp_rs::checks))),
    ("totp-rs-links", QUICK, || Ok(Box::new(totp_rs::links))),
    ("otplib-codes", QUICK, || {
        Ok(Box::new(otplib::Codes(Node::start()?)))
    }),
    ("otplib-checks", QUICK, || {
        Ok(Box::new(otplib::Checks(Node::start()?)))
    }),
    ("otplib-links", QUICK, || {
        Ok(Box::new(otplib::Links(Node::start()?)))
    }),
    ("url-links", QUICK, || Ok(Box::new(url::links))),
    ("url-forms", QUICK, || Ok(Box::new(url::forms))),
    ("url-origins", QUICK, || Ok(Box::new(url::origins))),
    ("sdk-callbacks", QUICK, || Ok(Box::new(sdk::callbacks))),
    ("sdk-boxes", 100, || Ok(Box::new(sdk::boxes))),
    ("sdk-messages", 100, || Ok(Box::new(sdk::messages))),
    ("tweetnacl-boxes", 100, || {
        Ok(Box::new(tweetnacl::Boxes(Node::start()?)))
    }),
];

/// Enough to notice that something broke, few enough to run always.
const QUICK: u64 = 300;
const FULL: u64 = 100_000;

fn main() -> ExitCode {
    let chosen = match Chosen::parse() {
        Ok(chosen) => chosen,
        Err(error) => {
            eprintln!("differential: {error}");
            return ExitCode::FAILURE;
        }
    };
    println!("seed {}", chosen.seed);
    let mut agreed = true;
    for (name, quick, open) in COMPARISONS {
        if chosen.names.is_empty() || chosen.names.iter().any(|start| name.starts_with(start)) {
            let count = if chosen.full { FULL } else { quick };
            agreed &= run(name, count, open, &chosen);
        }
    }
    if agreed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Compares all cases; says how many differ, and shows the first of them.
fn run(name: &str, count: u64, open: Open, chosen: &Chosen) -> bool {
    const SHOWN: u64 = 5;
    let started = Instant::now();
    let mut comparison = match open() {
        Ok(comparison) => comparison,
        Err(Difference(cause)) => {
            println!("peer {name} 0 1\n    cannot be asked: {cause}");
            return false;
        }
    };
    let mut documented = BTreeMap::<_, u64>::new();
    let mut different = 0_u64;
    let (first, count) = chosen.case.map_or((0, count), |case| (case, 1));
    for case in (first..).take(usize::try_from(count).unwrap_or(usize::MAX)) {
        match comparison.case(&mut Random::of(chosen.seed, name, case)) {
            Ok(Agreement::Same) => {}
            Ok(Agreement::Documented(cause)) => *documented.entry(cause).or_default() += 1,
            Err(Difference(what)) => {
                different += 1;
                if different <= SHOWN {
                    println!(
                        "{name} differs: {what}\n    again:  cargo xtask peers {name} --seed {} --case {case}",
                        chosen.seed
                    );
                }
            }
        }
    }
    println!("peer {name} {count} {different}");
    for (cause, count) in documented {
        println!("    {count:6}  {cause}");
    }
    if chosen.full {
        println!("    {:.0} s", started.elapsed().as_secs_f32());
    }
    different == 0
}

struct Chosen {
    seed: u64,
    full: bool,
    /// This one alone.
    case: Option<u64>,
    /// How the names begin; none for all.
    names: Vec<String>,
}

impl Chosen {
    fn parse() -> Result<Self, lexopt::Error> {
        use lexopt::{Arg, ValueExt};
        let mut arguments = lexopt::Parser::from_env();
        let (mut seed, mut case, mut full) = (None, None, false);
        let mut names = Vec::new();
        while let Some(argument) = arguments.next()? {
            match argument {
                Arg::Long("full") => full = true,
                Arg::Long("seed") => seed = Some(arguments.value()?.parse()?),
                Arg::Long("case") => case = Some(arguments.value()?.parse()?),
                Arg::Value(name) => names.push(name.string()?),
                other => return Err(other.unexpected()),
            }
        }
        let fresh = || {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
            now.map_or(0, |now| now.as_secs())
        };
        let seed = seed.unwrap_or_else(|| if full { fresh() } else { 0 });
        Ok(Self {
            seed,
            full,
            case,
            names,
        })
    }
}
