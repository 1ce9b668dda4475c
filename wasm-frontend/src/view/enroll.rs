//! The screens of an enrolment.

use super::code::{form, said};
use super::node::{Binding, Node, html, svg};
use super::{button, lead, named, note, press, screen, sign, title};
use crate::screen::enroll::{Choose, Codes, Scan};
use crate::screen::field::Complaint;
use crate::screen::{Action, Frame};
use crate::words::{Word, Words};
use threegate_core::Method;

/// The methods, each with one plain sentence.
pub(super) fn choose(choose: &Choose, frame: &Frame, words: &Words) -> Node {
    let choices = choose.offered.iter().filter_map(|method| match method {
        Method::Totp => Some(choice(choose.busy, words)),
        _ => None,
    });
    let choices: Vec<Node> = choices.collect();
    let none = choices
        .is_empty()
        .then(|| lead(words.text(Word::ChooseNone)));
    let wrong = choose.complaint.is_some();
    let text = if wrong {
        words.text(Word::ErrorUnreachable).into()
    } else {
        named(words, Word::ChooseLead, frame)
    };
    screen("choose")
        .with([title(words.text(Word::ChooseTitle)), note(text, wrong)])
        .with([html("ul").class("choices").with(choices)])
        .with(none)
}

fn choice(busy: bool, words: &Words) -> Node {
    let text = html("span").class("about").with([
        html("span")
            .class("name")
            .text(words.text(Word::ChooseTotp)),
        html("span")
            .class("muted")
            .text(words.text(Word::ChooseTotpAbout)),
    ]);
    html("li").with([html("button")
        .class(if busy { "choice busy" } else { "choice" })
        .part("choice")
        .set("type", "button")
        .set_if(busy, "aria-disabled", "true")
        .on(Binding::Press(Action::ChooseTotp))
        .with([sign("icon", PHONE), text, sign("icon onward", ONWARD)])])
}

/// Symbol, key and link, and a field for the first code.
pub(super) fn scan(scan: &Scan, words: &Words) -> Node {
    let (text, wrong) = said(&scan.field, Method::Totp, words).map_or_else(
        || (words.text(Word::ScanCheck).into(), false),
        |text| (text, true),
    );
    let link = scan.uri.as_ref().map(|uri| {
        html("a")
            .class("link")
            .part("secondary")
            .set("href", uri.as_str())
            .text(words.text(Word::ScanOpen))
    });
    let start = screen("scan").with([
        title(words.text(Word::ScanTitle)),
        lead(words.text(Word::ScanLead)),
        html("div").class("qr-frame").with(symbol(scan, words)),
    ]);
    start.with(link).with([
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
        form(&scan.field, Method::Totp, note(text, wrong), words).class("form step"),
    ])
}

fn symbol(scan: &Scan, words: &Words) -> Option<Node> {
    let symbol = scan.symbol.as_ref()?;
    let side = symbol.modules().to_string();
    Some(
        svg("svg")
            .class("qr")
            .part("qr")
            .set("viewBox", ["0 0 ", &side, " ", &side].concat())
            .set("role", "img")
            .set("aria-labelledby", "qr-title")
            .with([
                svg("title")
                    .set("id", "qr-title")
                    .text(words.text(Word::ScanSymbol)),
                svg("path")
                    .class("paper")
                    .set("d", ["M0 0h", &side, "v", &side, "H0z"].concat()),
                svg("path").class("dark").set("d", symbol.path()),
            ]),
    )
}

/// The codes, ways to keep them, and the word that they are kept.
pub(super) fn codes(codes: &Codes, words: &Words) -> Node {
    let list = codes
        .codes
        .iter()
        .map(|code| html("li").text(code.as_str()));
    let act = |word, action| {
        press(words.text(word), Binding::Press(action))
            .class("quiet")
            .part("secondary")
    };
    let wrong = codes.complaint == Some(Complaint::NotKept);
    let text = match codes.complaint {
        Some(Complaint::NotKept) => words.text(Word::CodesNotKept),
        Some(_) => words.text(Word::ErrorUnreachable),
        None => "",
    };
    screen("codes").with([
        title(words.text(Word::CodesTitle)),
        lead(words.text(Word::CodesLead)),
        html("ol")
            .class("codes mono")
            .part("codes")
            .set("aria-label", words.text(Word::CodesList))
            .set("translate", "no")
            .with(list),
        html("div").class("row").with([
            copy(codes.copied, Word::CodesCopy, words),
            act(Word::CodesSave, Action::Save),
            act(Word::CodesPrint, Action::Print),
        ]),
        not_copied(codes.copied, words),
        html("form")
            .class("form")
            .set("novalidate", "")
            .set_if(codes.busy, "aria-busy", "true")
            .on(Binding::Submit)
            .with([
                html("div").class("tick").with([
                    html("input")
                        .set("id", "kept")
                        .set("type", "checkbox")
                        .set("data-focus", "tick")
                        .set("aria-describedby", "note")
                        .set_if(wrong, "aria-invalid", "true")
                        .on(Binding::Ticked),
                    html("label")
                        .set("for", "kept")
                        .text(words.text(Word::CodesKept)),
                ]),
                note(text.into(), codes.complaint.is_some()).class("note low error"),
                button(words.text(Word::Continue), false, codes.busy),
            ]),
    ])
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

const PHONE: &str = "M7.5 2.75h9v18.5h-9zM11 18.25h2";
const ONWARD: &str = "M9.5 6l6 6l-6 6";
