//! The message of a file: JSON that says where its blob is, and under which key.
//!
//! | member | in [`File`] | |
//! | --- | --- | --- |
//! | `b` | `blob` | 32 hexadecimal digits |
//! | `t`, `p` | `thumbnail` | its blob and media type; `image/jpeg` if that is missing |
//! | `k` | `key` | 64 hexadecimal digits |
//! | `m` | `media_type` | |
//! | `n` | `name` | |
//! | `s` | `size` | bytes |
//! | `d` | `caption` | at most 6000 bytes |
//! | `j`, `i` | `rendering` | 0 file, 1 media, 2 sticker; `i`, of old apps, knows 0 and 1 |
//! | `c` | `correlation` | at most 32 ASCII characters; files of one sending share it |
//! | `x` | `metadata` | an object of `w`, `h`, `a`, `d` |
//!
//! The message holds the text, and the feature `serde` reads and writes it. Without that feature, whatever
//! reads JSON in the program can take [`FileJson::as_str`].
#![cfg_attr(feature = "serde", doc = "```")]
#![cfg_attr(not(feature = "serde"), doc = "```text")]
//! use threegate_core::threema::Message;
//! use threegate_core::threema::blob::{BlobId, BlobKey};
//! use threegate_core::threema::message::file::File;
//!
//! let key = BlobKey::from_bytes([7; 32]); // of 32 random bytes, for this file only
//! let blob = BlobId::parse("0123456789abcdef0123456789abcdef").unwrap(); // from the Gateway
//! let mut file = File::new(blob, key, "text/plain", 2048);
//! file.caption = Some("größer".into());
//! let message = Message::File(file.to_json()?);
//!
//! let Message::File(json) = Message::parse(&message.to_plaintext(7)?)? else { panic!() };
//! assert_eq!(json.file()?, file);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! Source: Threema Gateway, "File message", and the file message of Threema's chat protocol.

use alloc::string::String;
use core::fmt;

use zeroize::Zeroizing;

use super::super::blob::{BlobId, BlobKey};
use super::Message;

/// The text of a file's message, JSON by what its sender says. It holds the file's key: wiped when it is
/// dropped, and opaque in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct FileJson(Zeroizing<String>);

impl FileJson {
    /// Takes a text. None if it is longer than [`Message::MAX_DATA`], or not an object from its first brace
    /// to its last; what is in it is not looked at.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let fits = text.len() <= Message::MAX_DATA;
        (fits && is_object(text)).then(|| Self(Zeroizing::new(text.into())))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn read(data: &[u8]) -> Option<Self> {
        let text = core::str::from_utf8(data).ok()?;
        is_object(text).then(|| Self(Zeroizing::new(text.into())))
    }
}

fn is_object(text: &str) -> bool {
    let text = text.trim_matches([' ', '\t', '\r', '\n']);
    text.starts_with('{') && text.ends_with('}')
}

impl fmt::Debug for FileJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileJson(..)")
    }
}

/// A file as its message tells of it. All of it is what the sender says, the size and the type too: a
/// receiver shows them, and believes what it fetches.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct File {
    /// Where the encrypted file is.
    pub blob: BlobId,
    /// The key of the file and of its thumbnail.
    pub key: BlobKey,
    /// What kind of file, such as `image/png`.
    pub media_type: String,
    /// What it is called. The apps show it for [`Rendering::File`] only.
    pub name: Option<String>,
    /// How long it is, in bytes, before it was encrypted.
    pub size: u64,
    /// A small picture of it.
    pub thumbnail: Option<Thumbnail>,
    /// What is written below it, at most [`Message::MAX_TEXT`] bytes.
    pub caption: Option<String>,
    /// How the apps show it.
    pub rendering: Rendering,
    /// What files of one sending have in common: at most 32 ASCII characters.
    pub correlation: Option<String>,
    /// What helps to lay it out.
    pub metadata: Metadata,
}

impl File {
    /// A file without a name, a caption or a thumbnail; these are set in its members.
    #[must_use]
    pub fn new(blob: BlobId, key: BlobKey, media_type: &str, size: u64) -> Self {
        Self {
            blob,
            key,
            media_type: media_type.into(),
            name: None,
            size,
            thumbnail: None,
            caption: None,
            rendering: Rendering::File,
            correlation: None,
            metadata: Metadata::default(),
        }
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("File(..)")
    }
}

/// A small picture, encrypted under the file's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thumbnail {
    /// Where it is.
    pub blob: BlobId,
    /// What kind of picture.
    pub media_type: String,
}

/// How a file is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rendering {
    /// By its name. What a later time adds is shown so, too.
    File,
    /// As a picture, a video or a sound.
    Media,
    /// As a picture without a frame.
    Sticker,
}

/// What helps to lay a file out. A member that is not of its kind is passed over.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[non_exhaustive]
pub struct Metadata {
    /// Of a picture or a video, in pixels.
    pub width: Option<u32>,
    /// Of a picture or a video, in pixels.
    pub height: Option<u32>,
    /// Whether a picture moves.
    pub animated: Option<bool>,
    /// How long a video or a sound lasts, in seconds.
    pub duration: Option<f64>,
}

#[cfg(feature = "serde")]
mod json;

#[cfg(all(test, feature = "serde"))]
mod tests;
