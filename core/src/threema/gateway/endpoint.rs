//! Where the Gateway is.

use alloc::string::String;

use crate::Error;
use crate::origin::{Origin, split_scheme};

/// The address of a Gateway's API: an origin, and for a server on the site's own premises a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint(String);

impl Endpoint {
    /// Reads an address, `https`, or `http` on this machine. A slash at its end is dropped.
    ///
    /// # Errors
    /// [`Error::EndpointInvalid`] for another scheme, a query, a fragment, or a path that would need
    /// escapes.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let text = text.strip_suffix('/').unwrap_or(text);
        let (scheme, rest) = split_scheme(text).ok_or(Error::EndpointInvalid)?;
        let (host, path) = rest
            .split_once('/')
            .map_or((rest, None), |(host, path)| (host, Some(path)));
        let origin = [scheme, "://", host].concat();
        Origin::parse(&origin).map_err(|_| Error::EndpointInvalid)?;
        let plain = |part: &str| {
            !matches!(part, "" | "." | "..")
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
        };
        if path.is_none_or(|path| path.split('/').all(plain)) {
            Ok(Self(text.into()))
        } else {
            Err(Error::EndpointInvalid)
        }
    }

    /// The address, without a slash at its end.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Endpoint {
    /// Threema's own.
    fn default() -> Self {
        Self("https://msgapi.threema.ch".into())
    }
}
