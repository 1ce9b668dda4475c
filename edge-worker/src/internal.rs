//! How objects read what they are told: JSON by name.
//!
//! Derived readers of these messages would be a tenth of the worker. Another version of it may be
//! speaking, so a message is only ever read by the names it needs.

use threegate_core::wire::Fields;

use crate::json::{self, Json};
use crate::problem::Error;

/// What one object tells another.
pub(crate) trait Message: Sized {
    fn read(from: Given<'_>) -> Option<Self>;
}

/// A part of a message.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a>(&'a Json);

/// Reads a whole message.
pub(crate) fn message<T: Message>(body: &[u8]) -> Result<T, Error> {
    let value = json::read(body).map_err(|_| unreadable())?;
    T::read(Given(&value)).ok_or_else(unreadable)
}

fn unreadable() -> Error {
    Error::internal("a message between objects cannot be read")
}

impl<'a> Given<'a> {
    pub(crate) const fn of(value: &'a Json) -> Self {
        Self(value)
    }

    pub(crate) fn text(self, name: &str) -> Option<String> {
        self.0.member(name)?.text().map(Into::into)
    }

    pub(crate) fn integer(self, name: &str) -> Option<u64> {
        self.0.member(name)?.integer()
    }

    pub(crate) fn flag(self, name: &str) -> Option<bool> {
        match self.0.member(name)? {
            Json::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    pub(crate) fn part(self, name: &str) -> Option<Self> {
        match self.0.member(name)? {
            Json::Null => None,
            part => Some(Self(part)),
        }
    }

    pub(crate) fn list(self, name: &str) -> impl Iterator<Item = Self> + use<'a> {
        let list = self.0.member(name).and_then(Json::list);
        list.into_iter().flatten().map(Self)
    }

    /// This part, as a text.
    pub(crate) fn as_text(self) -> Option<&'a str> {
        self.0.text()
    }

    /// The number at a place of a list.
    pub(crate) fn integer_at(self, place: usize) -> Option<u64> {
        self.0.list()?.get(place)?.integer()
    }

    /// The text at a place of a list.
    pub(crate) fn text_at(self, place: usize) -> Option<String> {
        self.0.list()?.get(place)?.text().map(Into::into)
    }

    const fn is_object(self) -> bool {
        matches!(self.0, Json::Object(_))
    }

    /// One of several kinds: its word, and what it carries.
    pub(crate) fn kind(self) -> Option<(&'a str, Self)> {
        match self.0 {
            Json::Text(word) => Some((word, self)),
            Json::Object(object) => {
                let (word, carried) = object.first()?;
                Some((word, Self(carried)))
            }
            _ => None,
        }
    }
}

impl Fields for Given<'_> {
    fn has(&self, name: &str) -> bool {
        self.part(name).is_some()
    }

    fn text(&self, name: &str) -> Option<String> {
        Given::text(*self, name)
    }

    fn integer(&self, name: &str) -> Option<u64> {
        Given::integer(*self, name)
    }

    fn flag(&self, name: &str) -> Option<bool> {
        Given::flag(*self, name)
    }

    fn object(&self, name: &str) -> Option<Self> {
        self.part(name).filter(|part| part.is_object())
    }

    fn texts(&self, name: &str) -> Option<Vec<String>> {
        let texts = self.0.member(name)?.list()?.iter();
        texts.map(|text| Some(text.text()?.into())).collect()
    }

    fn objects(&self, name: &str) -> Option<Vec<Self>> {
        let objects = self.0.member(name)?.list()?.iter().map(Self);
        objects.map(|one| one.is_object().then_some(one)).collect()
    }
}
