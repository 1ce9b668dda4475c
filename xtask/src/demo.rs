//! `demo`: worker and demo forum on this machine; with `--drive`, the whole story in a browser.
use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::process::{ExitCode, ExitStatus};
use std::time::Duration;

use crate::problem::Problem;
use crate::process::attached;
use crate::workspace::Workspace;
use crate::{Options, compile, setup};

/// Runs until Ctrl-C; with `--drive` until the story ends, answering how it went.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode, Problem> {
    let ports = [
        ("--forum-port", options.forum_port),
        ("--worker-port", options.worker_port),
    ];
    if options.forum_port == options.worker_port {
        return Err(Problem::new(
            format_args!(
                "forum and worker cannot both have port {}",
                options.forum_port
            ),
            "give one of them another with --forum-port or --worker-port",
        ));
    }
    for (option, port) in ports {
        check_free(port, option)?;
    }
    let what_for = if options.drive {
        setup::For::Drive
    } else {
        setup::For::Build
    };
    let chromium = setup::run(workspace, what_for)?;
    compile::run(workspace)?;
    let script = if options.drive {
        "tests/e2e/drive.mjs"
    } else {
        "tests/e2e/stack.mjs"
    };
    let mut command = workspace.command("node");
    command
        .arg(script)
        .env("THREEGATE_FORUM_PORT", options.forum_port.to_string())
        .env("THREEGATE_WORKER_PORT", options.worker_port.to_string());
    if let Some(chromium) = &chromium {
        chromium.tell(&mut command);
    }
    attached(command).map(code_of)
}

/// A port in use is better said before minutes of building.
fn check_free(port: u16, option: &str) -> Result<(), Problem> {
    let taken = || {
        Problem::new(
            format_args!("port {port} is in use"),
            format_args!("choose another with `{option} <port>`"),
        )
    };
    // Another program may hold the port on an address that does not collide with ours.
    for address in [
        IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(Ipv6Addr::LOCALHOST),
    ] {
        let address = SocketAddr::new(address, port);
        if TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok() {
            return Err(taken());
        }
    }
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AddrInUse => Err(taken()),
        Err(error) => Err(Problem::new(
            format_args!("port {port} cannot be used: {error}"),
            format_args!("choose another with `{option} <port>`"),
        )),
    }
}

fn code_of(status: ExitStatus) -> ExitCode {
    status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .map_or(ExitCode::FAILURE, ExitCode::from)
}

#[cfg(test)]
mod tests {
    use super::check_free;
    use std::net::TcpListener;

    #[test]
    fn a_port_in_use_is_named_with_its_option() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        let told = check_free(port, "--forum-port").map_err(|problem| problem.to_string());
        assert_eq!(
            told,
            Err(format!(
                "port {port} is in use; choose another with `--forum-port <port>`"
            ))
        );
    }
}
