//! Bodies of requests, read member by member, with the fault named that their sender can mend.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::Fields;

/// The body of a request.
pub trait Request: Sized {
    /// The members that it may have. None: those that nobody knows are passed over.
    const MEMBERS: Option<&'static [&'static str]> = None;

    /// Reads a body's members.
    ///
    /// # Errors
    /// [`Malformed::Missing`] and [`Malformed::Type`].
    fn read(from: &impl Fields) -> Result<Self, Malformed>;
}

/// What is wrong with a body. Its words name members, and never repeat a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Malformed {
    /// A member must be there and is not.
    Missing(&'static str),
    /// A member is there twice.
    Twice(String),
    /// A member is of another type than this.
    Type(&'static str, &'static str),
    /// There is no such member.
    Unknown(String),
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (start, name, end) = match self {
            Self::Missing(name) => ("`", *name, "` is missing."),
            Self::Twice(name) => ("`", name.as_str(), "` is there twice."),
            Self::Type(name, expected) => {
                f.write_str(expected)?;
                (" is expected for `", *name, "`.")
            }
            Self::Unknown(name) => ("There is no member `", name.as_str(), "`."),
        };
        [start, name, end]
            .iter()
            .try_for_each(|part| f.write_str(part))
    }
}

impl core::error::Error for Malformed {}

/// Refuses names that are none of `members`, a request's [`Request::MEMBERS`].
///
/// # Errors
/// [`Malformed::Unknown`] with the first of them.
pub fn known<'a>(
    members: Option<&[&str]>,
    names: impl IntoIterator<Item = &'a str>,
) -> Result<(), Malformed> {
    let Some(members) = members else {
        return Ok(());
    };
    let mut names = names.into_iter();
    match names.find(|name| !members.contains(name)) {
        Some(name) => Err(Malformed::Unknown(name.to_string())),
        None => Ok(()),
    }
}

pub(super) fn text(from: &impl Fields, name: &'static str) -> Result<String, Malformed> {
    maybe_text(from, name)?.ok_or(Malformed::Missing(name))
}

pub(super) fn maybe_text(
    from: &impl Fields,
    name: &'static str,
) -> Result<Option<String>, Malformed> {
    maybe(from, name, "A text", from.text(name))
}

pub(super) fn maybe_texts(
    from: &impl Fields,
    name: &'static str,
) -> Result<Option<Vec<String>>, Malformed> {
    maybe(from, name, "A list of texts", from.texts(name))
}

pub(super) fn maybe_flag(
    from: &impl Fields,
    name: &'static str,
) -> Result<Option<bool>, Malformed> {
    maybe(from, name, "true or false", from.flag(name))
}

fn maybe<T>(
    from: &impl Fields,
    name: &'static str,
    expected: &'static str,
    read: Option<T>,
) -> Result<Option<T>, Malformed> {
    if read.is_none() && from.has(name) {
        return Err(Malformed::Type(name, expected));
    }
    Ok(read)
}
