//! A question that is answered by a thumb.

use super::*;
use crate::screen::tests::{by, opened, view_of};
use threegate_core::UnixTime;
use threegate_core::wire::Problem;
use threegate_core::wire::client::Remember;

const OPEN: Request = Request::Open(Method::ThreemaTap);

fn view() -> View {
    View {
        usable: vec![Method::ThreemaTap, Method::ThreemaReply, Method::Recovery],
        ..view_of(Purpose::Verify)
    }
}

fn idle() -> Widget {
    Widget::showing(view())
}

fn asking() -> Widget {
    idle().then(Event::Pressed(Action::Renew))
}

fn at_tap() -> Widget {
    asking().opened(Method::ThreemaTap)
}

fn closed() -> Failure {
    let retry_at = UnixTime::from_secs(700);
    let mut problem = Problem::new(429, Error::TapClosed { retry_at }.code(), "");
    (problem.now, problem.retry_at) = (Some(100), Some(700));
    Failure::Refused(problem)
}

fn why(widget: &Widget) -> Option<Why> {
    match sent(widget).phase {
        Phase::Over(over) => Some(over.why),
        _ => None,
    }
}

pub(super) fn every_state() -> Vec<Widget> {
    let uncertain = || {
        let Answer::Opened(mut answer) = opened(Method::ThreemaTap) else {
            panic!("not opened")
        };
        answer.sent.as_mut().unwrap().uncertain = true;
        asking().answered(OPEN, Answer::Opened(answer))
    };
    vec![
        idle(),
        asking(),
        at_tap(),
        at_tap().after(170_000),
        at_tap().after(180_000),
        uncertain(),
        asking().failed(OPEN, closed()),
        asking().failed(OPEN, Failure::Unreachable),
        Widget::showing(View {
            remember: Some(Remember { days: 30 }),
            ..view()
        }),
    ]
}

#[test]
fn nobody_is_asked_before_the_person_wishes_it() {
    let widget = idle();
    assert_eq!(widget.state.name(), "tap");
    assert!(widget.calls().is_empty() && !widget.has(&Effect::Listen));
    let widget = widget.then(Event::Pressed(Action::Renew));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    assert!(widget.has(&Effect::Listen));
    let twice = widget.then(Event::Pressed(Action::Renew));
    assert!(twice.calls().is_empty());
}

#[test]
fn choosing_it_among_the_ways_is_a_wish() {
    let widget = Widget::showing(View {
        usable: vec![Method::Totp, Method::ThreemaTap],
        ..view()
    });
    let widget = widget.then(by(Method::ThreemaTap));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    let widget = widget.answered(OPEN, opened(Method::ThreemaTap));
    assert!(widget.has(&Effect::Announce(Announcement::Sent)));
}

#[test]
fn the_focus_is_on_the_heading_when_the_outline_gives_way_to_what_was_chosen() {
    let focus = |gentle| Effect::Focus {
        target: FocusTarget::Title,
        gentle,
    };
    let asked = asking().opened(Method::ThreemaTap);
    assert!(asked.has(&focus(false)));
    let chosen = idle().then(by(Method::ThreemaReply));
    assert!(
        chosen
            .clone()
            .opened(Method::ThreemaReply)
            .has(&focus(false))
    );
    // Who has gone on to the list meanwhile is not taken out of it.
    let gone = chosen.then(Event::Pressed(Action::Another));
    let gone = gone.opened(Method::ThreemaReply);
    assert!(!gone.has(&focus(false)));
}

#[test]
fn a_thumb_up_lets_in_by_itself() {
    let widget = at_tap().then(Event::Changed);
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    let widget = widget.answered(Request::Look, ready());
    assert_eq!(widget.calls(), ["POST /v1/client/pass"]);
    assert_eq!(widget.answered(Request::Pass, pass()).state.name(), "done");
}

#[test]
fn without_a_thumb_it_is_not_approved_and_can_be_asked_again() {
    let widget = at_tap().after(180_000);
    assert_eq!(why(&widget), Some(Why::Ended));
    let widget = widget.then(Event::Pressed(Action::Renew));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    let widget = widget.opened(Method::ThreemaTap);
    assert_eq!(sent(&widget).phase, Phase::Waiting);
}

#[test]
fn closed_taps_say_until_when_and_leave_the_other_ways() {
    let widget = asking().failed(OPEN, closed());
    assert_eq!(why(&widget), Some(Why::Closed));
    assert_eq!(widget.state.name(), "throttled");
    let widget = widget.then(Event::Pressed(Action::Renew));
    assert!(widget.calls().is_empty());
    // It counts down, and asks nothing meanwhile.
    let widget = widget.after(1000);
    assert!(widget.calls().is_empty());
    let other = widget.clone().then(by(Method::ThreemaReply));
    assert_eq!(other.calls(), ["POST /v1/client/challenges"]);
    let widget = widget.after(599_000).then(Event::Pressed(Action::Renew));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
}

#[test]
fn whoever_comes_back_from_threema_finds_the_question_that_waits() {
    let widget = Widget::showing(View {
        awaited: Some("c1".into()),
        ..view()
    });
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    let widget = widget.opened(Method::ThreemaTap);
    assert_eq!(sent(&widget).phase, Phase::Waiting);
}

#[test]
fn the_browser_is_remembered_after_a_thumb_too() {
    let widget = Widget::showing(View {
        remember: Some(Remember { days: 30 }),
        ..view()
    });
    let widget = widget
        .then(Event::Ticked(true))
        .then(Event::Pressed(Action::Renew));
    let widget = widget.opened(Method::ThreemaTap).then(Event::Changed);
    let widget = widget.answered(Request::Look, ready());
    assert!(widget.has(&Effect::Call(Request::PassRemembering)));
    let done = widget.answered(Request::PassRemembering, pass());
    assert_eq!(done.state.name(), "done");
}
