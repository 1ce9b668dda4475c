//! A moment, as an argument: nothing in this crate reads a clock.

use core::time::Duration;

/// Whole seconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UnixTime(u64);

impl UnixTime {
    /// The moment `secs` seconds after the epoch.
    #[must_use]
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs)
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0
    }

    /// The moment `span` later; the end of time if there is none. Fractions of a second are dropped.
    #[must_use]
    pub const fn saturating_add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span.as_secs()))
    }

    /// How long ago `earlier` was; zero if it is not in the past.
    #[must_use]
    pub const fn saturating_since(self, earlier: Self) -> Duration {
        Duration::from_secs(self.0.saturating_sub(earlier.0))
    }
}

#[cfg(feature = "std")]
impl From<std::time::SystemTime> for UnixTime {
    /// What the system's clock says; the epoch for whatever is before it.
    fn from(clock: std::time::SystemTime) -> Self {
        let since = clock.duration_since(std::time::UNIX_EPOCH);
        Self(since.map_or(0, |since| since.as_secs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_time_is_before_the_epoch_or_after_the_end() {
        let day = Duration::from_secs(86_400);
        let (epoch, end) = (UnixTime::default(), UnixTime::from_secs(u64::MAX));
        assert_eq!(end.saturating_add(day), end);
        assert_eq!(epoch.saturating_since(end), Duration::ZERO);
        assert_eq!(epoch.saturating_add(day).saturating_since(epoch), day);
    }

    #[cfg(feature = "std")]
    #[test]
    fn a_clock_of_the_system_is_taken_by_its_seconds_and_never_before_the_epoch() {
        use std::time::UNIX_EPOCH;
        let half = Duration::from_millis(1_500);
        assert_eq!(UnixTime::from(UNIX_EPOCH + half), UnixTime::from_secs(1));
        assert_eq!(UnixTime::from(UNIX_EPOCH - half), UnixTime::default());
    }
}
