//! A text with placeholders: read once, at the start, and filled for each message.

use alloc::string::String;
use core::fmt;
use core::str::Chars;

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
    let needed = [Some(Placeholder::Site), message.code()];
    let mut missing = needed;
    let mut longest = text.len();
    for line in text.split('\n') {
        let (mut holds, mut vanishes) = (false, None);
        for (text, place) in Pieces(line) {
            if text.contains('}') {
                return Err(TemplateError::Unknown("}".into()));
            }
            let Some(name) = place else { continue };
            let known = Placeholder::parse(name).filter(|place| message.knows(*place));
            let place = known.ok_or_else(|| TemplateError::Unknown(name.into()))?;
            longest = longest.saturating_add(LONGEST);
            holds |= needed.contains(&Some(place));
            if place.may_be_empty() {
                vanishes = Some(place);
            }
            for missing in &mut missing {
                missing.take_if(|missing| *missing == place);
            }
        }
        if let (true, Some(place)) = (holds, vanishes) {
            return Err(TemplateError::Vanishes(place));
        }
    }
    if longest > MAX_TEXT {
        return Err(TemplateError::TooLong);
    }
    match missing.into_iter().flatten().last() {
        Some(place) => Err(TemplateError::Missing(place)),
        None => Ok(text),
    }
}

/// Puts the values in their places. A line is left out if one of its values is empty.
pub(super) fn fill(template: &str, values: &Values<'_>) -> String {
    let mut text = String::new();
    for line in template.split('\n') {
        let Some(line) = filled(line, values) else {
            continue;
        };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    text
}

fn filled(line: &str, values: &Values<'_>) -> Option<String> {
    let mut text = String::new();
    for (plain, place) in Pieces(line) {
        text.push_str(plain);
        if let Some(name) = place {
            values
                .put(Placeholder::parse(name)?, &mut text)
                .then_some(())?;
        }
    }
    Some(text)
}

/// The pieces of a line: a text, and the name in the braces after it.
struct Pieces<'a>(&'a str);

impl<'a> Iterator for Pieces<'a> {
    type Item = (&'a str, Option<&'a str>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let Some((text, after)) = self.0.split_once('{') else {
            let text = core::mem::take(&mut self.0);
            return Some((text, None));
        };
        // A brace without its other is the name of nothing.
        let (name, after) = after.split_once('}').unwrap_or(("{", ""));
        self.0 = after;
        Some((text, Some(name)))
    }
}

impl Message {
    /// Where its code stands, if it carries one.
    const fn code(self) -> Option<Placeholder> {
        if self.has_code() {
            Some(Placeholder::Code)
        } else {
            None
        }
    }

    /// Whether there is a value for it in this message.
    const fn knows(self, place: Placeholder) -> bool {
        match place {
            Placeholder::Code => self.has_code(),
            _ => true,
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

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (before, name, after) = match self {
            Self::Control => ("with a control character", "", ""),
            Self::Escape => (
                "with a backslash that begins no \\n, \\\\ or whole \\u",
                "",
                "",
            ),
            Self::Link => ("with a link", "", ""),
            Self::Missing(place) => ("without {", place.as_str(), "}"),
            Self::TooLong => ("that could become longer than 3500 bytes", "", ""),
            Self::Unknown(name) => ("with {", name.as_str(), "}, which it has no value for"),
            Self::Vanishes(place) => (
                "with a needed placeholder on the line of {",
                place.as_str(),
                "}, which may be left out",
            ),
        };
        for part in ["a text ", before, name, after] {
            f.write_str(part)?;
        }
        Ok(())
    }
}

impl core::error::Error for TemplateError {}

fn unescape(text: &str) -> Result<String, TemplateError> {
    let mut plain = String::new();
    let mut signs = text.chars();
    while let Some(c) = signs.next() {
        let c = match c {
            '\\' => escaped(&mut signs).ok_or(TemplateError::Escape)?,
            c => c,
        };
        plain.push(c);
    }
    Ok(plain)
}

/// What stands after a backslash.
fn escaped(signs: &mut Chars<'_>) -> Option<char> {
    match signs.next()? {
        'n' => Some('\n'),
        '\\' => Some('\\'),
        'u' => {
            let unit = unit(signs)?;
            if !(0xD800..0xDC00).contains(&unit) {
                return char::from_u32(unit);
            }
            let second = signs.next() == Some('\\') && signs.next() == Some('u');
            let low = self::unit(signs).filter(|low| second && (0xDC00..0xE000).contains(low))?;
            let high = unit.checked_sub(0xD800)?.checked_shl(10)?;
            char::from_u32(
                high.checked_add(low)?
                    .checked_sub(0xDC00)?
                    .checked_add(0x1_0000)?,
            )
        }
        _ => None,
    }
}

/// Four hexadecimal digits.
fn unit(signs: &mut Chars<'_>) -> Option<u32> {
    let mut unit = 0_u32;
    for _ in 0..4 {
        unit = unit
            .checked_mul(16)?
            .checked_add(signs.next()?.to_digit(16)?)?;
    }
    Some(unit)
}
