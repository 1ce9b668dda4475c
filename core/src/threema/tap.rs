//! Taps: a thumb that the user puts to one message of ours, up or down.
//!
//! ```text
//! Message ──read──▶ Tap { thumb, messages } ──the one of them that is awaited──▶ counts ──▶ effect
//! ```
//!
//! The apps send a receipt to a Gateway ID, since that cannot be sent reactions; for the day when it can,
//! a reaction says the same. What an app sends by itself, that it got or showed a message, is no tap, and
//! neither is a reaction that is taken away.
//!
//! ```
//! use threegate_core::threema::tap::{Tap, Thumb};
//! use threegate_core::threema::{Message, MessageId, ReceiptStatus};
//!
//! let ours = MessageId::parse("1122334455667788")?;
//! let message = Message::Receipt { status: ReceiptStatus::Acknowledged, messages: vec![ours] };
//! let tap = Tap::read(&message).expect("a thumb");
//! assert_eq!(tap.thumb, Thumb::Up);
//! assert_eq!(Tap::only(tap.messages.iter().filter(|id| **id == ours)), Some(&ours));
//!
//! // Minds may be changed once, from up to down.
//! assert!(Thumb::Down.counts_after(Some(Thumb::Up)));
//! assert!(!Thumb::Up.counts_after(Some(Thumb::Down)));
//!
//! let read = Message::Receipt { status: ReceiptStatus::Read, messages: vec![ours] };
//! assert_eq!(Tap::read(&read), None); // the app says that by itself
//! # Ok::<(), threegate_core::Error>(())
//! ```

use alloc::vec::Vec;
use core::time::Duration;

use super::{Message, MessageId, ReceiptStatus};

/// How long a tap on a message that nobody knows of yet is kept: the Gateway may still have to tell which
/// ID it gave to a message on its way, while the user has already tapped it.
pub const EARLY: Duration = Duration::from_secs(60);

/// How many messages such taps may be about, of one Threema ID; the newest are kept.
pub const EARLY_KEPT: usize = 16;

/// Messages that one tap may be for. The apps name one.
pub const MOST: usize = 16;

/// How long a message is remembered: so late its receiver may still say that it was not they who asked.
pub const REMEMBERED: Duration = Duration::from_secs(24 * 60 * 60);

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thumb {
    /// It was not I.
    Down,
    /// It was I.
    Up,
}

/// A thumb, and the messages it was put to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tap {
    /// Which way.
    pub thumb: Thumb,
    /// At least one; not necessarily ours.
    pub messages: Vec<MessageId>,
}

impl Tap {
    /// The tap that a message is, if it is one. One for more than [`MOST`] messages is none.
    #[must_use]
    pub fn read(message: &Message) -> Option<Self> {
        let (thumb, messages) = match message {
            Message::Receipt { status, messages } => {
                let thumb = match status {
                    ReceiptStatus::Acknowledged => Thumb::Up,
                    ReceiptStatus::Declined => Thumb::Down,
                    _ => return None,
                };
                (thumb, messages.clone())
            }
            Message::Reaction {
                message,
                emoji,
                withdrawn: false,
            } => (emoji.thumb()?, Vec::from([*message])),
            _ => return None,
        };
        (messages.len() <= MOST).then_some(Self { thumb, messages })
    }

    /// The one of its messages that is awaited. A thumb for several of them at once says nothing about
    /// any, since nobody can have read them all.
    pub fn only<T>(awaited: impl IntoIterator<Item = T>) -> Option<T> {
        let mut awaited = awaited.into_iter();
        let first = awaited.next()?;
        awaited.next().is_none().then_some(first)
    }
}

impl Thumb {
    /// Whether it means anything after the last one for the same message. Minds may be changed once, from
    /// up to down: that is somebody who sees what they let in. The other way round nothing comes back.
    #[must_use]
    pub const fn counts_after(self, last: Option<Self>) -> bool {
        matches!((last, self), (None, _) | (Some(Self::Up), Self::Down))
    }

    /// The word to store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Up => "up",
        }
    }

    /// The thumb of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Down, Self::Up]
            .into_iter()
            .find(|thumb| thumb.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::threema::Emoji;

    fn message(id: u8) -> MessageId {
        MessageId::from_bytes([id; 8])
    }

    fn receipt(status: ReceiptStatus) -> Message {
        Message::Receipt {
            status,
            messages: Vec::from([message(1), message(2)]),
        }
    }

    fn reaction(emoji: &str, withdrawn: bool) -> Message {
        Message::Reaction {
            message: message(1),
            emoji: Emoji::parse(emoji).unwrap(),
            withdrawn,
        }
    }

    #[test]
    fn a_message_is_remembered_for_a_day() {
        assert_eq!(REMEMBERED.as_secs(), 86_400);
    }

    #[test]
    fn a_receipt_or_a_reaction_with_a_thumb_is_a_tap_and_nothing_else_is() {
        use ReceiptStatus::{Acknowledged, Declined, Other, Read, Received};
        for (status, thumb) in [
            (Received, None),
            (Read, None),
            (Acknowledged, Some(Thumb::Up)),
            (Declined, Some(Thumb::Down)),
            (Other(5), None),
        ] {
            let tap = Tap::read(&receipt(status));
            assert_eq!(tap.as_ref().map(|tap| tap.thumb), thumb);
            assert!(tap.is_none_or(|tap| tap.messages == [message(1), message(2)]));
        }
        for (emoji, thumb) in [
            ("\u{1F44D}", Some(Thumb::Up)),
            ("\u{1F44E}", Some(Thumb::Down)),
            ("\u{2764}", None),
        ] {
            let put = Tap::read(&reaction(emoji, false));
            assert_eq!(put.as_ref().map(|tap| tap.thumb), thumb);
            assert!(put.is_none_or(|tap| tap.messages == [message(1)]));
            assert_eq!(Tap::read(&reaction(emoji, true)), None);
        }
        let text = Message::Text(zeroize::Zeroizing::new("\u{1F44D}".into()));
        assert_eq!(Tap::read(&text), None);
        assert_eq!(Tap::read(&Message::Other(0x81)), None);
    }

    #[test]
    fn a_receipt_for_seventeen_messages_is_no_tap() {
        for (number, is_tap) in [(MOST, true), (MOST + 1, false)] {
            let many = Message::Receipt {
                status: ReceiptStatus::Acknowledged,
                messages: std::vec![message(1); number],
            };
            assert_eq!(Tap::read(&many).is_some(), is_tap);
        }
    }

    #[test]
    fn a_thumb_for_several_awaited_messages_is_for_none() {
        assert_eq!(Tap::only([1]), Some(1));
        assert_eq!(Tap::only([0; 0]), None);
        assert_eq!(Tap::only([1, 2]), None);
    }

    #[test]
    fn a_mind_is_changed_once_and_only_from_up_to_down() {
        use Thumb::{Down, Up};
        for (last, thumb, counts) in [
            (None, Up, true),
            (None, Down, true),
            (Some(Up), Up, false),
            (Some(Up), Down, true),
            (Some(Down), Up, false),
            (Some(Down), Down, false),
        ] {
            assert_eq!(thumb.counts_after(last), counts, "{last:?} {thumb:?}");
        }
    }

    #[test]
    fn every_thumb_reads_back_from_its_word() {
        for thumb in [Thumb::Down, Thumb::Up] {
            assert_eq!(Thumb::parse(thumb.as_str()), Some(thumb));
        }
        assert_eq!(Thumb::parse("sideways"), None);
    }
}
