//! A code that was sent by Threema.

use super::*;
use crate::screen::over::Why;
use crate::screen::proof::Delivery;
use threegate_core::UnixTime;
use threegate_core::threema::gateway::GatewayError;
use threegate_core::wire::client::Sent;

const OPEN: Request = Request::Open(Method::ThreemaCode);

fn view() -> View {
    View {
        usable: vec![Method::ThreemaCode, Method::Recovery],
        ..view_of(Purpose::Verify)
    }
}

fn at_sent() -> Widget {
    Widget::showing(view()).opened(Method::ThreemaCode)
}

fn resend() -> Request {
    Request::Resend("c1".into())
}

fn enough() -> Failure {
    let retry_at = UnixTime::from_secs(145);
    let mut problem = Problem::new(429, Error::TooManyMessages { retry_at }.code(), "");
    (problem.now, problem.retry_at) = (Some(100), Some(145));
    Failure::Refused(problem)
}

fn not_sent() -> Failure {
    Failure::Refused(Problem::new(502, GatewayError::Unavailable.code(), ""))
}

fn answered_with(cause: Error) -> Widget {
    at_sent().typed("123456").failed(answer(), refused(cause))
}

fn delivery(widget: &Widget) -> &Delivery {
    widget.proof().delivery.as_ref().unwrap()
}

fn why(widget: &Widget) -> Option<Why> {
    widget.proof().over.map(|over| over.why)
}

/// One of every phase.
pub(crate) fn every_state() -> Vec<Widget> {
    let again = || at_sent().after(20_000);
    let resending = || again().then(Event::Pressed(Action::Resend));
    let with = |change: fn(&mut Sent)| {
        let mut widget = at_sent();
        if let Screen::Proof(proof) = &mut widget.state.screen {
            change(&mut proof.delivery.as_mut().unwrap().sent);
        }
        widget
    };
    let over = || answered_with(Error::CodeSpent);
    vec![
        Widget::showing(view()),
        at_sent(),
        again(),
        resending(),
        resending().failed(resend(), not_sent()),
        resending().failed(resend(), enough()),
        with(|sent| sent.uncertain = true),
        with(|sent| sent.end_to_end = false),
        at_sent().typed("123456"),
        answered_with(Error::CodeWrong),
        answered_with(THROTTLED),
        over(),
        over().then(Event::Pressed(Action::Renew)),
        at_sent().after(180_000),
        Widget::showing(view()).failed(OPEN, not_sent()),
        Widget::showing(view()).failed(OPEN, enough()),
        Widget::showing(view()).failed(OPEN, Failure::Unreachable),
        Widget::showing(View {
            remember: Some(threegate_core::wire::client::Remember { days: 30 }),
            ..view()
        }),
    ]
}

#[test]
fn a_code_is_sent_at_once_and_the_sixth_digit_answers() {
    let widget = Widget::showing(view());
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    let widget = widget.opened(Method::ThreemaCode);
    assert!(widget.has(&Effect::Announce(Announcement::Sent)));
    assert_eq!(delivery(&widget).sent, sent());
    let widget = widget.typed("123456");
    assert_eq!(widget.calls(), ["POST /v1/client/challenges/c1/answer"]);
}

#[test]
fn it_can_be_sent_again_after_twenty_seconds() {
    let widget = at_sent().then(Event::Pressed(Action::Resend));
    assert!(widget.calls().is_empty());
    let widget = widget.after(20_000).then(Event::Pressed(Action::Resend));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges/c1/resend"]);
    let twice = widget.clone().then(Event::Pressed(Action::Resend));
    assert!(twice.calls().is_empty());
    let widget = widget.answered(resend(), opened(Method::ThreemaCode));
    assert!(widget.has(&Effect::Announce(Announcement::Sent)));
    assert!(matches!(
        delivery(&widget).again,
        Phase::Waiting { left: 20, .. }
    ));
}

