//! How objects read what they are told: JSON by name.
//!
//! Derived readers of these messages would be a tenth of the worker. Another version of it may be
//! speaking, so a message is only ever read by the names it needs.

use serde_json::Value;
use threegate_core::wire::Fields;

use crate::problem::Error;

/// What one object tells another.
pub(crate) trait Message: Sized {
    fn read(from: Given<'_>) -> Option<Self>;
}

/// A part of a message.
#[derive(Clone, Copy)]
pub(crate) struct Given<'a>(&'a Value);

/// Reads a whole message.
pub(crate) fn message<T: Message>(body: &[u8]) -> Result<T, Error> {
    let value = value(body)?;
    T::read(Given(&value)).ok_or_else(unreadable)
}

/// What is not generic stays outside, to keep the module small.
fn value(body: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice(body).map_err(|_| unreadable())
}

fn unreadable() -> Error {
    Error::internal("a message between objects cannot be read")
}

impl<'a> Given<'a> {
    pub(crate) const fn of(value: &'a Value) -> Self {
        Self(value)
    }

    pub(crate) fn text(self, name: &str) -> Option<String> {
        self.0.get(name)?.as_str().map(Into::into)
    }

    pub(crate) fn integer(self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    pub(crate) fn flag(self, name: &str) -> Option<bool> {
        self.0.get(name)?.as_bool()
    }

    pub(crate) fn part(self, name: &str) -> Option<Self> {
        self.0.get(name).filter(|value| !value.is_null()).map(Self)
    }

    pub(crate) fn list(self, name: &str) -> impl Iterator<Item = Self> + use<'a> {
        let list = self.0.get(name).and_then(Value::as_array);
        list.into_iter().flatten().map(Self)
    }

    /// This part, as a text.
    pub(crate) fn as_text(self) -> Option<&'a str> {
        self.0.as_str()
    }

    /// The number at a place of a list.
    pub(crate) fn integer_at(self, place: usize) -> Option<u64> {
        self.0.get(place)?.as_u64()
    }

    /// The text at a place of a list.
    pub(crate) fn text_at(self, place: usize) -> Option<String> {
        self.0.get(place)?.as_str().map(Into::into)
    }

    /// One of several kinds: its word, and what it carries.
    pub(crate) fn kind(self) -> Option<(&'a str, Self)> {
        match self.0 {
            Value::String(word) => Some((word, self)),
            Value::Object(object) => {
                let (word, carried) = object.iter().next()?;
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
        self.part(name).filter(|part| part.0.is_object())
    }

    fn texts(&self, name: &str) -> Option<Vec<String>> {
        let texts = self.0.get(name)?.as_array()?.iter();
        texts.map(|text| Some(text.as_str()?.into())).collect()
    }

    fn objects(&self, name: &str) -> Option<Vec<Self>> {
        let objects = self.0.get(name)?.as_array()?.iter();
        objects
            .map(|one| one.is_object().then_some(Self(one)))
            .collect()
    }
}
