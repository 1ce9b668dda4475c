//! A text with placeholders: read once, at the start, and filled for each message.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use super::value::LONGEST;
use super::{MAX_TEXT, Message, Values};
use crate::otp::{is_control, is_link};

/// What a text leaves room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Placeholder {
    /// The code that is sent.
    Code,
    /// The browser that asks.
    Device,
    /// The browser's address.
    Ip,
    /// The account's name.
    Label,
    /// How long something lasts.
    Minutes,
    /// The site's name.
    Site,
}

/// Why a text cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum TemplateError {
    /// A control character, or a line end other than `\n`.
    Control,
    /// A backslash begins nothing that is known, or half of a pair.
    Escape,
    /// A link. Who is used to links in such messages follows false ones.
    Link,
    /// A placeholder without which the message says nothing is not there.
    Missing(Placeholder),
    /// It could become longer than [`MAX_TEXT`] bytes.
    TooLong,
    /// A brace stands alone, or there is no such placeholder in this message.
    Unknown(String),
    /// A needed placeholder stands on a line that is left out without that other value.
    Vanishes(Placeholder),
}

/// Reads the site's own words for `message`: escapes become what they stand for.
pub(super) fn parse(message: Message, text: &str) -> Result<String, TemplateError> {
    let text = unescape(text.trim())?;
    if text.chars().any(|c| c != '\n' && is_control(c)) {
        return Err(TemplateError::Control);
    }
    if is_link(&text) {
        return Err(TemplateError::Link);
    }
    let mut longest = text.len();
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let places = places(message, line)?;
        longest = longest.saturating_add(places.len().saturating_mul(LONGEST));
        lines.push(places);
    }
    if longest > MAX_TEXT {
        return Err(TemplateError::TooLong);
    }
    for needed in message.needed() {
        let mut holding = lines.iter().filter(|line| line.contains(needed));
        let line = holding.next().ok_or(TemplateError::Missing(*needed))?;
        if let Some(other) = line.iter().find(|place| place.may_be_empty()) {
            return Err(TemplateError::Vanishes(*other));
        }
    }
    Ok(text)
}

/// Puts the values in their places. A line is left out if one of its values is empty.
pub(super) fn fill(template: &str, values: &Values<'_>) -> String {
    let mut text = String::new();
    for line in template.split('\n') {
        if let Some(line) = fill_line(line, values) {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&line);
        }
    }
    text
}

fn fill_line(line: &str, values: &Values<'_>) -> Option<String> {
    let mut filled = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        filled.push_str(before);
        filled.push_str(&values.safe(Placeholder::parse(name)?)?);
        rest = after;
    }
    filled.push_str(rest);
    Some(filled)
}

/// The placeholders of a line.
fn places(message: Message, line: &str) -> Result<Vec<Placeholder>, TemplateError> {
    let mut places = Vec::new();
    let mut parts = line.split('{');
    let text = parts.next().unwrap_or_default();
    if text.contains('}') {
        return Err(TemplateError::Unknown("}".into()));
    }
    for part in parts {
        let unknown = |name: &str| TemplateError::Unknown(name.into());
        let (name, text) = part.split_once('}').ok_or_else(|| unknown("{"))?;
        if text.contains('}') {
            return Err(unknown("}"));
        }
        let place = Placeholder::parse(name).filter(|place| message.knows(*place));
        places.push(place.ok_or_else(|| unknown(name))?);
    }
    Ok(places)
}

impl Message {
    /// Without which placeholders it says nothing.
    const fn needed(self) -> &'static [Placeholder] {
        if self.has_code() {
            &[Placeholder::Code, Placeholder::Site]
        } else {
            &[Placeholder::Site]
        }
    }

    /// Whether there is a value for it in this message.
    const fn knows(self, place: Placeholder) -> bool {
        match place {
            Placeholder::Code => self.has_code(),
            Placeholder::Minutes => !matches!(self, Self::SignedIn | Self::Test),
            Placeholder::Device | Placeholder::Ip | Placeholder::Label => {
                !matches!(self, Self::Test)
            }
            Placeholder::Site => true,
        }
    }
}

impl Placeholder {
    const ALL: [Self; 6] = [
        Self::Code,
        Self::Device,
        Self::Ip,
        Self::Label,
        Self::Minutes,
        Self::Site,
    ];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Device => "device",
            Self::Ip => "ip",
            Self::Label => "label",
            Self::Minutes => "minutes",
            Self::Site => "site",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.as_str() == name)
    }

    const fn may_be_empty(self) -> bool {
        matches!(self, Self::Device | Self::Ip | Self::Label)
    }
}

impl fmt::Display for Placeholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        f.write_str(self.as_str())?;
        f.write_str("}")
    }
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text ")?;
        match self {
            Self::Control => f.write_str("with a control character"),
            Self::Escape => f.write_str("with a backslash that begins no \\n, \\\\ or whole \\u"),
            Self::Link => f.write_str("with a link"),
            Self::Missing(place) => {
                f.write_str("without ")?;
                f.write_str(&place.to_string())
            }
            Self::TooLong => f.write_str("that could become longer than 3500 bytes"),
            Self::Unknown(name) => {
                f.write_str("with {")?;
                f.write_str(name)?;
                f.write_str("}, which it has no value for")
            }
            Self::Vanishes(place) => {
                f.write_str("with a needed placeholder on the line of ")?;
                f.write_str(&place.to_string())?;
                f.write_str(", which may be left out")
            }
        }
    }
}

impl core::error::Error for TemplateError {}

fn unescape(text: &str) -> Result<String, TemplateError> {
    let mut parts = text.split('\\');
    let mut plain = String::from(parts.next().unwrap_or_default());
    while let Some(part) = parts.next() {
        let mut signs = part.chars();
        match signs.next() {
            // Nothing between two of them.
            None => {
                plain.push('\\');
                plain.push_str(parts.next().ok_or(TemplateError::Escape)?);
            }
            Some('n') => {
                plain.push('\n');
                plain.push_str(signs.as_str());
            }
            Some('u') => {
                let (unit, after) = unit(signs.as_str())?;
                let (second, after) = match unit {
                    0xD800..=0xDBFF if after.is_empty() => {
                        let low = parts.next().and_then(|part| part.strip_prefix('u'));
                        let (low, after) = self::unit(low.ok_or(TemplateError::Escape)?)?;
                        (Some(low), after)
                    }
                    _ => (None, after),
                };
                let units = [unit].into_iter().chain(second);
                for c in char::decode_utf16(units) {
                    plain.push(c.map_err(|_| TemplateError::Escape)?);
                }
                plain.push_str(after);
            }
            Some(_) => return Err(TemplateError::Escape),
        }
    }
    Ok(plain)
}

/// Four hexadecimal digits, and what comes after them.
fn unit(text: &str) -> Result<(u16, &str), TemplateError> {
    let (digits, after) = text.split_at_checked(4).ok_or(TemplateError::Escape)?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(TemplateError::Escape);
    }
    let unit = u16::from_str_radix(digits, 16).map_err(|_| TemplateError::Escape)?;
    Ok((unit, after))
}
