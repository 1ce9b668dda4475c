//! Debian's packages: installed where we may, unpacked for ourselves where that will do.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::problem::Problem;
use crate::process::{answer, quiet, say};
use crate::versions::Version;
use crate::workspace::{Workspace, fresh_folder, write};

/// Installs packages if this is a Debian where we are root, or may be without a password.
/// `remedy` is what a person is told to do where it is not.
pub(super) fn install(
    workspace: &Workspace,
    packages: &[&str],
    missing: &str,
    remedy: &str,
) -> Result<(), Problem> {
    let Some(may) = Rights::of(workspace) else {
        return Err(Problem::new(missing, remedy));
    };
    let label = format!("apt-get install {}", packages.join(" "));
    let updated = quiet("apt-get update", may.apt_get(workspace, &["update"]))?;
    let mut arguments = vec!["install", "-y", "--no-install-recommends"];
    arguments.extend(packages);
    let installed = quiet(&label, may.apt_get(workspace, &arguments))?;
    if updated.is_offline() || installed.is_offline() {
        return Err(Problem::offline(packages.join(", ")));
    }
    let took = installed.or_fail(&label)?.took;
    say(format_args!(
        "setup   {label}: done, {:.1} s",
        took.as_secs_f32()
    ));
    Ok(())
}

/// Unpacks the `rust-src` of exactly this version into `to`, without installing it.
pub(super) fn unpack_rust_src(
    workspace: &Workspace,
    rustc: Version,
    target: &str,
    to: &Path,
) -> Result<(), Problem> {
    let impossible = |what: &str| {
        Problem::new(
            format_args!("the target {target} is missing, rustup cannot add it, and {what}"),
            format_args!("run `rustup target add {target}` where there is a network"),
        )
    };
    let mirror = workspace
        .which("apt-get")
        .and_then(|_| debian_mirror(workspace));
    let mirror = mirror.ok_or_else(|| impossible("this is no Debian"))?;
    let apt = OwnApt::at(workspace, &mirror)?;
    let updated = quiet(
        "Debian's package lists",
        apt.command("apt-get", &["update"]),
    )?;
    if updated.is_offline() {
        return Err(Problem::offline(format_args!("the target {target}")));
    }
    let offered = answer(apt.command("apt-cache", &["madison", "rust-src"])).unwrap_or_default();
    let wanted = format!("{rustc}+");
    let mut versions = offered
        .lines()
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim);
    let version = versions.find(|version| version.starts_with(&wanted));
    let version = version.ok_or_else(|| impossible(&format!("Debian has no rust-src {rustc}")))?;

    let package = format!("rust-src={version}");
    let fetched = quiet(&package, apt.command("apt-get", &["download", &package]))?;
    if fetched.is_offline() {
        return Err(Problem::offline(&package));
    }
    fetched.or_fail(&package)?;
    let archive = apt
        .archive()?
        .ok_or_else(|| impossible("apt-get left no package"))?;
    fresh_folder(to)?;
    let mut unpacking = workspace.command("dpkg-deb");
    unpacking.arg("-x").arg(archive).arg(to);
    quiet("unpacking rust-src", unpacking)?.or_fail("unpacking rust-src")?;
    say(format_args!("setup   {package} fetched from {mirror}"));
    Ok(())
}

/// An apt with lists of its own: the machine's stay as they are.
struct OwnApt<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
}

impl<'a> OwnApt<'a> {
    /// Which suite carries a version of Rust changes, so all that the mirror may have are asked.
    fn at(workspace: &'a Workspace, mirror: &str) -> Result<Self, Problem> {
        let folder = workspace.scratch().join("apt");
        fresh_folder(&folder)?;
        let sources: String = SUITES
            .iter()
            .map(|suite| format!("deb [signed-by={DEBIAN_KEYS}] {mirror} {suite} main\n"))
            .collect();
        write(&folder.join("sources.list"), sources)?;
        for name in ["lists/partial", "cache/archives/partial"] {
            let path = folder.join(name);
            fs::create_dir_all(&path).map_err(Problem::file(&path))?;
        }
        Ok(Self { workspace, folder })
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = self.workspace.command(program);
        command.current_dir(&self.folder).env("LC_ALL", "C");
        for (name, value) in [
            ("Dir::Etc::sourcelist", "sources.list"),
            ("Dir::State::lists", "lists"),
            ("Dir::Cache", "cache"),
        ] {
            command
                .arg("-o")
                .arg(format!("{name}={}", self.folder.join(value).display()));
        }
        for option in [
            "Dir::Etc::sourceparts=-",
            "APT::Sandbox::User=root",
            "Acquire::Languages=none",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
        ] {
            command.args(["-o", option]);
        }
        command.args(arguments);
        command
    }

    /// What `apt-get download` left.
    fn archive(&self) -> Result<Option<PathBuf>, Problem> {
        let entries = fs::read_dir(&self.folder).map_err(Problem::file(&self.folder))?;
        let mut paths = entries.flatten().map(|entry| entry.path());
        Ok(paths.find(|path| path.extension().is_some_and(|extension| extension == "deb")))
    }
}

const SUITES: [&str; 6] = [
    "trixie-backports",
    "trixie",
    "forky",
    "sid",
    "bookworm-backports",
    "bookworm",
];
const DEBIAN_KEYS: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// Where this machine gets its Debian from, without the security and third-party addresses.
fn debian_mirror(workspace: &Workspace) -> Option<String> {
    let mut command = workspace.command("apt-get");
    command.args([
        "indextargets",
        "--format",
        "$(REPO_URI)",
        "Origin: Debian",
        "Component: main",
    ]);
    let addresses = answer(command)?;
    let mut addresses = addresses.lines().map(|line| line.trim_end_matches('/'));
    addresses
        .find(|it| it.ends_with("/debian"))
        .map(str::to_owned)
}

/// How we may install packages.
enum Rights {
    Root,
    Sudo,
}

impl Rights {
    fn of(workspace: &Workspace) -> Option<Self> {
        workspace.which("apt-get")?;
        let mut id = workspace.command("id");
        id.arg("-u");
        if answer(id)? == "0" {
            return Some(Self::Root);
        }
        let mut sudo = workspace.command("sudo");
        sudo.args(["-n", "true"]);
        answer(sudo).map(|_| Self::Sudo)
    }

    fn apt_get(&self, workspace: &Workspace, arguments: &[&str]) -> Command {
        let mut command = match self {
            Self::Root => workspace.command("apt-get"),
            Self::Sudo => {
                let mut sudo = workspace.command("sudo");
                sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
                sudo
            }
        };
        command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .env("LC_ALL", "C");
        command
    }
}
