//! What a reply by Threema, or the end of its wait, does to its user. The edge loads, asks one of the two
//! functions, and stores what it says; the order of the refusals is here.
//!
//! ```text
//! was it ever awaited? ─▶ has the wait ended? ─▶ is the factor the same still? ─▶ was it taken before?
//!   ─▶ does the ticket hold, and may it? ─▶ is it in time? ─▶ it counts
//! ```
//!
//! ```
//! use threegate_core::challenge::Challenge;
//! use threegate_core::challenge::taken::{Proving, Told, Under, proves};
//! use threegate_core::ticket::{Enrolled, Ticket};
//! use threegate_core::{Method, Purpose, UnixTime, throttle::Throttle};
//!
//! let now = UnixTime::from_secs(1_000);
//! let method = Method::ThreemaReply;
//! let under = Under {
//!     ticket: Ticket::issue(Purpose::Verify, now),
//!     permitted: &[method],
//!     enrolled: Enrolled { threema_reply: true, ..Enrolled::default() },
//! };
//! let told = Told { ended: false, received_at: now };
//! let open = (Challenge::open(method, now), true);
//!
//! let taken = proves(told, Some(open), Some(under), Throttle::default(), now);
//! let Proving::Proved { challenge, ticket, .. } = taken else { panic!("{taken:?}") };
//! assert!(ticket.pass(None, now).is_ok()); // stored with the challenge and the throttle
//!
//! // The contact did not hear that, and tells it again.
//! let again = proves(told, Some((challenge, true)), Some(under), Throttle::default(), now);
//! assert_eq!(again, Proving::Repeated);
//! ```

use super::{Challenge, Event, State, may_confirm, replied};
use crate::throttle::Throttle;
use crate::ticket::{Enrolled, Ticket};
use crate::{Error, Method, UnixTime};

/// What a contact tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The wait has ended without its code.
    pub ended: bool,
    /// When the message came, by our clock.
    pub received_at: UnixTime,
}

/// The ticket that a code was shown under, with what holds at the moment of the decision.
#[derive(Debug, Clone, Copy)]
pub struct Under<'a> {
    /// The ticket.
    pub ticket: Ticket,
    /// The methods that its user may use.
    pub permitted: &'a [Method],
    /// What is enrolled.
    pub enrolled: Enrolled,
}

/// A factor that a reply was to confirm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Awaiting {
    /// It waits, up to then.
    Until(UnixTime),
    /// It was confirmed.
    Confirmed,
}

/// What becomes of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrollment {
    /// Nothing waits for it, or ever did.
    Gone,
    /// It was taken before, and the acknowledgement got lost.
    Repeated,
    /// The factor waits no more.
    Ended,
    /// It comes too late, or the ticket does not allow it any more.
    Refused,
    /// The factor counts from now on, and the ticket has earned what it has.
    Confirmed(Ticket),
}

/// Takes the reply that is to confirm a factor of `method`.
#[must_use]
pub fn enrols(
    told: Told,
    method: Method,
    factor: Option<Awaiting>,
    under: Option<Under<'_>>,
    now: UnixTime,
) -> Enrollment {
    let expires_at = match factor {
        None => return Enrollment::Gone,
        Some(Awaiting::Confirmed) => return Enrollment::Repeated,
        Some(Awaiting::Until(_)) if told.ended => return Enrollment::Ended,
        Some(Awaiting::Until(expires_at)) => expires_at,
    };
    let Some(under) = under else {
        return Enrollment::Refused;
    };
    let Under {
        ticket,
        permitted,
        enrolled,
    } = under;
    let receipt = told.received_at;
    // Whether it may be enrolled at all was asked when it was begun.
    let allowed = match permitted.contains(&method) {
        true => ticket.may_add(method, enrolled, receipt),
        false => Err(Error::MethodUnavailable),
    };
    match allowed.and_then(|()| may_confirm(expires_at, receipt, now)) {
        Ok(()) => Enrollment::Confirmed(ticket.after_enrollment(method, now)),
        Err(_) => Enrollment::Refused,
    }
}

