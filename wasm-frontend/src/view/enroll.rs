//! The screens of an enrolment.

use super::code::{form, said};
use super::node::{Binding, Node, html};
use super::{aside, copy, drawn, lead, named, not_copied, note, screen, sign, title};
use crate::screen::daily::Daily;
use crate::screen::enroll::{Choose, Scan};
use crate::screen::{Action, Frame};
use crate::words::{Word, Words};
use threegate_core::Method;

/// The methods, each with one plain sentence.
pub(super) fn choose(choose: &Choose, frame: &Frame, words: &Words) -> Node {
    let enrollment = &frame.enrollment;
    let strongest = enrollment.strongest();
    let choices = enrollment.choices().map(|method| {
        let (icon, name, about) = match method {
            Method::Hotp => (TOKEN, Word::ChooseHotp, Word::ChooseHotpAbout),
            Method::ThreemaReply => (MESSAGE, Word::ChooseThreema, Word::ChooseThreemaAbout),
            Method::ThreemaCode => (MESSAGE, Word::ChooseThreema, Word::ChooseCodeAbout),
            Method::ThreemaTap => (MESSAGE, Word::ChooseThreema, Word::ChooseTapAbout),
            _ => (PHONE, Word::ChooseTotp, Word::ChooseTotpAbout),
        };
        let replaces = method.needs_gateway() && enrollment.has_threema;
        Choice {
            method,
            icon,
            name,
            about,
            replaces,
            strongest: strongest == Some(method),
        }
    });
    let choices: Vec<Node> = choices
        .map(|choice| choice.view(choose.busy, frame, words))
        .collect();
    let none = choices
        .is_empty()
        .then(|| lead(words.text(Word::ChooseNone)));
    let wrong = choose.complaint.is_some();
    screen("choose")
        .with([
            title(words.text(Word::ChooseTitle)),
            asked(Word::ChooseLead, wrong, frame, words),
            html("ul").class("choices").with(choices),
        ])
        .with(none)
}

/// How a Threema ID is asked for from now on.
pub(super) fn daily(daily: Daily, frame: &Frame, words: &Words) -> Node {
    let choices = frame.enrollment.threema().map(|method| {
        let (icon, name, about) = match method {
            Method::ThreemaTap => (THUMB, Word::DailyTap, Word::ChooseTapAbout),
            Method::ThreemaCode => (PHONE, Word::DailyCode, Word::ChooseCodeAbout),
            _ => (MESSAGE, Word::DailyReply, Word::ChooseThreemaAbout),
        };
        let choice = Choice {
            method,
            icon,
            name,
            about,
            replaces: false,
            strongest: method == Method::ThreemaReply,
        };
        choice.view(daily.busy, frame, words)
    });
    screen("daily").with([
        title(words.text(Word::DailyTitle)),
        asked(Word::DailyLead, daily.unanswered, frame, words),
        html("ul").class("choices").with(choices),
    ])
}

/// What a choice is about, or that there was no answer.
fn asked(lead: Word, wrong: bool, frame: &Frame, words: &Words) -> Node {
    let word = if wrong { Word::ErrorUnreachable } else { lead };
    note(named(words, word, frame), wrong)
}

/// A method that can be chosen: its name, and what it is.
struct Choice {
    method: Method,
    icon: &'static str,
    name: Word,
    about: Word,
    replaces: bool,
    strongest: bool,
}

impl Choice {
    fn view(self, busy: bool, frame: &Frame, words: &Words) -> Node {
        let line = |class, word| html("span").class(class).text(named(words, word, frame));
        let replaces = self.replaces.then_some(Word::ChooseThreemaReplaces);
        let strongest = self.strongest.then_some(Word::ChooseStrongest);
        html("li").with([html("button")
            .class(if busy { "choice busy" } else { "choice" })
            .part("choice")
            .set("type", "button")
            .set_if(busy, "aria-disabled", "true")
            .on(Binding::Press(Action::Prove(self.method)))
            .with([
                sign("icon", self.icon),
                html("span")
                    .class("about")
                    .with([line("name", self.name)])
                    .with(strongest.map(|word| line("badge", word)))
                    .with([line("muted", self.about)])
                    .with(replaces.map(|word| line("muted", word))),
                sign("icon onward", ONWARD),
            ])])
    }
}

/// Symbol, key and link, and a field for the first code.
pub(super) fn scan(scan: &Scan, frame: &Frame, words: &Words) -> Node {
    let (text, wrong) = scan_said(scan, words);
    let link = scan.uri.as_ref().map(|uri| {
        html("a")
            .class("link")
            .part("secondary")
            .set("href", uri.as_str())
            .text(words.text(Word::ScanOpen))
    });
    let how = match scan.method {
        Method::Hotp => Word::ScanCounts,
        _ => Word::ScanLead,
    };
    let start = screen("scan").with([
        title(words.text(Word::ScanTitle)),
        lead(words.text(how)),
        html("div").class("qr-frame").with([drawn(
            "qr-title",
            words.text(Word::ScanSymbol),
            &scan.symbol,
        )]),
    ]);
    start
        .with(link)
        .with([
            html("p").class("label").text(words.text(Word::ScanKey)),
            html("div").class("key").with([
                html("code")
                    .class("mono")
                    .part("key")
                    .set("translate", "no")
                    .text(scan.secret.as_str()),
                copy(scan.copied, Word::ScanCopy, words),
            ]),
            not_copied(scan.copied, words),
            form(&scan.field, scan.method, note(text, wrong), words).class("form step"),
        ])
        .with(back(frame, words))
}

/// What to do with the field, or what is wrong.
pub(super) fn scan_said(scan: &Scan, words: &Words) -> (String, bool) {
    said(&scan.field, scan.method, words).map_or_else(
        || (words.text(Word::ScanCheck).into(), false),
        |text| (text, true),
    )
}

/// The way back to the choice, where there is one.
pub(super) fn back(frame: &Frame, words: &Words) -> Option<Node> {
    let choice = frame.enrollment.choices().nth(1).is_some();
    choice.then(|| aside(words.text(Word::Back), Action::Back))
}

const PHONE: &str = "M7.5 2.75h9v18.5h-9zM11 18.25h2";
const TOKEN: &str =
    "M7 4.5h10a3 3 0 0 1 3 3v9a3 3 0 0 1-3 3H7a3 3 0 0 1-3-3v-9a3 3 0 0 1 3-3M8 9h8M12 15.5v.01";
const THUMB: &str = "M8 20.5H5.5a1 1 0 0 1-1-1v-8a1 1 0 0 1 1-1H8m0 10v-10l3.5-7a2 2 0 0 1 2 2v4h5a1.5 1.5 0 0 1 1.5 1.7l-1.2 8a1.5 1.5 0 0 1-1.5 1.3z";
const MESSAGE: &str = "M12 4.5c-4.7 0-8.5 3-8.5 6.75c0 2.2 1.3 4.1 3.3 5.35L6 20l4-2.1c.65.1 1.3.1 2 .1c4.7 0 8.5-3 8.5-6.75S16.7 4.5 12 4.5";
const ONWARD: &str = "M9.5 6l6 6l-6 6";
