use super::*;
use crate::screen::tests::{Widget, refused, view_of};
use threegate_core::threema::Level;
use threegate_core::wire::client::{Proof as Proved, Recovery, RecoveryCodes};
use threegate_core::{Purpose, wire::Problem};

fn factor(at: &str, method: Method, name: Option<&str>) -> ListedFactor {
    let threema = method.needs_gateway();
    ListedFactor {
        factor: at.into(),
        method,
        name: name.map(Into::into),
        created_at: 10,
        last_used_at: 20,
        threema_id: threema.then(|| "ALICE001".into()),
        level: threema.then_some(Level::Scanned),
    }
}

fn device(name: &str) -> ListedDevice {
    ListedDevice {
        device: name.into(),
        created_at: 30,
        last_used_at: 40,
        expires_at: 50,
    }
}

/// What a member sees who has three factors, codes and two browsers.
pub(crate) fn managed() -> View {
    View {
        proof: Proved::Given,
        usable: vec![
            Method::Totp,
            Method::Hotp,
            Method::ThreemaReply,
            Method::Recovery,
        ],
        factors: Some(vec![
            factor("f1", Method::Totp, Some("Work phone")),
            factor("f2", Method::Hotp, None),
            factor("f3", Method::ThreemaReply, None),
        ]),
        devices: Some(vec![device("d1"), device("d2")]),
        ..view_of(Purpose::Manage)
    }
}

pub(crate) fn only(view: View) -> View {
    View {
        usable: vec![Method::Totp],
        factors: Some(vec![factor("f1", Method::Totp, None)]),
        devices: Some(Vec::new()),
        ..view
    }
}

pub(crate) fn none() -> View {
    View {
        proof: Proved::None,
        usable: Vec::new(),
        factors: Some(Vec::new()),
        devices: Some(Vec::new()),
        recovery: None,
        ..managed()
    }
}

fn at_overview() -> Widget {
    Widget::showing(managed())
}

pub(crate) fn does(doing: Doing) -> Event {
    Event::Pressed(Action::Manage(doing))
}

fn at_factor(place: usize) -> Widget {
    at_overview().then(does(Doing::Factor(place)))
}

fn at_name() -> Widget {
    at_factor(0).then(does(Doing::Rename))
}

fn at_resync() -> Widget {
    at_factor(1).then(does(Doing::Resync))
}

fn with_two_codes() -> Widget {
    let widget = at_resync().typed("111111").then(submit());
    widget.typed("222222").then(submit())
}

fn at_remove() -> Widget {
    at_factor(2).then(does(Doing::Remove))
}

fn at_new_codes() -> Widget {
    at_overview().then(does(Doing::NewCodes))
}

const fn submit() -> Event {
    Event::Pressed(Action::Submit)
}

fn codes() -> Answer {
    Answer::Codes(RecoveryCodes {
        codes: vec!["K7M2P-9XQ4D".into()],
    })
}

fn manage(widget: &Widget) -> &Manage {
    match &widget.state.screen {
        Screen::Manage(manage) => manage,
        _ => panic!("not managing, but {}", widget.state.name()),
    }
}

/// The request that the widget waits for.
fn asked(widget: &Widget) -> Request {
    let mut requests = widget.effects.iter().filter_map(|effect| match effect {
        Effect::Call(request) => Some(request.clone()),
        _ => None,
    });
    requests.next().unwrap()
}

/// The worker does it, and shows what there is then.
pub(crate) fn done(widget: Widget, after: View) -> Widget {
    let request = asked(&widget);
    let widget = widget.answered(request, Answer::Changed);
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    widget.answered(Request::Look, Answer::View(after))
}

fn refuses(widget: Widget, cause: Error) -> Widget {
    let request = asked(&widget);
    widget.failed(request, refused(cause))
}

fn unanswered(widget: Widget) -> Widget {
    let request = asked(&widget);
    widget.failed(request, Failure::Unreachable)
}

