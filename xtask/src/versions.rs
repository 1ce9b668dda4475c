//! Every tool and the one version of it that this repository is built and tested with.
//!
//! The npm side has its pins in `tests/package.json` and `tests/package-lock.json`.

/// What must be on the machine before anything starts: the oldest version that will do.
pub(crate) const RUSTC: Version = Version(1, 91, 0);
pub(crate) const NODE: Version = Version(20, 3, 0);

/// The browser's and the edge's target.
pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";
/// A target that has no std: that core builds for it is the proof that core needs none.
pub(crate) const NO_STD_TARGET: &str = "thumbv7em-none-eabi";

/// Must equal the library `wasm-bindgen` in `Cargo.lock`: the two speak a private format.
pub(crate) const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    binary: "wasm-bindgen",
    version: "0.2.130",
    // Its lock file names a pre-release that registries no longer hand out.
    locked: false,
    any_on_path: false,
};
pub(crate) const WORKER_BUILD: Tool = Tool {
    package: "worker-build",
    binary: "worker-build",
    version: "0.8.7",
    locked: false,
    any_on_path: false,
};
pub(crate) const NEXTEST: Tool = Tool {
    package: "cargo-nextest",
    binary: "cargo-nextest",
    version: "0.9.143",
    locked: true,
    any_on_path: true,
};
pub(crate) const DENY: Tool = Tool {
    package: "cargo-deny",
    binary: "cargo-deny",
    version: "0.20.2",
    locked: true,
    any_on_path: false,
};

/// A program that `cargo install` brings.
pub(crate) struct Tool {
    pub(crate) package: &'static str,
    pub(crate) binary: &'static str,
    pub(crate) version: &'static str,
    /// Installed with the versions its authors locked.
    pub(crate) locked: bool,
    /// One that is already on `PATH` will do, whatever its version.
    pub(crate) any_on_path: bool,
}

/// Major, minor, patch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(pub(crate) u32, pub(crate) u32, pub(crate) u32);

impl Version {
    /// Reads the first word of `text` that looks like a version: `rustc 1.95.0 (…)`, `v20.20.2`.
    pub(crate) fn find(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(|word| {
            let mut parts = word.trim_start_matches('v').splitn(3, '.').map(|part| {
                let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
                digits.parse().ok()
            });
            Some(Self(
                parts.next()??,
                parts.next()??,
                parts.next().flatten().unwrap_or(0),
            ))
        })
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

#[cfg(test)]
mod tests {
    use super::Version;

    #[test]
    fn versions_are_found_in_what_tools_print() {
        for (printed, version) in [
            (
                "rustc 1.95.0 (59807616e 2026-04-14)",
                Some(Version(1, 95, 0)),
            ),
            (
                "rustc 1.97.0-nightly (abc 2026-06-01)",
                Some(Version(1, 97, 0)),
            ),
            ("v20.20.2", Some(Version(20, 20, 2))),
            ("git version 2.39", Some(Version(2, 39, 0))),
            (
                "git version 2.39.5 (Apple Git-154)",
                Some(Version(2, 39, 5)),
            ),
            ("no version here", None),
        ] {
            assert!(Version::find(printed) == version, "{printed}");
        }
    }
}
