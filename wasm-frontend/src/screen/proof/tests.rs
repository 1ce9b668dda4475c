use crate::screen::call::{Answer, Failure, Request};
use crate::screen::field::{Complaint, Phase};
use crate::screen::tests::*;
use crate::screen::{Action, Announcement, Effect, Event, FocusTarget, Moment, Screen};
use threegate_core::wire::Problem;
use threegate_core::wire::client::View;
use threegate_core::{Error, Method, Purpose};

mod sent;

pub(crate) use sent::every_state;

#[test]
fn the_challenge_is_open_before_the_code_is_typed() {
    let widget = Widget::showing(view_of(Purpose::Verify));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    assert_eq!(widget.state.name(), "code");
}

#[test]
fn the_sixth_digit_sends_however_it_is_grouped() {
    for text in ["123456", "123 456", " 123-456 "] {
        let widget = at_code().typed(text);
        assert_eq!(
            widget.calls(),
            ["POST /v1/client/challenges/c1/answer"],
            "{text}"
        );
        assert_eq!(widget.state.name(), "working");
    }
    for text in ["12345", "1234567", "12345x", ""] {
        assert!(at_code().typed(text).calls().is_empty(), "{text}");
    }
}

#[test]
fn what_is_no_code_is_not_sent() {
    let widget = at_code()
        .typed("12345")
        .then(Event::Pressed(Action::Submit));
    assert!(widget.calls().is_empty());
    assert_eq!(widget.proof().field.complaint, Some(Complaint::Malformed));
}

#[test]
fn a_code_typed_before_the_challenge_is_open_is_sent_when_it_is() {
    let widget = Widget::showing(view_of(Purpose::Verify)).typed("123456");
    assert!(widget.calls().is_empty());
    assert_eq!(widget.state.name(), "working");
    assert_eq!(
        widget.opened(Method::Totp).calls(),
        ["POST /v1/client/challenges/c1/answer"]
    );
}

#[test]
fn a_refused_code_gives_the_field_back_selected_and_does_not_send_itself_again() {
    for (code, complaint) in [
        (Error::CodeWrong, Complaint::Wrong),
        (Error::CodeUsed, Complaint::Used),
        (Error::CodeMalformed, Complaint::Malformed),
    ] {
        let widget = at_code().typed("123456").failed(answer(), refused(code));
        assert_eq!(widget.proof().field.complaint, Some(complaint));
        assert!(widget.has(&Effect::Announce(Announcement::Complaint)));
        assert!(widget.has(&Effect::Focus {
            target: FocusTarget::Field,
            gentle: false
        }));
        let widget = widget.typed("123456");
        assert!(widget.calls().is_empty());
    }
}

#[test]
fn an_enter_out_of_habit_does_not_send_a_refused_code_again_and_another_code_is_sent() {
    for code in [Error::CodeWrong, Error::CodeUsed] {
        let widget = at_code().typed("123456").failed(answer(), refused(code));
        let again = widget.then(Event::Pressed(Action::Submit));
        assert!(again.calls().is_empty());
        let next = again.typed("654321");
        assert_eq!(next.calls(), ["POST /v1/client/challenges/c1/answer"]);
    }
}

#[test]
fn a_challenge_that_is_over_is_opened_and_answered_again_once() {
    let widget = at_code()
        .typed("123456")
        .failed(answer(), refused(Error::ChallengeOver));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    assert_eq!(widget.state.name(), "working");
    let widget = widget.opened(Method::Totp);
    assert_eq!(widget.calls(), ["POST /v1/client/challenges/c1/answer"]);
    let widget = widget.failed(answer(), refused(Error::ChallengeOver));
    assert!(widget.calls().is_empty());
    assert_eq!(widget.state.name(), "code");
}

