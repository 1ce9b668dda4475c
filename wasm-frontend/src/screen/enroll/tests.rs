use super::super::tests::{Play, pass, refused, view_of};
use super::*;
use crate::screen::{Effect, Event};
use threegate_core::Purpose;
use threegate_core::wire::client::{FactorConfirmed, Proof as Proved, Recovery};

fn begun() -> Answer {
    Answer::Begun(EnrolmentBegun {
        factor: "f1".into(),
        method: Method::Totp,
        secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".into(),
        uri: "otpauth://totp/Demo%20forum:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
              &issuer=Demo%20forum"
            .into(),
        expires_at: 700,
    })
}

fn codes() -> Answer {
    Answer::Codes(RecoveryCodes {
        codes: vec!["K7M2P-9XQ4D".into(), "3HT8W-QZ5NR".into()],
    })
}

fn confirmed() -> Answer {
    Answer::Confirmed(FactorConfirmed {
        factor: "f1".into(),
        method: Method::Totp,
        state: "active".into(),
    })
}

fn confirm() -> Request {
    Request::Confirm {
        factor: "f1".into(),
        code: "123456".into(),
    }
}

fn fresh() -> View {
    View {
        proof: Proved::None,
        usable: Vec::new(),
        recovery: None,
        ..view_of(Purpose::Enroll)
    }
}

fn at_choose() -> Play {
    Play::showing(fresh())
}

fn at_scan() -> Play {
    let play = at_choose().then(Event::Did(Action::ChooseTotp));
    play.answered(Request::Begin(Method::Totp), begun())
}

fn at_codes() -> Play {
    let play = at_scan().typed("123456").answered(confirm(), confirmed());
    play.answered(Request::Codes, codes())
}

fn call(request: Request) -> Vec<Effect> {
    vec![Effect::Call(request)]
}

fn asked(play: &Play) -> Vec<Effect> {
    let effects = play
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Call(_)));
    effects.cloned().collect()
}

/// One of every screen of an enrolment.
pub(crate) fn every_state() -> Vec<Play> {
    let full = View {
        offered: Vec::new(),
        ..fresh()
    };
    let kept = || {
        at_codes()
            .then(Event::Ticked(true))
            .then(Event::Did(Action::Submit))
    };
    vec![
        Play::showing(view_of(Purpose::Enroll)),
        at_choose(),
        at_choose().then(Event::Did(Action::ChooseTotp)),
        at_choose()
            .then(Event::Did(Action::ChooseTotp))
            .failed(Request::Begin(Method::Totp), Failure::Unreachable),
        Play::showing(full),
        at_scan(),
        at_scan().then(Event::Copied(true)),
        at_scan().then(Event::Copied(false)),
        at_scan().typed("123456"),
        at_scan()
            .typed("123456")
            .failed(confirm(), refused("code_wrong")),
        at_scan()
            .after(600_000)
            .answered(Request::Begin(Method::Totp), begun()),
        at_codes(),
        at_codes().then(Event::Did(Action::Submit)),
        kept(),
        kept().failed(Request::Kept, Failure::Unreachable),
        kept().answered(Request::Pass, pass()),
        Play::of(Purpose::Enroll).failed(Request::Look, refused("ticket_expired")),
    ]
}

#[test]
fn an_enrolment_goes_from_choice_to_pass() {
    let play = at_choose().then(Event::Did(Action::ChooseTotp));
    assert!(asked(&play) == call(Request::Begin(Method::Totp)));
    let play = play.answered(Request::Begin(Method::Totp), begun());
    assert_eq!(play.state.name(), "scan");
    let play = play.typed("123456");
    assert!(asked(&play) == call(confirm()));
    let play = play.answered(confirm(), confirmed());
    assert!(asked(&play) == call(Request::Codes));
    let play = play.answered(Request::Codes, codes());
    assert_eq!(play.state.name(), "recovery_codes");
    let play = play
        .then(Event::Ticked(true))
        .then(Event::Did(Action::Submit));
    assert!(asked(&play) == call(Request::Kept));
    let play = play.answered(
        Request::Kept,
        Answer::Kept(Recovery {
            left: 10,
            kept: true,
        }),
    );
    assert!(asked(&play) == call(Request::Pass));
    let play = play.answered(Request::Pass, pass());
    assert_eq!(play.state.name(), "done");
    assert!(play.effects.contains(&Effect::SubmitForm));
}

