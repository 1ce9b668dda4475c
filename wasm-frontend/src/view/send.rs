//! A code to send by Threema: the code, the ways into the app, and what is being waited for.

use super::code::sealed;
use super::node::{Binding, Node, html};
use super::ways::other;
use super::{
    copy, drawn, lead as paragraph, not_copied, over, press, remember, screen, sign, title,
};
use crate::screen::send::{Aim, Code, Phase, Send, Shown};
use crate::screen::{Action, Frame};
use crate::words::{Word, Words};
use threegate_core::threema::payload::ReplyLink;
use threegate_core::wire::client::{Reply, Sent};

#[cfg(feature = "enroll")]
use super::aside;

pub(super) fn send(send: &Send, frame: &Frame, words: &Words) -> Node {
    let body = match (&send.code, send.phase) {
        (_, Phase::Over(over)) => over::over(&over, send.method(), words),
        (_, Phase::Idle) => question(send, words)
            .with([lead_of(send, words)])
            .with(remember(frame, words))
            .with([ask(words)]),
        (Some(code), _) => match &code.shown {
            Shown::Reply { reply, link } => {
                reply_to(send, code, reply, link.as_ref(), frame, words)
            }
            Shown::Question(sent) => asked(send, code, sent, frame, words),
        },
        (None, _) => opening(send, words),
    };
    body.with(way_out(send, frame, words))
}

/// What is said when there is nothing to wait for any more.
pub(super) fn over_said(send: &Send, words: &Words) -> String {
    match send.phase {
        Phase::Over(over) => over::said(&over, send.method(), words),
        _ => String::new(),
    }
}

/// What to do with a question.
pub(super) fn lead(send: &Send, words: &Words) -> String {
    match send.code.as_ref().map(|code| &code.shown) {
        Some(Shown::Question(sent)) => {
            let word = if sent.uncertain {
                Word::TapUncertain
            } else {
                Word::TapAsked
            };
            words.fill(word, &[("to", &sent.to)])
        }
        _ => words.text(Word::TapLead).into(),
    }
}

fn lead_of(send: &Send, words: &Words) -> Node {
    paragraph(lead(send, words))
}

fn question(send: &Send, words: &Words) -> Node {
    screen(if send.phase == Phase::Idle {
        "ask"
    } else {
        "asked"
    })
    .with([title(words.text(Word::TapTitle))])
}

fn ask(words: &Words) -> Node {
    press(words.text(Word::TapAsk), Binding::Press(Action::Renew))
        .class("primary spaced")
        .part("button")
}

/// A question was sent: a thumb answers it.
fn asked(send: &Send, code: &Code, sent: &Sent, frame: &Frame, words: &Words) -> Node {
    question(send, words)
        .with([
            lead_of(send, words),
            html("p").class("thumb").with([
                sign("icon", THUMB),
                html("span").text(words.text(Word::TapThumb)),
            ]),
        ])
        .with(remember(frame, words))
        .with([waiting(send, code, words), sealed(Some(sent), words)])
}

fn waiting(send: &Send, code: &Code, words: &Words) -> Node {
    html("p").class("waiting").with([
        html("span").class("pulse").set("aria-hidden", "true"),
        html("span").text(state(send, words)),
        html("span").class("muted").text(rest(code, words)),
    ])
}

fn reply_to(
    send: &Send,
    code: &Code,
    reply: &Reply,
    link: Option<&ReplyLink>,
    frame: &Frame,
    words: &Words,
) -> Node {
    let link = link.map(|link| {
        html("a")
            .class("primary open")
            .part("button")
            .set("href", link.as_str())
            .set("target", "_blank")
            .set("rel", "noopener noreferrer")
            .text(words.text(Word::SendOpen))
    });
    let ways = [html("p")
        .class("sent mono")
        .part("code")
        .set("translate", "no")
        .with([
            html("span")
                .set("aria-hidden", "true")
                .text(spaced(&reply.code, 3)),
            // Digit by digit: it is no number.
            html("span").class("hidden").text(spaced(&reply.code, 1)),
        ])];
    let ways = html("div").class("ways").with(ways).with(link).with([copy(
        send.copied,
        Word::SendCopy,
        words,
    )]);
    screen("send")
        .with([
            title(words.text(Word::SendTitle)),
            paragraph(words.fill(
                Word::SendLead,
                &[("from", &reply.from), ("gateway", &reply.gateway)],
            )),
        ])
        .with(level(send, words))
        .with([
            html("div").class("send").with([
                html("figure").class("elsewhere").with([
                    html("div").class("qr-frame").with([drawn(
                        "link-title",
                        words.text(Word::SendSymbol),
                        &reply.link,
                    )]),
                    html("figcaption")
                        .class("muted")
                        .text(words.text(Word::SendScan)),
                ]),
                ways,
            ]),
            not_copied(send.copied, words),
        ])
        .with(remember(frame, words))
        .with([waiting(send, code, words)])
        .with(key(send, words))
        .with([contact(reply, words)])
}

