//! What people gave: made so that it stays a piece of its line.

use alloc::string::{String, ToString};

use super::template::Placeholder;
use crate::otp::{is_bidi, is_control, is_hidden};

/// The most signs that are taken of a value.
const SIGNS: usize = 64;

/// The most bytes that a value becomes: its signs, and the two marks around it.
pub(super) const LONGEST: usize = SIGNS.saturating_mul(4).saturating_add(6);

/// What goes into a text. An empty value is none.
///
/// Of each value the first 64 signs are taken, without line ends, hidden signs and marks that turn the
/// direction of writing. Signs that Threema's apps, or a phone, would act on are replaced by signs
/// that look the same: `*` and `~`, `_` outside of a word, the `[` of `@[ID]`, the dot within a host's
/// name or an address, the colon before a `/`. A value that is not ASCII is isolated in direction.
#[derive(Debug, Clone, Copy, Default)]
pub struct Values<'a> {
    /// The site's name.
    pub site: &'a str,
    /// The code that is sent.
    pub code: &'a str,
    /// The account's name.
    pub label: &'a str,
    /// The browser's address, as the site's server sees it.
    pub ip: &'a str,
    /// The browser that asks; [`browser`](super::browser) names it.
    pub device: &'a str,
    /// How long something lasts, in minutes.
    pub minutes: u64,
}

impl Values<'_> {
    /// Writes what stands in that place; whether there is anything.
    pub(super) fn put(&self, place: Placeholder, to: &mut String) -> bool {
        let minutes;
        let text = match place {
            Placeholder::Code => self.code,
            Placeholder::Device => self.device,
            Placeholder::Ip => self.ip,
            Placeholder::Label => self.label,
            Placeholder::Minutes => {
                minutes = self.minutes.to_string();
                &minutes
            }
            Placeholder::Site => self.site,
        };
        put(text, to)
    }
}

fn put(text: &str, to: &mut String) -> bool {
    let mut shown = String::new();
    let visible = text.chars().filter(|c| !is_hidden(*c) && !is_bidi(*c));
    for c in visible.take(SIGNS) {
        shown.push(if is_control(c) { ' ' } else { c });
    }
    let text = shown.trim();
    let isolated = !text.is_ascii();
    if isolated {
        to.push('\u{2068}');
    }
    let in_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let mut before = None;
    let mut signs = text.chars();
    while let Some(c) = signs.next() {
        let after = signs.clone().next();
        to.push(match c {
            '*' => '∗',
            '~' => '∼',
            '_' if !(in_word(before) && in_word(after)) => '＿',
            '[' if before == Some('@') => '［',
            '.' if before.is_some() && in_word(after) => '․',
            ':' if after == Some('/') => '∶',
            c => c,
        });
        before = Some(c);
    }
    if isolated {
        to.push('\u{2069}');
    }
    !text.is_empty()
}
