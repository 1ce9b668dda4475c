//! What is seen of a state: `view(&State, &Words) -> Node`.
//!
//! No state of its own, no word that is not in the language file, no colour that is not a custom
//! property of `threegate.css`. Within a screen the elements stay the same ones, so the focus, the
//! caret and the place of everything hold while it works, refuses and waits.

mod code;
mod end;
#[cfg(feature = "enroll")]
mod enroll;
#[cfg(feature = "enroll")]
mod identify;
#[cfg(feature = "factors")]
mod level;
#[cfg(feature = "manage")]
mod manage;
pub mod node;
mod over;
#[cfg(feature = "factors")]
mod recovery;
mod send;
mod ways;

use crate::screen::{Action, Announcement, Frame, Screen, State};
use crate::words::{Word, Words};
use node::{Binding, Node, html, svg};
use threegate_core::wire::client::Drawing;

/// The card that shows `state`.
#[must_use]
pub fn view(state: &State, words: &Words) -> Node {
    let frame = &state.frame;
    let body = match &state.screen {
        _ if frame.choosing => ways::ways(state, words),
        Screen::Loading => return loading(words),
        Screen::Proof(proof) => code::proof(proof, frame, words),
        Screen::Send(send) => send::send(send, frame, words),
        Screen::Closed => end::closed(frame, words),
        Screen::Expired => end::expired(frame, words),
        Screen::Unreachable => end::unreachable(words),
        Screen::Failed(code) => end::failed(code, words),
        Screen::Done(done) => end::done(*done, frame, words),
        #[cfg(feature = "enroll")]
        Screen::Choose(choose) => enroll::choose(choose, frame, words),
        #[cfg(feature = "enroll")]
        Screen::Identify(identify) => {
            let body = identify::identify(identify, frame, words);
            return card().set("data-drop", "").with([body]);
        }
        #[cfg(feature = "enroll")]
        Screen::Scan(scan) => enroll::scan(scan, frame, words),
        #[cfg(feature = "enroll")]
        Screen::Receive(receive) => code::receive(receive, words),
        #[cfg(feature = "enroll")]
        Screen::Daily(daily) => enroll::daily(*daily, frame, words),
        #[cfg(feature = "factors")]
        Screen::Codes(codes) => recovery::codes(codes, words),
        #[cfg(feature = "manage")]
        Screen::Manage(manage) => manage::manage(manage, frame, words),
    };
    card().with([body])
}

/// What is said, rather than shown.
#[must_use]
pub fn spoken(announcement: Announcement, state: &State, words: &Words) -> String {
    match announcement {
        Announcement::Working => words.text(Word::Working).into(),
        Announcement::Wait(seconds) => {
            words.fill(Word::Throttled, &[("time", &words.span(seconds))])
        }
        Announcement::WaitOver => words.text(Word::SayWaitOver).into(),
        Announcement::Done => named(words, end::said(&state.frame).1, &state.frame),
        Announcement::Copied => words.text(Word::Copied).into(),
        Announcement::NotCopied => words.text(Word::NotCopied).into(),
        Announcement::Sent => match &state.screen {
            Screen::Proof(proof) => code::lead(proof, &state.frame, words),
            #[cfg(feature = "enroll")]
            Screen::Receive(receive) => code::sent(&receive.delivery.sent, words),
            Screen::Send(send) => send::lead(send, words),
            _ => String::new(),
        },
        Announcement::Complaint => match &state.screen {
            Screen::Proof(proof) => code::over_said(proof, words),
            Screen::Send(send) => send::over_said(send, words),
            #[cfg(feature = "enroll")]
            Screen::Receive(receive) => code::receive_said(receive, words),
            #[cfg(feature = "enroll")]
            Screen::Choose(_) | Screen::Daily(_) => words.text(Word::ErrorUnreachable).into(),
            #[cfg(feature = "enroll")]
            Screen::Scan(scan) => enroll::scan_said(scan, words).0,
            #[cfg(feature = "enroll")]
            Screen::Identify(identify) => identify::said(identify, &state.frame, words).0,
            #[cfg(feature = "factors")]
            Screen::Codes(codes) => recovery::said(codes, words).into(),
            #[cfg(feature = "manage")]
            Screen::Manage(manage) => manage::complained(manage, words).into(),
            _ => String::new(),
        },
        Announcement::Arrived => words.text(Word::SayArrived).into(),
        Announcement::Offline => words.text(Word::SendOffline).into(),
        #[cfg(feature = "enroll")]
        Announcement::CameraOn => words.text(Word::SayCameraOn).into(),
        #[cfg(feature = "enroll")]
        Announcement::CodeRead => words.text(Word::SayCodeRead).into(),
        #[cfg(feature = "manage")]
        Announcement::Notice(done) => words.text(manage::notice(done)).into(),
    }
}