/// The outline of what comes, while the worker is asked.
fn opening(send: &Send, words: &Words) -> Node {
    let bar = |name| html("div").class(name).set("aria-hidden", "true");
    let heading = match send.aim {
        Aim::Tap => Word::TapTitle,
        _ => Word::SendTitle,
    };
    screen("opening").set("aria-busy", "true").with([
        title(words.text(heading)),
        bar("bar"),
        bar("bar tall"),
        bar("bar tall"),
    ])
}

fn state<'a>(send: &Send, words: &'a Words) -> &'a str {
    words.text(match send.phase {
        Phase::Proved => Word::Working,
        _ if send.offline => Word::SendOffline,
        _ if matches!(send.aim, Aim::Tap) => Word::TapWaiting,
        _ => Word::SendWaiting,
    })
}

fn rest(code: &Code, words: &Words) -> String {
    match code.minutes {
        None => String::new(),
        Some(0) => words.text(Word::SendLast).into(),
        Some(minutes) => words.fill(Word::SendLeft, &[("minutes", &minutes.to_string())]),
    }
}

/// For a phone that does not know the Gateway ID: the ID, and its code.
fn contact(reply: &Reply, words: &Words) -> Node {
    let gateway = [("gateway", &*reply.gateway)];
    html("details").class("more").with([
        html("summary").text(words.fill(Word::SendUnknown, &gateway)),
        paragraph(words.fill(Word::SendAdd, &gateway)),
        html("code")
            .class("mono")
            .set("translate", "no")
            .text(&*reply.gateway),
        html("div").class("qr-frame").with([drawn(
            "gateway-title",
            &words.fill(Word::SendContact, &gateway),
            &reply.gateway_identity,
        )]),
    ])
}

#[cfg(feature = "enroll")]
fn way_out(send: &Send, frame: &Frame, words: &Words) -> Option<Node> {
    match &send.aim {
        Aim::Proof | Aim::Tap => other(send.method(), frame, words),
        Aim::Enrollment { .. } => Some(aside(words.text(Word::SendAnother), Action::Back)),
    }
}

#[cfg(not(feature = "enroll"))]
fn way_out(send: &Send, frame: &Frame, words: &Words) -> Option<Node> {
    other(send.method(), frame, words)
}

#[cfg(feature = "enroll")]
fn level(send: &Send, words: &Words) -> Option<Node> {
    let Aim::Enrollment { level, .. } = &send.aim else {
        return None;
    };
    Some(super::level::level(*level, words))
}

#[cfg(not(feature = "enroll"))]
const fn level(_: &Send, _: &Words) -> Option<Node> {
    None
}

/// The key's fingerprint, to compare.
#[cfg(feature = "enroll")]
fn key(send: &Send, words: &Words) -> Option<Node> {
    let Aim::Enrollment { fingerprint, .. } = &send.aim else {
        return None;
    };
    fingerprint_of(fingerprint, words)
}

/// A fingerprint. An ID that was found is for its owner's eyes: there is none, since it would tell which.
#[cfg(feature = "enroll")]
pub(super) fn fingerprint_of(fingerprint: &str, words: &Words) -> Option<Node> {
    if fingerprint.is_empty() {
        return None;
    }
    Some(
        html("details").class("more").with([
            html("summary").text(words.text(Word::SendKey)),
            paragraph(words.text(Word::SendFingerprint)),
            html("code")
                .class("mono")
                .set("translate", "no")
                .text(spaced(fingerprint, 4)),
        ]),
    )
}

#[cfg(not(feature = "enroll"))]
const fn key(_: &Send, _: &Words) -> Option<Node> {
    None
}

/// The text in groups of so many characters, all of them ASCII.
fn spaced(text: &str, group: usize) -> String {
    let mut spaced = String::new();
    let mut rest = text;
    while let Some((head, tail)) = rest.split_at_checked(group)
        && !tail.is_empty()
    {
        spaced.extend([head, " "]);
        rest = tail;
    }
    spaced.push_str(rest);
    spaced
}

const THUMB: &str = "M7 11v8H4v-8zM7 11l4-7a2 2 0 0 1 2 2v4h5.5a1.5 1.5 0 0 1 1.5 1.8l-1.2 5.8A1.8 1.8 0 0 1 17 19H7";
