//! What a function throws: an `Error` named `ThreegateError`, with the stable `code` of its cause.

use core::fmt::Display;
use js_sys::Reflect;
use threegate_core::threema::Unreadable;
use threegate_core::threema::callback::Refused;
use threegate_core::threema::payload::Unusable;
use threegate_core::wire::Malformed;
use wasm_bindgen::JsValue;

/// A function was not given what it needs: who wrote the call can mend it.
pub(super) const ARGUMENT_INVALID: &str = "argument_invalid";
/// The platform has no source of random bytes.
const RANDOM_MISSING: &str = "random_missing";

/// A cause, its words for a developer, and what else is said of it.
pub(super) struct Thrown {
    code: &'static str,
    words: String,
    is_secret: bool,
}

impl Thrown {
    fn new(code: &'static str, words: &impl Display) -> Self {
        Self {
            code,
            words: words.to_string(),
            is_secret: false,
        }
    }

    /// One of the core's causes, in the words of the room that found it.
    pub(super) fn of<E: Into<threegate_core::Error> + Display + Copy>(cause: E) -> Self {
        Self::new(cause.into().code(), &cause)
    }

    pub(super) fn argument(words: &str) -> Self {
        Self::new(ARGUMENT_INVALID, &words)
    }
}

impl From<Thrown> for JsValue {
    fn from(thrown: Thrown) -> Self {
        let error = js_sys::Error::new(&thrown.words);
        error.set_name("ThreegateError");
        // A fresh object takes every member.
        let _ = Reflect::set(&error, &"code".into(), &thrown.code.into());
        if thrown.is_secret {
            let _ = Reflect::set(&error, &"isSecret".into(), &Self::TRUE);
        }
        error.into()
    }
}

impl From<threegate_core::Error> for Thrown {
    fn from(cause: threegate_core::Error) -> Self {
        Self::of(cause)
    }
}

impl From<Malformed> for Thrown {
    fn from(cause: Malformed) -> Self {
        Self::new(ARGUMENT_INVALID, &cause)
    }
}

impl From<Refused> for Thrown {
    fn from(cause: Refused) -> Self {
        Self::new(cause.code(), &cause)
    }
}

impl From<Unreadable> for Thrown {
    fn from(cause: Unreadable) -> Self {
        Self::new(cause.code(), &cause)
    }
}

impl From<Unusable> for Thrown {
    fn from(cause: Unusable) -> Self {
        Self {
            is_secret: cause.is_secret(),
            ..Self::new(cause.code(), &cause)
        }
    }
}

impl From<getrandom::Error> for Thrown {
    fn from(cause: getrandom::Error) -> Self {
        Self::new(RANDOM_MISSING, &cause)
    }
}
