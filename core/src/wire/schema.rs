//! What serde's attributes do not say of a wire type: words instead of variants, and the forms of texts.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::threema::Level;
use crate::{Method, Purpose};

/// A user's id. Schemas count characters, so that of its 128 bytes only this much can be said.
pub(super) const USER: &str = "^[^\\u0000-\\u001f\\u007f-\\u009f]{1,128}$";
/// What `Origin::parse` takes, but that it refuses a scheme's own port, and one beyond 65535.
pub(super) const ORIGIN: &str = "^(https://([a-z0-9._-]+|\\[[0-9a-f:.]+\\])\
     |http://(localhost|127\\.0\\.0\\.1|\\[::1\\]))(:[1-9][0-9]{0,4})?$";
/// The shape of a BCP 47 tag.
pub(super) const LOCALE: &str = "^[A-Za-z0-9-]{1,35}$";
/// 128 random bits in base64url: a ticket's id, a challenge's or a factor's name.
pub(super) const NAME: &str = "^[A-Za-z0-9_-]{22}$";

/// 64 random bits in base64url: a remembered browser's name.
pub(super) const DEVICE: &str = "^[A-Za-z0-9_-]{11}$";

macro_rules! words {
    ($($type:ident, $name:literal, $words:literal;)+) => {$(
        impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                let words: Vec<_> = Self::ALL.iter().map(|it| it.as_str()).collect();
                json_schema!({ "type": "string", "description": $words, "enum": words })
            }
        }
    )+};
}

words! {
    Method, "Method", "How a factor proves itself. Later versions may have more.";
    Purpose, "Purpose", "What a ticket is for.";
    Level, "Level", "How a Threema ID's key got here: the directory's word only, found by an address that the site knows, or scanned from the phone and equal to the directory's.";
}
