//! Errors on the wire.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::Fields;

/// An error on the wire ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// Always `about:blank`: `code` is what tells the cause.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub kind: &'static str,
    /// The cause in a few words of English.
    pub title: Cow<'static, str>,
    /// The HTTP status, again.
    pub status: u16,
    /// The stable name of the cause; what software acts on.
    pub code: Cow<'static, str>,
    /// What this caller can do about it, in English, for logs and developers.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub detail: Option<String>,
    /// When another try will be looked at.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub retry_at: Option<u64>,
    /// The worker's clock, to measure `retry_at` from.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub now: Option<u64>,
    /// What is wrong with the worker's configuration.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Vec::is_empty"))]
    pub faults: Vec<Fault>,
}

/// One setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fault {
    /// The setting's name.
    pub setting: &'static str,
    /// What is there instead, without the value itself.
    pub found: String,
    /// What should be there.
    pub expected: &'static str,
}

impl Problem {
    /// A problem with its status, stable code and title.
    #[must_use]
    pub const fn new(status: u16, code: &'static str, title: &'static str) -> Self {
        Self {
            kind: "about:blank",
            title: Cow::Borrowed(title),
            status,
            code: Cow::Borrowed(code),
            detail: None,
            retry_at: None,
            now: None,
            faults: Vec::new(),
        }
    }

    /// The same with a sentence on what to do.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Seconds until another try will be looked at, at least one; 1 if nothing is said of it.
    #[must_use]
    pub fn wait(&self) -> u64 {
        let until = self.retry_at.unwrap_or(0);
        until.saturating_sub(self.now.unwrap_or(0)).max(1)
    }

    /// Reads what a client acts on. `None` if it is no problem document.
    #[must_use]
    pub fn read(from: &impl Fields) -> Option<Self> {
        Some(Self {
            kind: "about:blank",
            title: Cow::Owned(from.text("title").unwrap_or_default()),
            status: u16::try_from(from.integer("status")?).ok()?,
            code: Cow::Owned(from.text("code")?),
            detail: from.text("detail"),
            retry_at: from.integer("retry_at"),
            now: from.integer("now"),
            faults: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_is_measured_by_the_workers_clock_and_is_never_over_at_once() {
        let wait = |retry_at, now| {
            let problem = Problem::new(429, "throttled", "Wait");
            Problem {
                retry_at,
                now,
                ..problem
            }
            .wait()
        };
        assert_eq!(wait(Some(1_030), Some(1_000)), 30);
        assert_eq!(wait(Some(1_000), Some(1_000)), 1);
        assert_eq!(wait(Some(900), Some(1_000)), 1);
        assert_eq!(wait(None, Some(1_000)), 1);
    }
}
