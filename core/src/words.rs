//! What the deployment writes to people, in their language, in the site's own words if it has some.
//!
//! ```text
//! settings ──Words::own──▶ Words ──render(message, language, values)──▶ a text for Threema
//!          every placeholder known,       lines without a value are left out
//!          every needed one there
//! ```
//!
//! Values come from people. What they hold cannot set a word in bold, mention anybody, begin a line,
//! turn the direction of writing or become a link: see [`Values`]. No text holds a link, so that nobody
//! learns to follow one to a page for logging in.
//!
//! ```
//! use threegate_core::words::{Language, Message, Values, Words};
//!
//! let values = Values { site: "Forum", code: "123456", minutes: 3, ..Values::default() };
//! let text = Words::built_in().render(Message::CodeShort, Language::English, &values);
//! assert_eq!(text, "🔑 123456 · Forum · 3 min");
//! ```

use alloc::string::String;
use alloc::vec::Vec;

mod browser;
mod built_in;
mod template;
mod value;

pub use browser::browser;
pub use template::{Placeholder, TemplateError};
pub use value::Values;

/// The longest text, in bytes: what the Gateway takes in basic mode. The apps show more.
pub const MAX_TEXT: usize = 3500;

/// What a setting for words expects.
pub const EXPECTED: &str = "a text with {site}, and {code} where one is sent; besides {minutes}, and each on \
                            a line of its own {label}, {ip}, {device}; \\n for a new line, \\u for a sign";

/// What is written to somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// A code to log in with.
    Code,
    /// The same, so short that all of it shows in a notification.
    CodeShort,
    /// A code to enrol with, where the ID cannot write first: basic mode.
    Enroll,
    /// The question whether to let somebody in, answered by a thumb.
    Tap,
}

/// A language that there are words in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German, on first-name terms.
    German,
    /// French.
    French,
}

/// The words of a deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    fallback: Language,
    own: Vec<(Message, Language, String)>,
}

impl Words {
    /// The words that are built in.
    #[must_use]
    pub const fn built_in() -> Self {
        Self {
            fallback: Language::English,
            own: Vec::new(),
        }
    }

    /// The same words, with `fallback` for whoever's language is none of these.
    #[must_use]
    pub const fn with_fallback(mut self, fallback: Language) -> Self {
        self.fallback = fallback;
        self
    }

    /// Puts the site's own words in the place of those built in. Escapes are those of JSON, as far as a
    /// text needs them: `\n`, `\\`, `\uD83D\uDD11`.
    ///
    /// # Errors
    /// [`TemplateError`].
    pub fn own(
        &mut self,
        message: Message,
        language: Language,
        text: &str,
    ) -> Result<(), TemplateError> {
        self.own
            .push((message, language, template::parse(message, text)?));
        Ok(())
    }

    /// The language to write in to whoever's page has that BCP 47 tag.
    #[must_use]
    pub fn language(&self, locale: Option<&str>) -> Language {
        let locale = locale.unwrap_or_default();
        let primary = locale.split('-').next().unwrap_or_default();
        Language::parse(primary).unwrap_or(self.fallback)
    }

    /// The text to send, at most [`MAX_TEXT`] bytes. A line is left out if it names a value that is
    /// empty.
    #[must_use]
    pub fn render(&self, message: Message, language: Language, values: &Values<'_>) -> String {
        let mut own = self.own.iter();
        let own = own.find(|(of, into, _)| (*of, *into) == (message, language));
        let built_in = || built_in::template(message, language);
        let template = own.map_or_else(built_in, |(_, _, text)| text);
        template::fill(template, values)
    }
}

impl Message {
    /// Every message.
    pub const ALL: [Self; 4] = [Self::Code, Self::CodeShort, Self::Enroll, Self::Tap];

    /// The setting for the site's own words.
    #[must_use]
    pub const fn setting(self, language: Language) -> &'static str {
        let [english, german, french] = match self {
            Self::Code => ["WORDS_CODE_EN", "WORDS_CODE_DE", "WORDS_CODE_FR"],
            Self::CodeShort => [
                "WORDS_CODE_SHORT_EN",
                "WORDS_CODE_SHORT_DE",
                "WORDS_CODE_SHORT_FR",
            ],
            Self::Enroll => ["WORDS_ENROLL_EN", "WORDS_ENROLL_DE", "WORDS_ENROLL_FR"],
            Self::Tap => ["WORDS_TAP_EN", "WORDS_TAP_DE", "WORDS_TAP_FR"],
        };
        match language {
            Language::English => english,
            Language::German => german,
            Language::French => french,
        }
    }

    /// Whether it carries a code.
    #[must_use]
    pub const fn has_code(self) -> bool {
        matches!(self, Self::Code | Self::CodeShort | Self::Enroll)
    }
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::English, Self::German, Self::French];

    /// The primary subtag of its BCP 47 tags.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
        }
    }

    /// The language of that primary subtag, in upper or lower case.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|language| tag.eq_ignore_ascii_case(language.as_str()))
    }
}

#[cfg(test)]
mod tests;
