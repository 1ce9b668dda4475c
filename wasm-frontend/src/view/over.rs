//! What was sent or awaited is over: why, and the button that asks again.

use super::end::{CLOCK, CLOUD, end};
use super::node::{Binding, Node, html};
use super::press;
use crate::screen::Action;
use crate::screen::field::Phase;
use crate::screen::over::{Over, Why};
use crate::words::{Word, Words};
use threegate_core::Method;

pub(super) fn over(over: &Over, method: Method, words: &Words) -> Node {
    let [heading, _, again] = texts(over.why, method);
    let sign = match over.why {
        Why::Unanswered | Why::NotSent => CLOUD,
        _ => CLOCK,
    };
    let busy = over.again == Phase::Working;
    let again = press("", Binding::Press(Action::Renew))
        .class(if busy { "primary busy" } else { "primary" })
        .part("button")
        .set_if(over.again != Phase::Ready, "aria-disabled", "true")
        .with([html("span").text(words.text(again))]);
    end("over", sign, words.text(heading), said(over, method, words)).with([again])
}

/// Why it is over, and what helps.
pub(super) fn said(over: &Over, method: Method, words: &Words) -> String {
    let [_, text, _] = texts(over.why, method);
    let time = match over.again {
        Phase::Waiting { left, .. } => words.span(left),
        _ => words.span(0),
    };
    words.fill(text, &[("time", &time)])
}

/// Heading, text and button.
const fn texts(why: Why, method: Method) -> [Word; 3] {
    match (why, method) {
        (Why::Spent, _) => [Word::OverTitle, Word::OverSpent, Word::OverSend],
        (Why::Ended, Method::ThreemaCode) => [Word::OverTitle, Word::OverSent, Word::OverSend],
        (Why::Ended, Method::ThreemaTap) => [Word::OverTapTitle, Word::OverTap, Word::OverAsk],
        (Why::Ended, _) => [Word::OverTitle, Word::OverText, Word::OverRenew],
        (Why::NotSent, _) => [Word::OverNotSent, Word::OverNotSentText, Word::Retry],
        (Why::Unanswered, _) => [Word::UnreachableTitle, Word::ErrorUnreachable, Word::Retry],
        (Why::Enough, _) => [Word::OverEnough, Word::OverEnoughText, Word::Retry],
        (Why::Closed, _) => [Word::OverClosed, Word::OverClosedText, Word::OverAsk],
    }
}