/// One of every screen on which something is managed.
pub(crate) fn every_state() -> Vec<Widget> {
    let few = |left, kept| {
        Widget::showing(View {
            recovery: Some(Recovery { left, kept }),
            ..managed()
        })
    };
    let mut widgets = vec![
        Widget::showing(view_of(Purpose::Manage)),
        Widget::of(Purpose::Manage).failed(Request::Look, refused(Error::TicketExpired)),
        at_overview(),
        few(1, true),
        few(10, false),
        Widget::showing(none()),
        Widget::showing(only(managed())).then(does(Doing::Factor(0))),
        Widget::showing(only(managed()))
            .then(does(Doing::Factor(0)))
            .then(does(Doing::Remove)),
        at_factor(0),
        at_factor(1),
        at_factor(2),
        at_factor(1).then(does(Doing::Prefer)),
        refuses(
            at_factor(1).then(does(Doing::Prefer)),
            Error::MethodUnavailable,
        ),
        at_name(),
        at_name().typed(""),
        at_name().typed("Tablet").then(submit()),
        refuses(at_name().typed("x").then(submit()), Error::LabelInvalid),
        unanswered(at_name().typed("x").then(submit())),
        at_resync(),
        at_resync().typed("1").then(submit()),
        at_resync().typed("111111").then(submit()),
        with_two_codes(),
        refuses(with_two_codes(), Error::CodeWrong),
        unanswered(with_two_codes()),
        at_remove(),
        unanswered(at_remove().then(submit())),
        at_new_codes(),
        at_new_codes().then(submit()),
        unanswered(at_new_codes().then(submit())),
        at_new_codes()
            .then(submit())
            .answered(Request::Codes, codes()),
    ];
    for doing in [Doing::Forget(1), Doing::ForgetAll] {
        widgets.push(at_overview().then(does(doing)));
        widgets.push(done(at_overview().then(does(doing)), managed()));
    }
    for change in [
        at_factor(1).then(does(Doing::Prefer)),
        at_name().typed("Tablet").then(submit()),
        with_two_codes(),
        at_remove().then(submit()),
    ] {
        widgets.push(done(change, managed()));
    }
    widgets.push(kept_new_codes());
    widgets.push(gone());
    widgets
}

fn kept_new_codes() -> Widget {
    let widget = at_new_codes().then(submit());
    let widget = widget.answered(Request::Codes, codes());
    let widget = widget.then(Event::Ticked(true)).then(submit());
    let kept = Answer::Kept(Recovery {
        left: 10,
        kept: true,
    });
    let widget = widget.answered(Request::Kept, kept);
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    widget.answered(Request::Look, Answer::View(managed()))
}

fn gone() -> Widget {
    let widget = refuses(at_remove().then(submit()), Error::FactorUnknown);
    widget.answered(Request::Look, Answer::View(only(managed())))
}

pub(crate) fn every_doing() -> Vec<Event> {
    let doings = [
        Doing::Factor(0),
        Doing::Factor(1),
        Doing::Factor(9),
        Doing::Rename,
        Doing::Prefer,
        Doing::Resync,
        Doing::Remove,
        Doing::NewCodes,
        Doing::Forget(0),
        Doing::Forget(9),
        Doing::ForgetAll,
    ];
    doings.into_iter().map(does).collect()
}

pub(crate) fn every_request() -> Vec<Request> {
    let factor = || "f1".to_owned();
    let changes = [
        Change::Prefer(Method::Hotp),
        Change::Remove(factor()),
        Change::Forget("d1".into()),
        Change::ForgetAll,
        Change::Rename {
            factor: factor(),
            name: "x".into(),
        },
        Change::Resync {
            factor: factor(),
            codes: Default::default(),
        },
    ];
    let mut requests: Vec<_> = changes.into_iter().map(Request::Change).collect();
    requests.push(Request::Codes);
    requests
}

pub(crate) fn every_answer() -> Vec<Answer> {
    vec![
        Answer::Changed,
        Answer::View(managed()),
        Answer::View(none()),
        codes(),
    ]
}

#[test]
fn a_factor_is_proved_before_anything_is_shown() {
    let widget = Widget::showing(view_of(Purpose::Manage)).opened(Method::Totp);
    assert_eq!(widget.state.name(), "code");
    let widget = widget.typed("123456");
    let request = asked(&widget);
    let widget = widget.answered(request, crate::screen::tests::proved(None));
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    let widget = widget.answered(Request::Look, Answer::View(managed()));
    assert_eq!(widget.state.name(), "overview");
    assert_eq!(manage(&widget).factors.len(), 3);
}

#[test]
fn who_has_nothing_is_shown_that() {
    let widget = Widget::showing(none());
    assert_eq!(widget.state.name(), "overview");
    assert!(manage(&widget).factors.is_empty());
    assert_eq!(widget.then(does(Doing::NewCodes)).state.name(), "overview");
}

