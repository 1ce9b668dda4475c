//! What one browser may do for one user, and what it has earned.
//!
//! ```text
//! site ──admit──▶ Admission ──▶ Ticket ──proved, confirmed──▶ earned ──▶ Pass ──redeem──▶ site
//! ```
//!
//! Two rules live here. **A lost storage must not switch the second factor off**: a site that expects an
//! enrolment where there is none gets an error, never "not required". **Changes need proof**: once a user
//! has a factor, nothing is added or replaced without proof of one, under the same ticket, of the last
//! ten minutes; ask [`Ticket::may_change`] in the very transaction that changes.
//!
//! ```
//! use threegate_core::ticket::{Enrolled, Redemption, Ticket};
//! use threegate_core::{Error, Method, Purpose, UnixTime};
//!
//! let now = UnixTime::from_secs(1_000);
//! let alice = Enrolled { authenticators: 1, ..Enrolled::default() };
//!
//! let ticket = Ticket::issue(Purpose::Enroll, now);
//! assert_eq!(ticket.may_add(Method::ThreemaReply, alice, now), Err(Error::ProofRequired));
//! let ticket = ticket.after_proof(Method::Totp, now);
//! assert_eq!(ticket.may_add(Method::ThreemaReply, alice, now), Ok(()));
//!
//! assert_eq!(ticket.pass(None, now), Err(Error::NotProved)); // she came to enrol, and has not yet
//! let ticket = ticket.after_enrollment(Method::ThreemaReply, now);
//! let (pass, redemption) = ticket.pass(None, now)?.redeem(None, now)?;
//! assert_eq!(redemption, Redemption::First);
//! assert_eq!(ticket.pass(Some(&pass), now), Err(Error::PassOver));
//! # Ok::<(), Error>(())
//! ```

use core::time::Duration;

use crate::policy::Enrollable;
use crate::throttle::Throttle;
use crate::{Error, Method, Purpose, UnixTime};

mod look_up;
mod manage;
mod pass;
pub use look_up::{LOOK_UP_MEMORY, LOOK_UPS_PER_DAY, LOOK_UPS_PER_TICKET, LookUps};
pub use pass::{Pass, Redemption, RedemptionKey};

/// How long a ticket to log in lasts.
pub const VERIFY_LIFE: Duration = Duration::from_secs(15 * 60);

/// How long a ticket to enrol or to manage lasts: an app may have to be installed first.
pub const ENROLL_LIFE: Duration = Duration::from_secs(30 * 60);

/// How long a factor waits for its first code.
pub const ENROLLMENT_LIFE: Duration = Duration::from_secs(10 * 60);

/// How long a proof allows changes.
pub const PROOF_LIFE: Duration = Duration::from_secs(10 * 60);

/// Factors a user may have: each makes a guess likelier to hit.
pub const FACTORS: usize = 5;

/// Tickets of one user that are kept at once; one more ends the oldest.
pub const PER_USER: usize = 500;

/// What is enrolled for a user, as far as rules ask.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Enrolled {
    /// Active authenticators.
    pub authenticators: usize,
    /// Active tokens that count.
    pub tokens: usize,
    /// Whether a Threema ID answers for [`Method::ThreemaReply`].
    pub threema_reply: bool,
    /// Whether a Threema ID gets codes for [`Method::ThreemaCode`].
    pub threema_code: bool,
    /// Whether a Threema ID is asked for [`Method::ThreemaTap`].
    pub threema_tap: bool,
    /// Recovery codes not yet used.
    pub recovery_left: usize,
    /// The method that the user wants to be asked for first.
    pub default: Option<Method>,
}

/// What a site asks for when it asks for a ticket.
#[derive(Debug, Clone, Copy)]
pub struct Wish<'a> {
    /// What the ticket is to be for.
    pub purpose: Purpose,
    /// The methods that this user may use.
    pub permitted: &'a [Method],
    /// Those of them that may be enrolled.
    pub enrollable: &'a Enrollable,
    /// The site's bit for this user: an enrolment is known there.
    pub expect_enrolled: bool,
    /// Whether the browser's address is one from where nobody is asked for a second factor.
    pub allowlisted: bool,
    /// From when on this user must have a second factor, if ever.
    pub enrollment_due_at: Option<UnixTime>,
}

