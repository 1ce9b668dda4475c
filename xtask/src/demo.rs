//! `demo`: worker, demo forum and simulated phones on this machine; with `--drive`, the whole story in a browser.
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
        ("--gateway-port", options.gateway_port),
    ];
    check_different(&ports)?;
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
    let native = compile::Native::build(workspace, &[compile::GATEWAY_SIM])?;
    let script = if options.drive {
        "tests/e2e/drive.mjs"
    } else {
        "tests/e2e/stack.mjs"
    };
    let mut command = workspace.command("node");
    command
        .arg(script)
        .env("THREEGATE_FORUM_PORT", options.forum_port.to_string())
        .env("THREEGATE_WORKER_PORT", options.worker_port.to_string())
        .env("THREEGATE_GATEWAY_PORT", options.gateway_port.to_string());
    native.tell(&mut command);
    if let Some(chromium) = &chromium {
        chromium.tell(&mut command);
    }
    attached(command).map(code_of)
}

/// Each program needs a port of its own.
fn check_different(ports: &[(&str, u16)]) -> Result<(), Problem> {
    let mut rest = ports;
    while let Some(((option, port), others)) = rest.split_first() {
        if let Some((other, _)) = others.iter().find(|(_, other)| other == port) {
            return Err(Problem::new(
                format_args!("{option} and {other} cannot both be {port}"),
                "give one of them another port",
            ));
        }
        rest = others;
    }
    Ok(())
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
    use super::{check_different, check_free};
    use std::net::TcpListener;

    #[test]
    fn two_programs_with_one_port_are_named() {
        let ports = |forum, gateway| {
            [
                ("--forum-port", forum),
                ("--worker-port", 2),
                ("--gateway-port", gateway),
            ]
        };
        assert!(check_different(&ports(1, 3)).is_ok());
        let told = check_different(&ports(3, 3)).map_err(|problem| problem.to_string());
        let expected =
            "--forum-port and --gateway-port cannot both be 3; give one of them another port";
        assert_eq!(told, Err(expected.to_owned()));
    }

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
