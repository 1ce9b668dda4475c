//! Links of the apps: their own schemes, and the web addresses that open them.
//!
//! ```text
//! threema://add?id=ABCD1234         https://threema.id/ABCD1234?text=…
//! scheme    action query            host       action   query
//! ```

use alloc::borrow::Cow;

use super::super::ThreemaId;
use super::{Scanned, Unusable};
use crate::form;

/// The web addresses that the apps open, of each of their editions.
const HOSTS: [&str; 4] = [
    "go.threema.ch",
    "onprem.threema.ch",
    "threema.id",
    "work.threema.ch",
];

/// A link that one of the apps would take.
pub(super) struct Link<'a> {
    action: Cow<'a, str>,
    query: &'a str,
}

impl<'a> Link<'a> {
    /// Splits a link of the apps; none for any other text.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let (scheme, rest) = split_before(text, b":");
        let rest = rest.strip_prefix("://")?;
        let scheme = scheme.to_ascii_lowercase();
        let address = match scheme.as_str() {
            "http" | "https" => {
                let (host, path) = split_before(rest, b"/?#");
                if !HOSTS.iter().any(|known| host.eq_ignore_ascii_case(known)) {
                    return None;
                }
                path.strip_prefix('/').unwrap_or(path)
            }
            // `threema`, `threemawork`, `threemaonprem`, and some for tests.
            app if app.starts_with("threema") => rest,
            _ => return None,
        };
        let (action, rest) = split_before(address, b"/?#");
        let (rest, _) = split_before(rest, b"#");
        let (_, query) = split_before(rest, b"?");
        Some(Self {
            action: form::decoded(action).unwrap_or_default(),
            query: query.strip_prefix('?').unwrap_or_default(),
        })
    }

    pub(super) fn meaning(&self) -> Result<Scanned, Unusable> {
        match self.action.to_ascii_lowercase().as_str() {
            "restore" => Err(Unusable::Restore),
            "device-group" => Err(Unusable::DeviceJoin),
            "license" => Err(Unusable::Licence),
            "link_mobileno" => Err(Unusable::PhoneLink),
            // Without an ID, they only ask whom to write to.
            "" => Err(Unusable::Unknown),
            "add" | "compose" => match self.parameter("id") {
                Some(id) => contact(&id),
                None => Err(Unusable::Unknown),
            },
            _ => contact(&self.action),
        }
    }

    fn parameter(&self, wanted: &str) -> Option<Cow<'a, str>> {
        form::pairs(self.query)
            .flatten()
            .find(|(name, _)| name == wanted)
            .map(|(_, value)| value)
    }
}

fn contact(id: &str) -> Result<Scanned, Unusable> {
    ThreemaId::parse(&id.to_ascii_uppercase())
        .map(|id| Scanned::Contact { id })
        .map_err(|_| Unusable::Malformed)
}

/// Whether a text begins as a link of any kind does (RFC 3986, section 3.1).
pub(super) fn has_scheme(text: &str) -> bool {
    let (scheme, rest) = split_before(text, b":");
    let rest = rest.strip_prefix(':').unwrap_or_default();
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.is_empty()
}

/// The text before the first of those ASCII characters, and the text from it on.
fn split_before<'a>(text: &'a str, ends: &[u8]) -> (&'a str, &'a str) {
    let end = text.bytes().position(|byte| ends.contains(&byte));
    let end = end.and_then(|end| text.split_at_checked(end));
    end.unwrap_or((text, ""))
}
