//! Another way to prove a factor.

use super::*;

fn view() -> View {
    View {
        usable: vec![
            Method::ThreemaReply,
            Method::Totp,
            Method::Hotp,
            Method::Recovery,
        ],
        default: Some(Method::ThreemaReply),
        ..view_of(Purpose::Verify)
    }
}

fn at_send() -> Widget {
    Widget::showing(view()).opened(Method::ThreemaReply)
}

fn choosing() -> Widget {
    at_send().then(Event::Pressed(Action::Another))
}

pub(super) fn every_state() -> Vec<Widget> {
    vec![
        choosing(),
        choosing().then(by(Method::Totp)),
        choosing()
            .then(by(Method::Totp))
            .then(Event::Pressed(Action::Another)),
        choosing().then(by(Method::Hotp)).opened(Method::Hotp),
        Widget::showing(View {
            usable: Method::ALL.into(),
            ..view()
        })
        .opened(Method::Totp)
        .then(Event::Pressed(Action::Another)),
        // One other way alone.
        Widget::showing(View {
            usable: vec![Method::Totp, Method::ThreemaReply],
            ..view()
        }),
        Widget::showing(View {
            usable: vec![Method::Totp, Method::Hotp],
            ..view()
        }),
        Widget::showing(View {
            usable: vec![Method::Hotp, Method::Totp],
            ..view()
        }),
    ]
}

#[test]
fn the_other_ways_are_listed_and_one_that_is_chosen_opens() {
    let widget = choosing();
    assert_eq!(widget.state.name(), "ways");
    let others: Vec<_> = widget.state.others().collect();
    assert_eq!(others, [Method::Totp, Method::Hotp, Method::Recovery]);
    let widget = widget.then(by(Method::Recovery));
    assert_eq!(widget.state.name(), "recovery");
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    assert!(widget.has(&Effect::Unlisten));
    assert!(widget.has(&Effect::Focus {
        target: FocusTarget::Field,
        gentle: false
    }));
}

#[test]
fn back_from_the_list_everything_is_as_it_was() {
    let widget = choosing().then(Event::Pressed(Action::Back));
    assert_eq!(widget.state.name(), "send");
    assert!(widget.calls().is_empty());
    let Screen::Send(send) = &widget.state.screen else {
        panic!("another screen")
    };
    assert!(send.code.is_some());
}

#[test]
fn a_message_that_comes_while_another_way_is_looked_for_lets_in() {
    let ready = View {
        pass_ready: true,
        ..view()
    };
    let widget = choosing().then(Event::Changed);
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    let widget = widget.answered(Request::Look, Answer::View(ready));
    let widget = widget.answered(Request::Pass, pass());
    assert_eq!(widget.state.name(), "done");
}

#[test]
fn a_wait_goes_on_whichever_way_is_taken_and_a_message_does_not_wait() {
    let waiting = at_send()
        .then(by(Method::Totp))
        .opened(Method::Totp)
        .typed("123456")
        .failed(answer(), refused(THROTTLED));
    assert_eq!(waiting.state.name(), "throttled");
    let widget = waiting.then(by(Method::ThreemaReply));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    let widget = widget
        .opened(Method::ThreemaReply)
        .then(by(Method::Recovery));
    assert_eq!(widget.state.name(), "throttled");
    assert!(widget.calls().is_empty());
}

#[test]
fn an_answer_that_is_under_way_is_not_left() {
    let widget = at_code().typed("123456");
    for event in [Event::Pressed(Action::Another), by(Method::Recovery)] {
        let widget = widget.clone().then(event);
        assert_eq!(widget.state.name(), "working");
        assert!(widget.calls().is_empty());
    }
}

#[test]
fn what_the_user_cannot_use_is_not_opened() {
    let widget = at_code().then(by(Method::ThreemaReply));
    assert_eq!(widget.state.name(), "code");
    assert!(widget.calls().is_empty());
}

#[test]
fn the_user_s_default_is_known_to_every_screen() {
    assert_eq!(at_send().state.frame.default, Some(Method::ThreemaReply));
}
