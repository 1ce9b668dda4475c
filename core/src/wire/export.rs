//! What an export has of a user: enough to leave with, or to restore.
//!
//! An export is many pages, each user in it [sealed](crate::export) alone. With the feature `serde` a user is
//! written as JSON before it is sealed.
//!
//! ```
//! use threegate_core::Method;
//! use threegate_core::wire::export::{ExportedFactor, ExportedUser};
//!
//! let alice = ExportedUser {
//!     user: "42".into(),
//!     factors: vec![ExportedFactor {
//!         factor: "f1".into(),
//!         method: Method::Totp,
//!         name: Some("my phone".into()),
//!         created_at: 1_700_000_000,
//!         uri: Some("otpauth://totp/Forum:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ".into()),
//!         threema_id: None,
//!         key: None,
//!         level: None,
//!     }],
//!     default: None,
//!     recovery: None,
//! };
//! assert!(alice.factors.iter().any(|factor| factor.uri.is_some())); // any app takes it over
//! ```

use alloc::string::String;
use alloc::vec::Vec;

use crate::Method;
use crate::threema::Level;

/// A user, as the holder of `EXPORT_KEY`'s other half reads it.
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ExportedUser {
    /// The site's own id of the user.
    pub user: String,
    /// The active factors.
    pub factors: Vec<ExportedFactor>,
    /// The method that the user is asked for first.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub default: Option<Method>,
    /// The recovery codes, as far as they are kept: not the codes.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub recovery: Option<ExportedRecovery>,
}

/// A factor.
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ExportedFactor {
    /// Its name.
    pub factor: String,
    /// How it proves itself.
    pub method: Method,
    /// What the user calls it.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub name: Option<String>,
    /// Since when it counts.
    pub created_at: u64,
    /// Of an app or a token: its `otpauth://` link, with the secret.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub uri: Option<String>,
    /// Of a Threema ID: the ID.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub threema_id: Option<String>,
    /// Of a Threema ID: its pinned key.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub key: Option<String>,
    /// Of a Threema ID: how the key got here.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub level: Option<Level>,
}

/// A set of recovery codes. All bytes are base64url.
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct ExportedRecovery {
    /// The set's salt.
    pub salt: String,
    /// Rounds of PBKDF2-HMAC-SHA256.
    pub rounds: u64,
    /// The user's key, under which the digests are HMACs.
    pub key: String,
    /// The digests of the codes that were not used.
    pub digests: Vec<String>,
    /// Whether the user said that they are kept.
    pub kept: bool,
}

/// The answer to `GET /v1/export`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExportPage {
    /// Each a sealed user, in base64url.
    pub users: Vec<String>,
    /// What to ask for next; absent at the end.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub cursor: Option<String>,
}
