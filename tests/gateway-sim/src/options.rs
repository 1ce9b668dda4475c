//! The command line.
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use reqwest::Url;

use crate::identity::Id;
use crate::problem::Problem;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
gateway-sim: stands in for Threema's Gateway and for the phones

  --listen ADDRESS          where to serve, e.g. 127.0.0.1:8081 (the default); port 0 takes a free one
  --state FILE              keeps the Gateway's ID, secret and keys, and the phones (made if missing)
  --callback URL            where messages to the Gateway ID are delivered
  --retry-seconds SECONDS   between the attempts of a delivery (300; fractions are taken)
  --gateway ID              the Gateway ID of a new state file (*TESTTST)
  --phone ID[=NAME[,E-MAIL][,NUMBER]]
                            a phone; repeatable (a new state file without any gets
                            ALICE001=Alice and BOBBOB02=Bob)

Pages of the phones: /phones. Control API: /control. It is a test tool: everybody who can reach the
address may read and change all of it.";

/// What the command line asks for.
pub(crate) enum Asked {
    Help,
    Run(Options),
}

pub(crate) struct Options {
    pub(crate) listen: SocketAddr,
    pub(crate) state: PathBuf,
    pub(crate) callback: Option<Url>,
    pub(crate) retry: Duration,
    pub(crate) gateway: Option<Id>,
    pub(crate) phones: Vec<NewPhone>,
}

/// A phone that is to exist.
pub(crate) struct NewPhone {
    pub(crate) id: Id,
    pub(crate) name: String,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
}

/// # Errors
/// [`Problem::Usage`], and the problems of the values.
pub(crate) fn from_command_line() -> Result<Asked, Problem> {
    parse(lexopt::Parser::from_env())
}

fn parse(mut arguments: lexopt::Parser) -> Result<Asked, Problem> {
    use lexopt::prelude::{Long, Short};

    let mut listen = SocketAddr::from(([127, 0, 0, 1], 8081));
    let mut state = None;
    let mut callback = None;
    let mut retry = Duration::from_secs(300);
    let mut gateway = None;
    let mut phones = Vec::new();
    while let Some(argument) = arguments.next().map_err(usage)? {
        match argument {
            Long("help") | Short('h') => return Ok(Asked::Help),
            Long("listen") => {
                let text = value(&mut arguments)?;
                listen = text.parse().map_err(|_| {
                    Problem::Usage(format!("--listen {text}: not an address with a port"))
                })?;
            }
            Long("state") => state = Some(PathBuf::from(value(&mut arguments)?)),
            Long("callback") => callback = Some(callback_url(&value(&mut arguments)?)?),
            Long("retry-seconds") => retry = retry_interval(&value(&mut arguments)?)?,
            Long("gateway") => gateway = Some(gateway_id(&value(&mut arguments)?)?),
            Long("phone") => phones.push(new_phone(&value(&mut arguments)?)?),
            other => return Err(usage(other.unexpected())),
        }
    }
    let state = state.ok_or_else(|| Problem::Usage("--state FILE is missing".to_owned()))?;
    Ok(Asked::Run(Options {
        listen,
        state,
        callback,
        retry,
        gateway,
        phones,
    }))
}

fn value(arguments: &mut lexopt::Parser) -> Result<String, Problem> {
    let value = arguments.value().map_err(usage)?;
    value
        .into_string()
        .map_err(|value| Problem::Usage(format!("not text: {}", value.display())))
}

#[allow(clippy::needless_pass_by_value, reason = "for map_err")]
fn usage(error: lexopt::Error) -> Problem {
    Problem::Usage(error.to_string())
}

/// # Errors
/// [`Problem::CallbackMalformed`].
pub(crate) fn callback_url(text: &str) -> Result<Url, Problem> {
    let malformed = || Problem::CallbackMalformed(text.to_owned());
    let url = Url::parse(text).map_err(|_| malformed())?;
    if matches!(url.scheme(), "http" | "https") && url.has_host() {
        Ok(url)
    } else {
        Err(malformed())
    }
}

fn retry_interval(text: &str) -> Result<Duration, Problem> {
    let seconds: Option<f64> = text.parse().ok();
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| Problem::Usage(format!("--retry-seconds {text}: not a number of seconds")))
}

fn gateway_id(text: &str) -> Result<Id, Problem> {
    let id = Id::parse(text)?;
    if id.is_gateway() {
        Ok(id)
    } else {
        Err(Problem::Usage(format!(
            "--gateway {text}: a Gateway ID begins with *"
        )))
    }
}

/// `ID`, `ID=Name` or `ID=Name,name@example.com,41790000001`.
fn new_phone(text: &str) -> Result<NewPhone, Problem> {
    let (id, rest) = text.split_once('=').unwrap_or((text, text));
    let mut parts = rest.split(',');
    let mut phone = NewPhone {
        id: Id::parse(id)?,
        name: parts.next().unwrap_or(id).to_owned(),
        email: None,
        phone: None,
    };
    for part in parts {
        if part.contains('@') {
            phone.email = Some(part.to_owned());
        } else {
            phone.phone = Some(part.to_owned());
        }
    }
    Ok(phone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(arguments: &[&str]) -> Result<Options, Problem> {
        match parse(lexopt::Parser::from_args(arguments)) {
            Ok(Asked::Run(options)) => Ok(options),
            Ok(Asked::Help) => panic!("asked for help"),
            Err(problem) => Err(problem),
        }
    }

    #[test]
    fn a_phone_may_have_a_name_an_address_and_a_number() {
        let options = run(&[
            "--state=s.json",
            "--phone=ALICE001=Alice,alice@example.com,41791234567",
            "--phone=BOBBOB02",
            "--retry-seconds=0.05",
        ])
        .unwrap();
        let [alice, bob] = &options.phones[..] else {
            panic!("not two phones")
        };
        assert_eq!(alice.name, "Alice");
        assert_eq!(alice.email.as_deref(), Some("alice@example.com"));
        assert_eq!(alice.phone.as_deref(), Some("41791234567"));
        assert_eq!((bob.name.as_str(), &bob.email), ("BOBBOB02", &None));
        assert_eq!(options.retry, Duration::from_millis(50));
    }

    #[test]
    fn what_is_not_understood_is_refused_by_name() {
        for (arguments, code) in [
            (&["--phone=ALICE001"][..], "usage"),
            (&["--state=s", "--gateway=TESTTST1"], "usage"),
            (&["--state=s", "--phone=alice001"], "id_malformed"),
            (
                &["--state=s", "--callback=ftp://a.example"],
                "callback_malformed",
            ),
            (&["--state=s", "--retry-seconds=-1"], "usage"),
            (&["--state=s", "--nonsense"], "usage"),
        ] {
            assert_eq!(run(arguments).err().unwrap().code(), code, "{arguments:?}");
        }
    }
}
