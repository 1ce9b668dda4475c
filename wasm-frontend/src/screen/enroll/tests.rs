use super::*;
use crate::screen::send::Shown;
use crate::screen::tests::{Widget, answer, by, drawing, pass, proved, refused, view_of};
use threegate_core::wire::client::{FactorConfirmed, Proof as Proved, RecoveryCodes};
use threegate_core::{Error, Purpose};

const URI: &str = "otpauth://totp/Demo%20forum:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
                   &issuer=Demo%20forum";

fn begun() -> Answer {
    begun_with(URI.into())
}

fn begun_with(uri: String) -> Answer {
    Answer::Begun(EnrollmentBegun {
        factor: "f1".into(),
        method: Method::Totp,
        secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ".into(),
        uri,
        symbol: drawing(),
        expires_at: 700,
    })
}

pub(crate) fn codes() -> Answer {
    Answer::Codes(RecoveryCodes {
        codes: vec!["K7M2P-9XQ4D".into(), "3HT8W-QZ5NR".into()],
    })
}

pub(crate) fn confirmed() -> Answer {
    Answer::Confirmed(FactorConfirmed {
        factor: "f1".into(),
        method: Method::Totp,
        state: "active".into(),
    })
}

fn kept() -> Answer {
    Answer::Kept(Recovery {
        left: 10,
        kept: true,
    })
}

fn confirm() -> Request {
    Request::Confirm {
        factor: "f1".into(),
        code: Zeroizing::new("123456".into()),
    }
}

pub(crate) fn fresh() -> View {
    View {
        proof: Proved::None,
        usable: Vec::new(),
        recovery: None,
        ..view_of(Purpose::Enroll)
    }
}

pub(crate) fn with_threema(view: View) -> View {
    View {
        offered: vec![Method::Totp, Method::ThreemaReply],
        ..view
    }
}

fn offering(methods: &[Method]) -> View {
    View {
        offered: methods.to_vec(),
        ..fresh()
    }
}

fn at_choose() -> Widget {
    Widget::showing(fresh())
}

fn at_scan() -> Widget {
    at_scan_of(URI.into())
}

fn at_scan_of(uri: String) -> Widget {
    let widget = at_choose().then(by(Method::Totp));
    widget.answered(Request::Begin(Method::Totp), begun_with(uri))
}

/// A token, whose codes no clock makes wrong.
fn at_counting_scan() -> Widget {
    let Answer::Begun(begun) = begun_with(String::new()) else {
        panic!("not begun")
    };
    let method = Method::Hotp;
    let begun = EnrollmentBegun { method, ..begun };
    let widget = Widget::showing(offering(&[Method::Totp, method])).then(by(method));
    widget.answered(Request::Begin(method), Answer::Begun(begun))
}

fn at_codes() -> Widget {
    let widget = at_scan().typed("123456").answered(confirm(), confirmed());
    widget.answered(Request::Codes, codes())
}

fn call(request: Request) -> Vec<Effect> {
    vec![Effect::Call(request)]
}

fn asked(widget: &Widget) -> Vec<Effect> {
    let effects = widget
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Call(_)));
    effects.cloned().collect()
}

/// One of every screen of an enrolment.
pub(crate) fn every_state() -> Vec<Widget> {
    let full = View {
        offered: Vec::new(),
        ..fresh()
    };
    let sent = || {
        at_codes()
            .then(Event::Ticked(true))
            .then(Event::Pressed(Action::Submit))
    };
    vec![
        Widget::showing(view_of(Purpose::Enroll)),
        at_choose(),
        Widget::showing(with_threema(fresh())),
        Widget::showing(with_threema(View {
            proof: Proved::Given,
            usable: vec![Method::ThreemaReply],
            ..fresh()
        })),
        at_choose().then(by(Method::Totp)),
        at_choose()
            .then(by(Method::Totp))
            .failed(Request::Begin(Method::Totp), Failure::Unreachable),
        Widget::showing(full),
        Widget::showing(offering(&[Method::Totp, Method::Hotp, Method::ThreemaCode])),
        Widget::showing(offering(&[Method::ThreemaTap])),
        at_scan(),
        at_scan_of(String::new()),
        at_counting_scan(),
        at_scan().then(Event::Copied(true)),
        at_scan().then(Event::Copied(false)),
        at_scan().typed("123456"),
        at_scan()
            .typed("123456")
            .failed(confirm(), refused(Error::CodeWrong)),
        at_scan()
            .after(600_000)
            .answered(Request::Begin(Method::Totp), begun()),
        at_codes(),
        at_codes().then(Event::Pressed(Action::Submit)),
        sent(),
        sent().failed(Request::Kept, Failure::Unreachable),
        sent().answered(Request::Pass, pass()),
        Widget::of(Purpose::Enroll).failed(Request::Look, refused(Error::TicketExpired)),
    ]
}

