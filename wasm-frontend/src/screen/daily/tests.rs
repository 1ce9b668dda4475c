use super::*;
use crate::screen::Effect;
use crate::screen::enroll::tests::{codes, confirmed, fresh};
use crate::screen::identify::tests::at_send;
use crate::screen::tests::{Widget, by, pass, refused};
use threegate_core::Error;
use threegate_core::threema::Level;
use threegate_core::wire::client::Recovery;

fn proved() -> View {
    View {
        pass_ready: true,
        usable: vec![Method::ThreemaReply],
        offered: vec![
            Method::Totp,
            Method::ThreemaReply,
            Method::ThreemaCode,
            Method::ThreemaTap,
        ],
        ..fresh()
    }
}

fn chosen(method: Method) -> View {
    View {
        usable: vec![method, Method::ThreemaReply],
        default: Some(method),
        ..proved()
    }
}

fn at_daily() -> Widget {
    let sent = at_send(Level::Scanned).then(Event::Changed);
    sent.answered(Request::Look, Answer::View(proved()))
}

/// Whoever chose that, and whose codes are kept.
fn done_with(method: Method) -> Widget {
    at_daily()
        .then(by(method))
        .answered(Request::Add(method), confirmed())
        .answered(Request::Prefer(method), Answer::Preferred)
        .answered(Request::Look, Answer::View(chosen(method)))
        .answered(Request::Codes, codes())
        .then(Event::Ticked(true))
        .then(Event::Pressed(Action::Submit))
        .answered(
            Request::Kept,
            Answer::Kept(Recovery {
                left: 10,
                kept: true,
            }),
        )
        .answered(Request::Pass, pass())
}

/// One of every phase, and of every end.
pub(crate) fn every_state() -> Vec<Widget> {
    let choosing = || at_daily().then(by(Method::ThreemaTap));
    vec![
        at_daily(),
        choosing(),
        choosing().failed(Request::Add(Method::ThreemaTap), Failure::Unreachable),
        done_with(Method::ThreemaCode),
        done_with(Method::ThreemaTap),
    ]
}

fn calls(widget: &Widget, request: Request) {
    assert!(
        widget.has(&Effect::Call(request)),
        "{:?} at {}",
        widget.calls(),
        widget.state.name()
    );
}

#[test]
fn a_proved_id_is_asked_by_the_method_that_its_user_chooses() {
    let widget = at_daily();
    assert_eq!(widget.state.name(), "daily");
    let tap = Method::ThreemaTap;
    let widget = widget.then(by(tap));
    calls(&widget, Request::Add(tap));
    let widget = widget.answered(Request::Add(tap), confirmed());
    calls(&widget, Request::Prefer(tap));
    let widget = widget.answered(Request::Prefer(tap), Answer::Preferred);
    calls(&widget, Request::Look);
    let widget = widget.answered(Request::Look, Answer::View(chosen(tap)));
    calls(&widget, Request::Codes);
    assert_eq!(done_with(tap).state.frame.enrollment.enrolled, tap);
}

#[test]
fn who_goes_on_sending_codes_adds_nothing() {
    let reply = Method::ThreemaReply;
    let widget = at_daily().then(by(reply));
    calls(&widget, Request::Prefer(reply));
    let widget = widget
        .answered(Request::Prefer(reply), Answer::Preferred)
        .answered(Request::Look, Answer::View(chosen(reply)));
    calls(&widget, Request::Codes);
}

#[test]
fn where_there_is_no_choice_none_is_asked_for() {
    let view = View {
        offered: vec![Method::Totp, Method::ThreemaReply],
        ..proved()
    };
    let sent = at_send(Level::Scanned).then(Event::Changed);
    let widget = sent.answered(Request::Look, Answer::View(view));
    calls(&widget, Request::Codes);
}

#[test]
fn a_page_loaded_again_asks_unless_it_was_chosen() {
    assert_eq!(Widget::showing(proved()).state.name(), "daily");
    for method in [Method::ThreemaReply, Method::ThreemaTap] {
        calls(&Widget::showing(chosen(method)), Request::Codes);
    }
    let with_app = View {
        usable: vec![Method::Totp, Method::ThreemaReply],
        ..proved()
    };
    calls(&Widget::showing(with_app), Request::Codes);
}

#[test]
fn a_choice_without_an_answer_can_be_made_again() {
    let tap = Method::ThreemaTap;
    let widget = at_daily().then(by(tap));
    let widget = widget.failed(Request::Add(tap), Failure::Unreachable);
    assert_eq!(widget.state.name(), "daily");
    calls(&widget.then(by(tap)), Request::Add(tap));
}

#[test]
fn a_proof_that_is_too_old_is_asked_for_again() {
    let widget = at_daily().then(by(Method::ThreemaCode));
    let widget = widget.failed(
        Request::Add(Method::ThreemaCode),
        refused(Error::ProofRequired),
    );
    calls(&widget, Request::Look);
}

#[test]
fn only_what_is_offered_can_be_chosen_and_once() {
    let widget = at_daily().then(by(Method::Totp));
    assert!(widget.effects.is_empty());
    let widget = widget
        .then(by(Method::ThreemaTap))
        .then(by(Method::ThreemaCode));
    assert!(widget.effects.is_empty());
}
