//! `secrets`: what the worker must know and nobody else, fresh from the system's randomness.
use std::fs::File;
use std::io::Read;
use std::path::Path;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};

use crate::problem::Problem;
use crate::process::say;

/// Keys of 32 bytes, as base64.
const KEYS: [&str; 3] = ["NAMING_KEY", "TOKEN_KEY", "VAULT_KEY"];
/// What callers send as a bearer token.
const BEARERS: [&str; 3] = ["SITE_SECRET", "ADMIN_SECRET", "STATUS_SECRET"];

/// The last segment of the address that Threema's Gateway calls.
const CALLBACK_PATH: &str = "THREEMA_CALLBACK_PATH";

/// By which the site knows that an event is ours.
const WEBHOOK: &str = "WEBHOOK_SECRET";

/// Prints one JSON object. A worker without Threema, or without a webhook, must not have the setting of one
/// with it, so that is there only if asked for.
pub(crate) fn run(threema: bool, webhook: bool) -> Result<(), Problem> {
    let mut lines = Vec::new();
    for name in KEYS {
        lines.push(format!(
            "  \"{name}\": \"{}\"",
            Base64::encode_string(&random()?)
        ));
    }
    for name in BEARERS {
        lines.push(format!(
            "  \"{name}\": \"tg_{}\"",
            Base64UrlUnpadded::encode_string(&random()?)
        ));
    }
    if threema {
        lines.push(format!(
            "  \"{CALLBACK_PATH}\": \"{}\"",
            Base64UrlUnpadded::encode_string(&random()?)
        ));
    }
    if webhook {
        lines.push(format!(
            "  \"{WEBHOOK}\": \"whsec_{}\"",
            Base64::encode_string(&random()?)
        ));
    }
    say(format_args!("{{\n{}\n}}", lines.join(",\n")));
    Ok(())
}

pub(crate) fn random() -> Result<[u8; 32], Problem> {
    let source = Path::new("/dev/urandom");
    let mut bytes = [0; 32];
    let read = File::open(source).and_then(|mut file| file.read_exact(&mut bytes));
    read.map_err(Problem::file(source))?;
    Ok(bytes)
}
