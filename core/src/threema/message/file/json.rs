//! A file's message, read and written member by member.

use alloc::string::String;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use zeroize::Zeroizing;

use super::{File, FileJson, Metadata, Rendering, Thumbnail};
use crate::threema::blob::{BlobId, BlobKey};
use crate::threema::{Message, Unreadable, Unwritable};

const JPEG: &str = "image/jpeg";

#[derive(Serialize, Deserialize)]
struct Members {
    b: String,
    k: Zeroized,
    m: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    n: Option<String>,
    s: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    t: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    p: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    d: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    j: Option<u64>,
    #[serde(default)]
    i: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    c: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    x: Option<Value>,
}

/// The key's digits.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Zeroized(#[serde(with = "digits")] Zeroizing<String>);

mod digits {
    use alloc::string::String;

    use serde::{Deserialize, Deserializer, Serializer};
    use zeroize::Zeroizing;

    pub(super) fn serialize<S: Serializer>(
        digits: &Zeroizing<String>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(digits)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Zeroizing<String>, D::Error> {
        String::deserialize(deserializer).map(Zeroizing::new)
    }
}

impl FileJson {
    /// What the text says of the file. Members that are not known are passed over. Feature `serde`.
    ///
    /// # Errors
    /// [`Unreadable::File`] if it is not JSON, or a member that must be there is not, or is of another kind
    /// or twice there.
    pub fn file(&self) -> Result<File, Unreadable> {
        serde_json::from_str(self.as_str())
            .ok()
            .and_then(read)
            .ok_or(Unreadable::File)
    }
}

fn read(members: Members) -> Option<File> {
    let mut key = Zeroizing::new([0; 32]);
    let read = base16ct::mixed::decode(&*members.k.0, &mut *key).ok()?;
    if read.len() != 32 {
        return None;
    }
    let thumbnail = match members.t {
        Some(blob) => Some(Thumbnail {
            blob: BlobId::parse(&blob)?,
            media_type: members.p.unwrap_or_else(|| JPEG.into()),
        }),
        None => None,
    };
    let correlation = members.c.filter(|word| is_correlation(word));
    Some(File {
        blob: BlobId::parse(&members.b)?,
        key: BlobKey::from_bytes(*key),
        media_type: members.m,
        name: members.n,
        size: members.s,
        thumbnail,
        caption: members.d,
        rendering: match members.j.unwrap_or(members.i) {
            1 => Rendering::Media,
            2 => Rendering::Sticker,
            _ => Rendering::File,
        },
        correlation,
        metadata: members.x.as_ref().map(metadata).unwrap_or_default(),
    })
}

fn metadata(told: &Value) -> Metadata {
    let pixels = |name| told.get(name)?.as_u64()?.try_into().ok();
    let duration = told.get("d").and_then(Value::as_f64);
    Metadata {
        width: pixels("w"),
        height: pixels("h"),
        animated: told.get("a").and_then(Value::as_bool),
        duration: duration.filter(|seconds| *seconds >= 0.0),
    }
}

fn is_correlation(word: &str) -> bool {
    (1..=32).contains(&word.len()) && word.is_ascii()
}

impl File {
    /// The text of the file's message. Feature `serde`.
    ///
    /// # Errors
    /// [`Unwritable::Text`] if the caption is too long; [`Unwritable::Data`] if the whole is, or the
    /// correlation is not as it may be.
    pub fn to_json(&self) -> Result<FileJson, Unwritable> {
        let caption = self.caption.as_deref().unwrap_or_default();
        if caption.len() > Message::MAX_TEXT {
            return Err(Unwritable::Text);
        }
        if !self.correlation.as_deref().is_none_or(is_correlation) {
            return Err(Unwritable::Data);
        }
        let rendering = match self.rendering {
            Rendering::File => 0,
            Rendering::Media => 1,
            Rendering::Sticker => 2,
        };
        let key = Zeroizing::new(base16ct::lower::encode_string(self.key.as_bytes()));
        let members = Members {
            b: self.blob.to_hex(),
            k: Zeroized(key),
            m: self.media_type.clone(),
            n: self.name.clone(),
            s: self.size,
            t: self.thumbnail.as_ref().map(|small| small.blob.to_hex()),
            p: self
                .thumbnail
                .as_ref()
                .map(|small| small.media_type.clone()),
            d: self.caption.clone(),
            j: Some(rendering),
            // Apps that know only this one show stickers as pictures.
            i: rendering.min(1),
            c: self.correlation.clone(),
            x: self.metadata.written(),
        };
        let text = serde_json::to_string(&members).map(Zeroizing::new);
        let text = text.map_err(|_| Unwritable::Data)?;
        FileJson::new(&text).ok_or(Unwritable::Data)
    }
}

impl Metadata {
    fn written(self) -> Option<Value> {
        let mut told = Map::new();
        let pixels = [("w", self.width), ("h", self.height)];
        for (name, pixels) in pixels {
            if let Some(pixels) = pixels {
                told.insert(name.into(), pixels.into());
            }
        }
        if let Some(animated) = self.animated {
            told.insert("a".into(), animated.into());
        }
        if let Some(duration) = self.duration.filter(|seconds| *seconds >= 0.0) {
            told.insert("d".into(), duration.into());
        }
        (!told.is_empty()).then_some(Value::Object(told))
    }
}
