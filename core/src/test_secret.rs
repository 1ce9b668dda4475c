//! Secrets that a site's own tests send instead of `SITE_SECRET`, to get a known answer.
//!
//! They are public, so they hold only where every page of the site is on the developer's own machine.
//! Cloudflare has the same for Turnstile:
//! <https://developers.cloudflare.com/turnstile/troubleshooting/testing/>.
//!
//! ```
//! use threegate_core::origin::Origin;
//! use threegate_core::test_secret::TestSecret;
//! use threegate_core::wire::site::SiteverifyAnswer;
//!
//! let at_home = [Origin::parse("http://localhost:8080")?];
//! let public = [Origin::parse("https://forum.example")?];
//! assert!(TestSecret::hold_for(&at_home) && !TestSecret::hold_for(&public));
//!
//! let sent = TestSecret::parse("tg_test_1x0000000000000000000000000000AA").unwrap();
//! let answer = SiteverifyAnswer::of_test(sent, "verify", "2026-01-02T03:04:05Z".into());
//! assert!(answer.success);
//! # Ok::<(), threegate_core::Error>(())
//! ```

use crate::origin::Origin;

/// What siteverify answers to whoever sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TestSecret {
    /// Success, whatever the pass.
    AlwaysPasses,
    /// `invalid-input-response`, whatever the pass.
    AlwaysFails,
    /// `timeout-or-duplicate`, whatever the pass.
    AlreadySpent,
}

impl TestSecret {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::AlwaysPasses, Self::AlwaysFails, Self::AlreadySpent];

    /// The secret.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AlwaysPasses => "tg_test_1x0000000000000000000000000000AA",
            Self::AlwaysFails => "tg_test_2x0000000000000000000000000000AA",
            Self::AlreadySpent => "tg_test_3x0000000000000000000000000000AA",
        }
    }

    /// The one that a text is, if any.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|secret| secret.as_str() == text)
    }

    /// Whether these secrets hold for a site with pages of these origins.
    #[must_use]
    pub fn hold_for(origins: &[Origin]) -> bool {
        !origins.is_empty() && origins.iter().all(Origin::is_local)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_hold_on_the_developers_machine_alone() {
        let hold = |origins: &[&str]| {
            let origins = origins.iter().map(|origin| Origin::parse(origin).unwrap());
            TestSecret::hold_for(&origins.collect::<std::vec::Vec<_>>())
        };
        assert!(hold(&["http://localhost:8080", "https://127.0.0.1"]));
        assert!(hold(&["http://[::1]:3000"]));
        assert!(!hold(&[
            "http://localhost:8080",
            "https://localhost.example"
        ]));
        assert!(!hold(&["https://forum.example"]));
        assert!(!hold(&[]));
    }

    #[test]
    fn each_reads_back_and_nothing_else_is_one() {
        for secret in TestSecret::ALL {
            assert_eq!(TestSecret::parse(secret.as_str()), Some(secret));
        }
        assert_eq!(TestSecret::parse("tg_test_"), None);
    }
}
