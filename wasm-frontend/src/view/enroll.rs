//! The screens of an enrolment.

use super::code::{form, said};
use super::node::{Binding, Node, html};
use super::{
    aside, button, copy, drawn, lead, named, not_copied, note, press, screen, sign, title,
};
use crate::screen::enroll::{Choose, Codes, Scan};
use crate::screen::field::Complaint;
use crate::screen::{Action, Frame};
use crate::words::{Word, Words};
use threegate_core::Method;

/// The methods, each with one plain sentence.
pub(super) fn choose(choose: &Choose, frame: &Frame, words: &Words) -> Node {
    let choices = frame.offered.iter().filter_map(|method| match method {
        Method::Totp => Some(choice(
            Action::ChooseTotp,
            PHONE,
            &[Word::ChooseTotp, Word::ChooseTotpAbout],
            choose.busy,
            words,
        )),
        Method::ThreemaReply => {
            let all = [
                Word::ChooseThreema,
                Word::ChooseThreemaAbout,
                Word::ChooseThreemaReplaces,
            ];
            let said = if frame.has_threema {
                &all
            } else {
                all.get(..2)?
            };
            let busy = choose.busy;
            Some(choice(Action::ChooseThreema, MESSAGE, said, busy, words))
        }
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

/// A method: its name, and what it is.
fn choice(action: Action, icon: &'static str, said: &[Word], busy: bool, words: &Words) -> Node {
    let lines = said.iter().enumerate().map(|(line, word)| {
        html("span")
            .class(if line == 0 { "name" } else { "muted" })
            .text(words.text(*word))
    });
    html("li").with([html("button")
        .class(if busy { "choice busy" } else { "choice" })
        .part("choice")
        .set("type", "button")
        .set_if(busy, "aria-disabled", "true")
        .on(Binding::Press(action))
        .with([
            sign("icon", icon),
            html("span").class("about").with(lines),
            sign("icon onward", ONWARD),
        ])])
}

/// Symbol, key and link, and a field for the first code.
pub(super) fn scan(scan: &Scan, frame: &Frame, words: &Words) -> Node {
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
            form(&scan.field, Method::Totp, note(text, wrong), words).class("form step"),
        ])
        .with(back(frame, words))
}

/// The way back to the choice, where there is one.
pub(super) fn back(frame: &Frame, words: &Words) -> Option<Node> {
    let choice = frame.offered.len() > 1;
    choice.then(|| aside(words.text(Word::Back), Action::Back))
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

const PHONE: &str = "M7.5 2.75h9v18.5h-9zM11 18.25h2";
const MESSAGE: &str = "M12 4.5c-4.7 0-8.5 3-8.5 6.75c0 2.2 1.3 4.1 3.3 5.35L6 20l4-2.1c.65.1 1.3.1 2 .1c4.7 0 8.5-3 8.5-6.75S16.7 4.5 12 4.5";
const ONWARD: &str = "M9.5 6l6 6l-6 6";
