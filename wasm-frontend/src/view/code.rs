//! A field for a code: the heart of most screens.

use super::node::{Binding, Node, html};
use super::ways::other;
use super::{button, named, note, screen, title};
use crate::screen::Frame;
use crate::screen::field::{Complaint, Field, Phase};
use crate::screen::proof::Proof;
use crate::words::{Word, Words};
use threegate_core::Method;

/// Prove a factor.
pub(super) fn proof(proof: &Proof, frame: &Frame, words: &Words) -> Node {
    let recovery = proof.method == Method::Recovery;
    let (key, heading, lead) = if recovery {
        ("recovery", Word::RecoveryTitle, Word::RecoveryLead)
    } else {
        ("code", code_title(frame), Word::CodeLead)
    };
    let (text, wrong) = said(&proof.field, proof.method, words)
        .map_or_else(|| (named(words, lead, frame), false), |text| (text, true));
    screen(key)
        .with([
            title(words.text(heading)),
            form(&proof.field, proof.method, note(text, wrong), words),
        ])
        .with(other(proof.method, frame, words))
}

#[cfg(feature = "enroll")]
fn code_title(frame: &Frame) -> Word {
    match frame.purpose {
        threegate_core::Purpose::Enroll => Word::ConfirmTitle,
        _ => Word::CodeTitle,
    }
}

#[cfg(not(feature = "enroll"))]
const fn code_title(_: &Frame) -> Word {
    Word::CodeTitle
}

/// Note, label, field and button.
pub(super) fn form(field: &Field, method: Method, note: Node, words: &Words) -> Node {
    let recovery = method == Method::Recovery;
    let busy = field.phase == Phase::Working;
    let still = field.phase != Phase::Ready;
    let wrong = matches!(
        field.complaint,
        Some(Complaint::Malformed | Complaint::Wrong | Complaint::Used)
    );
    let label = if recovery {
        Word::RecoveryLabel
    } else {
        Word::CodeLabel
    };
    let input = html("input")
        .class("input")
        .part("input")
        .set("id", "code")
        .set("type", "text")
        .set("data-focus", "field")
        .set("maxlength", "32")
        .set("spellcheck", "false")
        .set("autocorrect", "off")
        .set("required", "")
        .set("aria-describedby", "note")
        .set_if(!recovery, "inputmode", "numeric")
        .set(
            "autocomplete",
            if recovery { "off" } else { "one-time-code" },
        )
        .set(
            "autocapitalize",
            if recovery { "characters" } else { "off" },
        )
        .set_if(wrong, "aria-invalid", "true")
        .set_if(still, "readonly", "")
        .on(Binding::Typed);
    html("form")
        .class("form")
        .set("novalidate", "")
        .set_if(busy, "aria-busy", "true")
        .on(Binding::Submit)
        .with([
            note,
            html("label")
                .class("label")
                .part("label")
                .set("for", "code")
                .text(words.text(label)),
            input,
            button(words.text(Word::Submit), still, busy),
        ])
}

/// What must be said about the field, if anything.
pub(super) fn said(field: &Field, method: Method, words: &Words) -> Option<String> {
    if let Phase::Waiting { left, .. } = field.phase {
        return Some(words.fill(Word::Throttled, &[("time", &clock(left))]));
    }
    let recovery = method == Method::Recovery;
    let word = match field.complaint? {
        Complaint::Malformed if recovery => Word::RecoveryMalformed,
        Complaint::Malformed => Word::CodeMalformed,
        Complaint::Wrong if recovery => Word::RecoveryWrong,
        Complaint::Wrong => Word::CodeWrong,
        Complaint::Used if recovery => Word::RecoveryUsed,
        Complaint::Used => Word::CodeUsed,
        Complaint::Unreachable => Word::ErrorUnreachable,
        #[cfg(feature = "enroll")]
        Complaint::Renewed => Word::ScanRenewed,
        #[cfg(feature = "enroll")]
        Complaint::NotKept => Word::CodesNotKept,
    };
    Some(words.text(word).into())
}

/// Minutes and seconds, as `2:05`.
fn clock(seconds: u64) -> String {
    let (minutes, seconds) = split(seconds);
    let zero = if seconds < 10 { ":0" } else { ":" };
    [&minutes.to_string(), zero, &seconds.to_string()].concat()
}

/// Minutes, and the seconds beside them.
#[must_use]
pub(crate) const fn split(seconds: u64) -> (u64, u64) {
    (seconds / 60, seconds % 60)
}
