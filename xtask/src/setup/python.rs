//! What tests use from PyPI: each in a folder of its own below the target folder, exactly as its
//! `requirements.txt` names it.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt;
use crate::problem::Problem;
use crate::process::{Finished, quiet, say};
use crate::stamp::Stamp;
use crate::workspace::{Workspace, write};

/// A program for tests.
pub(crate) struct PythonProgram {
    name: &'static str,
    /// What is not checked without it.
    checks: &'static str,
    /// Below the target folder.
    folder: &'static str,
    /// Below `tests/`.
    requirements: &'static str,
    /// Below its folder, and the setting by which the tests learn where it is.
    program: &'static str,
    setting: &'static str,
    /// What it imports from a shared library, and the package that has the library.
    library: Option<(&'static str, &'static str)>,
}

/// All of them.
const PROGRAMS: [PythonProgram; 2] = [
    PythonProgram {
        name: "Threema's Python SDK",
        checks: "callbacks by Threema's Python SDK",
        folder: "peers",
        requirements: "peers/python/requirements.txt",
        program: "bin/python",
        setting: "THREEGATE_PEER_PYTHON",
        library: Some(("from threema.gateway import e2e", "libsodium23")),
    },
    PythonProgram {
        name: "Schemathesis",
        checks: "the API by Schemathesis",
        folder: "schemathesis",
        requirements: "schemathesis/requirements.txt",
        program: "bin/schemathesis",
        setting: "THREEGATE_SCHEMATHESIS",
        library: None,
    },
];

/// Those that are there.
pub(crate) struct PythonPrograms(Vec<(&'static str, PathBuf)>);

impl PythonPrograms {
    /// Brings them, or says why what needs them is not checked: a machine without Python, or without
    /// PyPI, is no fault of the code.
    pub(crate) fn bring(workspace: &Workspace) -> Result<Self, Problem> {
        let mut there = Vec::new();
        for program in &PROGRAMS {
            match program.install(workspace)? {
                Ok(path) => there.push((program.setting, path)),
                Err(why) => say(format_args!(
                    "setup   {}: NOT checked, {why}",
                    program.checks
                )),
            }
        }
        Ok(Self(there))
    }

    pub(crate) fn tell(&self, command: &mut Command) {
        command.envs(self.0.iter().map(|(setting, path)| (setting, path)));
    }
}

impl PythonProgram {
    fn install(&self, workspace: &Workspace) -> Result<Result<PathBuf, String>, Problem> {
        let folder = workspace.target.join(self.folder);
        let (python, program) = (folder.join("bin/python"), folder.join(self.program));
        let requirements = workspace.tests().join(self.requirements);
        let stamp = Stamp::of(&[&requirements], "")?.to_string();
        let installed = folder.join(".threegate-installed");
        if fs::read_to_string(&installed).is_ok_and(|it| it == stamp) && program.exists() {
            return Ok(Ok(program));
        }
        if let Err(why) = environment(workspace, &folder)? {
            return Ok(Err(why));
        }
        let mut pip = workspace.command(&python);
        pip.args(["-m", "pip", "install", "--disable-pip-version-check"]);
        // Nothing of it is built here, so nothing of it runs before a test does.
        pip.args([
            "--require-hashes",
            "--only-binary",
            ":all:",
            "--requirement",
        ]);
        pip.arg(&requirements);
        let finished = quiet(self.name, pip)?;
        if finished.is_offline() || finished.mentions(&["Failed to establish a new connection"]) {
            return Ok(Err("PyPI cannot be reached from here".into()));
        }
        if finished.mentions(&[
            "No matching distribution found",
            "requires a different Python",
        ]) {
            return Ok(Err("this Python has no build of one of its packages".into()));
        }
        let took = finished.or_fail("pip install")?.took;
        if let Err(why) = self.usable(workspace, &python)? {
            return Ok(Err(why));
        }
        write(&installed, stamp)?;
        say(format_args!(
            "setup   {} installed, {:.1} s",
            self.name,
            took.as_secs_f32()
        ));
        Ok(Ok(program))
    }

    /// It may need a shared library, which wheels do not bring.
    fn usable(&self, workspace: &Workspace, python: &Path) -> Result<Result<(), String>, Problem> {
        let Some((import, package)) = self.library else {
            return Ok(Ok(()));
        };
        let imports = || -> Result<bool, Problem> {
            let mut command = workspace.command(python);
            command.args(["-c", import]);
            Ok(quiet(self.name, command)?.status.success())
        };
        if imports()? {
            return Ok(Ok(()));
        }
        let missing = format!("{package} is not there");
        if apt::install(workspace, &[package], &missing, "install it").is_ok() && imports()? {
            return Ok(Ok(()));
        }
        Ok(Err(missing))
    }
}

/// A fresh environment in `folder`, with pip.
fn environment(workspace: &Workspace, folder: &Path) -> Result<Result<(), String>, Problem> {
    let make = || -> Result<Option<Finished>, Problem> {
        if workspace.which("python3").is_none() {
            return Ok(None);
        }
        let mut command = workspace.command("python3");
        command.args(["-m", "venv", "--clear"]).arg(folder);
        quiet("python3 -m venv", command).map(Some)
    };
    let made = |finished: Option<Finished>| finished.is_some_and(|it| it.status.success());
    if made(make()?) {
        return Ok(Ok(()));
    }
    let missing = "there is no python3 with venv";
    if apt::install(workspace, &["python3-venv"], missing, "install it").is_ok() && made(make()?) {
        return Ok(Ok(()));
    }
    Ok(Err(missing.into()))
}
