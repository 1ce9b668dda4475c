//! Every event in every state.

use super::*;
use crate::screen::call::{Answer, Failure, Request};
#[cfg(feature = "enroll")]
use threegate_core::wire::client::LookUp;

/// One of every screen and phase.
pub(crate) fn every_state() -> Vec<Widget> {
    let end = |cause| Widget::of(Purpose::Verify).failed(Request::Look, refused(cause));
    let at_recovery = || {
        at_code()
            .then(by(Method::Recovery))
            .opened(Method::Recovery)
    };
    let mut widgets = vec![
        Widget::of(Purpose::Verify),
        at_code(),
        at_code().typed("123456"),
        at_code().typed("1").then(Event::Pressed(Action::Submit)),
        at_code()
            .typed("123456")
            .failed(answer(), Failure::Unreachable),
        at_code()
            .typed("123456")
            .failed(answer(), refused(Error::CodeWrong)),
        at_code()
            .typed("123456")
            .failed(answer(), refused(Error::CodeUsed)),
        at_code()
            .typed("123456")
            .failed(answer(), refused(THROTTLED)),
        at_recovery(),
        at_closed(),
        end(Error::TicketExpired),
        end(Error::OriginMismatch),
        Widget::of(Purpose::Verify).failed(Request::Look, Failure::Unreachable),
        at_done(None),
        at_done(Some(7)),
        at_done(Some(1)),
    ];
    for cause in [Error::CodeMalformed, Error::CodeWrong, Error::CodeUsed] {
        let typed = at_recovery()
            .typed("K7M2P-9XQ4D")
            .then(Event::Pressed(Action::Submit));
        widgets.push(typed.failed(answer(), refused(cause)));
    }
    widgets.extend(ways::every_state());
    widgets.extend(proof::tests::every_state());
    widgets.extend(send::tests::every_state());
    #[cfg(feature = "enroll")]
    widgets.extend(enroll::tests::every_state());
    #[cfg(feature = "enroll")]
    widgets.extend(identify::tests::every_state());
    #[cfg(feature = "enroll")]
    widgets.extend(daily::tests::every_state());
    #[cfg(feature = "enroll")]
    widgets.extend(receive::tests::every_state());
    #[cfg(feature = "manage")]
    widgets.extend(manage::tests::every_state());
    widgets
}

/// One of every event; of answers, one of every kind to every request.
fn every_event() -> Vec<Event> {
    let mut events = vec![
        Event::Started,
        Event::Typed(Zeroizing::new("123456".into())),
        Event::Typed(Zeroizing::default()),
        Event::Ticked(true),
        Event::Ticked(false),
        Event::Copied(true),
        Event::Copied(false),
        Event::Changed,
        Event::Listening(true),
        Event::Listening(false),
        Event::Woke,
    ];
    #[cfg(feature = "enroll")]
    events.extend(identify::tests::every_event());
    let actions = [
        Action::Submit,
        Action::Another,
        Action::Prove(Method::Totp),
        Action::Prove(Method::Recovery),
        Action::Prove(Method::ThreemaReply),
        Action::Prove(Method::ThreemaTap),
        Action::Renew,
        Action::Resend,
        Action::Back,
        Action::Retry,
        Action::Continue,
        Action::Copy,
        Action::Prove(Method::ThreemaTap),
        #[cfg(feature = "enroll")]
        Action::LookUp(LookUp::Email),
        #[cfg(feature = "enroll")]
        Action::Camera,
        #[cfg(feature = "enroll")]
        Action::Light,
        #[cfg(feature = "enroll")]
        Action::Save,
        #[cfg(feature = "enroll")]
        Action::Print,
    ];
    events.extend(actions.map(Event::Pressed));
    #[cfg(feature = "manage")]
    events.extend(manage::tests::every_doing());
    let mut requests = vec![
        Request::Look,
        Request::Open(Method::Totp),
        Request::Open(Method::ThreemaReply),
        Request::Open(Method::ThreemaCode),
        Request::Open(Method::ThreemaTap),
        Request::Resend("c1".into()),
        answer(),
        Request::Pass,
        Request::PassRemembering,
    ];
    let mut answers = vec![
        Answer::View(view_of(Purpose::Verify)),
        Answer::View(view_of(Purpose::Enroll)),
        opened(Method::Totp),
        opened(Method::Recovery),
        opened(Method::ThreemaReply),
        opened(Method::ThreemaCode),
        opened(Method::ThreemaTap),
        proved(None),
        proved(Some(1)),
        pass(),
    ];
    #[cfg(feature = "enroll")]
    {
        requests.extend(enroll::tests::every_request());
        answers.extend(enroll::tests::every_answer());
    }
    #[cfg(feature = "manage")]
    {
        requests.extend(manage::tests::every_request());
        answers.extend(manage::tests::every_answer());
    }
    let mut failures = vec![Failure::Unreachable];
    failures.extend(
        [
            Error::CodeWrong,
            THROTTLED,
            Error::ChallengeOver,
            Error::EnrollmentOver,
            Error::ProofRequired,
            Error::GuessingClosed,
            Error::TicketExpired,
            Error::PassOver,
            Error::OriginMismatch,
            Error::FactorUnknown,
            Error::LabelInvalid,
            Error::MethodUnavailable,
        ]
        .map(refused),
    );
    for request in requests {
        let outcomes = failures.iter().cloned().map(Err);
        let outcomes = outcomes.chain(answers.iter().cloned().map(Ok));
        events.extend(outcomes.map(|outcome| Event::Arrived(request.clone(), Box::new(outcome))));
    }
    events
}

#[test]
fn no_event_in_any_state_breaks_a_rule() {
    let (states, events) = (every_state(), every_event());
    for event in &events {
        for before in &states {
            let after = before.clone().then(event.clone());
            let (name, count) = (before.state.name(), |wanted: fn(&Effect) -> bool| {
                after.effects.iter().filter(|one| wanted(one)).count()
            });
            let was_done = matches!(before.state.screen, Screen::Done(_));
            let got = matches!(event, Event::Arrived(_, outcome) if matches!(**outcome, Ok(Answer::Pass(_))));
            assert!(
                count(|one| matches!(one, Effect::SetPass(_))) <= usize::from(got && !was_done),
                "{name}: a pass comes from a pass, once"
            );
            send::tests::the_socket_is_open_while_a_code_waits(before, &after);
            let ended = ["closed", "expired", "failed"].contains(&name);
            assert!(
                !ended || *event == Event::Started || after.state.name() == name,
                "{name}: an end is an end"
            );
            assert!(
                count(|one| matches!(one, Effect::Call(_))) <= 1,
                "{name}: one request at a time"
            );
            assert!(
                count(|one| matches!(one, Effect::Focus { .. })) <= 1,
                "{name}: the focus goes to one place"
            );
            assert!(
                (after.state.alarm(after.now, false)).is_none_or(|alarm| alarm > after.now),
                "{name}: an alarm is still to come"
            );
            assert!(
                !was_done
                    || matches!(after.state.screen, Screen::Done(_))
                    || after.has(&Effect::ClearPass)
                    || *event == Event::Started,
                "{name}: no pass is left in the form when its screen is gone"
            );
            #[cfg(feature = "enroll")]
            enroll::tests::secrets_leave_only_when_asked_for(before, event, &after);
            #[cfg(feature = "enroll")]
            identify::tests::the_camera_is_on_only_while_it_is_shown(before, &after);
        }
    }
}
