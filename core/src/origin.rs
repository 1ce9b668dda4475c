//! Where a page comes from: scheme, host and port ([RFC 6454](https://www.rfc-editor.org/rfc/rfc6454)).
//!
//! A ticket is for pages of one origin; a request from another is refused before anything is done.
//!
//! ```
//! use threegate_core::{Error, origin::Origin};
//!
//! let forum = Origin::parse("https://forum.example:8443")?;
//! assert_eq!(forum.hostname(), "forum.example");
//! // A browser adds no slash.
//! assert_eq!(Origin::parse("https://forum.example/"), Err(Error::OriginInvalid));
//! assert_eq!(Origin::parse("http://forum.example"), Err(Error::OriginInvalid));
//! assert!(Origin::parse("http://localhost:8080")?.is_local());
//! # Ok::<(), Error>(())
//! ```

use alloc::string::String;

use crate::Error;

/// An origin as a browser writes it in the header `Origin`.
///
/// `https` anywhere, `http` only on this machine (`localhost`, `127.0.0.1`, `[::1]`), since a page that
/// anyone on the way can rewrite cannot hold a second factor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    host_start: usize,
    host_end: usize,
}

impl Origin {
    /// Takes `scheme://host` or `scheme://host:port`, nothing after it, in lower case.
    ///
    /// # Errors
    /// [`Error::OriginInvalid`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let (scheme, authority) = split_scheme(text).ok_or(Error::OriginInvalid)?;
        let host = host_of(authority, default_port(scheme)?).ok_or(Error::OriginInvalid)?;
        if scheme != "https" && !is_local(host) {
            return Err(Error::OriginInvalid);
        }
        let host_start = scheme.len().saturating_add(3);
        Ok(Self {
            text: text.into(),
            host_start,
            host_end: host_start.saturating_add(host.len()),
        })
    }

    /// The origin as the header writes it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The host alone, siteverify's `hostname`.
    #[must_use]
    pub fn hostname(&self) -> &str {
        self.text
            .get(self.host_start..self.host_end)
            .unwrap_or_default()
    }

    /// Whether the page is on the browser's own machine.
    #[must_use]
    pub fn is_local(&self) -> bool {
        is_local(self.hostname())
    }
}

fn is_local(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// What stands before and after `://`. (Looking for one character links 3 KB less than looking for three.)
pub(crate) fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    Some((scheme, rest.strip_prefix("//")?))
}

fn default_port(scheme: &str) -> Result<&'static str, Error> {
    match scheme {
        "https" => Ok("443"),
        "http" => Ok("80"),
        _ => Err(Error::OriginInvalid),
    }
}

/// The host before an optional port. A browser never writes the scheme's own port.
fn host_of<'a>(authority: &'a str, default_port: &str) -> Option<&'a str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let end = rest.find(']')?;
            authority.split_at_checked(end.checked_add(2)?)?
        }
        None => match authority.find(':') {
            Some(colon) => authority.split_at_checked(colon)?,
            None => (authority, ""),
        },
    };
    if let Some(digits) = port.strip_prefix(':') {
        let canonical = digits.parse::<u16>().is_ok() && !digits.starts_with(['0', '+']);
        if !canonical || digits == default_port {
            return None;
        }
    } else if !port.is_empty() {
        return None;
    }
    let named =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._".contains(&byte);
    let numbered =
        |byte: u8| byte.is_ascii_hexdigit() && !byte.is_ascii_uppercase() || b":.".contains(&byte);
    let sound = match host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        Some(address) => !address.is_empty() && address.bytes().all(numbered),
        None => !host.is_empty() && host.bytes().all(named),
    };
    sound.then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_write_is_an_origin_with_its_host() {
        for (text, host) in [
            ("https://forum.example", "forum.example"),
            ("https://forum.example:8443", "forum.example"),
            ("https://xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("http://localhost:8080", "localhost"),
            ("http://127.0.0.1", "127.0.0.1"),
            ("http://[::1]:3000", "[::1]"),
            ("https://[2001:db8::1]", "[2001:db8::1]"),
        ] {
            assert_eq!(Origin::parse(text).unwrap().hostname(), host);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "null",
            "https://",
            "https://forum.example/",
            "https://forum.example/path",
            "https://Forum.example",
            "https://forum.example:443",
            "https://forum.example:",
            "https://forum.example:0",
            "https://forum.example:+1",
            "https://forum.example:65536",
            "https://user@forum.example",
            "https://forum.example https://other.example",
            "https://[::1",
            "https://[]",
            "https://[::1]x",
            "http://forum.example",
            "http://localhost.evil.example",
            "ftp://localhost",
            "https:forum.example",
            "https://forum.exämple",
        ] {
            assert_eq!(Origin::parse(text), Err(Error::OriginInvalid), "{text}");
        }
    }
}