#[test]
fn an_answer_that_may_have_been_heard_is_looked_for_before_it_is_sent_again() {
    let widget = at_code()
        .typed("123456")
        .failed(answer(), Failure::Unreachable);
    assert_eq!(widget.proof().field.complaint, Some(Complaint::Unreachable));
    let widget = widget.then(Event::Pressed(Action::Submit));
    assert_eq!(widget.calls(), ["GET /v1/client"]);

    let heard = View {
        pass_ready: true,
        ..view_of(Purpose::Verify)
    };
    let widget = widget.answered(Request::Look, Answer::View(heard));
    assert_eq!(widget.calls(), ["POST /v1/client/pass"]);

    let widget = at_code()
        .typed("123456")
        .failed(answer(), Failure::Unreachable);
    let widget = widget.then(Event::Pressed(Action::Submit));
    let widget = widget.answered(Request::Look, Answer::View(view_of(Purpose::Verify)));
    assert_eq!(widget.calls(), ["POST /v1/client/challenges/c1/answer"]);
}

#[test]
fn a_wrong_code_after_which_one_must_wait_starts_the_wait_at_once() {
    let mut problem = Problem::new(422, Error::CodeWrong.code(), "");
    (problem.now, problem.retry_at) = (Some(100), Some(104));
    let widget = at_code()
        .typed("123456")
        .failed(answer(), Failure::Refused(problem));
    assert_eq!(widget.state.name(), "throttled");
    assert!(widget.has(&Effect::Announce(Announcement::Wait(4))));
}

#[test]
fn a_wait_counts_down_by_the_second_and_then_gives_the_field_back() {
    let widget = at_code()
        .typed("123456")
        .failed(answer(), refused(THROTTLED));
    assert_eq!(widget.state.name(), "throttled");
    assert!(widget.has(&Effect::Announce(Announcement::Wait(32))));
    assert_eq!(
        widget.state.alarm(widget.now, false),
        Some(Moment(widget.now.0 + 1000))
    );

    assert_eq!(*widget.proof().field.typed, "");

    let widget = widget.after(1000);
    assert!(matches!(
        widget.proof().field.phase,
        Phase::Waiting { left: 31, .. }
    ));
    assert!(widget.effects.is_empty(), "nothing is said each second");
    assert!(
        widget.typed("654321").calls().is_empty(),
        "nothing is sent meanwhile"
    );

    let widget = at_code()
        .typed("123456")
        .failed(answer(), refused(THROTTLED))
        .after(32_000);
    assert_eq!(widget.state.name(), "code");
    assert!(widget.has(&Effect::Announce(Announcement::WaitOver)));
}

#[test]
fn a_wait_that_was_going_on_before_opens_the_challenge_when_it_ends() {
    let view = View {
        retry_at: Some(105),
        ..view_of(Purpose::Verify)
    };
    let widget = Widget::showing(view);
    assert!(widget.calls().is_empty());
    assert_eq!(widget.after(5000).calls(), ["POST /v1/client/challenges"]);
}

#[test]
fn the_other_way_opens_its_own_challenge_and_ignores_the_first() {
    let widget = Widget::showing(view_of(Purpose::Verify)).then(by(Method::Recovery));
    assert_eq!(widget.state.name(), "recovery");
    assert_eq!(widget.calls(), ["POST /v1/client/challenges"]);
    let widget = widget
        .opened(Method::Totp)
        .typed("K7M2P-9XQ4D")
        .then(Event::Pressed(Action::Submit));
    assert!(
        widget.calls().is_empty(),
        "the authenticator's challenge does not take it"
    );
    let widget = widget.opened(Method::Recovery);
    assert_eq!(widget.calls(), ["POST /v1/client/challenges/c1/answer"]);
}

#[test]
fn a_token_s_code_may_be_longer_and_is_sent_by_its_user() {
    let mut view = view_of(Purpose::Verify);
    view.usable = vec![Method::Hotp];
    for (text, sent) in [
        ("123456", 1),
        ("12345678", 1),
        ("12345", 0),
        ("123456789", 0),
    ] {
        let widget = Widget::showing(view.clone()).opened(Method::Hotp);
        let widget = widget.typed(text);
        assert!(widget.calls().is_empty(), "{text}");
        let widget = widget.then(Event::Pressed(Action::Submit));
        assert_eq!(widget.calls().len(), sent, "{text}");
    }
}
