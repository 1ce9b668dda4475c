use super::*;
use crate::screen::Screen;
use crate::screen::tests::{Widget, pass, refused, view_of};
use threegate_core::Error;

mod tap;

fn usable() -> Vec<Method> {
    vec![Method::ThreemaReply, Method::Totp, Method::Recovery]
}

fn view() -> View {
    View {
        usable: usable(),
        ..view_of(Purpose::Verify)
    }
}

/// What the worker says while the code of `at_send` waits.
fn waiting() -> Answer {
    Answer::View(View {
        awaited: Some("c1".into()),
        ..view()
    })
}

fn ready() -> Answer {
    Answer::View(View {
        pass_ready: true,
        ..view()
    })
}

const OPEN: Request = Request::Open(Method::ThreemaReply);

pub(crate) fn at_send() -> Widget {
    Widget::showing(view()).opened(Method::ThreemaReply)
}

fn at_over() -> Widget {
    at_send().after(180_000).answered(Request::Look, waiting())
}

/// One of every phase.
pub(crate) fn every_state() -> Vec<Widget> {
    let mut widgets = tap::every_state();
    let offline = at_send().after(3000);
    widgets.extend([
        Widget::showing(view()),
        Widget::showing(view()).failed(OPEN, Failure::Unreachable),
        at_send(),
        at_send().then(Event::Copied(true)),
        at_send().then(Event::Copied(false)),
        at_send().then(Event::Listening(true)),
        at_send().after(170_000),
        offline.failed(Request::Look, Failure::Unreachable),
        at_over(),
        at_over().then(Event::Pressed(Action::Renew)),
        at_send().after(3000).answered(Request::Look, ready()),
        Widget::showing(View {
            usable: vec![Method::Totp, Method::ThreemaReply],
            ..view()
        }),
    ]);
    widgets
}

/// A rule for every event in every state.
pub(crate) fn the_socket_is_open_while_a_code_waits(before: &Widget, after: &Widget) {
    let sends =
        |widget: &Widget| matches!(&widget.state.screen, Screen::Send(send) if send.listens());
    let last = after.effects.iter().rev().find_map(|effect| match effect {
        Effect::Listen => Some(true),
        Effect::Unlisten => Some(false),
        _ => None,
    });
    let open = last.unwrap_or_else(|| sends(before));
    assert_eq!(open, sends(after), "{}", before.state.name());
}

fn sent(widget: &Widget) -> &Send {
    match &widget.state.screen {
        Screen::Send(send) => send,
        _ => panic!("not at a code to send, but {}", widget.state.name()),
    }
}

#[test]
fn the_code_is_asked_for_at_once_and_shown_with_its_link() {
    let widget = Widget::showing(view());
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    assert!(widget.has(&Effect::Listen));
    let widget = widget.opened(Method::ThreemaReply);
    assert_eq!(widget.state.name(), "send");
    let code = sent(&widget).code.as_ref().unwrap();
    let Shown::Reply { link, .. } = &code.shown else {
        panic!("no code to send")
    };
    let link = link.as_ref().map(|link| link.as_str());
    assert_eq!(link, Some("https://threema.id/*TESTTST?text=204816"));
    assert_eq!(code.minutes, Some(3));
}

#[test]
fn a_message_turns_the_page_by_itself() {
    let widget = at_send().then(Event::Listening(true)).then(Event::Changed);
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    let widget = widget.answered(Request::Look, ready());
    assert_eq!(widget.calls(), ["POST /v1/client/pass"]);
    let widget = widget.answered(Request::Pass, pass());
    assert_eq!(widget.state.name(), "done");
    assert!(widget.has(&Effect::Unlisten) && widget.has(&Effect::SubmitForm));
}

#[test]
fn without_a_socket_the_page_looks_every_three_seconds_and_with_one_every_twenty() {
    let next = |widget: &Widget| {
        widget
            .state
            .alarm(widget.now, false)
            .map(|at| at.0 - widget.now.0)
    };
    let looked = |open| {
        let widget = at_send().then(Event::Listening(open)).after(3000);
        assert_eq!(widget.calls(), ["GET /v1/client"]);
        widget.answered(Request::Look, waiting())
    };
    assert_eq!(next(&looked(false)), Some(3000));
    assert_eq!(next(&looked(true)), Some(20_000));
    // One that closes is missed after three seconds, not twenty.
    assert_eq!(
        next(&looked(true).then(Event::Listening(false))),
        Some(3000)
    );
}

#[test]
fn a_page_that_nobody_sees_does_not_look_by_itself_but_listens() {
    let widget = at_send();
    let alarm = widget.state.alarm(widget.now, true);
    assert!(alarm.is_some_and(|alarm| alarm.0 - widget.now.0 > 20_000));
    assert_eq!(
        widget.clone().then(Event::Changed).calls(),
        ["GET /v1/client"]
    );
    assert_eq!(widget.then(Event::Woke).calls(), ["GET /v1/client"]);
}