#[test]
fn codes_that_are_not_said_to_be_kept_do_not_go_on() {
    let play = at_codes().then(Event::Did(Action::Submit));
    assert_eq!(play.state.name(), "recovery_codes");
    assert!(play.effects == [play.state.frame.focus(Spot::Tick)]);
}

#[test]
fn enough_kept_codes_are_not_replaced() {
    let view = View {
        proof: Proved::Given,
        ..view_of(Purpose::Enroll)
    };
    let play = Play::showing(view).then(Event::Did(Action::ChooseTotp));
    let play = play
        .answered(Request::Begin(Method::Totp), begun())
        .typed("123456");
    let play = play.answered(confirm(), confirmed());
    assert!(asked(&play) == call(Request::Pass));
}

#[test]
fn a_page_loaded_again_after_the_confirmation_goes_on_where_it_was() {
    let view = |kept| View {
        pass_ready: true,
        recovery: Some(Recovery { left: 10, kept }),
        ..view_of(Purpose::Enroll)
    };
    assert!(asked(&Play::showing(view(true))) == call(Request::Pass));
    let play = Play::showing(view(false));
    assert!(asked(&play) == call(Request::Codes));
    assert_eq!(
        play.answered(Request::Codes, codes()).state.name(),
        "recovery_codes"
    );
}

#[test]
fn a_factor_is_proved_before_another_is_added() {
    let play = Play::showing(view_of(Purpose::Enroll));
    assert_eq!(play.state.name(), "code");
    let play = play.opened(Method::Totp).typed("123456");
    let proved = View {
        proof: Proved::Given,
        ..view_of(Purpose::Enroll)
    };
    let answer = super::super::tests::answer();
    let ended = Answer::Ended(threegate_core::wire::client::ChallengeEnded {
        challenge: "c1".into(),
        state: "proved".into(),
        method: Method::Totp,
        recovery_left: None,
    });
    let play = play.answered(answer, ended);
    assert!(asked(&play) == call(Request::Look));
    assert_eq!(
        play.answered(Request::Look, Answer::View(proved))
            .state
            .name(),
        "choose"
    );
}

#[test]
fn an_enrolment_that_is_over_begins_again_with_a_new_symbol() {
    let renewed = |play: Play| {
        assert!(asked(&play) == call(Request::Begin(Method::Totp)));
        let play = play.answered(Request::Begin(Method::Totp), begun());
        let Screen::Scan(scan) = &play.state.screen else {
            panic!("no symbol")
        };
        assert_eq!(scan.field.complaint, Some(Complaint::Renewed));
    };
    renewed(at_scan().after(600_000));
    renewed(
        at_scan()
            .typed("123456")
            .failed(confirm(), refused("enrolment_over")),
    );
}

#[test]
fn a_confirmation_that_may_have_been_heard_is_looked_for_first() {
    let play = at_scan()
        .typed("123456")
        .failed(confirm(), Failure::Unreachable);
    let play = play.then(Event::Did(Action::Submit));
    assert!(asked(&play) == call(Request::Look));
    let heard = View {
        pass_ready: true,
        ..fresh()
    };
    let play = play.answered(Request::Look, Answer::View(heard));
    assert!(asked(&play) == call(Request::Codes));
}

#[test]
fn what_is_copied_is_what_is_shown() {
    let play = at_codes().then(Event::Did(Action::Copy));
    assert!(play.effects == [Effect::Copy("K7M2P-9XQ4D\n3HT8W-QZ5NR".into())]);
}

#[test]
fn only_the_link_of_the_enrolment_becomes_a_symbol() {
    let Answer::Begun(begun) = begun() else {
        panic!()
    };
    let drawn = Drawing::of(&begun);
    assert!(drawn.is_some_and(|drawn| drawn.side > 20 && drawn.path.starts_with('M')));
    for uri in [
        "https://example.com/".into(),
        begun.uri.replace("GEZD", "AAAA"),
        begun.uri.replace("otpauth", "otpautx"),
        [&begun.uri, "&x=1"].concat(),
        begun.uri.replace("%20", "%2"),
        String::new(),
    ] {
        assert!(
            Drawing::of(&EnrolmentBegun {
                uri,
                ..begun.clone()
            })
            .is_none()
        );
    }
}