#[test]
fn sent_again_it_ends_when_it_would_have() {
    let widget = at_sent().after(20_000).then(Event::Pressed(Action::Resend));
    let widget = widget.answered(resend(), opened(Method::ThreemaCode));
    assert_eq!(why(&widget.clone().after(159_999)), None);
    assert_eq!(why(&widget.after(160_000)), Some(Why::Ended));
}

#[test]
fn too_many_messages_are_waited_for_and_the_code_that_came_still_works() {
    let widget = at_sent().after(20_000).then(Event::Pressed(Action::Resend));
    let widget = widget.failed(resend(), enough());
    assert!(matches!(
        delivery(&widget).again,
        Phase::Waiting { left: 45, .. }
    ));
    let widget = widget.typed("123456");
    assert_eq!(widget.calls(), ["POST /v1/client/challenges/c1/answer"]);
}

#[test]
fn what_was_not_sent_again_is_told_and_can_be_tried_once_more() {
    for (failure, complaint) in [
        (not_sent(), Complaint::NotSent),
        (Failure::Unreachable, Complaint::Unreachable),
    ] {
        let widget = at_sent().after(20_000).then(Event::Pressed(Action::Resend));
        let widget = widget.failed(resend(), failure);
        assert_eq!(widget.proof().field.complaint, Some(complaint));
        assert_eq!(delivery(&widget).again, Phase::Ready);
    }
}

#[test]
fn a_code_that_is_over_is_not_replaced_by_itself_and_a_new_one_is_asked_for_by_a_click() {
    for (widget, because) in [
        (answered_with(Error::CodeSpent), Why::Spent),
        (answered_with(Error::ChallengeOver), Why::Ended),
        (at_sent().after(180_000), Why::Ended),
    ] {
        assert_eq!(why(&widget), Some(because));
        assert_eq!(widget.state.name(), "code_over");
        assert!(widget.calls().is_empty());
        assert!(widget.has(&Effect::Announce(Announcement::Complaint)));
        let widget = widget.then(Event::Pressed(Action::Renew));
        assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
        assert_eq!(widget.state.name(), "working");
        let widget = widget.opened(Method::ThreemaCode);
        assert_eq!(widget.state.name(), "code");
        assert_eq!(*widget.proof().field.typed, "");
        assert!(widget.has(&Effect::Focus {
            target: FocusTarget::Field,
            gentle: false
        }));
    }
}

#[test]
fn a_code_that_cannot_be_sent_leaves_a_way_on() {
    let widget = Widget::showing(view()).failed(OPEN, not_sent());
    assert_eq!(why(&widget), Some(Why::NotSent));
    let again = widget.clone().then(Event::Pressed(Action::Renew));
    assert_eq!(again.calls(), ["POST /v1/client/challenges"]);
    let other = widget.then(by(Method::Recovery));
    assert_eq!(other.state.name(), "recovery");
}

#[test]
fn when_enough_was_sent_the_wait_counts_down_and_asks_nothing() {
    let widget = Widget::showing(view()).failed(OPEN, enough());
    assert_eq!(why(&widget), Some(Why::Enough));
    assert_eq!(widget.state.name(), "throttled");
    assert_eq!(
        widget.state.alarm(widget.now, false),
        Some(Moment(widget.now.0 + 1000))
    );
    let widget = widget.after(1000).then(Event::Pressed(Action::Renew));
    assert!(widget.calls().is_empty());
    let widget = widget.after(44_000);
    assert!(widget.calls().is_empty());
    let widget = widget.then(Event::Pressed(Action::Renew));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
}

#[test]
fn an_answer_that_is_under_way_when_the_time_is_up_is_waited_for() {
    let widget = at_sent().typed("123456").after(180_000);
    assert_eq!(widget.state.name(), "working");
    let widget = widget.answered(answer(), proved(None));
    assert_eq!(widget.calls(), ["POST /v1/client/pass"]);
}

#[test]
fn a_wait_after_wrong_codes_sends_nothing_before_it_is_over() {
    let widget = Widget::showing(View {
        retry_at: Some(105),
        ..view()
    });
    assert!(widget.calls().is_empty());
    assert_eq!(widget.after(5000).calls(), ["POST /v1/client/challenges"]);
}