/// One of every request that only an enrolment makes.
pub(crate) fn every_request() -> Vec<Request> {
    let begin = Request::Begin(Method::Totp);
    vec![
        begin,
        confirm(),
        Request::Add(Method::ThreemaTap),
        Request::Prefer(Method::ThreemaTap),
        Request::Codes,
        Request::Kept,
    ]
}

/// One of every answer that only an enrolment gets.
pub(crate) fn every_answer() -> Vec<Answer> {
    let ready = View {
        pass_ready: true,
        ..fresh()
    };
    vec![
        begun(),
        begun_with(String::new()),
        confirmed(),
        Answer::Preferred,
        codes(),
        kept(),
        Answer::View(fresh()),
        Answer::View(ready),
    ]
}

/// A rule for every event in every state.
pub(crate) fn secrets_leave_only_when_asked_for(before: &Widget, event: &Event, after: &Widget) {
    for effect in &after.effects {
        let (action, right) = match (effect, &before.state.screen) {
            (Effect::Copy(text), Screen::Scan(scan)) => (Action::Copy, *text == scan.secret),
            (Effect::Copy(text), Screen::Codes(shown)) => {
                (Action::Copy, **text == shown.codes.join("\n"))
            }
            (Effect::Save(codes), Screen::Codes(shown)) => (Action::Save, *codes == shown.codes),
            (Effect::Print(codes), Screen::Codes(shown)) => (Action::Print, *codes == shown.codes),
            (Effect::Copy(text), Screen::Send(send)) => {
                let code = send.code.as_ref().unwrap();
                (
                    Action::Copy,
                    matches!(&code.shown, Shown::Reply { reply, .. } if **text == reply.code),
                )
            }
            (Effect::Copy(_) | Effect::Save(_) | Effect::Print(_), _) => (Action::Copy, false),
            _ => continue,
        };
        assert!(right && *event == Event::Pressed(action));
    }
}

#[test]
fn an_enrollment_goes_from_choice_to_pass() {
    let widget = at_choose().then(by(Method::Totp));
    assert!(asked(&widget) == call(Request::Begin(Method::Totp)));
    let widget = widget.answered(Request::Begin(Method::Totp), begun());
    assert_eq!(widget.state.name(), "scan");
    let widget = widget.typed("123456");
    assert!(asked(&widget) == call(confirm()));
    let widget = widget.answered(confirm(), confirmed());
    assert!(asked(&widget) == call(Request::Codes));
    let widget = widget.answered(Request::Codes, codes());
    assert_eq!(widget.state.name(), "recovery_codes");
    let widget = widget
        .then(Event::Ticked(true))
        .then(Event::Pressed(Action::Submit));
    assert!(asked(&widget) == call(Request::Kept));
    let widget = widget.answered(Request::Kept, kept());
    assert!(asked(&widget) == call(Request::Pass));
    let widget = widget.answered(Request::Pass, pass());
    assert_eq!(widget.state.name(), "done");
    assert!(widget.effects.contains(&Effect::SubmitForm));
}

#[test]
fn codes_that_are_not_said_to_be_kept_do_not_go_on() {
    let widget = at_codes().then(Event::Pressed(Action::Submit));
    assert_eq!(widget.state.name(), "recovery_codes");
    let said = Effect::Announce(Announcement::Complaint);
    assert!(widget.effects == [said, widget.state.frame.focus(FocusTarget::Tick)]);
}

#[test]
fn enough_kept_codes_are_not_replaced() {
    let view = View {
        proof: Proved::Given,
        ..view_of(Purpose::Enroll)
    };
    let widget = Widget::showing(view).then(by(Method::Totp));
    let widget = widget
        .answered(Request::Begin(Method::Totp), begun())
        .typed("123456");
    let widget = widget.answered(confirm(), confirmed());
    assert!(asked(&widget) == call(Request::Pass));
}

#[test]
fn a_page_loaded_again_after_the_confirmation_goes_on_where_it_was() {
    let view = |kept| View {
        pass_ready: true,
        recovery: Some(Recovery { left: 10, kept }),
        ..view_of(Purpose::Enroll)
    };
    assert!(asked(&Widget::showing(view(true))) == call(Request::Pass));
    let widget = Widget::showing(view(false));
    assert!(asked(&widget) == call(Request::Codes));
    assert_eq!(
        widget.answered(Request::Codes, codes()).state.name(),
        "recovery_codes"
    );
}

