//! `cargo xtask`: the one entry to everything. `cargo xtask --help` lists what there is.
use std::path::PathBuf;
use std::process::ExitCode;

use crate::problem::Problem;
use crate::process::say;
use crate::workspace::Workspace;

mod bench;
mod bench_qr;
mod compile;
mod demo;
mod dist;
mod export;
mod fuzz;
mod openapi;
mod package;
mod panics;
mod peers;
mod problem;
mod process;
mod prove;
mod secrets;
mod setup;
mod shots;
mod sizes;
mod stamp;
mod test;
mod versions;
mod workspace;

const HELP: &str = "\
cargo xtask <command>

  demo              set up, build, start worker, demo forum and phones, print where to look
    --drive           play the whole story in headless Chromium, a line a step; 0 if it holds
    --forum-port N    the forum's port, 8080 unless told
    --worker-port N   the worker's port, 8787 unless told
    --gateway-port N  the port of the simulated Threema Gateway and its phones, 8081 unless told
  test              everything that CI runs
    --quick           without the browser, the worker's runtime and dist
  prove [NAME…]     what must be shown of worker and widget, with its counts: all, or some of
                    once, crash, kv, gateway, attacks, api, load, cost, usable
  peers [NAME…]     random cases, each given to core and to other people's code, with their counts:
                      peer <name> <cases> <differences>
    --full            100,000 cases each, optimised, of a fresh seed; else 300 that are always the same
    --seed N          these cases
    --case N          this one alone
  panics            which functions of core can panic, by a wasm that has them all:
                      panics <functions> <places>
  fuzz [TARGET…]    random bytes against every reader: `fuzz <target> <runs>`
    --seconds N       for each; 2 unless told
  dist              what is deployed, in dist/, and its sizes:
                      size <name> <raw> <gzip> <brotli>
  package           the npm package, dist/threegate-<version>.tgz: functions, elements, their types
  shots [NAME…]     pictures of every screen, or of those whose names begin so, in target/shots/
  openapi           the API's description, in edge-worker/openapi.json
  secrets           fresh secrets for the worker, for `wrangler secret bulk`
    --threema         also the one that a worker with Threema needs
    --webhook         also the one that a worker with a webhook needs
  export-key        a key pair for exports: the setting EXPORT_KEY, and a file that stays with you
    --key FILE        where the private half goes; it must not exist
  open-export PAGE…  answers of GET /v1/export, as bodies for POST /v1/import, one a line
    --key FILE        the private half
  setup             fetch what build and demo need (the others do that by themselves)
    --test            also what `test` needs
  build             the worker and the widget, without the sizes
  bench             the core's speed beside its peers in one run, and its sizes; 1 if over a budget:
                      bench <name> <ours> <peer> <unit> <ratio>
  bench-qr FOLDER   how well and how fast the scanner reads the pictures in it, a folder a set

THREEGATE_CHROMIUM names a browser where the one on PATH is not wanted.";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(problem) => {
            eprintln!("xtask: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, Problem> {
    let mut arguments = lexopt::Parser::from_env();
    let command = match arguments.next().map_err(misused)? {
        Some(lexopt::Arg::Value(command)) => command.to_string_lossy().into_owned(),
        Some(lexopt::Arg::Long("help") | lexopt::Arg::Short('h')) | None => "help".to_owned(),
        Some(other) => return Err(misused(other.unexpected())),
    };
    let options = Options::parse(&command, &mut arguments)?;
    if options.help || command == "help" {
        say(HELP);
        return Ok(ExitCode::SUCCESS);
    }
    let workspace = Workspace::find()?;
    process::stop_all_on_signals()?;
    match command.as_str() {
        "demo" => return demo::run(&workspace, &options),
        "bench" => return bench::run(&workspace),
        "prove" => return prove::run(&workspace, &options.names),
        "test" => test::run(&workspace, options.quick)?,
        "peers" => peers::run(&workspace, options.full, &options.passed_on)?,
        "panics" => panics::run(&workspace)?,
        "fuzz" => fuzz::run(
            &workspace,
            &fuzz::Wanted {
                seconds: options.seconds,
                names: &options.names,
            },
        )?,
        "dist" => dist::run(&workspace)?,
        "package" => package::run(&workspace)?,
        "shots" => shots::run(&workspace, &options.names)?,
        "openapi" => openapi::run(&workspace)?,
        "secrets" => secrets::run(options.threema, options.webhook)?,
        "bench-qr" => bench_qr::run(&workspace, options.folder.as_deref())?,
        "export-key" => export::make_key(options.key()?)?,
        "open-export" => export::open(options.key()?, &options.pages)?,
        "setup" if options.test => {
            setup::run(&workspace, setup::For::Test)?;
            drop(setup::PythonPrograms::bring(&workspace)?);
        }
        "setup" => drop(setup::run(&workspace, setup::For::Build)?),
        "build" => {
            setup::run(&workspace, setup::For::Build)?;
            compile::run(&workspace)?;
        }
        unknown => return Err(misused(format_args!("unknown command `{unknown}`"))),
    }
    Ok(ExitCode::SUCCESS)
}

