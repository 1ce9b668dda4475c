use std::fs;
use std::string::{String, ToString};
use std::vec::Vec;

/// The public modules, as `challenge/tap`.
fn public_modules() -> Vec<String> {
    let mut found = Vec::new();
    let mut open = Vec::from([String::new()]);
    while let Some(parent) = open.pop() {
        let of_parent = source(if parent.is_empty() { "lib" } else { &parent });
        let public = of_parent.lines().filter_map(|line| {
            let name = line.strip_prefix("pub mod ")?.strip_suffix(';')?;
            Some([&parent, name].join("/").trim_matches('/').to_string())
        });
        open.extend(public);
        found.push(parent);
    }
    found.retain(|module| !module.is_empty());
    found.sort();
    found
}

fn source(module: &str) -> String {
    let path = std::format!("{}/src/{module}.rs", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).expect(&path)
}

/// What each fenced block of a module's own documentation is tagged as; nothing is Rust that runs.
fn blocks(source: &str) -> Vec<String> {
    // An example that needs a feature opens as text without it.
    let with_features = source.lines().filter(|line| !line.contains("not(feature"));
    let documentation = with_features.map_while(|line| {
        let gated = || line.strip_prefix("#![cfg_attr(")?.split('"').rev().nth(1);
        line.strip_prefix("//!").or_else(gated)
    });
    let fences = documentation.filter_map(|line| line.trim().strip_prefix("```"));
    fences.step_by(2).map(String::from).collect()
}

#[test]
fn every_public_module_opens_with_an_example_that_runs() {
    let modules = public_modules();
    assert!(modules.len() > 30, "{modules:?}");
    let without: Vec<_> = modules
        .iter()
        .filter(|module| !blocks(&source(module)).iter().any(String::is_empty))
        .collect();
    assert!(without.is_empty(), "no example in {without:?}");
}

#[test]
fn no_example_of_a_module_is_left_out_of_the_tests() {
    for module in public_modules() {
        let blocks = blocks(&source(&module));
        let known = |tag: &String| tag.is_empty() || tag == "text";
        assert!(blocks.iter().all(known), "{module}: {blocks:?}");
    }
}
