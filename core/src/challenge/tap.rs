//! A tap: the user is asked by Threema whether it is they, and answers with a thumb.
//!
//! ```text
//!           Sent          thumb-up               thumb-down
//! Sending ───────▶ Open ───────────▶ Approved ─────────────▶ Revoked
//!    │ │            │     Prove                   Dispute
//!    │ │ NotSent    │
//!    │ └──────▶ NotSent
//!    │ (time)       └── thumb-down ─▶ Declined   also when its time is up, or its page gave up
//!    └──────▶ SendUnknown                Decline
//! Withheld: nothing was sent, and nothing can answer it
//! ```
//!
//! Whoever knows a password can make the owner's phone ask, so how often that may be is [`Prompts`]'s to
//! say, and **its page learns nothing from what the owner did**. To it a prompt that was declined, or that
//! was never sent since the owner declined another one, looks like one that nobody saw: it waits until its
//! time is up. What a page is told of being closed, it could have counted itself.
//!
//! A tap goes beside a [`Challenge`], which is what the page sees: that ends by time, by its page or by a
//! proof, and by nothing else. [`tapped`] is the one place where a thumb decides.
//!
//! ```
//! use threegate_core::challenge::tap::{Effect, Event, Prompts, State, tapped};
//! use threegate_core::challenge::{Challenge, LIFE};
//! use threegate_core::threema::tap::Thumb;
//! use threegate_core::{Error, Method, UnixTime, throttle::Throttle};
//!
//! let now = UnixTime::from_secs(1_000_000);
//! let ends_at = now.saturating_add(LIFE);
//! let challenge = Challenge::open(Method::ThreemaTap, now);
//! let (prompts, tap) = Prompts::default().ask(None, ends_at, now)?; // store, then send
//! let second = prompts.ask(Some(challenge), ends_at, now);
//! assert_eq!(second.unwrap_err(), Error::TapClosed { retry_at: ends_at }); // one at a time
//!
//! let before = (Throttle::default(), prompts);
//! let tap = tap.step(Event::Sent, now);
//! let answered = tapped(before, Some(challenge), tap, Thumb::Down, now, now);
//! assert_eq!(answered.effect, Some(Effect::Decline)); // for the site; the page sees none
//! assert_eq!(answered.challenge, Some(challenge));
//!
//! let (_, next) = answered.prompts.ask(None, ends_at, now)?;
//! assert_eq!(next.state(), State::Withheld); // nothing is sent
//! # Ok::<(), Error>(())
//! ```

use core::time::Duration;

use super::reply::in_time;
use super::{Challenge, Effect as Proof, Event as Told, State as Shown};
use crate::threema::tap::{REMEMBERED, Thumb};
use crate::throttle::Throttle;
use crate::{Error, UnixTime};

/// How long the Gateway's answer may take. A message that is still being sent then was lost from sight, by
/// a restart perhaps: it may have gone, so it is not sent again, and nobody waits for it.
pub const SENDING_LIFE: Duration = Duration::from_secs(30);

/// Prompts in a row that nobody approved, after which nobody is asked for a while.
pub const UNANSWERED: u32 = 2;

/// For how long, the first time. It doubles.
pub const CLOSED: Duration = Duration::from_secs(15 * 60);

/// For how long, at most.
pub const LONGEST_CLOSED: Duration = Duration::from_secs(24 * 60 * 60);

/// After so long without a prompt or a thumb-down, both are counted anew.
pub const MEMORY: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// Where a tap stands, behind what its page sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum State {
    /// The user said yes.
    Approved,
    /// The user said no.
    Declined,
    /// The Gateway did not take the message.
    NotSent,
    /// The message is with the Gateway, or on the phone.
    Open,
    /// The user said yes, and then no.
    Revoked,
    /// Stored before the Gateway is called.
    Sending,
    /// Nobody heard what the Gateway answered. The message may have gone.
    SendUnknown,
    /// The user declined lately, and is left alone.
    Withheld,
}

/// What the world tells a tap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// The Gateway surely did not take the message.
    NotSent,
    /// The Gateway took the message.
    Sent,
    /// Nobody will ever know whether it did.
    SentPerhaps,
    /// Time has passed.
    Tick,
}

/// What a thumb leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// It was somebody else who asked.
    Decline,
    /// It was somebody else who was let in: what was earned is to be taken back, or told.
    Dispute,
    /// The factor is proved for the challenge's ticket.
    Prove,
}

