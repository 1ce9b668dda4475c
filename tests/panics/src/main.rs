//! Which functions of core can panic: `cargo xtask panics` builds core as a wasm in which every function of
//! it is exported, public or not, and this reads that wasm.
//!
//! A panic that says where it happens has a `Location` in the wasm's data (file, line, column), and the
//! function that would panic has its address as a constant. So a place in `core/src` is a panic of ours,
//! and any other place that a function of core names is one of somebody else's code that was inlined there.
//! What other crates' own functions do is counted, by crate: they guard what their callers promise.
//!
//! ```text
//! panics <functions of core> <places>
//! ```

mod module;

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use crate::module::{Function, Module, Place};

/// What may stay where it was inlined: a part of its file's path, and the reason why it is never reached.
const UNREACHABLE: [(&str, &str); 2] = [
    (
        "/base64ct-",
        "`encode_string` makes its buffer for the very input that it then encodes",
    ),
    (
        "/library/core/src/slice/iter.rs",
        "`chunk_by` splits a slice where it has just compared two of its elements",
    ),
];

fn main() -> ExitCode {
    match run() {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("panics: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Says what there is; answers how many places are left that nobody has explained.
fn run() -> Result<usize, Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a wasm file")?;
    let bytes = std::fs::read(path)?;
    let module = Module::read(&bytes)?;
    let ours: Vec<&Function> = module.functions.iter().filter(|it| is_ours(it)).collect();
    if ours.len() < 500 {
        return Err(format!("only {} functions of core are in it", ours.len()).into());
    }
    let mut left = Vec::new();
    let mut explained = Vec::new();
    for function in &module.functions {
        for place in &function.places {
            if !is_ours(function) && !place.is_ours() {
                continue;
            }
            let mut known = UNREACHABLE.iter();
            match known.find(|(file, _)| place.file.contains(file)) {
                Some(_) => explained.push(place),
                None => left.push((function, place)),
            }
        }
    }
    println!("panics {} {}", ours.len(), left.len());
    for (function, place) in &left {
        println!("    {} at {place}", function.name);
    }
    for (file, reason) in UNREACHABLE {
        let there = explained.iter().filter(|place| place.file.contains(file));
        println!(
            "    {:6}  inlined from {file}, never reached: {reason}",
            there.count()
        );
    }
    println!("    of other crates, in functions that core's call:");
    for (name, places) in others(&module, &ours) {
        println!("    {places:6}  {name}");
    }
    Ok(left.len())
}

fn is_ours(function: &Function) -> bool {
    function.name.contains("threegate_core::")
}

/// How many places there are, by crate, in what core calls directly or through others.
fn others(module: &Module, ours: &[&Function]) -> BTreeMap<String, usize> {
    let mut reached: BTreeSet<usize> = BTreeSet::new();
    let mut open: Vec<&Function> = ours.to_vec();
    while let Some(function) = open.pop() {
        for callee in &function.calls {
            if reached.insert(*callee)
                && let Some(callee) = module.functions.get(*callee)
            {
                open.push(callee);
            }
        }
    }
    let reached = reached
        .into_iter()
        .filter_map(|index| module.functions.get(index));
    let mut places = BTreeSet::new();
    places.extend(reached.flat_map(|function| &function.places));
    let mut crates = BTreeMap::new();
    for place in places.into_iter().filter(|place| !place.is_ours()) {
        *crates.entry(place.package()).or_default() += 1;
    }
    crates
}

impl Place {
    /// Whether it is a line of core.
    fn is_ours(&self) -> bool {
        self.file.starts_with("core/src/")
    }

    /// The crate, with its version.
    fn package(&self) -> String {
        let folder = self.file.rsplit_once("/src/").map(|(folder, _)| folder);
        match folder.and_then(|folder| folder.rsplit('/').next()) {
            Some(library @ ("core" | "alloc" | "std")) => format!("Rust's {library}"),
            Some(package) => package.to_owned(),
            None => self.file.clone(),
        }
    }
}