/// What may follow a command.
struct Options {
    help: bool,
    drive: bool,
    quick: bool,
    test: bool,
    forum_port: u16,
    worker_port: u16,
    gateway_port: u16,
    threema: bool,
    webhook: bool,
    folder: Option<PathBuf>,
    key: Option<PathBuf>,
    pages: Vec<PathBuf>,
    names: Vec<String>,
    full: bool,
    seconds: u32,
    /// Arguments that are read by what is started.
    passed_on: Vec<String>,
}

impl Options {
    fn parse(command: &str, arguments: &mut lexopt::Parser) -> Result<Self, Problem> {
        use lexopt::{Arg, ValueExt};
        let mut options = Self {
            help: false,
            drive: false,
            quick: false,
            test: false,
            forum_port: 8080,
            worker_port: 8787,
            gateway_port: 8081,
            threema: false,
            webhook: false,
            folder: None,
            key: None,
            pages: Vec::new(),
            names: Vec::new(),
            full: false,
            seconds: 2,
            passed_on: Vec::new(),
        };
        while let Some(argument) = arguments.next().map_err(misused)? {
            match (command, argument) {
                (_, Arg::Long("help") | Arg::Short('h')) => options.help = true,
                ("demo", Arg::Long("drive")) => options.drive = true,
                ("demo", Arg::Long("forum-port")) => {
                    options.forum_port = arguments
                        .value()
                        .and_then(|value| value.parse())
                        .map_err(misused)?;
                }
                ("demo", Arg::Long("worker-port")) => {
                    options.worker_port = arguments
                        .value()
                        .and_then(|value| value.parse())
                        .map_err(misused)?;
                }
                ("demo", Arg::Long("gateway-port")) => {
                    options.gateway_port = arguments
                        .value()
                        .and_then(|value| value.parse())
                        .map_err(misused)?;
                }
                ("secrets", Arg::Long("threema")) => options.threema = true,
                ("secrets", Arg::Long("webhook")) => options.webhook = true,
                ("test", Arg::Long("quick")) => options.quick = true,
                ("fuzz", Arg::Long("seconds")) => {
                    options.seconds = arguments
                        .value()
                        .and_then(|value| value.parse())
                        .map_err(misused)?;
                }
                ("peers", Arg::Long("full")) => {
                    options.full = true;
                    options.passed_on.push("--full".to_owned());
                }
                ("peers", Arg::Long(name @ ("seed" | "case"))) => {
                    let name = format!("--{name}");
                    let value: String = arguments
                        .value()
                        .and_then(|value| value.parse())
                        .map_err(misused)?;
                    options.passed_on.extend([name, value]);
                }
                ("peers", Arg::Value(name)) => {
                    options.passed_on.push(name.to_string_lossy().into_owned());
                }
                ("setup", Arg::Long("test")) => options.test = true,
                ("prove" | "shots" | "fuzz", Arg::Value(name)) => {
                    options.names.push(name.to_string_lossy().into_owned());
                }
                ("bench-qr", Arg::Value(folder)) => options.folder = Some(folder.into()),
                ("export-key" | "open-export", Arg::Long("key")) => {
                    options.key = Some(arguments.value().map_err(misused)?.into());
                }
                ("open-export", Arg::Value(page)) => options.pages.push(page.into()),
                (_, other) => return Err(misused(other.unexpected())),
            }
        }
        Ok(options)
    }

    fn key(&self) -> Result<&std::path::Path, Problem> {
        let key = self.key.as_deref();
        key.ok_or_else(|| misused("`--key FILE` is missing"))
    }
}

fn misused(what: impl std::fmt::Display) -> Problem {
    Problem::new(what, "see `cargo xtask --help`")
}
