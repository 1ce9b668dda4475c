//! One event on its way.

use threegate_core::UnixTime;
use threegate_core::event::Envelope;
use threegate_core::event::webhook::PATIENCE;
use threegate_core::user::ObjectName;
use threegate_core::vault::{Context, Kind, Vault};
use zeroize::Zeroizing;

use super::store::{Members, Waiting};
use crate::config::{Config, Webhook};
use crate::problem::Error;
use crate::{clock, outbound, random};

/// Posts it once. The words of a failure are the status's.
pub(super) async fn post(
    webhook: &Webhook,
    config: &Config,
    waiting: &Waiting,
    user: Option<&str>,
    now: UnixTime,
) -> Result<(), String> {
    let members = members(config, waiting).map_err(|_| String::from("sealed_by_another_key"))?;
    let body = Envelope {
        kind: &waiting.kind,
        timestamp: &clock::rfc3339(waiting.noted_at),
        user,
        members: &members,
    };
    let body = body.to_json();
    let timestamp = now.as_secs().to_string();
    let post = outbound::Post {
        headers: &[
            ("content-type", "application/json"),
            ("user-agent", "threegate"),
            ("webhook-id", &waiting.id),
            ("webhook-timestamp", &timestamp),
            (
                "webhook-signature",
                &webhook.signer.sign(&waiting.id, &timestamp, &body),
            ),
        ],
        body: &body,
    };
    match outbound::tell(&webhook.url, post, PATIENCE).await {
        Some(200..=299) => Ok(()),
        Some(status) => Err(format!("status_{status}")),
        None => Err("no_answer".into()),
    }
}

fn members(config: &Config, waiting: &Waiting) -> Result<Zeroizing<String>, Error> {
    match &waiting.members {
        Members::Plain(text) => Ok(Zeroizing::new(text.clone())),
        Members::Sealed(sealed) => {
            let vault = Vault::new(config.vault.clone());
            let opened = vault.open(&context(&waiting.id), sealed);
            let opened =
                opened.map_err(|cause| Error::internal(format_args!("an event: {cause}")))?;
            let text = core::str::from_utf8(&opened).unwrap_or_default();
            Ok(Zeroizing::new(text.into()))
        }
    }
}

/// Seals what somebody wrote.
pub(super) fn seal(config: &Config, id: &str, members: &str) -> Result<Vec<u8>, Error> {
    let vault = Vault::new(config.vault.clone());
    let sealed = vault.seal(&context(id), random::bytes()?, members.as_bytes());
    sealed.map_err(|cause| Error::internal(format_args!("sealing an event: {cause}")))
}

/// It is a message's, and no user's: its place is its name.
const fn context(id: &str) -> Context<'_> {
    Context {
        object: ObjectName::from_bytes([0; 16]),
        factor: id,
        kind: Kind::Message,
    }
}