/// What a site is told when it asks for a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Admission {
    /// A ticket; `proof_required` says whether a factor must be proved under it.
    Ticket {
        /// Whether a factor must be proved.
        proof_required: bool,
    },
    /// The user must have a second factor and has none: a ticket to enrol, instead of one to log in.
    EnrollmentRequired,
    /// The password is enough.
    NotRequired {
        /// Why.
        reason: NotRequired,
        /// From when on it is no longer, unless the user enrols.
        enrollment_due_at: Option<UnixTime>,
    },
}

/// Why no second factor is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotRequired {
    /// The address is one from where nobody is asked.
    Allowlisted,
    /// The user has no second factor, and none was expected.
    NotEnrolled,
    /// The browser is remembered: the password is enough. See [`crate::device`].
    TrustedDevice,
}

impl NotRequired {
    /// The word on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allowlisted => "allowlisted",
            Self::NotEnrolled => "not_enrolled",
            Self::TrustedDevice => "trusted_device",
        }
    }
}

/// Leave for one browser to act for one user with one purpose. It ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "it is stored, or the change is lost"]
pub struct Ticket {
    purpose: Purpose,
    expires_at: UnixTime,
    proved: Option<Proved>,
    earned: Option<Proved>,
}

/// Whether a factor was, or must be, proved under a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "lowercase"))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum Proof {
    /// There is nothing to prove yet.
    None,
    /// Before anything else.
    Needed,
    /// Lately enough.
    Given,
}

/// Which method was proved, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proved {
    /// The method.
    pub method: Method,
    /// When.
    pub at: UnixTime,
}

/// What a proof that was taken back has done by then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dispute {
    /// The pass that it earned is not redeemed yet, and never will be.
    pub revokes_pass: bool,
    /// It was used, so that the site has to be told.
    pub is_told: bool,
}

/// Decides whether a site gets a ticket, at `now`.
///
/// Where a second factor must be enrolled first, the ticket is to enrol: its pass never passes for one of
/// a login, so a site that does not know this answer lets nobody in.
///
/// # Errors
/// [`Error::EnrollmentMissing`] if the site expects an enrolment that is not here,
/// [`Error::NoUsableMethod`] if what is enrolled may not be used, or nothing can be that must be.
pub fn admit(wish: &Wish<'_>, enrolled: Enrolled, now: UnixTime) -> Result<Admission, Error> {
    let logs_in = wish.purpose == Purpose::Verify;
    if !enrolled.is_active() {
        if wish.expect_enrolled {
            return Err(Error::EnrollmentMissing);
        }
        if !logs_in {
            return Ok(Admission::Ticket {
                proof_required: false,
            });
        }
        let is_due = wish.enrollment_due_at.is_some_and(|due_at| now >= due_at);
        let reason = match (is_due, wish.allowlisted) {
            (false, _) => NotRequired::NotEnrolled,
            (true, true) => NotRequired::Allowlisted,
            (true, false) if wish.enrollable.is_empty() => return Err(Error::NoUsableMethod),
            (true, false) => return Ok(Admission::EnrollmentRequired),
        };
        return Ok(Admission::NotRequired {
            reason,
            enrollment_due_at: wish.enrollment_due_at,
        });
    }
    if logs_in && wish.allowlisted {
        return Ok(Admission::NotRequired {
            reason: NotRequired::Allowlisted,
            enrollment_due_at: None,
        });
    }
    if enrolled.enrolled(wish.permitted).next().is_none() {
        return Err(Error::NoUsableMethod);
    }
    Ok(Admission::Ticket {
        proof_required: true,
    })
}

impl Enrolled {
    /// Whether there is a second factor. Recovery codes alone are none.
    #[must_use]
    pub fn is_active(self) -> bool {
        self.factors() > 0
    }

    /// How many factors of a method there are. The recovery codes are one set.
    #[must_use]
    pub fn number_of(self, method: Method) -> usize {
        match method {
            Method::Totp => self.authenticators,
            Method::Hotp => self.tokens,
            Method::ThreemaReply => usize::from(self.threema_reply),
            Method::ThreemaCode => usize::from(self.threema_code),
            Method::ThreemaTap => usize::from(self.threema_tap),
            Method::Recovery => usize::from(self.recovery_left > 0),
        }
    }

    /// How many factors there are. Recovery codes are none.
    #[must_use]
    pub fn factors(self) -> usize {
        let factors = Method::ALL.into_iter().filter(|method| method.is_factor());
        factors.fold(0, |sum, method| sum.saturating_add(self.number_of(method)))
    }

