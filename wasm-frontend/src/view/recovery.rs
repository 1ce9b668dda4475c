//! New recovery codes.

use super::node::{Binding, Node, html};
use super::{button, copy, lead, not_copied, note, press, screen, title};
use crate::screen::Action;
use crate::screen::field::Complaint;
use crate::screen::recovery::Codes;
use crate::words::{Word, Words};

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
    let text = said(codes, words);
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

/// What is wrong, if anything.
pub(super) fn said<'a>(codes: &Codes, words: &'a Words) -> &'a str {
    match codes.complaint {
        Some(Complaint::NotKept) => words.text(Word::CodesNotKept),
        Some(_) => words.text(Word::ErrorUnreachable),
        None => "",
    }
}
