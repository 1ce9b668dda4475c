//! How many Threema IDs may be looked up: whoever has a ticket must not read the directory with it.

use core::time::Duration;

use crate::{Error, UnixTime};

/// Look-ups under one ticket.
pub const LOOK_UPS_PER_TICKET: usize = 5;

/// Look-ups of one user within a day.
pub const LOOK_UPS_PER_DAY: usize = 20;

/// How long a look-up counts.
pub const LOOK_UP_MEMORY: Duration = Duration::from_secs(24 * 60 * 60);

/// What was looked up so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LookUps {
    /// Under this ticket.
    pub under_ticket: usize,
    /// For this user within a day.
    pub today: usize,
    /// The first of these.
    pub first_today: Option<UnixTime>,
}

impl LookUps {
    /// The moment up to which look-ups are forgotten.
    #[must_use]
    pub const fn day_before(now: UnixTime) -> UnixTime {
        UnixTime::from_secs(now.as_secs().saturating_sub(LOOK_UP_MEMORY.as_secs()))
    }

    /// Whether another one is made at `now` under a ticket that ends at `ticket_ends`.
    ///
    /// # Errors
    /// [`Error::TooManyLookUps`], with the moment from which on another one is made: under the next
    /// ticket, or when the day of the first is over.
    pub fn may_look_up(self, ticket_ends: UnixTime) -> Result<(), Error> {
        if self.today >= LOOK_UPS_PER_DAY {
            let first = self.first_today.unwrap_or_default();
            return Err(Error::TooManyLookUps {
                retry_at: first.saturating_add(LOOK_UP_MEMORY),
            });
        }
        if self.under_ticket >= LOOK_UPS_PER_TICKET {
            return Err(Error::TooManyLookUps {
                retry_at: ticket_ends,
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDS: UnixTime = UnixTime::from_secs(2_000);
    const FIRST: UnixTime = UnixTime::from_secs(1_000);

    fn after(under_ticket: usize, today: usize) -> Result<(), Error> {
        let look_ups = LookUps {
            under_ticket,
            today,
            first_today: Some(FIRST),
        };
        look_ups.may_look_up(ENDS)
    }

    #[test]
    fn five_under_a_ticket_and_twenty_in_a_day() {
        let until = |retry_at| Err(Error::TooManyLookUps { retry_at });
        assert_eq!(after(4, 19), Ok(()));
        assert_eq!(after(5, 5), until(ENDS));
        assert_eq!(after(0, 20), until(FIRST.saturating_add(LOOK_UP_MEMORY)));
    }

    #[test]
    fn what_is_older_than_a_day_is_forgotten() {
        let now = FIRST.saturating_add(LOOK_UP_MEMORY);
        assert_eq!(LookUps::day_before(now), FIRST);
        assert_eq!(LookUps::day_before(FIRST), UnixTime::default());
    }
}
