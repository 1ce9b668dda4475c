//! What a page or the edge has to load, in bytes: raw, gzip 9, brotli 11.
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::ops::AddAssign;
use std::path::Path;

use crate::problem::Problem;
use crate::workspace::files_below;

/// All that a page with one of the elements loads, before any camera. `*` is a language; the largest is
/// counted.
const PAGES: [(&str, &[&str]); 3] = [
    (
        "login-page",
        &[
            "threegate.js",
            "threegate.css",
            "verify.js",
            "verify_bg.wasm",
            "lang/*.json",
        ],
    ),
    (
        "enroll-page",
        &[
            "threegate.js",
            "threegate.css",
            "factors.css",
            "enroll.js",
            "enroll_bg.wasm",
            "lang/*.json",
            "lang/factors.*.json",
            "lang/enroll.*.json",
        ],
    ),
    (
        "manage-page",
        &[
            "threegate.js",
            "threegate.css",
            "factors.css",
            "manage.js",
            "manage_bg.wasm",
            "lang/*.json",
            "lang/factors.*.json",
            "lang/manage.*.json",
        ],
    ),
];
/// What the tests' browser speaks.
const TESTED: &str = "en";

/// What is loaded besides: when a camera opens or an image is given; where an element has no worker, or a
/// site calls the functions.
const BESIDES: [(&str, &[&str]); 2] = [
    (
        "scan",
        &["scanner.js", "scan-worker.js", "scan.js", "scan_bg.wasm"],
    ),
    ("functions", &["functions.js", "functions_bg.wasm"]),
];

/// Names from elsewhere for files that are talked about.
const NAMED: [(&str, &str); 2] = [
    ("worker", "worker/index_bg.wasm"),
    ("worker-js", "worker/index.js"),
];

/// The most that a name may weigh, gzipped; a kilobyte is 1000 bytes.
const BUDGETS: [(&str, u64); 6] = [
    ("worker", 300_000),
    ("login-page", 45_000),
    ("enroll-page", 70_000),
    ("manage-page", 60_000),
    ("scan", 80_000),
    ("functions", 95_000),
];

/// A file's bytes, or a sum of such.
#[derive(Clone, Copy, Default)]
pub(crate) struct Size {
    pub(crate) raw: u64,
    pub(crate) gzip: u64,
    pub(crate) brotli: u64,
}

/// What each page loads, a line a page: a test compares it with what a browser really asks for.
pub(crate) fn pages() -> String {
    let line = |(page, loads): &(&str, &[&str])| {
        format!("{page} {}\n", loads.join(" ").replace('*', TESTED))
    };
    PAGES.iter().map(line).collect()
}

/// The named sizes first, then every file of `dist` by its path.
pub(crate) fn measure(dist: &Path) -> Result<Vec<(String, Size)>, Problem> {
    let mut files = BTreeMap::new();
    for folder in ["widget", "worker"] {
        for file in files_below(&dist.join(folder))? {
            let name = file
                .strip_prefix(dist)
                .unwrap_or(&file)
                .to_string_lossy()
                .into_owned();
            if !name.ends_with(".toml") && !name.ends_with(".d.ts") {
                files.insert(
                    name,
                    Size::of(&fs::read(&file).map_err(Problem::file(&file))?)?,
                );
            }
        }
    }
    let mut sizes = Vec::new();
    for (name, path) in NAMED {
        sizes.push((name.to_owned(), built(&files, path)?));
    }
    for (page, loads) in PAGES {
        sizes.push((page.to_owned(), in_largest_language(&files, loads)?));
    }
    for (name, loads) in BESIDES {
        sizes.push((name.to_owned(), together(&files, loads)?));
    }
    sizes.extend(files);
    Ok(sizes)
}

/// Fails if a name is over its budget.
pub(crate) fn keep_to_budgets(sizes: &[(String, Size)]) -> Result<(), Problem> {
    let heavy = |(name, budget): &(&str, u64)| {
        let gzip = sizes
            .iter()
            .find(|(it, _)| it == name)
            .map_or(0, |(_, size)| size.gzip);
        (gzip > *budget)
            .then(|| format!("{name} has {gzip} bytes gzipped, over its budget of {budget}"))
    };
    let heavy: Vec<_> = BUDGETS.iter().filter_map(heavy).collect();
    if heavy.is_empty() {
        return Ok(());
    }
    Err(Problem::new(
        heavy.join("; "),
        "find what was added with `twiggy` or `cargo bloat`",
    ))
}

fn together(files: &BTreeMap<String, Size>, loads: &[&str]) -> Result<Size, Problem> {
    let mut sum = Size::default();
    for file in loads {
        sum += built(files, &format!("widget/{file}"))?;
    }
    Ok(sum)
}

fn built(files: &BTreeMap<String, Size>, path: &str) -> Result<Size, Problem> {
    files.get(path).copied().ok_or_else(|| {
        Problem::new(
            format_args!("dist/{path} was not built"),
            "if the file has another name now, xtask/src/sizes.rs must know it",
        )
    })
}

fn in_largest_language(files: &BTreeMap<String, Size>, loads: &[&str]) -> Result<Size, Problem> {
    let tags = files.keys().filter_map(|name| {
        let tag = name.strip_prefix("widget/lang/")?.strip_suffix(".json")?;
        (!tag.contains('.')).then_some(tag)
    });
    let in_each = tags.map(|tag| {
        let mut sum = Size::default();
        for file in loads {
            sum += built(files, &format!("widget/{}", file.replace('*', tag)))?;
        }
        Ok(sum)
    });
    let in_each: Vec<Size> = in_each.collect::<Result<_, Problem>>()?;
    in_each
        .into_iter()
        .max_by_key(|size| size.gzip)
        .ok_or_else(|| Problem::new("dist/widget/lang/ has no language", "see www/element"))
}

impl Size {
    pub(crate) fn of(content: &[u8]) -> Result<Self, Problem> {
        let failed = |error| Problem::new(format_args!("compressing failed: {error}"), "run again");
        let mut gzip = flate2::write::GzEncoder::new(Counter(0), flate2::Compression::best());
        gzip.write_all(content).map_err(failed)?;
        let gzip = gzip.finish().map_err(failed)?.0;
        let mut compressed = Counter(0);
        let mut brotli = brotli::CompressorWriter::new(&mut compressed, 1 << 16, 11, 22);
        brotli
            .write_all(content)
            .and_then(|()| brotli.flush())
            .map_err(failed)?;
        drop(brotli);
        let raw = u64::try_from(content.len()).unwrap_or(u64::MAX);
        Ok(Self {
            raw,
            gzip,
            brotli: compressed.0,
        })
    }
}

impl AddAssign for Size {
    fn add_assign(&mut self, other: Self) {
        self.raw = self.raw.saturating_add(other.raw);
        self.gzip = self.gzip.saturating_add(other.gzip);
        self.brotli = self.brotli.saturating_add(other.brotli);
    }
}

/// Counts what is written and forgets it.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self
            .0
            .saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Size, keep_to_budgets};

    #[test]
    fn a_byte_over_the_budget_fails_and_names_what_is_heavy() {
        let page = |gzip| {
            [(
                "login-page".to_owned(),
                Size {
                    gzip,
                    ..Size::default()
                },
            )]
        };
        assert!(keep_to_budgets(&page(45_000)).is_ok());
        let told = keep_to_budgets(&page(45_001)).map_err(|problem| problem.to_string());
        assert!(told.is_err_and(|told| told.starts_with("login-page has 45001 bytes")));
    }
}