#[test]
fn what_changes_during_a_look_is_looked_at_after_it() {
    let widget = at_send().then(Event::Changed).then(Event::Changed);
    assert!(widget.calls().is_empty());
    let widget = widget.answered(Request::Look, waiting());
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    let widget = widget.answered(Request::Look, waiting());
    assert!(widget.calls().is_empty());
}

#[test]
fn a_socket_that_closed_is_asked_for_again_from_time_to_time() {
    let mut widget = at_send().then(Event::Listening(false));
    let mut asked = 0;
    for _ in 0..20 {
        widget = widget.after(3000).answered(Request::Look, waiting());
        asked += usize::from(widget.has(&Effect::Listen));
    }
    assert_eq!(asked, 2);
}

#[test]
fn a_code_is_over_when_its_time_is_up_and_when_the_worker_awaits_another() {
    let widget = at_send().after(179_999);
    assert_eq!(widget.state.name(), "send");
    let widget = at_send().after(180_000);
    assert_eq!(widget.state.name(), "code_over");
    assert!(widget.has(&Effect::Announce(Announcement::Complaint)));

    for awaited in [None, Some("c2".into())] {
        let widget = at_send().then(Event::Changed);
        let view = View { awaited, ..view() };
        let widget = widget.answered(Request::Look, Answer::View(view));
        assert_eq!(widget.state.name(), "code_over");
    }
}

#[test]
fn a_message_that_was_sent_in_time_still_turns_the_page() {
    let widget = at_over().then(Event::Changed);
    let widget = widget.answered(Request::Look, ready());
    assert_eq!(widget.calls(), ["POST /v1/client/pass"]);
}

#[test]
fn a_new_code_takes_the_place_of_one_that_is_over() {
    let widget = at_over().then(Event::Pressed(Action::Renew));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    assert_eq!(widget.state.name(), "working");
    let again = widget.clone().then(Event::Pressed(Action::Renew));
    assert!(again.calls().is_empty());
    let widget = widget.opened(Method::ThreemaReply);
    assert_eq!(widget.state.name(), "send");
}

#[test]
fn a_look_that_began_before_the_new_code_does_not_end_it() {
    let widget = at_send().after(180_000);
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    let widget = widget
        .then(Event::Pressed(Action::Renew))
        .opened(Method::ThreemaReply);
    let widget = widget.answered(Request::Look, Answer::View(view()));
    assert_eq!(widget.state.name(), "send");
}

#[test]
fn a_line_that_is_gone_is_shown_and_said_once_and_the_page_keeps_looking() {
    let said = Effect::Announce(Announcement::Offline);
    let widget = at_send().after(3000);
    let widget = widget.failed(Request::Look, Failure::Unreachable);
    assert!(sent(&widget).offline && widget.has(&said));
    let widget = widget.after(3000);
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    let widget = widget.failed(Request::Look, Failure::Unreachable);
    assert!(sent(&widget).offline && !widget.has(&said));
    let widget = widget.after(3000);
    assert!(!sent(&widget.answered(Request::Look, waiting())).offline);
}

#[test]
fn a_code_that_cannot_be_had_is_asked_for_again_by_hand() {
    let widget = Widget::showing(view()).failed(OPEN, Failure::Unreachable);
    assert_eq!(widget.state.name(), "code_over");
    let widget = widget.then(Event::Pressed(Action::Renew));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    let widget = Widget::showing(view()).failed(OPEN, refused(Error::TicketExpired));
    assert_eq!(widget.state.name(), "expired");
}

#[test]
fn a_pass_that_does_not_come_is_fetched_at_the_next_look() {
    let widget = at_send().then(Event::Changed);
    let widget = widget
        .answered(Request::Look, ready())
        .failed(Request::Pass, Failure::Unreachable)
        .after(3000);
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    let widget = widget.answered(Request::Look, ready());
    assert_eq!(widget.calls(), ["POST /v1/client/pass"]);
}

#[test]
fn whoever_comes_back_from_threema_to_a_new_page_finds_the_code_that_waits() {
    let widget = Widget::showing(View {
        usable: vec![Method::Totp, Method::ThreemaReply],
        awaited: Some("c1".into()),
        ..view()
    });
    assert_eq!(widget.state.name(), "send");
    let another_place = Widget::showing(View {
        usable: vec![Method::Totp],
        awaited: Some("c1".into()),
        ..view()
    });
    assert_eq!(another_place.state.name(), "code");
}

#[test]
fn a_wait_after_wrong_codes_does_not_keep_a_message_back() {
    let widget = Widget::showing(View {
        retry_at: Some(200),
        ..view()
    });
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
}

#[cfg(feature = "enroll")]
#[test]
fn a_reply_proves_a_factor_before_another_is_added() {
    let view = |proof| View {
        proof,
        usable: usable(),
        ..view_of(Purpose::Enroll)
    };
    let widget = Widget::showing(view(Proved::Needed))
        .opened(Method::ThreemaReply)
        .then(Event::Changed);
    let widget = widget.answered(Request::Look, Answer::View(view(Proved::Given)));
    assert_eq!(widget.state.name(), "choose");
    assert!(widget.has(&Effect::Announce(Announcement::Arrived)));
}
