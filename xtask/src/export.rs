//! `export-key` and `open-export`: the side of an export that a worker does not have.
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};
use threegate_core::export;
use threegate_core::threema::SecretKey;

use crate::problem::Problem;
use crate::process::say;
use crate::secrets;

/// What `POST /v1/import` takes, with room for the words around the users.
const LONGEST_BODY: usize = 15 * 1024;

/// Each user is two questions to its object, and a request may ask fifty on the free plan.
const PER_BODY: usize = 20;

/// Makes a key pair: the private half goes into a file that must not exist, the public half is printed.
pub(crate) fn make_key(file: &Path) -> Result<(), Problem> {
    let random = secrets::random()?;
    let key = SecretKey::from_bytes(random);
    let hex: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = fs::OpenOptions::new();
    let opened = options.write(true).create_new(true).mode(0o600).open(file);
    let written = opened.and_then(|mut to| to.write_all(hex.as_bytes()));
    written.map_err(Problem::file(file))?;
    say(format_args!("EXPORT_KEY=\"{}\"", key.public().to_hex()));
    Ok(())
}

/// Prints bodies for `POST /v1/import`, one a line.
pub(crate) fn open(key: &Path, pages: &[PathBuf]) -> Result<(), Problem> {
    let text = fs::read_to_string(key).map_err(Problem::file(key))?;
    let mine = SecretKey::parse(&text).map_err(|_| {
        Problem::new(
            format!("{} holds no key", key.display()),
            "name the file that `cargo xtask export-key` made",
        )
    })?;
    let mut body = Vec::new();
    let mut length = 0_usize;
    for file in pages {
        let text = fs::read_to_string(file).map_err(Problem::file(file))?;
        for user in users(&text, &mine, file)? {
            let more = serde_json::to_string(&user)
                .unwrap_or_default()
                .len()
                .saturating_add(1);
            let full = body.len() >= PER_BODY;
            if full || !body.is_empty() && length.saturating_add(more) > LONGEST_BODY {
                say(json!({ "users": std::mem::take(&mut body) }));
                length = 0;
            }
            length = length.saturating_add(more);
            body.push(user);
        }
    }
    if !body.is_empty() {
        say(json!({ "users": body }));
    }
    Ok(())
}

/// The opened users of a file: pages as `GET /v1/export` answers them, one after the other.
fn users(text: &str, mine: &SecretKey, file: &Path) -> Result<Vec<String>, Problem> {
    let broken = |what: &str| {
        let words = format!("{}: {what}", file.display());
        Problem::new(
            words,
            "give whole answers of `GET /v1/export`, and the key they were sealed for",
        )
    };
    let mut users = Vec::new();
    for page in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        let page = page.map_err(|_| broken("that is no JSON"))?;
        let sealed = page.get("users").and_then(Value::as_array);
        for sealed in sealed.ok_or_else(|| broken("there are no `users`"))? {
            let sealed = sealed
                .as_str()
                .and_then(|sealed| Base64UrlUnpadded::decode_vec(sealed).ok());
            let opened = sealed.and_then(|sealed| export::open(&sealed, mine).ok());
            let opened = opened.ok_or_else(|| broken("a user cannot be opened with this key"))?;
            users.push(String::from_utf8_lossy(&opened).into_owned());
        }
    }
    Ok(users)
}
