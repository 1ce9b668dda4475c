//! What the core does, beside those who do the same: a line a figure, `<name> <ours> <peer>`, in
//! nanoseconds. `cargo xtask bench` runs it, and knows what each figure may be.
//!
//! The two sides of a figure are measured by turns, round after round, in one process, and what counts is
//! each side's best round: whatever else the machine does makes a round slower, never faster.
//!
//! `bench repeat <name> <ours|peer> <times>` does one side so many times and no more, for a tool that
//! counts instructions.
use std::env;
use std::error::Error;
use std::path::Path;

mod callback;
mod measure;
mod totp;

/// One thing done by two. Both are shown to do it before anything is measured.
struct Figure {
    name: &'static str,
    ours: Box<dyn FnMut()>,
    peer: Box<dyn FnMut()>,
}

type Failed = Box<dyn Error>;

fn main() -> Result<(), Failed> {
    let mut figures = vec![callback::cold()?, callback::warm()?, totp::check()?];
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments.as_slice() {
        ["measure", folder] => measure::all(&mut figures, Path::new(folder)),
        ["repeat", name, side, times] => repeat(&mut figures, name, side, times.parse()?),
        _ => Err("bench measure <folder> | bench repeat <name> <ours|peer> <times>".into()),
    }
}

fn repeat(figures: &mut [Figure], name: &str, side: &str, times: u32) -> Result<(), Failed> {
    let figure = figures.iter_mut().find(|figure| figure.name == name);
    let figure = figure.ok_or("there is no such figure")?;
    let work = match side {
        "ours" => &mut figure.ours,
        "peer" => &mut figure.peer,
        _ => return Err("a side is `ours` or `peer`".into()),
    };
    for _ in 0..times {
        work();
    }
    Ok(())
}
