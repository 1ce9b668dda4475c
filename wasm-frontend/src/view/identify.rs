//! The question for the Threema ID: a camera, a file, a field.

use super::enroll::back;
use super::node::{Binding, Node, html};
use super::{button, named, note, press, screen, sign, title};
use crate::screen::identify::{Complaint, Identify, Phase};
use crate::screen::{Action, CameraState, Frame, ImageTrouble, Lenses};
use crate::words::{Word, Words};
use threegate_core::threema::payload::Unusable;
use threegate_core::wire::client::LookUp;

pub(super) fn identify(identify: &Identify, frame: &Frame, words: &Words) -> Node {
    // What is wrong with a typed ID is said at its field: up here it would be out of sight.
    let (text, wrong) = if identify.typed_is_wrong() {
        (words.text(Word::IdentifyLead).into(), false)
    } else {
        said(identify, frame, words)
    };
    let busy = identify.is_busy();
    screen("identify")
        // So that a click into it makes it the place where something is pasted.
        .set("tabindex", "-1")
        .with([
            title(words.text(Word::IdentifyTitle)),
            html("p")
                .class(if wrong { "note error" } else { "note" })
                .part(if wrong { "error" } else { "text" })
                .text(text),
            viewer(identify, words),
            html("p")
                .class("muted here")
                .text(words.text(Word::IdentifyHere)),
            file(busy, words),
            field(identify, frame, busy, words),
        ])
        .with(frame.enrollment.look_up.iter().map(|by| {
            let word = match by {
                LookUp::Email => Word::IdentifyEmail,
                LookUp::Phone => Word::IdentifyPhone,
            };
            press(words.text(word), Binding::Press(Action::LookUp(*by)))
                .class("quiet found")
                .part("secondary")
                .set_if(busy, "aria-disabled", "true")
        }))
        .with(back(frame, words))
}

/// The camera's picture with a frame to aim by, or the place where it will be.
fn viewer(identify: &Identify, words: &Words) -> Node {
    let busy = identify.is_busy();
    let camera = |word, class| {
        press(words.text(word), Binding::Press(Action::Camera))
            .class(class)
            .part("button")
            .set_if(busy, "aria-disabled", "true")
    };
    if !matches!(identify.phase, Phase::Camera { .. }) {
        let word = match identify.complaint {
            Some(Complaint::Camera(_)) => Word::IdentifyAgain,
            _ => Word::IdentifyCamera,
        };
        return html("div").class("viewer").with([
            sign("corners", CORNERS),
            camera(word, "primary"),
            html("p")
                .class("muted")
                .text(words.text(Word::IdentifyDrop)),
        ]);
    }
    let picture = html("video")
        .class("picture")
        .key("picture")
        .set("aria-label", words.text(Word::IdentifyVideo))
        .set("muted", "")
        .set("autoplay", "")
        .set("playsinline", "");
    let choices = html("div")
        .class("row")
        .key("lenses")
        .with([camera(Word::IdentifyStop, "quiet")])
        .with(light(&identify.lenses, words))
        .with(cameras(&identify.lenses, words));
    html("div")
        .class("viewer open")
        .with([picture, sign("aim", AIM), choices])
}

/// The switch of the camera's light.
fn light(lenses: &Lenses, words: &Words) -> Option<Node> {
    let on = lenses.light?;
    let light = press(
        words.text(Word::IdentifyLight),
        Binding::Press(Action::Light),
    );
    let pressed = if on { "true" } else { "false" };
    Some(
        light
            .class("quiet")
            .part("secondary")
            .set("aria-pressed", pressed),
    )
}

/// The cameras, if there is a choice.
fn cameras(lenses: &Lenses, words: &Words) -> Option<Node> {
    lenses.cameras.get(1)?;
    let option = |(at, name): (usize, &String)| {
        html("option")
            .set_if(at == lenses.at, "selected", "")
            .text(name.as_str())
    };
    Some(
        html("select")
            .class("quiet")
            .part("secondary")
            .set("aria-label", words.text(Word::IdentifyCameras))
            .on(Binding::Picked)
            .with(lenses.cameras.iter().enumerate().map(option)),
    )
}

fn file(busy: bool, words: &Words) -> Node {
    html("div").class("file").with([
        html("input")
            .class("hidden")
            .set("id", "image")
            .set("type", "file")
            .set("accept", "image/*")
            .set_if(busy, "aria-disabled", "true")
            .on(Binding::Chosen),
        html("label")
            .class("quiet")
            .part("secondary")
            .set("for", "image")
            .text(words.text(Word::IdentifyImage)),
    ])
}