    /// Factors that count towards [`FACTORS`] once one of `method` is added. A Threema ID takes the
    /// place of the one that the method had before.
    fn with(self, method: Method) -> usize {
        let replaces = !method.may_be_many() && self.number_of(method) > 0;
        self.factors().saturating_add(usize::from(!replaces))
    }

    /// The methods with which this user can prove a factor now, the default first.
    pub fn usable(self, permitted: &[Method], throttle: Throttle) -> impl Iterator<Item = Method> {
        let open = self.enrolled(permitted);
        open.filter(move |method| !throttle.is_closed_to(*method))
    }

    /// Whether a challenge of `method` may be opened.
    ///
    /// # Errors
    /// [`Error::MethodUnavailable`] if the user has it not or may not use it,
    /// [`Error::GuessingClosed`] if too many failures have closed it.
    pub fn may_prove_by(
        self,
        method: Method,
        permitted: &[Method],
        throttle: Throttle,
    ) -> Result<(), Error> {
        if !self.enrolled(permitted).any(|enrolled| enrolled == method) {
            return Err(Error::MethodUnavailable);
        }
        if throttle.is_closed_to(method) {
            return Err(Error::GuessingClosed);
        }
        Ok(())
    }

    /// Whether too many failures have closed all that this user could prove a factor with.
    #[must_use]
    pub fn is_closed(self, permitted: &[Method], throttle: Throttle) -> bool {
        self.enrolled(permitted).next().is_some()
            && self.usable(permitted, throttle).next().is_none()
    }

    /// The methods that this user has and may use, the default first.
    fn enrolled(self, permitted: &[Method]) -> impl Iterator<Item = Method> {
        let default = self.default;
        let others = Method::ALL.into_iter();
        let others = others.filter(move |method| Some(*method) != default);
        default.into_iter().chain(others).filter(move |method| {
            let present = self.is_active() && self.number_of(*method) > 0;
            present && permitted.contains(method)
        })
    }
}

impl Ticket {
    /// A ticket from `now` on.
    pub const fn issue(purpose: Purpose, now: UnixTime) -> Self {
        let life = match purpose {
            Purpose::Enroll | Purpose::Manage => ENROLL_LIFE,
            Purpose::Verify => VERIFY_LIFE,
        };
        Self {
            purpose,
            expires_at: now.saturating_add(life),
            proved: None,
            earned: None,
        }
    }

    /// What was stored.
    pub const fn restore(
        purpose: Purpose,
        expires_at: UnixTime,
        proved: Option<Proved>,
        earned: Option<Proved>,
    ) -> Self {
        Self {
            purpose,
            expires_at,
            proved,
            earned,
        }
    }

    /// Whether the ticket still holds.
    ///
    /// # Errors
    /// [`Error::TicketExpired`].
    pub fn check(&self, now: UnixTime) -> Result<(), Error> {
        if now >= self.expires_at {
            return Err(Error::TicketExpired);
        }
        Ok(())
    }

    /// Whether factors or recovery codes may be changed under this ticket, now.
    ///
    /// # Errors
    /// [`Error::PurposeMismatch`] for a ticket that is for logging in, [`Error::ProofRequired`] if the
    /// user has a factor and none was proved here lately.
    pub fn may_change(&self, enrolled: Enrolled, now: UnixTime) -> Result<(), Error> {
        self.check(now)?;
        if self.purpose == Purpose::Verify {
            return Err(Error::PurposeMismatch);
        }
        if self.proof(enrolled, now) == Proof::Needed {
            return Err(Error::ProofRequired);
        }
        Ok(())
    }

    /// Whether a factor of `method` may be added under this ticket, now.
    ///
    /// # Errors
    /// As [`Ticket::may_change`]; [`Error::TooManyFactors`] beyond [`FACTORS`].
    pub fn may_add(&self, method: Method, enrolled: Enrolled, now: UnixTime) -> Result<(), Error> {
        self.may_change(enrolled, now)?;
        if enrolled.with(method) > FACTORS {
            return Err(Error::TooManyFactors);
        }
        Ok(())
    }

