//! A field for a code: the heart of most screens.

#[cfg(feature = "enroll")]
use super::level::level;
use super::node::{Binding, Node, html};
#[cfg(feature = "enroll")]
use super::send::fingerprint_of;
use super::ways::other;
use super::{aside, button, named, note, over, remember, screen, title};
use crate::screen::field::{Complaint, Field, Phase};
use crate::screen::proof::{Delivery, Proof};
#[cfg(feature = "enroll")]
use crate::screen::receive::Receive;
use crate::screen::{Action, Frame};
use crate::words::{Word, Words};
use threegate_core::Method;
use threegate_core::wire::client::Sent;

/// Prove a factor.
pub(super) fn proof(proof: &Proof, frame: &Frame, words: &Words) -> Node {
    let other = other(proof.method, frame, words);
    if let Some(over) = &proof.over {
        return over::over(over, proof.method, words).with(other);
    }
    let (key, heading) = match proof.method {
        Method::Recovery => ("recovery", Word::RecoveryTitle),
        Method::ThreemaCode => ("sent", Word::SentTitle),
        _ => ("code", code_title(frame)),
    };
    let (text, wrong) = said(&proof.field, proof.method, words)
        .map_or_else(|| (lead(proof, frame, words), false), |text| (text, true));
    // Nobody is remembered for a code from paper.
    let remember = remember(frame, words).filter(|_| proof.method != Method::Recovery);
    let code = proof.method == Method::ThreemaCode;
    screen(key)
        .with([
            title(words.text(heading)),
            form_with(
                &proof.field,
                proof.method,
                note(text, wrong),
                remember,
                words,
            ),
        ])
        .with(code.then(|| resend(proof.delivery.as_ref(), words)))
        .with(code.then(|| sealed(proof.delivery.as_ref().map(|one| &one.sent), words)))
        .with(other)
}

/// Confirm a new Threema ID by the code that was sent to it.
#[cfg(feature = "enroll")]
pub(super) fn receive(receive: &Receive, words: &Words) -> Node {
    let method = Method::ThreemaCode;
    let another = aside(words.text(Word::SendAnother), Action::Back);
    if let Some(over) = &receive.over {
        return over::over(over, method, words).with([another]);
    }
    let delivery = &receive.delivery;
    let (text, wrong) = said(&receive.field, method, words)
        .map_or_else(|| (sent(&delivery.sent, words), false), |text| (text, true));
    screen("sent")
        .with([
            title(words.text(Word::SentTitle)),
            form(&receive.field, method, note(text, wrong), words),
            resend(Some(delivery), words),
            sealed(Some(&delivery.sent), words),
            level(receive.level, words),
        ])
        .with(fingerprint_of(&receive.fingerprint, words))
        .with([another])
}

/// What is said of it when it is over, or a code is wrong.
#[cfg(feature = "enroll")]
pub(super) fn receive_said(receive: &Receive, words: &Words) -> String {
    match &receive.over {
        Some(over) => over::said(over, Method::ThreemaCode, words),
        None => said(&receive.field, Method::ThreemaCode, words).unwrap_or_default(),
    }
}

/// What to do, as long as nothing is wrong.
pub(super) fn lead(proof: &Proof, frame: &Frame, words: &Words) -> String {
    match (proof.method, &proof.delivery) {
        (Method::ThreemaCode, Some(delivery)) => sent(&delivery.sent, words),
        (Method::ThreemaCode, None) => words.text(Word::SentSending).into(),
        (Method::Recovery, _) => named(words, Word::RecoveryLead, frame),
        (Method::Hotp, _) => named(words, Word::TokenLead, frame),
        _ => named(words, Word::CodeLead, frame),
    }
}

/// Where a code was sent.
pub(super) fn sent(sent: &Sent, words: &Words) -> String {
    let word = if sent.uncertain {
        Word::SentUncertain
    } else {
        Word::SentLead
    };
    words.fill(word, &[("to", &sent.to)])
}

/// Whether nobody but its receiver can read a message.
pub(super) fn sealed(sent: Option<&Sent>, words: &Words) -> Node {
    let text = sent.map_or("", |sent| {
        words.text(if sent.end_to_end {
            Word::SentSealed
        } else {
            Word::SentOpen
        })
    });
    html("p").class("muted sealed").text(text)
}

/// Has the code sent again, when it is time for that.
fn resend(delivery: Option<&Delivery>, words: &Words) -> Node {
    let again = delivery.map_or(Phase::Working, |delivery| delivery.again);
    let text = again_text(again, words);
    aside(&text, Action::Resend).set_if(again != Phase::Ready, "aria-disabled", "true")
}

fn again_text(again: Phase, words: &Words) -> String {
    match again {
        Phase::Waiting { left, .. } => {
            words.fill(Word::SentAgainIn, &[("time", &words.span(left))])
        }
        _ => words.text(Word::SentAgain).into(),
    }
}

/// What is said when a code is wrong, there is nothing to type any more, or nothing was sent again.
pub(super) fn over_said(proof: &Proof, words: &Words) -> String {
    if let Some(over) = &proof.over {
        return over::said(over, proof.method, words);
    }
    said(&proof.field, proof.method, words)
        .or_else(|| Some(again_text(proof.delivery.as_ref()?.again, words)))
        .unwrap_or_default()
}

#[cfg(feature = "factors")]
fn code_title(frame: &Frame) -> Word {
    match frame.purpose {
        threegate_core::Purpose::Verify => Word::CodeTitle,
        _ => Word::ConfirmTitle,
    }
}

#[cfg(not(feature = "factors"))]
const fn code_title(_: &Frame) -> Word {
    Word::CodeTitle
}

/// Note, label, field and button.
#[cfg(feature = "enroll")]
pub(super) fn form(field: &Field, method: Method, note: Node, words: &Words) -> Node {
    form_with(field, method, note, None, words)
}

/// The same with something before the field: its last digit sends.
fn form_with(
    field: &Field,
    method: Method,
    note: Node,
    before: Option<Node>,
    words: &Words,
) -> Node {
    let recovery = method == Method::Recovery;
    let busy = field.phase == Phase::Working;
    let still = field.phase != Phase::Ready;
    let wrong = matches!(
        field.complaint,
        Some(Complaint::Malformed | Complaint::Wrong | Complaint::Used)
    );
    let label = match method {
        Method::Recovery => Word::RecoveryLabel,
        Method::ThreemaCode => Word::SentLabel,
        Method::Hotp => Word::TokenLabel,
        _ => Word::CodeLabel,
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
        .with([note])
        .with(before)
        .with([
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
        Complaint::Wrong if method != Method::Totp => Word::NewestWrong,
        Complaint::Wrong => Word::CodeWrong,
        Complaint::Used if recovery => Word::RecoveryUsed,
        Complaint::Used => Word::CodeUsed,
        Complaint::Unreachable => Word::ErrorUnreachable,
        Complaint::NotSent => Word::NotSent,
        #[cfg(feature = "enroll")]
        Complaint::Renewed => Word::ScanRenewed,
        #[cfg(feature = "factors")]
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
const fn split(seconds: u64) -> (u64, u64) {
    (seconds / 60, seconds % 60)
}