/// One question to a user's phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "it is stored, or the change is lost"]
pub struct Tap {
    state: State,
    asked_at: UnixTime,
}

/// How often a user was asked in vain. Stored with the user; a proof by tap or by reply clears it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[must_use = "it is stored, or the change is lost"]
pub struct Prompts {
    unapproved: u32,
    last_ends_at: UnixTime,
    declined: u32,
    declined_at: UnixTime,
}

/// What a thumb changed. All of it is stored in one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "store it"]
pub struct Tapped {
    /// The user's failures in a row, now.
    pub throttle: Throttle,
    /// The user's prompts, now.
    pub prompts: Prompts,
    /// The challenge, now, if it is still remembered.
    pub challenge: Option<Challenge>,
    /// The tap, now.
    pub tap: Tap,
    /// What is to be done.
    pub effect: Option<Effect>,
}

/// Takes a thumb, received at `receipt` by our own clock. It proves only for a challenge that was open at
/// that moment; a thumb-down counts whenever it comes, since it says who did not ask.
pub fn tapped(
    before: (Throttle, Prompts),
    challenge: Option<Challenge>,
    tap: Tap,
    thumb: Thumb,
    receipt: UnixTime,
    now: UnixTime,
) -> Tapped {
    let (throttle, prompts) = before;
    let unchanged = Tapped {
        throttle,
        prompts,
        challenge,
        tap,
        effect: None,
    };
    match (thumb, tap.state) {
        (Thumb::Up, State::Sending | State::Open) => {
            let stepped = challenge
                .filter(|_| in_time(receipt, now))
                .map(|challenge| challenge.step(Told::Replied, receipt));
            match stepped {
                Some((challenge, Some(Proof::Prove))) => Tapped {
                    throttle: throttle.cleared(),
                    prompts: Prompts::default(),
                    challenge: Some(challenge),
                    tap: tap.became(State::Approved),
                    effect: Some(Effect::Prove),
                },
                _ => unchanged,
            }
        }
        (Thumb::Down, State::Sending | State::SendUnknown | State::Open) => Tapped {
            prompts: prompts.declined(receipt),
            tap: tap.became(State::Declined),
            effect: Some(Effect::Decline),
            ..unchanged
        },
        (Thumb::Down, State::Approved) => Tapped {
            prompts: prompts.declined(receipt),
            tap: tap.became(State::Revoked),
            effect: Some(Effect::Dispute),
            ..unchanged
        },
        _ => unchanged,
    }
}

impl Tap {
    /// What was stored.
    pub const fn restore(state: State, asked_at: UnixTime) -> Self {
        Self { state, asked_at }
    }

    /// Takes one event at `now`. Only what is being sent listens, and what is withheld fails alike.
    pub fn step(self, event: Event, now: UnixTime) -> Self {
        let lost = now.saturating_since(self.asked_at) >= SENDING_LIFE;
        match (self.state, event) {
            (State::Sending | State::Withheld, Event::NotSent)
            | (State::Withheld, Event::SentPerhaps) => self.became(State::NotSent),
            (State::Sending, Event::Sent) => self.became(State::Open),
            (State::Sending, Event::SentPerhaps) => self.became(State::SendUnknown),
            (State::Sending, Event::Tick) if lost => self.became(State::SendUnknown),
            _ => self,
        }
    }

    /// The challenge as its page may see it from now on: over, if nobody can answer it and the page is
    /// told so anyway.
    pub fn shown(self, challenge: Challenge, now: UnixTime) -> Challenge {
        match self.state {
            State::NotSent | State::SendUnknown => challenge.step(Told::Cancel, now).0,
            _ => challenge,
        }
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(self) -> State {
        self.state
    }

    /// When it was opened.
    #[must_use]
    pub const fn asked_at(self) -> UnixTime {
        self.asked_at
    }

    const fn became(mut self, state: State) -> Self {
        self.state = state;
        self
    }
}

impl Prompts {
    /// What was stored: prompts in a row that nobody approved and when the last of them ends, thumbs-down
    /// and when the last of them came.
    pub const fn restore(
        (unapproved, last_ends_at): (u32, UnixTime),
        (declined, declined_at): (u32, UnixTime),
    ) -> Self {
        Self {
            unapproved,
            last_ends_at,
            declined,
            declined_at,
        }
    }