    /// Whether a factor of `method` may be begun under this ticket, now.
    ///
    /// # Errors
    /// [`Error::MethodUnavailable`] if the user may not enrol it; as [`Ticket::may_add`].
    pub fn may_begin(
        &self,
        method: Method,
        enrolled: Enrolled,
        enrollable: &Enrollable,
        now: UnixTime,
    ) -> Result<(), Error> {
        if !enrollable.contains(method) {
            return Err(Error::MethodUnavailable);
        }
        self.may_add(method, enrolled, now)
    }

    /// The methods to offer under this ticket: those that may be begun, now or after a proof.
    pub fn offered(
        &self,
        enrolled: Enrolled,
        enrollable: &Enrollable,
        now: UnixTime,
    ) -> impl Iterator<Item = Method> {
        Method::ALL.into_iter().filter(move |method| {
            let begun = self.may_begin(*method, enrolled, enrollable, now);
            matches!(begun, Ok(()) | Err(Error::ProofRequired))
        })
    }

    /// Whether recovery codes may be made, or marked as kept, under this ticket, now.
    ///
    /// # Errors
    /// As [`Ticket::may_change`]; [`Error::MethodUnavailable`] for a user without a factor.
    pub fn may_have_recovery_codes(&self, enrolled: Enrolled, now: UnixTime) -> Result<(), Error> {
        self.may_change(enrolled, now)?;
        if !enrolled.is_active() {
            return Err(Error::MethodUnavailable);
        }
        Ok(())
    }

    /// Whether a factor was, or must be, proved.
    #[must_use]
    pub fn proof(&self, enrolled: Enrolled, now: UnixTime) -> Proof {
        match self.proved {
            Some(proved) if now.saturating_since(proved.at) < PROOF_LIFE => Proof::Given,
            _ if enrolled.is_active() => Proof::Needed,
            _ => Proof::None,
        }
    }

    /// A factor was proved. To log in, that is all that a pass needs.
    pub const fn after_proof(mut self, method: Method, now: UnixTime) -> Self {
        let proved = Proved { method, at: now };
        self.proved = Some(proved);
        if matches!(self.purpose, Purpose::Verify) && self.earned.is_none() {
            self.earned = Some(proved);
        }
        self
    }

    /// A new factor was confirmed by its first code: a proof, and what an enrolment's pass needs.
    pub const fn after_enrollment(mut self, method: Method, now: UnixTime) -> Self {
        let proved = Proved { method, at: now };
        self.proved = Some(proved);
        if !matches!(self.purpose, Purpose::Verify) && self.earned.is_none() {
            self.earned = Some(proved);
        }
        self
    }

    /// The owner takes a proof by `method` back: it was somebody else who asked. What was proved or earned
    /// by another method stays. `pass` is the ticket's, if it has one.
    pub fn after_dispute(mut self, method: Method, pass: Option<&Pass>) -> (Self, Dispute) {
        let by = |proved: Option<Proved>| proved.is_some_and(|proved| proved.method == method);
        // What a proof was used for under a ticket to enrol or manage cannot be told any more.
        let used = self.purpose != Purpose::Verify || pass.is_some_and(Pass::is_redeemed);
        if by(self.proved) {
            self.proved = None;
        }
        let earned = by(self.earned);
        if earned {
            self.earned = None;
        }
        let dispute = Dispute {
            revokes_pass: earned && pass.is_some_and(|pass| !pass.is_redeemed()),
            is_told: used,
        };
        (self, dispute)
    }

    /// The ticket's one pass: the one that it has, or a new one if it was earned.
    ///
    /// # Errors
    /// [`Error::NotProved`] if it was not, [`Error::PassOver`] once it is redeemed or its time is up.
    pub fn pass(&self, issued: Option<&Pass>, now: UnixTime) -> Result<Pass, Error> {
        if self.earned.is_none() {
            return Err(Error::NotProved);
        }
        let pass = issued.map_or_else(|| Pass::issue(now), Pass::clone);
        pass.check(now).map(|()| pass)
    }

    /// What the ticket is for.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// When it ends.
    #[must_use]
    pub const fn expires_at(&self) -> UnixTime {
        self.expires_at
    }

    /// The last proof, to store.
    #[must_use]
    pub const fn proved(&self) -> Option<Proved> {
        self.proved
    }

    /// What earned the pass, if anything did.
    #[must_use]
    pub const fn earned(&self) -> Option<Proved> {
        self.earned
    }
}

#[cfg(test)]
mod tests;