/// What becomes of a challenge. What is in it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proving {
    /// There is no such challenge, or none any more.
    Gone,
    /// It was taken before, and the acknowledgement got lost.
    Repeated,
    /// The challenge waits no more.
    Ended(Challenge),
    /// It proves nothing; the challenge, if that has changed.
    Refused(Option<Challenge>),
    /// The factor is proved.
    Proved {
        /// The challenge, now.
        challenge: Challenge,
        /// The user's failures, now.
        throttle: Throttle,
        /// The ticket, now.
        ticket: Ticket,
    },
}

/// Takes the reply that is to prove a factor. `challenge` comes with whether the factor from which its
/// reply is awaited is active still: a message proves only what its own ID is enrolled for, now.
#[must_use]
pub fn proves(
    told: Told,
    challenge: Option<(Challenge, bool)>,
    under: Option<Under<'_>>,
    throttle: Throttle,
    now: UnixTime,
) -> Proving {
    let Some((challenge, is_active)) = challenge else {
        return Proving::Gone;
    };
    if told.ended {
        return Proving::Ended(challenge.step(Event::Cancel, now).0);
    }
    if !is_active {
        return Proving::Refused(None);
    }
    if challenge.state() == State::Proved {
        return Proving::Repeated;
    }
    let Some(under) = under else {
        return Proving::Refused(None);
    };
    let (receipt, method) = (told.received_at, challenge.method());
    let enrolled = under.enrolled;
    let allowed = under.ticket.check(receipt);
    let allowed = allowed.and_then(|()| enrolled.may_prove_by(method, under.permitted, throttle));
    if allowed.is_err() {
        return Proving::Refused(None);
    }
    let answered = replied(throttle, Some(challenge), receipt, now);
    match (answered.challenge, answered.verdict) {
        (Some(challenge), Ok(())) => Proving::Proved {
            challenge,
            throttle: answered.throttle,
            ticket: under.ticket.after_proof(method, now),
        },
        (challenge, _) => Proving::Refused(challenge),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{LATEST, LIFE};
    use super::*;
    use crate::Purpose;
    use crate::ticket::{ENROLLMENT_LIFE, VERIFY_LIFE};

    const NOW: UnixTime = UnixTime::from_secs(1_000_000);
    const METHOD: Method = Method::ThreemaReply;
    const NOTHING: Throttle = Throttle::restore(0, NOW);
    const GUESSED: Throttle = Throttle::restore(crate::throttle::CLOSED, NOW);
    const CAME: Told = Told {
        ended: false,
        received_at: NOW,
    };
    const OVER: Told = Told {
        ended: true,
        received_at: NOW,
    };

    fn nobody() -> Enrolled {
        Enrolled::default()
    }

    fn member() -> Enrolled {
        Enrolled {
            threema_reply: true,
            ..nobody()
        }
    }

    fn under(purpose: Purpose, enrolled: Enrolled) -> Under<'static> {
        Under {
            ticket: Ticket::issue(purpose, NOW),
            permitted: &[METHOD, Method::ThreemaCode],
            enrolled,
        }
    }

    fn waiting() -> Option<Awaiting> {
        Some(Awaiting::Until(NOW.saturating_add(ENROLLMENT_LIFE)))
    }

    #[test]
    fn an_enrollment_is_refused_by_the_first_cause_in_their_order() {
        let enrol = Some(under(Purpose::Enroll, nobody()));
        let not_permitted = enrol.map(|under| Under {
            permitted: &[],
            ..under
        });
        let unproved = Some(under(Purpose::Enroll, member()));
        let verify = Some(under(Purpose::Verify, nobody()));
        let late = NOW.saturating_add(LATEST + core::time::Duration::from_secs(1));
        let ended = Some(Awaiting::Until(NOW));
        for (told, factor, under, now, expected) in [
            (OVER, None, None, NOW, Enrollment::Gone),
            (CAME, None, enrol, NOW, Enrollment::Gone),
            // What was taken stays taken, even if its wait is said to have ended since.
            (
                OVER,
                Some(Awaiting::Confirmed),
                None,
                NOW,
                Enrollment::Repeated,
            ),
            (
                CAME,
                Some(Awaiting::Confirmed),
                verify,
                late,
                Enrollment::Repeated,
            ),
            (OVER, waiting(), None, NOW, Enrollment::Ended),
            (OVER, waiting(), enrol, late, Enrollment::Ended),
            (CAME, waiting(), None, NOW, Enrollment::Refused),
            (CAME, waiting(), not_permitted, NOW, Enrollment::Refused),
            (CAME, waiting(), unproved, NOW, Enrollment::Refused),
            (CAME, waiting(), verify, NOW, Enrollment::Refused),
            (CAME, waiting(), enrol, late, Enrollment::Refused),
            (CAME, ended, enrol, NOW, Enrollment::Refused),
        ] {
            let taken = enrols(told, METHOD, factor, under, now);
            assert_eq!(taken, expected, "{told:?} {factor:?} {under:?}");
        }
    }

    #[test]
    fn a_reply_in_time_confirms_each_method_of_a_threema_id_and_earns_what_enrolling_earns() {
        for method in [METHOD, Method::ThreemaCode] {
            let enrol = under(Purpose::Enroll, nobody());
            let taken = enrols(CAME, method, waiting(), Some(enrol), NOW);
            let ticket = enrol.ticket.after_enrollment(method, NOW);
            assert_eq!(taken, Enrollment::Confirmed(ticket));
        }
    }

    #[test]
    fn a_proof_is_refused_by_the_first_cause_in_their_order() {
        let open = Challenge::open(METHOD, NOW);
        let cancelled = open.step(Event::Cancel, NOW).0;
        let proved = open.step(Event::Replied, NOW).0;
        let expired = open.step(Event::Tick, NOW.saturating_add(LIFE)).0;
        let verify = Some(under(Purpose::Verify, member()));
        let not_enrolled = Some(under(Purpose::Verify, nobody()));
        let after_ticket = Told {
            received_at: NOW.saturating_add(VERIFY_LIFE),
            ..CAME
        };
        let after_challenge = Told {
            received_at: NOW.saturating_add(LIFE),
            ..CAME
        };
        for (told, challenge, under, expected) in [
            (CAME, None, verify, Proving::Gone),
            (OVER, None, None, Proving::Gone),
            (OVER, Some((open, false)), None, Proving::Ended(cancelled)),
            (OVER, Some((proved, true)), verify, Proving::Ended(proved)),
            (CAME, Some((proved, false)), verify, Proving::Refused(None)),
            (CAME, Some((open, false)), verify, Proving::Refused(None)),
            (CAME, Some((proved, true)), None, Proving::Repeated),
            (CAME, Some((open, true)), None, Proving::Refused(None)),
            (
                after_ticket,
                Some((open, true)),
                verify,
                Proving::Refused(None),
            ),
            (
                CAME,
                Some((open, true)),
                not_enrolled,
                Proving::Refused(None),
            ),
            (
                after_challenge,
                Some((open, true)),
                verify,
                Proving::Refused(Some(expired)),
            ),
            (
                CAME,
                Some((cancelled, true)),
                verify,
                Proving::Refused(Some(cancelled)),
            ),
        ] {
            let taken = proves(told, challenge, under, NOTHING, told.received_at);
            assert_eq!(taken, expected, "{told:?} {challenge:?}");
        }
    }

    #[test]
    fn a_reply_to_an_open_challenge_proves_and_clears_what_was_guessed() {
        let open = Challenge::open(METHOD, NOW);
        let verify = under(Purpose::Verify, member());
        let taken = proves(CAME, Some((open, true)), Some(verify), GUESSED, NOW);
        let expected = Proving::Proved {
            challenge: open.step(Event::Replied, NOW).0,
            throttle: Throttle::default(),
            ticket: verify.ticket.after_proof(METHOD, NOW),
        };
        assert_eq!(taken, expected);
    }
}
