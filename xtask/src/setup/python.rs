//! Threema's Python SDK, for callbacks that are none of ours: in a folder of its own below the target
//! folder, exactly as `tests/peers/python/requirements.txt` names it.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::apt;
use crate::problem::Problem;
use crate::process::{Finished, quiet, say};
use crate::stamp::Stamp;
use crate::workspace::{Workspace, write};

/// A Python that has the SDK.
pub(crate) struct PythonSdk(PathBuf);

impl PythonSdk {
    /// Brings it, or says why what needs it is not checked: a machine without Python, or without PyPI,
    /// is no fault of the code.
    pub(crate) fn bring(workspace: &Workspace) -> Result<Option<Self>, Problem> {
        match Self::install(workspace) {
            Ok(Ok(sdk)) => Ok(Some(sdk)),
            Ok(Err(why)) => {
                say(format_args!(
                    "setup   callbacks by Threema's Python SDK: NOT checked, {why}"
                ));
                Ok(None)
            }
            Err(problem) => Err(problem),
        }
    }

    pub(crate) fn tell(&self, command: &mut Command) {
        command.env("THREEGATE_PEER_PYTHON", &self.0);
    }

    fn install(workspace: &Workspace) -> Result<Result<Self, String>, Problem> {
        let folder = workspace.target.join("peers");
        let python = folder.join("bin/python");
        let requirements = workspace.tests().join("peers/python/requirements.txt");
        let stamp = Stamp::of(&[&requirements], "")?.to_string();
        let installed = folder.join(".threegate-installed");
        if fs::read_to_string(&installed).is_ok_and(|it| it == stamp) && python.exists() {
            return Ok(Ok(Self(python)));
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
        let finished = quiet("Threema's Python SDK", pip)?;
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
        if let Err(why) = usable(workspace, &python)? {
            return Ok(Err(why));
        }
        write(&installed, stamp)?;
        say(format_args!(
            "setup   Threema's Python SDK installed, {:.1} s",
            took.as_secs_f32()
        ));
        Ok(Ok(Self(python)))
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

/// It needs a shared library, which wheels do not bring.
fn usable(workspace: &Workspace, python: &Path) -> Result<Result<(), String>, Problem> {
    let import = || -> Result<bool, Problem> {
        let mut command = workspace.command(python);
        command.args(["-c", "from threema.gateway import e2e"]);
        Ok(quiet("Threema's Python SDK", command)?.status.success())
    };
    if import()? {
        return Ok(Ok(()));
    }
    let missing = "libsodium is not there";
    if apt::install(workspace, &["libsodium23"], missing, "install it").is_ok() && import()? {
        return Ok(Ok(()));
    }
    Ok(Err(missing.into()))
}
