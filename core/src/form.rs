//! `application/x-www-form-urlencoded`, read strictly.
//!
//! A reader that guesses what a broken escape may have meant is a second opinion on what was signed:
//! two bodies would be one message. So a `%` needs two hexadecimal digits, and what comes out must be
//! UTF-8.
//!
//! ```
//! use threegate_core::form;
//!
//! let mut pairs = form::pairs("from=ECHOECHO&nickname=alice+%F0%9F%94%91");
//! assert_eq!(pairs.next(), Some(Ok(("from".into(), "ECHOECHO".into()))));
//! assert_eq!(pairs.next(), Some(Ok(("nickname".into(), "alice 🔑".into()))));
//! assert_eq!(form::pairs("date=17%0").next(), Some(Err(form::Broken)));
//! ```
//!
//! Source: the URL Standard, section 5.1, but for what it would replace or let pass.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// The names and values of a form, in their order; an error in place of what cannot be decoded.
pub fn pairs(form: &str) -> impl Iterator<Item = Result<(Cow<'_, str>, Cow<'_, str>), Broken>> {
    form.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        Ok((decoded(name)?, decoded(value)?))
    })
}

/// A percent sign without two hexadecimal digits, or bytes that are not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the form has a broken escape, or is not UTF-8")
    }
}

impl core::error::Error for Broken {}

pub(crate) fn decoded(text: &str) -> Result<Cow<'_, str>, Broken> {
    // Without a way out of the loop, many are looked at in one step.
    let escapes = |found, byte| found | (byte == b'%') | (byte == b'+');
    if !text.bytes().fold(false, escapes) {
        return Ok(Cow::Borrowed(text));
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let mut half = || char::from(rest.next()?).to_digit(16);
                let (high, low) = (half().ok_or(Broken)?, half().ok_or(Broken)?);
                u8::try_from(high << 4 | low).map_err(|_| Broken)?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).map(Cow::Owned).map_err(|_| Broken)
}

#[cfg(test)]
mod tests;
