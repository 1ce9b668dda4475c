//! A code that is to be sent, or a question that is to be answered, and how long that can be done.

use crate::screen::Moment;
use threegate_core::threema::payload::ReplyLink;
use threegate_core::threema::{ReplyCode, ThreemaId};
use threegate_core::wire::client::{Reply, Sent};

/// What waits for a message from the user.
#[derive(Clone)]
pub struct Code {
    /// What the user is shown.
    pub shown: Shown,
    /// Minutes until it ends, to the nearest.
    pub minutes: Option<u64>,
    /// What waits for the message.
    pub(super) name: String,
    ends: Option<Moment>,
}

/// What the user is shown.
#[derive(Clone)]
pub enum Shown {
    /// A code to send.
    Reply {
        /// The code, the Gateway ID, and the drawings.
        reply: Reply,
        /// The link that opens Threema with the message.
        link: Option<ReplyLink>,
    },
    /// A question that was sent.
    Question(Sent),
}

impl Shown {
    pub(super) fn reply(reply: Reply) -> Self {
        let id = ThreemaId::parse(&reply.gateway);
        let link = id.and_then(|id| Ok(ReplyLink::new(&id, &ReplyCode::parse(&reply.code)?)));
        let link = link.ok();
        Self::Reply { reply, link }
    }
}

impl Code {
    pub(super) fn new(name: String, shown: Shown, ends: Option<Moment>, now: Moment) -> Self {
        let mut code = Self {
            shown,
            minutes: None,
            name,
            // One that would have ended before it began says more about the clocks.
            ends: ends.filter(|ends| *ends > now),
        };
        code.tick(now);
        code
    }

    /// Counts down. Answers whether the code is over.
    pub(super) fn tick(&mut self, now: Moment) -> bool {
        let rest = self.rest(now);
        self.minutes = rest.map(|rest| rest.saturating_add(HALF) / MINUTE);
        rest == Some(0)
    }

    /// When [`Code::minutes`] changes next, or the code ends.
    pub(super) fn next_tick(&self, now: Moment) -> Option<Moment> {
        let rest = self.rest(now)?;
        let to_next = rest.saturating_add(HALF) % MINUTE;
        let wait = rest.min(to_next.saturating_add(1));
        Some(Moment(now.0.saturating_add(wait)))
    }

    fn rest(&self, now: Moment) -> Option<u64> {
        Some(self.ends?.0.saturating_sub(now.0))
    }
}

/// In milliseconds.
const MINUTE: u64 = 60_000;
const HALF: u64 = MINUTE / 2;