#[test]
fn a_factor_is_proved_before_another_is_added() {
    let widget = Widget::showing(view_of(Purpose::Enroll));
    assert_eq!(widget.state.name(), "code");
    let widget = widget.opened(Method::Totp).typed("123456");
    let given = View {
        proof: Proved::Given,
        ..view_of(Purpose::Enroll)
    };
    let widget = widget.answered(answer(), proved(None));
    assert!(asked(&widget) == call(Request::Look));
    assert_eq!(
        widget
            .answered(Request::Look, Answer::View(given))
            .state
            .name(),
        "choose"
    );
}

#[test]
fn an_enrollment_that_is_over_begins_again_with_a_new_symbol() {
    let renewed = |widget: Widget| {
        assert!(asked(&widget) == call(Request::Begin(Method::Totp)));
        let widget = widget.answered(Request::Begin(Method::Totp), begun());
        let Screen::Scan(scan) = &widget.state.screen else {
            panic!("no symbol")
        };
        assert_eq!(scan.field.complaint, Some(Complaint::Renewed));
    };
    renewed(at_scan().after(600_000));
    renewed(
        at_scan()
            .typed("123456")
            .failed(confirm(), refused(Error::EnrollmentOver)),
    );
}

#[test]
fn a_confirmation_that_may_have_been_heard_is_looked_for_first() {
    let widget = at_scan()
        .typed("123456")
        .failed(confirm(), Failure::Unreachable);
    let widget = widget.then(Event::Pressed(Action::Submit));
    assert!(asked(&widget) == call(Request::Look));
    let heard = View {
        pass_ready: true,
        ..fresh()
    };
    let widget = widget.answered(Request::Look, Answer::View(heard));
    assert!(asked(&widget) == call(Request::Codes));
}

#[test]
fn what_is_copied_is_what_is_shown() {
    let widget = at_codes().then(Event::Pressed(Action::Copy));
    assert!(
        widget.effects
            == [Effect::Copy(Zeroizing::new(
                "K7M2P-9XQ4D\n3HT8W-QZ5NR".into()
            ))]
    );
}

#[test]
fn only_a_link_to_an_app_becomes_a_link() {
    let scan = |widget: Widget| {
        let Screen::Scan(scan) = widget.state.screen else {
            panic!("no symbol")
        };
        scan
    };
    let good = scan(at_scan());
    assert!(good.uri.is_some_and(|uri| *uri == URI));
    for uri in [
        "https://example.com/",
        "javascript:alert(1)//otpauth://",
        "",
    ] {
        let scan = scan(at_scan_of(uri.into()));
        assert!(scan.uri.is_none());
        assert!(!scan.secret.is_empty(), "the key is there all the same");
    }
}

#[test]
fn threema_is_one_choice_and_the_strongest_is_named_where_there_are_two() {
    use Method::{Hotp, Recovery, ThreemaCode, ThreemaReply, ThreemaTap, Totp};
    for (offered, choices, strongest) in [
        (&[Totp][..], &[Totp][..], None),
        (
            &[ThreemaReply, ThreemaCode, ThreemaTap],
            &[ThreemaReply],
            None,
        ),
        (
            &[Totp, Hotp, ThreemaReply, ThreemaCode, Recovery],
            &[Totp, Hotp, ThreemaReply],
            Some(ThreemaReply),
        ),
        (&[Totp, ThreemaCode], &[Totp, ThreemaCode], Some(Totp)),
        (&[Totp, Hotp], &[Totp, Hotp], Some(Totp)),
        (&[Hotp, ThreemaTap], &[Hotp, ThreemaTap], None),
    ] {
        let enrollment = Widget::showing(offering(offered)).state.frame.enrollment;
        assert!(
            enrollment.choices().eq(choices.iter().copied()),
            "{offered:?}"
        );
        assert_eq!(enrollment.strongest(), strongest, "{offered:?}");
    }
}

#[test]
fn a_token_is_enrolled_as_an_app_is_and_only_what_is_offered() {
    let widget = Widget::showing(offering(&[Method::Totp, Method::Hotp]));
    let begun = widget.clone().then(by(Method::Hotp));
    assert!(asked(&begun) == call(Request::Begin(Method::Hotp)));
    assert!(widget.then(by(Method::ThreemaReply)).effects.is_empty());
}