/// The card's outline while the worker is asked; the shell draws the same before this code is here.
fn loading(words: &Words) -> Node {
    let bar = |name| html("div").class(name);
    card()
        .set("aria-busy", "true")
        .with([html("div").class("screen").key("loading").with([
            html("p").class("hidden").text(words.text(Word::Loading)),
            bar("bar short"),
            bar("bar"),
            bar("bar tall"),
            bar("bar tall"),
        ])])
}

fn card() -> Node {
    html("section").class("card").part("card")
}

fn screen(key: &'static str) -> Node {
    html("div").class("screen").key(key)
}

fn title(text: &str) -> Node {
    html("h2")
        .class("title")
        .part("title")
        .set("id", "title")
        .set("tabindex", "-1")
        .text(text)
}

fn lead(text: impl Into<String>) -> Node {
    html("p").class("lead").part("text").text(text)
}

/// The place above a field: what to do, or what is wrong. Keeps its height, so nothing moves.
fn note(text: String, wrong: bool) -> Node {
    html("p")
        .class(if wrong { "note error" } else { "note" })
        .part(if wrong { "error" } else { "text" })
        .set("id", "note")
        .text(text)
}

/// The button of a screen. Busy, it keeps its place and the focus, and does nothing.
fn button(text: &str, inactive: bool, busy: bool) -> Node {
    html("button")
        .class(if busy { "primary busy" } else { "primary" })
        .part("button")
        .set("type", "submit")
        .set_if(inactive || busy, "aria-disabled", "true")
        .with([html("span").text(text)])
}

fn press(text: &str, binding: Binding) -> Node {
    html("button").set("type", "button").on(binding).text(text)
}

/// A link in words, below what a screen is about.
fn aside(text: &str, action: Action) -> Node {
    press(text, Binding::Press(action))
        .class("link")
        .part("secondary")
}

/// Holds both its texts, one of them unseen, so that its width stays.
fn copy(copied: Option<bool>, word: Word, words: &Words) -> Node {
    let done = copied == Some(true);
    let face = |word, seen| {
        html("span")
            .class(if seen { "face" } else { "face unseen" })
            .text(words.text(word))
    };
    press("", Binding::Press(Action::Copy))
        .class("quiet copy")
        .part("secondary")
        .with([face(word, !done), face(Word::Copied, done)])
}

fn not_copied(copied: Option<bool>, words: &Words) -> Node {
    let text = if copied == Some(false) {
        words.text(Word::NotCopied)
    } else {
        ""
    };
    html("p").class("small error").text(text)
}

/// The wish to be remembered, where the worker offers that.
fn remember(frame: &Frame, words: &Words) -> Option<Node> {
    let days = words.count(frame.remember?, "day");
    let tick = html("input")
        .set("type", "checkbox")
        .set("id", "remember")
        .set_if(frame.remembered, "checked", "")
        .on(Binding::Ticked);
    let label = html("label")
        .set("for", "remember")
        .text(words.fill(Word::Remember, &[("time", &days)]));
    Some(html("div").class("tick").with([tick, label]))
}

/// A symbol that is scanned.
fn drawn(id: &'static str, name: &str, drawing: &Drawing) -> Node {
    let modules = &*drawing.modules.to_string();
    svg("svg")
        .class("qr")
        .part("qr")
        .set("viewBox", ["0 0 ", modules, " ", modules].concat())
        .set("role", "img")
        .set("aria-labelledby", id)
        .with([
            svg("title").set("id", id).text(name),
            svg("path")
                .class("paper")
                .set("d", ["M0 0h", modules, "v", modules, "H0z"].concat()),
            svg("path").class("dark").set("d", &*drawing.path),
        ])
}

fn named(words: &Words, word: Word, frame: &Frame) -> String {
    words.fill(word, &[("site", &frame.site)])
}

/// A small drawing beside a text, not read out.
fn sign(class: &'static str, path: &'static str) -> Node {
    svg("svg")
        .set("viewBox", "0 0 24 24")
        .class(class)
        .set("aria-hidden", "true")
        .with([svg("path").set("d", path)])
}

#[cfg(test)]
pub(crate) mod tests;
