//! Where things are.
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::Problem;

/// The folders of this repository, and of what it builds.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Cargo's target folder; our own work lives in `tools` and `xtask` below it.
    pub(crate) target: PathBuf,
    /// `PATH` for every child: the tools we installed, then the machine's.
    path: OsString,
}

impl Workspace {
    pub(crate) fn find() -> Result<Self, Problem> {
        let lost = || {
            Problem::new(
                "the repository's root was not found",
                "run `cargo xtask` in it",
            )
        };
        // Asked at run time, so that a moved or copied tree never works on the old one.
        let start = env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(env::current_dir, |xtask| Ok(xtask.into()));
        let start = start.map_err(|_| lost())?;
        let root = start
            .ancestors()
            .find(|folder| folder.join("xtask/Cargo.toml").is_file());
        let root = root.ok_or_else(lost)?.to_path_buf();
        let target =
            env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |it| root.join(it));
        let tools = target.join("tools/bin");
        let rest = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths(std::iter::once(tools).chain(env::split_paths(&rest)))
            .map_err(|error| Problem::new(error, "move the target folder to a path without `:`"))?;
        Ok(Self { root, target, path })
    }

    /// Where `cargo install` puts our tools: `bin` below it.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target.join("tools")
    }

    /// Stamps and half-made files.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.target.join("xtask")
    }

    pub(crate) fn tests(&self) -> PathBuf {
        self.root.join("tests")
    }

    pub(crate) fn npm_binary(&self, package_path: &str) -> PathBuf {
        self.tests().join("node_modules").join(package_path)
    }

    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// A command in the repository's root that sees our tools first.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env("PATH", &self.path);
        command
    }

    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = self.command(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        command.args(arguments);
        command
    }

    /// Where a program is: among our tools, else on the machine's `PATH`.
    pub(crate) fn which(&self, program: &str) -> Option<PathBuf> {
        env::split_paths(&self.path)
            .map(|folder| folder.join(program))
            .find(|file| is_program(file))
    }

    pub(crate) fn read(&self, path: &str) -> Result<String, Problem> {
        let path = self.root.join(path);
        fs::read_to_string(&path).map_err(Problem::file(&path))
    }
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.metadata()
        .is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
}

/// Every file below `folder` (or `folder` itself if it is a file), sorted; hidden ones and those in
/// folders that tools make are left out.
pub(crate) fn files_below(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    if folder.is_file() {
        return Ok(vec![folder.to_path_buf()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(Problem::file(folder))? {
        let entry = entry.map_err(Problem::file(folder))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with('.') && !matches!(&*name, "build" | "target" | "node_modules") {
            files.extend(files_below(&entry.path())?);
        }
    }
    files.sort();
    Ok(files)
}

/// An empty folder, whatever was there before.
pub(crate) fn fresh_folder(folder: &Path) -> Result<(), Problem> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Problem::file(folder))?;
    }
    fs::create_dir_all(folder).map_err(Problem::file(folder))
}

pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<(), Problem> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(Problem::file(folder))?;
    }
    fs::write(path, content).map_err(Problem::file(path))
}

pub(crate) fn copy(from: &Path, to: &Path) -> Result<(), Problem> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(Problem::file(folder))?;
    }
    fs::copy(from, to).map(drop).map_err(Problem::file(from))
}
