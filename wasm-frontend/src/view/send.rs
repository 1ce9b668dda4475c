//! A code to send by Threema: the code, the ways into the app, and what is being waited for.

use super::end::{CLOCK, end};
use super::node::{Binding, Node, html};
use super::ways::other;
use super::{copy, drawn, lead, not_copied, press, screen, title};
use crate::screen::send::{Code, Phase, Send};
use crate::screen::{Action, Frame};
use crate::words::{Word, Words};
use threegate_core::Method;

#[cfg(feature = "enroll")]
use super::{aside, node::svg};
#[cfg(feature = "enroll")]
use crate::screen::send::Aim;
#[cfg(feature = "enroll")]
use threegate_core::threema::Level;

pub(super) fn send(send: &Send, frame: &Frame, words: &Words) -> Node {
    match (&send.code, send.phase) {
        (_, Phase::Over { unanswered, busy }) => over(send, unanswered, busy, frame, words),
        (Some(code), _) => waiting(send, code, frame, words),
        (None, _) => opening(send, frame, words),
    }
}

fn waiting(send: &Send, code: &Code, frame: &Frame, words: &Words) -> Node {
    let reply = &code.reply;
    let link = code.link.as_ref().map(|link| {
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
            lead(words.fill(
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
            html("p").class("waiting").with([
                html("span").class("pulse").set("aria-hidden", "true"),
                html("span").text(state(send, words)),
                html("span").class("muted").text(rest(code, words)),
            ]),
        ])
        .with(key(send, words))
        .with([contact(code, words)])
        .with(way_out(send, frame, words))
}

/// The outline of what comes, while the worker is asked.
fn opening(send: &Send, frame: &Frame, words: &Words) -> Node {
    let bar = |name| html("div").class(name).set("aria-hidden", "true");
    screen("opening")
        .set("aria-busy", "true")
        .with([
            title(words.text(Word::SendTitle)),
            bar("bar"),
            bar("bar tall"),
            bar("bar tall"),
        ])
        .with(way_out(send, frame, words))
}

fn over(send: &Send, unanswered: bool, busy: bool, frame: &Frame, words: &Words) -> Node {
    let (heading, text, again) = if unanswered {
        (Word::UnreachableTitle, Word::ErrorUnreachable, Word::Retry)
    } else {
        (Word::OverTitle, Word::OverText, Word::OverRenew)
    };
    let again = press("", Binding::Press(Action::Renew))
        .class(if busy { "primary busy" } else { "primary" })
        .part("button")
        .set_if(busy, "aria-disabled", "true")
        .with([html("span").text(words.text(again))]);
    end("over", CLOCK, words.text(heading), words.text(text).into())
        .with([again])
        .with(way_out(send, frame, words))
}

fn state<'a>(send: &Send, words: &'a Words) -> &'a str {
    words.text(match send.phase {
        Phase::Proved => Word::Working,
        _ if send.offline => Word::SendOffline,
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
fn contact(code: &Code, words: &Words) -> Node {
    let reply = &code.reply;
    let gateway = [("gateway", &*reply.gateway)];
    html("details").class("more").with([
        html("summary").text(words.fill(Word::SendUnknown, &gateway)),
        lead(words.fill(Word::SendAdd, &gateway)),
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
        Aim::Proof => other(Method::ThreemaReply, frame, words),
        Aim::Enrolment { .. } => Some(aside(words.text(Word::SendAnother), Action::Back)),
    }
}

#[cfg(not(feature = "enroll"))]
fn way_out(_: &Send, frame: &Frame, words: &Words) -> Option<Node> {
    other(Method::ThreemaReply, frame, words)
}

/// How the ID's key got here: dots as the apps show them, and the same in words.
#[cfg(feature = "enroll")]
fn level(send: &Send, words: &Words) -> Option<Node> {
    let Aim::Enrolment { level, .. } = &send.aim else {
        return None;
    };
    let (class, word) = match level {
        Level::Server => ("dots server", Word::LevelServer),
        Level::Matched => ("dots matched", Word::LevelMatched),
        Level::Scanned => ("dots scanned", Word::LevelScanned),
    };
    let dot = |full, x| {
        svg("circle")
            .class(if full { "full" } else { "empty" })
            .set("cx", x)
            .set("cy", "5")
            .set("r", "4")
    };
    let dots = level.dots();
    Some(
        html("p").class("level").with([
            svg("svg")
                .class(class)
                .set("viewBox", "0 0 34 10")
                .set("aria-hidden", "true")
                .with([dot(true, "5"), dot(dots > 1, "17"), dot(dots > 2, "29")]),
            html("span").text(words.text(word)),
        ]),
    )
}

#[cfg(not(feature = "enroll"))]
const fn level(_: &Send, _: &Words) -> Option<Node> {
    None
}

/// The key's fingerprint, to compare.
#[cfg(feature = "enroll")]
fn key(send: &Send, words: &Words) -> Option<Node> {
    let Aim::Enrolment { fingerprint, .. } = &send.aim else {
        return None;
    };
    // One that was found is for its owner's eyes: the fingerprint would tell which.
    if fingerprint.is_empty() {
        return None;
    }
    Some(
        html("details").class("more").with([
            html("summary").text(words.text(Word::SendKey)),
            lead(words.text(Word::SendFingerprint)),
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
