//! Who must have a second factor, from when on, and which one anybody may still enrol.

use alloc::vec::Vec;
use core::time::Duration;

use crate::{Method, UnixTime};

/// Whether users must have a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Enrollment {
    required: bool,
    grace: Duration,
}

/// The methods that may be enrolled, out of those that a user may use. Made by
/// [`Policy::enrollable`](super::Policy::enrollable), so that nobody asks the wrong list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enrollable(pub(super) Vec<Method>);

impl Enrollment {
    /// The longest time that may be left to enrol.
    pub const LONGEST_GRACE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

    /// Whether a user must have a second factor, if `by_site` says whether the site wants it of this one.
    /// A site can ask for more than the deployment, never for less.
    #[must_use]
    pub const fn is_required(self, by_site: bool) -> bool {
        self.required || by_site
    }

    /// From when on there is no way in without one, for a user of whom it was wanted first at `since`.
    #[must_use]
    pub const fn due_at(self, since: UnixTime) -> UnixTime {
        since.saturating_add(self.grace)
    }

    pub(super) const fn with_required(mut self, required: bool) -> Self {
        self.required = required;
        self
    }

    pub(super) fn with_grace(mut self, grace: Duration) -> Option<Self> {
        self.grace = grace;
        (grace <= Self::LONGEST_GRACE).then_some(self)
    }
}

impl Default for Enrollment {
    /// Nobody must, and whoever must after all has two weeks.
    fn default() -> Self {
        Self {
            required: false,
            grace: Duration::from_secs(14 * 24 * 60 * 60),
        }
    }
}

impl Enrollable {
    /// Whether that method may be enrolled.
    #[must_use]
    pub fn contains(&self, method: Method) -> bool {
        self.0.contains(&method)
    }

    /// Whether nothing may be enrolled at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
