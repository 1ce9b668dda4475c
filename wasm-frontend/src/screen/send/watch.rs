//! When the page looks whether the message has come: whenever the socket or a person wakes it, and from
//! time to time besides.

use crate::screen::Moment;

/// What is known of socket and looks.
#[derive(Clone)]
pub(super) struct Watch {
    /// The socket is open.
    listening: bool,
    /// A look is under way.
    looking: bool,
    /// Something has changed since it was sent.
    changed: bool,
    /// It was sent before the present code was there.
    outdated: bool,
    /// When to look next.
    next: Moment,
    /// Looks without a socket, since one was last asked for.
    deaf: u8,
}

/// A look has ended.
pub(super) struct Looked {
    /// What it says is about an earlier code.
    pub(super) outdated: bool,
    /// Something has changed meanwhile.
    pub(super) again: bool,
}

impl Watch {
    pub(super) const fn new() -> Self {
        Self {
            listening: false,
            looking: false,
            changed: false,
            outdated: false,
            next: Moment(0),
            deaf: 0,
        }
    }

    /// When to look by itself: never while nobody sees the page.
    pub(super) fn alarm(&self, hidden: bool) -> Option<Moment> {
        (!hidden && !self.looking).then_some(self.next)
    }

    /// The socket is open now, or is not.
    pub(super) fn listen(&mut self, open: bool, now: Moment) {
        self.listening = open;
        self.next = self.next.min(self.after_a_look(now));
    }

    /// There is a code to watch for.
    pub(super) fn begin(&mut self, now: Moment) {
        self.outdated = self.looking;
        self.rest(now);
    }

    /// Whether to look now. While a look is under way, the next one follows it.
    pub(super) fn look(&mut self) -> bool {
        let looking = core::mem::replace(&mut self.looking, true);
        self.changed |= looking;
        !looking
    }

    pub(super) fn looked(&mut self, now: Moment) -> Looked {
        self.looking = false;
        self.rest(now);
        Looked {
            outdated: core::mem::take(&mut self.outdated),
            again: core::mem::take(&mut self.changed),
        }
    }

    /// Waits the usual time before the next look.
    pub(super) fn rest(&mut self, now: Moment) {
        self.next = self.after_a_look(now);
    }

    /// Whether a socket that closed should be asked for again.
    pub(super) fn misses_the_socket(&mut self) -> bool {
        let deaf = self.deaf.saturating_add(1);
        let misses = !self.listening && deaf >= DEAF_LOOKS;
        self.deaf = if self.listening || misses { 0 } else { deaf };
        misses
    }

    const fn after_a_look(&self, now: Moment) -> Moment {
        now.after_seconds(if self.listening {
            WITH_SOCKET
        } else {
            BETWEEN_LOOKS
        })
    }
}

/// Seconds between two looks while there is a socket, in case it died unnoticed.
const WITH_SOCKET: u64 = 20;
/// Seconds between two looks while there is none.
pub(in crate::screen) const BETWEEN_LOOKS: u64 = 3;
/// Looks without a socket after which one is asked for again.
const DEAF_LOOKS: u8 = 10;