    /// Asks for one more prompt that is to end at `ends_at`, while perhaps `another` is still open. It
    /// counts as one that nobody approved until somebody does, so leaving a page or a crash hides none.
    ///
    /// After a thumb-down the prompt is there, and is withheld.
    ///
    /// # Errors
    /// [`Error::TapClosed`] while another one is open, so that nobody can be mistaken about which one they
    /// approve; and after every [`UNANSWERED`] in a row.
    pub fn ask(
        self,
        another: Option<Challenge>,
        ends_at: UnixTime,
        now: UnixTime,
    ) -> Result<(Self, Tap), Error> {
        let fresh = self.since(now);
        let another = another
            .map(|another| another.step(Told::Tick, now).0)
            .filter(|another| another.state() == Shown::Open)
            .map(Challenge::expires_at);
        let retry_at = another.max(fresh.closed_until(now));
        if let Some(retry_at) = retry_at {
            return Err(Error::TapClosed { retry_at });
        }
        let state = if fresh.left_alone_until(now).is_some() {
            State::Withheld
        } else {
            State::Sending
        };
        let asked = Self {
            unapproved: fresh.unapproved.saturating_add(1),
            last_ends_at: ends_at,
            ..fresh
        };
        Ok((asked, Tap::restore(state, now)))
    }

    /// The last prompt surely reached nobody.
    pub const fn not_sent(self) -> Self {
        Self {
            unapproved: self.unapproved.saturating_sub(1),
            ..self
        }
    }

    /// Until when no prompt is opened, as every page is told.
    #[must_use]
    pub fn closed_until(self, now: UnixTime) -> Option<UnixTime> {
        let times = self.unapproved.checked_div(UNANSWERED)?;
        if times == 0 || self.unapproved.checked_rem(UNANSWERED) != Some(0) {
            return None;
        }
        let until = self.last_ends_at.saturating_add(closing(times));
        (now < until).then_some(until)
    }

    /// Until when prompts are withheld, after a thumb-down.
    #[must_use]
    pub fn left_alone_until(self, now: UnixTime) -> Option<UnixTime> {
        let until = self.declined_at.saturating_add(closing(self.declined));
        (self.declined > 0 && now < until).then_some(until)
    }

    /// Prompts in a row that nobody approved, and when the last of them ends, to store.
    #[must_use]
    pub const fn unapproved(self) -> (u32, UnixTime) {
        (self.unapproved, self.last_ends_at)
    }

    /// Thumbs-down, and when the last of them came, to store.
    #[must_use]
    pub const fn declines(self) -> (u32, UnixTime) {
        (self.declined, self.declined_at)
    }

    fn declined(self, now: UnixTime) -> Self {
        let fresh = self.since(now);
        Self {
            declined: fresh.declined.saturating_add(1),
            declined_at: now.max(fresh.declined_at),
            ..fresh
        }
    }

    fn since(self, now: UnixTime) -> Self {
        let old = |last: UnixTime| now.saturating_since(last) > MEMORY;
        Self {
            unapproved: if old(self.last_ends_at) {
                0
            } else {
                self.unapproved
            },
            declined: if old(self.declined_at) {
                0
            } else {
                self.declined
            },
            ..self
        }
    }
}

/// After so many tries in vain, from when on a thumb received at `receipt` is delivered again; never, if it
/// has become worthless. A thumb-down stays worth something as long as its message is remembered.
#[must_use]
pub fn deliver_again(
    thumb: Thumb,
    receipt: UnixTime,
    tries: u32,
    now: UnixTime,
) -> Option<UnixTime> {
    match thumb {
        Thumb::Up => super::deliver_again(receipt, tries, now),
        Thumb::Down if now.saturating_since(receipt) > REMEMBERED => None,
        Thumb::Down => Some(super::pause(tries, now)),
    }
}

/// How long the method stays closed the so-many-th time.
fn closing(times: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(times.saturating_sub(1));
    CLOSED.saturating_mul(doubled).min(LONGEST_CLOSED)
}

impl State {
    const ALL: [Self; 8] = [
        Self::Approved,
        Self::Declined,
        Self::NotSent,
        Self::Open,
        Self::Revoked,
        Self::Sending,
        Self::SendUnknown,
        Self::Withheld,
    ];

    /// The word to store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::NotSent => "not_sent",
            Self::Open => "open",
            Self::Revoked => "revoked",
            Self::Sending => "sending",
            Self::SendUnknown => "send_unknown",
            Self::Withheld => "withheld",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

#[cfg(test)]
mod tests;