#[test]
fn a_change_is_asked_for_as_the_api_has_it_and_what_there_is_then_is_shown() {
    type Row = (
        Widget,
        &'static str,
        Vec<(&'static str, &'static str)>,
        Notice,
    );
    let rows: [Row; 6] = [
        (
            at_name().typed("Tablet").then(submit()),
            "PATCH /v1/client/factors/f1",
            vec![("name", "Tablet")],
            Notice::Renamed,
        ),
        (
            at_factor(1).then(does(Doing::Prefer)),
            "PUT /v1/client/default",
            vec![("method", "hotp")],
            Notice::Preferred,
        ),
        (
            at_remove().then(submit()),
            "DELETE /v1/client/factors/f3",
            vec![],
            Notice::Removed,
        ),
        (
            with_two_codes(),
            "POST /v1/client/factors/f2/resync",
            vec![],
            Notice::Resynced,
        ),
        (
            at_overview().then(does(Doing::Forget(1))),
            "DELETE /v1/client/devices/d2",
            vec![],
            Notice::Forgotten,
        ),
        (
            at_overview().then(does(Doing::ForgetAll)),
            "DELETE /v1/client/devices",
            vec![],
            Notice::AllForgotten,
        ),
    ];
    for (widget, call, members, notice) in rows {
        assert_eq!(widget.calls(), [call]);
        assert_eq!(asked(&widget).members(), members);
        assert_eq!(widget.state.name(), "working");
        let request = asked(&widget);
        let told = widget.clone().answered(request, Answer::Changed);
        let word = notice.word().unwrap();
        assert!(told.has(&Effect::EmitChange(word)), "the page hears of it");
        let widget = done(widget, managed());
        assert_eq!(widget.state.name(), "overview");
        assert_eq!(manage(&widget).notice, Some(notice));
        let said = crate::screen::Announcement::Notice(notice);
        assert!(widget.has(&Effect::Announce(said)));
    }
}

#[test]
fn nothing_is_removed_and_no_codes_are_replaced_without_a_question() {
    assert_eq!(at_remove().state.name(), "remove");
    assert!(at_remove().calls().is_empty());
    assert_eq!(at_new_codes().state.name(), "new_codes");
    assert!(at_new_codes().calls().is_empty());
    let back = at_remove().then(Event::Pressed(Action::Back));
    assert_eq!(back.state.name(), "factor");
    let back = back.then(Event::Pressed(Action::Back));
    assert_eq!(back.state.name(), "overview");
}

#[test]
fn new_codes_are_shown_kept_and_told() {
    let widget = at_new_codes().then(submit());
    assert_eq!(widget.calls(), ["POST /v1/client/recovery-codes"]);
    let widget = widget.answered(Request::Codes, codes());
    assert_eq!(widget.state.name(), "recovery_codes");
    assert!(widget.has(&Effect::EmitChange("recovery_codes_replaced")));
    let widget = kept_new_codes();
    assert_eq!(manage(&widget).notice, Some(Notice::Codes));
}

#[test]
fn two_codes_that_do_not_follow_each_other_are_typed_anew() {
    let widget = with_two_codes();
    let Request::Change(change) = asked(&widget) else {
        panic!("no change")
    };
    let list = change.list().unwrap().1;
    assert_eq!([list[0].as_str(), list[1].as_str()], ["111111", "222222"]);
    let widget = refuses(widget, Error::CodeWrong);
    let Page::Resync { first, field, .. } = &manage(&widget).page else {
        panic!("not there")
    };
    assert!(first.is_none() && field.typed.is_empty() && field.complaint.is_some());
}

#[test]
fn only_a_token_is_set_right_and_only_what_is_not_first_becomes_so() {
    assert_eq!(
        at_factor(0).then(does(Doing::Resync)).state.name(),
        "factor"
    );
    let frame = &at_overview().state.frame;
    assert!(!Manage::may_prefer(Method::Totp, frame), "it is the first");
    assert!(Manage::may_prefer(Method::ThreemaReply, frame));
    assert!(!Manage::may_prefer(Method::ThreemaTap, frame), "not usable");
}

#[test]
fn what_another_tab_removed_is_looked_at_anew() {
    let widget = gone();
    assert_eq!(manage(&widget).notice, Some(Notice::Gone));
    assert_eq!(manage(&widget).factors.len(), 1);
    assert!(
        !widget
            .effects
            .iter()
            .any(|one| matches!(one, Effect::EmitChange(_)))
    );
}

#[test]
fn a_proof_that_is_over_is_asked_for_again() {
    let widget = refuses(at_remove().then(submit()), Error::ProofRequired);
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    let needed = Answer::View(view_of(Purpose::Manage));
    assert_eq!(widget.answered(Request::Look, needed).state.name(), "code");
}

#[test]
fn what_was_not_answered_can_be_tried_again_where_it_was() {
    for widget in [
        at_remove().then(submit()),
        at_new_codes().then(submit()),
        at_name().typed("x").then(submit()),
    ] {
        let call = widget.calls();
        let widget = unanswered(widget);
        assert_eq!(manage(&widget).complaint, Some(Complaint::Unreachable));
        assert_eq!(widget.then(submit()).calls(), call);
    }
    // Done, but what there is then was not told.
    let widget = at_remove().then(submit());
    let request = asked(&widget);
    let widget = widget.answered(request, Answer::Changed);
    let widget = widget.failed(Request::Look, Failure::Unreachable);
    assert_eq!(widget.state.name(), "unreachable");
}

#[test]
fn what_nobody_here_can_mend_is_told_by_its_code() {
    let widget = at_remove().then(submit());
    let request = asked(&widget);
    let problem = Problem::new(403, "purpose_mismatch", "");
    let widget = widget.failed(request, Failure::Refused(problem));
    assert_eq!(widget.state.name(), "failed");
}
