//! The browser for `demo --drive` and `test`.
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt;
use crate::problem::Problem;
use crate::process::say;
use crate::workspace::Workspace;

const VARIABLE: &str = "THREEGATE_CHROMIUM";

/// Where a Chromium is.
pub(crate) struct Chromium(PathBuf);

impl Chromium {
    pub(super) fn find_or_install(workspace: &Workspace) -> Result<Self, Problem> {
        if let Some(named) = env::var_os(VARIABLE) {
            let named = workspace.root.join(named);
            return if named.is_file() {
                Ok(Self(named))
            } else {
                Err(Problem::new(
                    format_args!(
                        "{VARIABLE} is {}, and there is no such file",
                        named.display()
                    ),
                    "correct it, or unset it to use the browser on PATH",
                ))
            };
        }
        if let Some(found) = find(workspace) {
            return Ok(Self(found));
        }
        apt::install(
            workspace,
            &["chromium"],
            "no Chromium or Chrome was found on PATH",
            format!("install one (Debian: apt-get install chromium) or set {VARIABLE} to its path")
                .as_str(),
        )?;
        let found = find(workspace).ok_or_else(|| {
            Problem::new(
                "the package chromium brought no `chromium` on PATH",
                format_args!("set {VARIABLE} to its path"),
            )
        })?;
        say(format_args!("setup   Chromium at {}", found.display()));
        Ok(Self(found))
    }

    /// Tells a child where the browser is.
    pub(crate) fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env(VARIABLE, &self.0)
    }
}

fn find(workspace: &Workspace) -> Option<PathBuf> {
    let names = [
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
    ];
    let applications = [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    let on_path = names.iter().find_map(|name| workspace.which(name));
    on_path.or_else(|| {
        applications
            .iter()
            .map(Path::new)
            .find(|it| it.is_file())
            .map(Path::to_path_buf)
    })
}
