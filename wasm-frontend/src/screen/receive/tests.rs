use super::*;
use crate::screen::Effect;
use crate::screen::enroll::tests::{codes, confirmed, fresh};
use crate::screen::field::Complaint;
use crate::screen::tests::{Widget, by, refused};
use threegate_core::wire::client::{Sent, View};
use threegate_core::{Error, UnixTime};
use zeroize::Zeroizing;

fn identity() -> Identity {
    Identity::Given {
        id: "ABCD1234".into(),
        key: None,
    }
}

fn begin() -> Request {
    Request::BeginThreema {
        method: Method::ThreemaCode,
        identity: identity(),
    }
}

fn begun(factor: &str, uncertain: bool) -> Answer {
    Answer::ThreemaCodeBegun(ThreemaCodeBegun {
        factor: factor.into(),
        method: Method::ThreemaCode,
        threema_id: "ABCD1234".into(),
        level: Level::Server,
        fingerprint: "d30f795a904a213578baecc62c8611b5".into(),
        sent: Sent {
            to: "ABCD1234".into(),
            end_to_end: false,
            uncertain,
        },
        expires_at: 700,
    })
}

fn basic() -> View {
    View {
        offered: vec![Method::Totp, Method::ThreemaCode],
        ..fresh()
    }
}

fn asked() -> Widget {
    let widget = Widget::showing(basic()).then(by(Method::ThreemaCode));
    widget
        .typed("ABCD1234")
        .then(Event::Pressed(Action::Submit))
}

fn at_receive() -> Widget {
    asked().answered(begin(), begun("f1", false))
}

fn confirm(factor: &str) -> Request {
    Request::Confirm {
        factor: factor.into(),
        code: Zeroizing::new("123456".into()),
    }
}

fn wrong(cause: Error) -> Widget {
    at_receive()
        .typed("123456")
        .failed(confirm("f1"), refused(cause))
}

fn ready() -> View {
    View {
        pass_ready: true,
        usable: vec![Method::ThreemaCode],
        ..basic()
    }
}

fn enough() -> Failure {
    let at = UnixTime::from_secs(160);
    let mut failure = refused(Error::TooManyMessages { retry_at: at });
    if let Failure::Refused(problem) = &mut failure {
        (problem.now, problem.retry_at) = (Some(100), Some(160));
    }
    failure
}

/// One of every phase and trouble.
pub(crate) fn every_state() -> Vec<Widget> {
    vec![
        at_receive(),
        asked().answered(begin(), begun("f1", true)),
        asked().failed(begin(), enough()),
        at_receive().typed("123456"),
        wrong(Error::CodeWrong),
        wrong(Error::CodeSpent),
        at_receive().after(600_000),
        at_receive()
            .after(20_000)
            .then(Event::Pressed(Action::Resend)),
        wrong(Error::CodeSpent).then(Event::Pressed(Action::Renew)),
        wrong(Error::CodeSpent)
            .then(Event::Pressed(Action::Renew))
            .failed(begin(), enough()),
    ]
}

fn receive(widget: &Widget) -> &Receive {
    match &widget.state.screen {
        Screen::Receive(receive) => receive,
        _ => panic!("not at the code, but {}", widget.state.name()),
    }
}

#[track_caller]
fn calls(widget: &Widget, request: Request) {
    assert!(widget.has(&Effect::Call(request)), "{:?}", widget.calls());
}

#[test]
fn the_last_digit_of_a_sent_code_confirms_the_id() {
    assert!(at_receive().has(&Effect::Announce(Announcement::Sent)));
    let widget = at_receive().typed("123456");
    calls(&widget, confirm("f1"));
    let widget = widget.answered(confirm("f1"), confirmed());
    calls(&widget, Request::Look);
    let widget = widget.answered(Request::Look, Answer::View(ready()));
    calls(&widget, Request::Codes);
    assert_eq!(widget.state.frame.enrollment.enrolled, Method::ThreemaCode);
    let widget = widget.answered(Request::Codes, codes());
    assert_eq!(widget.state.name(), "recovery_codes");
}

#[test]
fn a_wrong_code_can_be_typed_again_until_the_code_is_spent() {
    let widget = wrong(Error::CodeWrong);
    assert_eq!(receive(&widget).field.complaint, Some(Complaint::Wrong));
    for cause in [Error::CodeSpent, Error::EnrollmentOver] {
        let widget = wrong(cause);
        assert_eq!(widget.state.name(), "code_over");
        let widget = widget.then(Event::Pressed(Action::Renew));
        calls(&widget, begin());
        let widget = widget.answered(begin(), begun("f2", false));
        assert_eq!(widget.state.name(), "code");
        calls(&widget.typed("123456"), confirm("f2"));
    }
}

#[test]
fn another_code_is_sent_when_it_is_time_for_that() {
    let early = at_receive().then(Event::Pressed(Action::Resend));
    assert!(early.effects.is_empty());
    let widget = at_receive()
        .after(20_000)
        .then(Event::Pressed(Action::Resend));
    calls(&widget, begin());
    let again = widget.clone().then(Event::Pressed(Action::Resend));
    assert!(again.effects.is_empty());
    let widget = widget.answered(begin(), begun("f2", false));
    calls(&widget.typed("123456"), confirm("f2"));
}

#[test]
fn a_code_that_is_over_and_messages_that_are_enough_are_told() {
    assert_eq!(at_receive().after(600_000).state.name(), "code_over");
    let widget = asked().failed(begin(), enough());
    assert!(matches!(
        &widget.state.screen,
        Screen::Identify(Identify {
            complaint: Some(identify::Complaint::Enough(60)),
            ..
        })
    ));
    let widget = wrong(Error::CodeSpent).then(Event::Pressed(Action::Renew));
    let widget = widget.failed(begin(), enough());
    assert_eq!(
        receive(&widget).over.map(|over| over.why),
        Some(Why::Enough)
    );
    assert!(
        widget
            .then(Event::Pressed(Action::Renew))
            .effects
            .is_empty()
    );
}

#[test]
fn a_confirmation_that_may_have_been_heard_is_looked_for_first() {
    let widget = at_receive().typed("123456");
    let widget = widget.failed(confirm("f1"), Failure::Unreachable);
    let widget = widget.then(Event::Pressed(Action::Submit));
    calls(&widget, Request::Look);
    let heard = widget
        .clone()
        .answered(Request::Look, Answer::View(ready()));
    calls(&heard, Request::Codes);
    let unheard = widget.answered(Request::Look, Answer::View(basic()));
    calls(&unheard, confirm("f1"));
}

#[test]
fn another_id_can_be_named_instead() {
    let widget = at_receive().then(Event::Pressed(Action::Back));
    assert_eq!(widget.state.name(), "identify");
}
