//! What a user changes of what is enrolled.

use super::{Enrolled, Ticket};
use crate::{Error, Method, UnixTime};

impl Enrolled {
    /// What there is once a factor of `method` is gone. What stands only beside a factor goes with the
    /// last one: the recovery codes; and the user's default with the last factor of its method.
    #[must_use]
    pub fn without(mut self, method: Method) -> Self {
        match method {
            Method::Totp => self.authenticators = self.authenticators.saturating_sub(1),
            Method::Hotp => self.tokens = self.tokens.saturating_sub(1),
            Method::ThreemaReply => self.threema_reply = false,
            Method::ThreemaCode => self.threema_code = false,
            Method::ThreemaTap => self.threema_tap = false,
            Method::Recovery => self.recovery_left = 0,
        }
        if !self.is_active() {
            self.recovery_left = 0;
        }
        self.default = self.default.filter(|default| self.number_of(*default) > 0);
        self
    }
}

impl Ticket {
    /// Whether `method` may become the one that the user is asked for first, under this ticket, now.
    ///
    /// # Errors
    /// As [`Ticket::may_change`]; [`Error::MethodUnavailable`] if the user has no factor of it. Recovery
    /// codes are for when those are lost.
    pub fn may_prefer(
        &self,
        method: Method,
        enrolled: Enrolled,
        now: UnixTime,
    ) -> Result<(), Error> {
        self.may_change(enrolled, now)?;
        if !method.is_factor() || enrolled.number_of(method) == 0 {
            return Err(Error::MethodUnavailable);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Purpose;

    const NOW: UnixTime = UnixTime::from_secs(1_000);

    const ALL: Enrolled = Enrolled {
        authenticators: 1,
        tokens: 1,
        threema_reply: true,
        threema_code: true,
        threema_tap: true,
        recovery_left: 9,
        default: Some(Method::ThreemaTap),
    };

    #[test]
    fn recovery_codes_and_the_default_go_with_the_last_factor_that_they_stand_beside() {
        let factors = Method::ALL.into_iter().filter(|method| method.is_factor());
        let left = factors.fold(ALL, |enrolled, method| {
            assert_eq!(enrolled.recovery_left, 9, "{method:?}");
            let after = enrolled.without(method);
            assert_eq!(after.number_of(method), 0);
            assert_eq!(after.factors(), enrolled.factors() - 1);
            after
        });
        assert_eq!(left, Enrolled::default());
        assert_eq!(ALL.without(Method::Totp).default, Some(Method::ThreemaTap));
        assert_eq!(ALL.without(Method::ThreemaTap).default, None);
        let two = Enrolled {
            authenticators: 2,
            default: Some(Method::Totp),
            ..Enrolled::default()
        };
        assert_eq!(two.without(Method::Totp).default, Some(Method::Totp));
    }

    #[test]
    fn what_is_asked_for_first_is_a_factor_that_the_user_has_and_proved() {
        let ticket = Ticket::issue(Purpose::Manage, NOW);
        let proved = ticket.after_proof(Method::Recovery, NOW);
        let few = ALL.without(Method::ThreemaCode);
        for method in Method::ALL {
            let may = proved.may_prefer(method, few, NOW);
            let has = method.is_factor() && method != Method::ThreemaCode;
            assert_eq!(may.is_ok(), has, "{method:?}");
            let unproved = ticket.may_prefer(method, few, NOW);
            assert_eq!(unproved, Err(Error::ProofRequired));
        }
        let login = Ticket::issue(Purpose::Verify, NOW).after_proof(Method::Totp, NOW);
        let refused = login.may_prefer(Method::Totp, ALL, NOW);
        assert_eq!(refused, Err(Error::PurposeMismatch));
    }
}
