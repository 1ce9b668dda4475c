//! One question, and how its answer is read.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::super::ApiSecret;
use super::GatewayError;

/// One question to the Gateway, and how its answer is read. It holds the API secret.
#[must_use = "nothing was sent yet"]
pub struct Call<T> {
    pub(super) url: Zeroizing<String>,
    pub(super) body: Option<Body>,
    pub(super) asks: Asks,
    pub(super) read: Read<T>,
}

/// How the body of a good answer is read; none if it is not one.
pub(super) enum Read<T> {
    One(fn(&[u8]) -> Option<T>),
    /// An answer for each of so many.
    #[cfg(feature = "serde")]
    Each(fn(&[u8], usize) -> Option<T>, usize),
}

/// What it is about, as far as a status depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    Download,
    LookUp,
    Send,
    SendSimple,
    Upload,
}

pub(super) enum Body {
    Form(Zeroizing<String>),
    #[cfg(feature = "serde")]
    Json(String),
    Multipart {
        content_type: String,
        bytes: Vec<u8>,
    },
}

impl<T> Call<T> {
    /// `GET`, or `POST` where there is a body.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        match self.body {
            None => "GET",
            Some(_) => "POST",
        }
    }

    /// Where it goes.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The body's type, for the header `content-type`.
    #[must_use]
    pub fn content_type(&self) -> Option<&str> {
        self.body.as_ref().map(|body| match body {
            Body::Form(_) => "application/x-www-form-urlencoded",
            #[cfg(feature = "serde")]
            Body::Json(_) => "application/json",
            Body::Multipart { content_type, .. } => content_type,
        })
    }

    /// The body of a `POST`.
    #[must_use]
    pub fn body(&self) -> Option<&[u8]> {
        self.body.as_ref().map(|body| match body {
            Body::Form(form) => form.as_bytes(),
            #[cfg(feature = "serde")]
            Body::Json(json) => json.as_bytes(),
            Body::Multipart { bytes, .. } => bytes,
        })
    }

    /// The body, if it is a form, as a text.
    #[must_use]
    pub fn form(&self) -> Option<&str> {
        match &self.body {
            Some(Body::Form(form)) => Some(form),
            _ => None,
        }
    }

    /// What the Gateway answered.
    ///
    /// # Errors
    /// Each of [`GatewayError`].
    pub fn answer(&self, status: u16, body: &[u8]) -> Result<T, GatewayError> {
        if status != 200 {
            return Err(GatewayError::of(status, self.asks));
        }
        let answer = match self.read {
            Read::One(read) => read(body),
            #[cfg(feature = "serde")]
            Read::Each(read, number) => read(body, number),
        };
        answer.ok_or(GatewayError::Nonsense)
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Call(..)")
    }
}

/// Text that does not grow, since a `String` that does leaves a copy of the secret behind.
pub(super) struct Writer(Zeroizing<String>);

impl Writer {
    pub(super) fn with_room_for(bytes: usize) -> Self {
        Self(Zeroizing::new(String::with_capacity(bytes)))
    }

    /// Room for so many bytes, for the secret, and for all fixed words of a question.
    pub(super) fn with_room_for_secret(bytes: usize, secret: &ApiSecret) -> Self {
        let escaped = secret.as_str().len().saturating_mul(3);
        Self::with_room_for(bytes.saturating_add(escaped).saturating_add(256))
    }

    pub(super) fn raw(&mut self, parts: &[&str]) {
        parts.iter().for_each(|part| self.0.push_str(part));
    }

    /// RFC 3986, section 2: all but the unreserved characters, byte by byte.
    pub(super) fn percent(&mut self, text: &str) {
        const DIGITS: [char; 16] = [
            '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
        ];
        let digit = |value: u8| DIGITS.get(usize::from(value)).copied().unwrap_or_default();
        for byte in text.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                self.0.push(char::from(byte));
            } else {
                self.0.extend(['%', digit(byte >> 4), digit(byte & 0xf)]);
            }
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn into_text(self) -> Zeroizing<String> {
        self.0
    }
}
