//! How the texts of the Gateway's answers are read. What is not exactly what was asked for is nonsense.

use alloc::string::String;
use alloc::vec::Vec;

use super::super::blob::BlobId;
use super::super::{MessageId, PublicKey, ThreemaId};

/// The body without the line end behind it.
fn text(body: &[u8]) -> Option<&str> {
    core::str::from_utf8(body).ok().map(str::trim)
}

pub(super) fn public_key(body: &[u8]) -> Option<PublicKey> {
    PublicKey::parse_any_case(text(body)?).ok()
}

pub(super) fn threema_id(body: &[u8]) -> Option<ThreemaId> {
    ThreemaId::parse(text(body)?).ok()
}

pub(super) fn message_id(body: &[u8]) -> Option<MessageId> {
    MessageId::parse(&text(body)?.to_ascii_lowercase()).ok()
}

pub(super) fn blob_id(body: &[u8]) -> Option<BlobId> {
    BlobId::parse(text(body)?)
}

pub(super) fn credits(body: &[u8]) -> Option<u64> {
    let text = text(body)?;
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| digits)
}

pub(super) fn capabilities(body: &[u8]) -> Option<Capabilities> {
    let words = text(body)?
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty());
    Some(Capabilities(words.map(String::from).collect()))
}

/// What an app can do, in the Gateway's words: `text`, `file`, `group` and others, in no order, and words
/// of a later time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities(Vec<String>);

impl Capabilities {
    /// Whether the app can do what that word says.
    #[must_use]
    pub fn has(&self, word: &str) -> bool {
        self.0.iter().any(|known| known == word)
    }

    /// The words, in the Gateway's order.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}
