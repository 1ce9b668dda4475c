//! The two names that an app shows beside its code.

use alloc::borrow::ToOwned;
use alloc::string::String;
use core::fmt;

/// The name of an account in an app's list: one line of 1 to 64 characters, without anything that
/// could pass for another line, another direction of writing, or a link.
///
/// ```
/// use threegate_core::otp::{Label, LabelError};
///
/// assert_eq!(Label::parse(" alice@example.org ")?.as_str(), "alice@example.org");
/// assert_eq!(Label::parse("alice\nApproved"), Err(LabelError::Control));
/// assert_eq!(Label::parse("call https://example.org"), Err(LabelError::Link));
/// # Ok::<(), LabelError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Label(String);

impl Label {
    /// The most characters.
    pub const MAX: usize = 64;

    /// Reads a label; blanks at both ends are left out.
    ///
    /// # Errors
    /// Each of [`LabelError`] except [`LabelError::Colon`].
    pub fn parse(text: &str) -> Result<Self, LabelError> {
        let text = text.trim();
        if !text.chars().any(is_visible) {
            return Err(LabelError::Empty);
        }
        if text.chars().count() > Self::MAX {
            return Err(LabelError::TooLong);
        }
        if text.chars().any(|c| is_control(c) || is_hidden(c)) {
            return Err(LabelError::Control);
        }
        if text.chars().any(is_bidi) {
            return Err(LabelError::Bidi);
        }
        if is_link(text) {
            return Err(LabelError::Link);
        }
        Ok(Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of a site in an app's list: a [`Label`] without a colon, since the first colon of a
/// link's label ends the issuer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Issuer(Label);

impl Issuer {
    /// Reads an issuer.
    ///
    /// # Errors
    /// Each of [`LabelError`].
    pub fn parse(text: &str) -> Result<Self, LabelError> {
        if text.contains(':') {
            return Err(LabelError::Colon);
        }
        Label::parse(text).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The issuer as a label, for an account without a name of its own.
    #[must_use]
    pub const fn as_label(&self) -> &Label {
        &self.0
    }
}

/// Control characters, and the two line ends that are not counted among them.
pub(crate) fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether a reader sees anything of it.
fn is_visible(c: char) -> bool {
    !c.is_whitespace() && !is_hidden(c) && !matches!(c, '\u{200C}' | '\u{200D}' | '\u{FE0F}')
}

/// Characters that are not shown, so that two labels could look alike. Those that join or part
/// letters, or choose an emoji's look, are left: names are written with them.
/// (Unicode's property `Default_Ignorable_Code_Point`, and the interlinear marks.)
pub(crate) const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}' | '\u{2060}'..='\u{2065}'
            | '\u{206A}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0E}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// The marks, embeddings, overrides and isolates of Unicode's bidirectional algorithm.
pub(crate) const fn is_bidi(c: char) -> bool {
    matches!(
        c,
        '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    )
}

/// What phones make a link of. A bare host name is left alone: many forums are called after theirs.
pub(crate) fn is_link(text: &str) -> bool {
    let starts = |text: &str, start: &str| {
        let beginning = text.as_bytes().get(..start.len());
        beginning.is_some_and(|beginning| beginning.eq_ignore_ascii_case(start.as_bytes()))
    };
    let after_colon = text.split([':', '：']).skip(1);
    let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != ':');
    after_colon.into_iter().any(|rest| rest.starts_with('/'))
        || words.any(|word| starts(word, "www.") || starts(word, "mailto:"))
}

/// Why a text is no [`Label`] or no [`Issuer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LabelError {
    /// A mark that changes the direction of writing.
    Bidi,
    /// A colon, in an issuer.
    Colon,
    /// A control character or a line end.
    Control,
    /// Nothing but blanks.
    Empty,
    /// Something that a phone would make a link of.
    Link,
    /// More than [`Label::MAX`] characters.
    TooLong,
}

impl fmt::Display for LabelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bidi => "the name has a mark that changes the direction of writing",
            Self::Colon => "the name of a site must not have a colon",
            Self::Control => "the name has a control character or a line end",
            Self::Empty => "the name is empty",
            Self::Link => "the name has a link in it",
            Self::TooLong => "the name has more than 64 characters",
        })
    }
}

impl core::error::Error for LabelError {}

#[cfg(test)]
mod tests;