fn field(identify: &Identify, frame: &Frame, busy: bool, words: &Words) -> Node {
    let suggested = frame.enrollment.suggested.as_ref();
    let known = suggested.map(|_| {
        html("p")
            .class("muted known")
            .text(named(words, Word::IdentifySuggested, frame))
    });
    let wrong = identify.typed_is_wrong();
    let complaint = if wrong {
        said(identify, frame, words).0
    } else {
        String::new()
    };
    html("form")
        .class("form step")
        .set("novalidate", "")
        .set_if(busy, "aria-busy", "true")
        .on(Binding::Submit)
        .with([
            html("label")
                .class("label")
                .part("label")
                .set("for", "id")
                .text(words.text(Word::IdentifyLabel)),
            html("input")
                .class("input")
                .part("input")
                .set("id", "id")
                .set("type", "text")
                .set("data-focus", "field")
                .set("maxlength", "256")
                .set("spellcheck", "false")
                .set("autocorrect", "off")
                .set("autocomplete", "off")
                .set("autocapitalize", "characters")
                .set("required", "")
                .set("aria-describedby", "note")
                .set_if(wrong, "aria-invalid", "true")
                .set_if(busy, "readonly", "")
                .on(Binding::Typed),
            note(complaint, wrong).class("note low error"),
        ])
        .with(known)
        .with([button(words.text(Word::Continue), false, busy)])
}

/// What to do, or what is wrong.
pub(super) fn said(identify: &Identify, frame: &Frame, words: &Words) -> (String, bool) {
    let Some(complaint) = identify.complaint else {
        let word = match identify.phase {
            Phase::Camera { running: false } => Word::IdentifyStarting,
            _ => Word::IdentifyLead,
        };
        return (words.text(word).into(), false);
    };
    let time = match complaint {
        Complaint::TooMany(seconds) | Complaint::Enough(seconds) => about(seconds, words),
        _ => String::new(),
    };
    let values = [("site", &*frame.site), ("time", &time)];
    (words.fill(word(complaint), &values), true)
}

const fn word(complaint: Complaint) -> Word {
    match complaint {
        Complaint::Unusable(Unusable::Export | Unusable::Restore) => Word::QrExport,
        Complaint::Unusable(Unusable::DeviceJoin) => Word::QrDevice,
        Complaint::Unusable(Unusable::WebSession) => Word::QrWeb,
        Complaint::Unusable(Unusable::Licence) => Word::QrLicence,
        Complaint::Unusable(Unusable::Expired) => Word::QrExpired,
        Complaint::Unusable(Unusable::PhoneLink | Unusable::OtherProduct) => Word::QrOther,
        Complaint::Unusable(_) => Word::QrUnknown,
        Complaint::Malformed => Word::IdMalformed,
        Complaint::Gateway => Word::IdGateway,
        Complaint::NoCode => Word::ImageEmpty,
        Complaint::Image(ImageTrouble::Unreadable) => Word::ImageUnreadable,
        Complaint::Image(ImageTrouble::Failed) | Complaint::Unreachable => Word::ErrorUnreachable,
        Complaint::Camera(CameraState::Denied) => Word::CameraDenied,
        Complaint::Camera(CameraState::Missing) => Word::CameraMissing,
        Complaint::Camera(CameraState::Busy) => Word::CameraBusy,
        Complaint::Camera(CameraState::Insecure) => Word::CameraInsecure,
        Complaint::Camera(CameraState::Black) => Word::CameraBlack,
        Complaint::Camera(_) => Word::CameraFailed,
        Complaint::Unknown => Word::IdUnknown,
        Complaint::NotFound => Word::IdNotFound,
        Complaint::KeyMismatch => Word::KeyMismatch,
        Complaint::KeyChanged => Word::KeyChanged,
        Complaint::Full => Word::IdFull,
        Complaint::TooMany(_) => Word::TooManyLookUps,
        Complaint::Enough(_) => Word::OverEnoughText,
        Complaint::DirectoryDown => Word::DirectoryDown,
    }
}

/// A time that nobody counts down: minutes, or hours.
fn about(seconds: u64, words: &Words) -> String {
    let minutes = seconds.div_ceil(60);
    let (word, number) = if minutes < 100 {
        (Word::TimeMinutes, minutes)
    } else {
        (Word::TimeHours, minutes.div_ceil(60))
    };
    words.fill(word, &[("number", &number.to_string())])
}

const AIM: &str = "M3 7V5a2 2 0 0 1 2-2h2M17 3h2a2 2 0 0 1 2 2v2M21 17v2a2 2 0 0 1-2 2h-2M7 21H5a2 2 0 0 1-2-2v-2";
const CORNERS: &str = "M4 8.5V6a2 2 0 0 1 2-2h2.5M15.5 4H18a2 2 0 0 1 2 2v2.5M20 15.5V18a2 2 0 0 1-2 2h-2.5M8.5 20H6a2 2 0 0 1-2-2v-2.5M8 8h3v3H8zM13 8h3v3h-3zM8 13h3v3H8zM13 13v.01M16 13v.01M13 16v.01M16 16v.01";
