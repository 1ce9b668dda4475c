//! The screens on which it ends, well or not.

use super::node::{Binding, Node, html};
use super::{lead, named, press, screen, sign, title};
use crate::screen::verify::Done;
use crate::screen::{Action, Frame};
use crate::words::{Word, Words};
#[cfg(feature = "enroll")]
use threegate_core::Method;
use threegate_core::Purpose;

pub(super) fn done(done: Done, frame: &Frame, words: &Words) -> Node {
    let (heading, text) = said(frame);
    let text = if done.hold { Word::DoneText } else { text };
    let left = done.left.map(|left| {
        let word = if left.is_low() {
            Word::DoneFew
        } else {
            Word::DoneLeft
        };
        lead(words.fill(word, &[("left", &left.left.to_string())]))
    });
    let on = done.hold.then(|| {
        press(words.text(Word::Continue), Binding::Press(Action::Continue))
            .class("primary")
            .part("button")
    });
    screen("done")
        .class("screen end")
        .with([
            sign("sign good", CHECK),
            title(words.text(heading)),
            lead(named(words, text, frame)),
        ])
        .with(left)
        .with(on)
}

/// What the last screen says: heading and text.
pub(crate) fn said(frame: &Frame) -> (Word, Word) {
    match frame.purpose {
        #[cfg(feature = "enroll")]
        Purpose::Enroll => (
            Word::EnrolledTitle,
            match frame.enrollment.enrolled {
                Method::ThreemaReply => Word::EnrolledThreema,
                Method::ThreemaCode => Word::EnrolledCode,
                Method::ThreemaTap => Word::EnrolledTap,
                _ => Word::EnrolledText,
            },
        ),
        Purpose::Verify if frame.autosubmit => (Word::DoneTitle, Word::DoneSigningIn),
        _ => (Word::DoneTitle, Word::DoneText),
    }
}

pub(super) fn closed(frame: &Frame, words: &Words) -> Node {
    end(
        "closed",
        LOCK,
        words.text(Word::ClosedTitle),
        named(words, Word::ClosedText, frame),
    )
}

pub(super) fn expired(frame: &Frame, words: &Words) -> Node {
    let text = match frame.purpose {
        #[cfg(feature = "factors")]
        Purpose::Enroll | Purpose::Manage => Word::ExpiredSettings,
        _ => Word::ExpiredVerify,
    };
    end(
        "expired",
        CLOCK,
        words.text(Word::ExpiredTitle),
        words.text(text).into(),
    )
}

pub(super) fn unreachable(words: &Words) -> Node {
    let retry = press(words.text(Word::Retry), Binding::Press(Action::Retry));
    let text = words.text(Word::UnreachableText).into();
    end(
        "unreachable",
        CLOUD,
        words.text(Word::UnreachableTitle),
        text,
    )
    .with([retry.class("primary").part("button")])
}

pub(super) fn failed(code: &str, words: &Words) -> Node {
    end(
        "failed",
        CROSS,
        words.text(Word::FailedTitle),
        words.text(Word::FailedText).into(),
    )
    .with([html("p")
        .class("lead")
        .with([html("code").class("mono").text(code)])])
}

pub(super) fn end(key: &'static str, path: &'static str, heading: &str, text: String) -> Node {
    screen(key)
        .class("screen end")
        .with([sign("sign", path), title(heading), lead(text)])
}

const CHECK: &str = "M5 12.5l4.5 4.5L19 7.5";
const LOCK: &str = "M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z";
pub(super) const CLOCK: &str = "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M12 7.5V12l3 2";
pub(super) const CLOUD: &str =
    "M7 18.5h10a4 4 0 0 0 .6-7.9A6 6 0 0 0 6.2 9.6A4.5 4.5 0 0 0 7 18.5M4 3.5l16 17";
const CROSS: &str = "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17M12 7.5v5.5M12 16v.5";
