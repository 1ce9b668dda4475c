//! The ways to prove a factor: a link below each, and the list of all.

use super::node::{Binding, Node, html};
use super::{aside, press, screen, title};
use crate::screen::{Action, Frame, State};
use crate::words::{Word, Words};
use threegate_core::Method;

/// The way to another method than this: straight to it if it is the only one.
pub(super) fn other(method: Method, frame: &Frame, words: &Words) -> Option<Node> {
    let mut others = frame.others(method);
    let first = others.next()?;
    Some(if others.next().is_some() {
        aside(words.text(Word::WaysOthers), Action::Another)
    } else {
        let way = words.text(name(first));
        let text = words.fill(Word::WaysOther, &[("way", way)]);
        aside(&text, Action::Prove(first))
    })
}

/// The list.
pub(super) fn ways(state: &State, words: &Words) -> Node {
    let others = state.others().map(|method| {
        let way = press(
            words.text(name(method)),
            Binding::Press(Action::Prove(method)),
        );
        html("li").with([way.class("choice").part("choice")])
    });
    screen("ways").with([
        title(words.text(Word::WaysTitle)),
        html("ul").class("choices").with(others),
        aside(words.text(Word::WaysBack), Action::Back),
    ])
}

pub(super) const fn name(method: Method) -> Word {
    match method {
        Method::Hotp => Word::WayHotp,
        Method::ThreemaReply => Word::WayReply,
        Method::ThreemaCode => Word::WayCode,
        Method::ThreemaTap => Word::WayTap,
        Method::Recovery => Word::WayRecovery,
        _ => Word::WayTotp,
    }
}
