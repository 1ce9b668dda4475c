//! The settings for events: an address with its secret, or none.

use super::Reader;
use threegate_core::event::webhook::{Secret, Signer};
use threegate_core::threema::gateway::Endpoint;

/// Where the site takes events, and how it knows that they are ours.
#[derive(Debug)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    pub(crate) signer: Signer,
}

const URL: &str = "WEBHOOK_URL";
const SECRET: &str = "WEBHOOK_SECRET";
const PREVIOUS: &str = "WEBHOOK_SECRET_PREVIOUS";

const URL_EXPECTED: &str =
    "https://host/path, or http on localhost alone; no query, and no slash at the end";
const SECRET_EXPECTED: &str = "whsec_ and 24 to 64 random bytes in base64, as `cargo xtask secrets \
                               --webhook` makes them";

impl Webhook {
    /// Reads the settings. None at all is no fault.
    pub(super) fn read<L: Fn(&str) -> Option<String>>(reader: &mut Reader<L>) -> Option<Self> {
        if ![URL, SECRET, PREVIOUS]
            .iter()
            .any(|setting| reader.has(setting))
        {
            return None;
        }
        let url = reader.read(URL, URL_EXPECTED, |text| {
            // One kind of address for what is asked: a host, and a path without escapes.
            Endpoint::parse(text.trim()).ok()
        });
        let parse = |text: &str| Secret::parse(text).ok();
        let secret = reader.read(SECRET, SECRET_EXPECTED, parse);
        let previous = if reader.has(PREVIOUS) {
            Some(reader.read(PREVIOUS, SECRET_EXPECTED, parse)?)
        } else {
            None
        };
        Some(Self {
            url: url?.as_str().into(),
            signer: Signer::new(secret?, previous),
        })
    }
}
