//! Requests that change what is enrolled or remembered.

use super::Notice;
use threegate_core::Method;
use zeroize::Zeroizing;

/// A change. Factors and browsers go by their names in paths.
#[derive(Clone, PartialEq, Eq)]
pub enum Change {
    /// Name a factor.
    Rename {
        /// Which one.
        factor: String,
        /// As it was typed.
        name: String,
    },
    /// Ask for this method first.
    Prefer(Method),
    /// Find a token again.
    Resync {
        /// Which one.
        factor: String,
        /// Two codes in a row as they were typed.
        codes: [Zeroizing<String>; 2],
    },
    /// Remove a factor.
    Remove(String),
    /// Forget a browser.
    Forget(String),
    /// Forget all browsers.
    ForgetAll,
}

impl Change {
    /// The verb.
    #[must_use]
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Rename { .. } => "PATCH",
            Self::Prefer(_) => "PUT",
            Self::Resync { .. } => "POST",
            Self::Remove(_) | Self::Forget(_) | Self::ForgetAll => "DELETE",
        }
    }

    /// The path below the client API's, in three parts.
    #[must_use]
    pub fn path(&self) -> (&'static str, &str, &'static str) {
        match self {
            Self::Rename { factor, .. } | Self::Remove(factor) => ("/factors/", factor, ""),
            Self::Resync { factor, .. } => ("/factors/", factor, "/resync"),
            Self::Prefer(_) => ("/default", "", ""),
            Self::Forget(device) => ("/devices/", device, ""),
            Self::ForgetAll => ("/devices", "", ""),
        }
    }

    /// The body's members that are texts.
    #[must_use]
    pub fn members(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Rename { name, .. } => vec![("name", name)],
            Self::Prefer(method) => vec![("method", method.as_str())],
            _ => Vec::new(),
        }
    }

    /// The body's member that is a list of texts.
    #[must_use]
    pub const fn list(&self) -> Option<(&'static str, &[Zeroizing<String>])> {
        match self {
            Self::Resync { codes, .. } => Some(("codes", codes)),
            _ => None,
        }
    }

    /// What is said once it is done.
    pub(super) const fn notice(&self) -> Notice {
        match self {
            Self::Rename { .. } => Notice::Renamed,
            Self::Prefer(_) => Notice::Preferred,
            Self::Resync { .. } => Notice::Resynced,
            Self::Remove(_) => Notice::Removed,
            Self::Forget(_) => Notice::Forgotten,
            Self::ForgetAll => Notice::AllForgotten,
        }
    }
}
