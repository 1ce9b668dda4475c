use super::*;
use crate::screen::enroll::tests::{codes, fresh, with_threema};
use crate::screen::tests::{Widget, by, pass, refused, reply};
use threegate_core::Purpose;
use threegate_core::threema::Level;
use threegate_core::wire::Problem;
use threegate_core::wire::client::{Recovery, Reply, ThreemaBegun, View};

const KEY: &str = "3851ad59c96146a05b32e41c0ccd0fd639dc8cd66bf6e1cbd3c8d67e4e8f5531";
const JOIN: &str = "threema://device-group/join#CAASAgoA";
const LICENCE: &str = "threemawork://license?username=a&password=b";
const OTHER: &str = "otpauth://totp/a?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn code() -> String {
    ["3mid:ABCD1234,", KEY].concat()
}

fn export() -> String {
    ["ABCD"; 20].join("-")
}

/// Version 1, no options, keys of nothing but zeros, a host of one letter.
fn web_session() -> String {
    ["AAEA", &"AAAA".repeat(32), "AABh"].concat()
}

fn secret(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.into())
}

fn at_identify() -> Widget {
    Widget::showing(with_threema(fresh())).then(by(Method::ThreemaReply))
}

/// The site knows the ID, and the addresses.
fn at_known() -> Widget {
    let view = View {
        suggested_id: Some("ABCD1234".into()),
        look_up: LookUp::ALL.to_vec(),
        ..with_threema(fresh())
    };
    Widget::showing(view).then(by(Method::ThreemaReply))
}

/// One that was looked up, and is for its owner's eyes alone.
fn matched() -> Answer {
    let Answer::ThreemaBegun(begun) = begun(Level::Matched) else {
        unreachable!()
    };
    Answer::ThreemaBegun(ThreemaBegun {
        threema_id: "••••••34".into(),
        fingerprint: String::new(),
        reply: reply(),
        ..begun
    })
}

fn found(outcome: Result<Answer, Failure>) -> Widget {
    let widget = at_known().then(Event::Pressed(Action::LookUp(LookUp::Email)));
    let request = Request::BeginThreema {
        method: Method::ThreemaReply,
        identity: Identity::Found(LookUp::Email),
    };
    assert!(widget.has(&Effect::Call(request.clone())));
    assert_eq!(
        request.members(),
        [("look_up", "email"), ("method", "threema-reply")]
    );
    widget.then(Event::Arrived(request, Box::new(outcome)))
}

fn at_camera() -> Widget {
    at_identify()
        .then(Event::Pressed(Action::Camera))
        .then(Event::Camera(CameraState::Running))
}

/// A camera with a light, and another one.
fn with_lenses() -> Widget {
    at_camera().then(Event::Lenses(Lenses {
        cameras: vec!["Back".into(), "Front".into()],
        at: 0,
        light: Some(false),
    }))
}

fn at_image() -> Widget {
    at_identify().then(Event::GivenImage)
}

fn begin(key: Option<&str>) -> Request {
    Request::BeginThreema {
        method: Method::ThreemaReply,
        identity: Identity::Given {
            id: "ABCD1234".into(),
            key: key.map(String::from),
        },
    }
}

fn begun(level: Level) -> Answer {
    Answer::ThreemaBegun(ThreemaBegun {
        factor: "f1".into(),
        method: Method::ThreemaReply,
        threema_id: "ABCD1234".into(),
        level,
        fingerprint: "d30f795a904a213578baecc62c8611b5".into(),
        reply: Reply {
            from: "ABCD1234".into(),
            ..reply()
        },
        expires_at: 700,
    })
}

pub(crate) fn at_send(level: Level) -> Widget {
    let widget = at_identify().then(Event::Given(secret(&code())));
    widget.answered(begin(Some(KEY)), begun(level))
}

fn waiting() -> Answer {
    Answer::View(View {
        awaited: Some("f1".into()),
        ..with_threema(fresh())
    })
}

fn ready() -> Answer {
    Answer::View(View {
        pass_ready: true,
        usable: vec![Method::ThreemaReply],
        ..fresh()
    })
}

fn refusals() -> Vec<Failure> {
    let mut refusals = vec![Failure::Unreachable];
    refusals.extend(
        [
            Error::ThreemaIdUnknown,
            Error::ThreemaIdMalformed,
            Error::ThreemaIdFull,
            Error::ThreemaKeyMismatch,
            Error::ThreemaKeyChanged,
        ]
        .map(refused),
    );
    let mut many = Problem::new(429, code::TOO_MANY, "");
    (many.now, many.retry_at) = (Some(100), Some(7300));
    refusals.push(Failure::Refused(many));
    refusals.push(Failure::Refused(Problem::new(
        502,
        code::GATEWAY_UNAVAILABLE,
        "",
    )));
    refusals
}

/// One of every phase and complaint.
pub(crate) fn every_state() -> Vec<Widget> {
    let mut states = vec![
        Widget::of(Purpose::Enroll).answered(Request::Look, waiting()),
        at_identify(),
        at_identify().then(Event::Pressed(Action::Camera)),
        at_camera(),
        with_lenses(),
        with_lenses().then(Event::Pressed(Action::Light)),
        at_image(),
        at_image().then(Event::ReadImage(Ok(Zeroizing::default()))),
        at_identify().then(Event::Given(secret(&code()))),
        at_identify().then(Event::Pressed(Action::Submit)),
        at_known(),
        at_known().then(Event::Pressed(Action::LookUp(LookUp::Phone))),
        found(Ok(matched())),
        found(Err(refused(Error::ThreemaIdUnknown))),
        at_send(Level::Server),
        at_send(Level::Matched),
        at_send(Level::Scanned),
        at_send(Level::Scanned).after(600_000),
        at_send(Level::Scanned)
            .then(Event::Changed)
            .answered(Request::Look, ready())
            .answered(Request::Codes, codes()),
        done(),
    ];
    for state in [
        CameraState::Denied,
        CameraState::Missing,
        CameraState::Busy,
        CameraState::Insecure,
        CameraState::Black,
        CameraState::Failed,
    ] {
        states.push(at_camera().then(Event::Camera(state)));
    }
    for trouble in [ImageTrouble::Unreadable, ImageTrouble::Failed] {
        states.push(at_image().then(Event::ReadImage(Err(trouble))));
    }
    let web = web_session();
    let export = export();
    let expired = [&*code(), ",1"].concat();
    for text in [
        "hello",
        "*TESTTST",
        "threema://restore?backup=ABCD",
        JOIN,
        LICENCE,
        OTHER,
        &web,
        &export,
        &expired,
    ] {
        states.push(at_camera().then(Event::Scanned(secret(text))));
        let typed = at_identify().typed(text);
        states.push(typed.then(Event::Pressed(Action::Submit)));
    }
    for refusal in refusals() {
        let asked = at_identify().then(Event::Given(secret(&code())));
        states.push(asked.failed(begin(Some(KEY)), refusal));
    }
    states
}

/// One of every event that only the question for the ID knows.
pub(crate) fn every_event() -> Vec<Event> {
    let mut events = vec![
        Event::GivenImage,
        Event::ReadImage(Ok(Zeroizing::new(vec![OTHER.into(), code()]))),
        Event::ReadImage(Err(ImageTrouble::Failed)),
        Event::Camera(CameraState::Starting),
        Event::Camera(CameraState::Running),
        Event::Camera(CameraState::Denied),
        Event::Lenses(Lenses::default()),
        Event::Picked(1),
        Event::Typed(secret(&export())),
    ];
    for text in [
        &*code(),
        "https://threema.id/ABCD1234",
        "ABCD1234",
        OTHER,
        JOIN,
        "",
    ] {
        events.push(Event::Given(secret(text)));
        events.push(Event::Scanned(secret(text)));
    }
    events.push(Event::Arrived(
        begin(Some(KEY)),
        Box::new(Ok(begun(Level::Scanned))),
    ));
    let refused = |refusal| Event::Arrived(begin(Some(KEY)), Box::new(Err(refusal)));
    events.extend(refusals().into_iter().map(refused));
    events
}

/// A rule for every event in every state.
pub(crate) fn the_camera_is_on_only_while_it_is_shown(before: &Widget, after: &Widget) {
    let shown = |widget: &Widget| match &widget.state.screen {
        Screen::Identify(identify) => matches!(identify.phase, Phase::Camera { .. }),
        _ => false,
    };
    let last = after.effects.iter().rev().find_map(|effect| match effect {
        Effect::OpenCamera => Some(true),
        Effect::CloseScanner => Some(false),
        _ => None,
    });
    let on = last.unwrap_or_else(|| shown(before));
    assert_eq!(on, shown(after), "{}", before.state.name());
}

fn done() -> Widget {
    at_send(Level::Scanned)
        .then(Event::Changed)
        .answered(Request::Look, ready())
        .answered(Request::Codes, codes())
        .then(Event::Ticked(true))
        .then(Event::Pressed(Action::Submit))
        .answered(
            Request::Kept,
            Answer::Kept(Recovery {
                left: 10,
                kept: true,
            }),
        )
        .answered(Request::Pass, pass())
}

fn complaint(widget: &Widget) -> Option<Complaint> {
    match &widget.state.screen {
        Screen::Identify(identify) => identify.complaint,
        _ => panic!("not at the question, but {}", widget.state.name()),
    }
}

#[track_caller]
fn asks(widget: &Widget, key: Option<&str>) {
    assert!(
        widget.has(&Effect::Call(begin(key))),
        "{}",
        widget.state.name()
    );
}

#[test]
fn an_enrollment_goes_from_the_code_before_the_camera_to_the_pass() {
    let widget = at_camera().then(Event::Scanned(secret(&code())));
    asks(&widget, Some(KEY));
    assert!(
        widget.has(&Effect::CloseScanner),
        "the camera goes off at once"
    );
    let widget = widget.answered(begin(Some(KEY)), begun(Level::Scanned));
    assert_eq!(widget.state.name(), "send");
    let widget = widget.then(Event::Changed).answered(Request::Look, ready());
    assert_eq!(widget.calls(), ["POST /v1/client/recovery-codes"]);
    let done = done();
    assert_eq!(done.state.name(), "done");
    assert_eq!(done.state.frame.enrollment.enrolled, Method::ThreemaReply);
}

#[test]
fn a_code_with_its_key_comes_by_camera_image_paste_and_keyboard() {
    asks(
        &at_camera().then(Event::Scanned(secret(&code()))),
        Some(KEY),
    );
    asks(
        &at_identify().then(Event::Given(secret(&code()))),
        Some(KEY),
    );
    let image = Event::ReadImage(Ok(Zeroizing::new(vec![OTHER.into(), code()])));
    asks(&at_image().then(image), Some(KEY));
    let typed = at_identify().typed(&code());
    asks(&typed.then(Event::Pressed(Action::Submit)), Some(KEY));
}

#[test]
fn an_id_that_is_typed_or_linked_has_no_key() {
    for text in [
        "ABCD1234",
        " abcd-1234 ",
        "https://threema.id/ABCD1234",
        "threema://add?id=ABCD1234",
    ] {
        let widget = at_identify().typed(text);
        asks(&widget.then(Event::Pressed(Action::Submit)), None);
    }
    asks(
        &at_camera().then(Event::Scanned(secret("https://threema.id/ABCD1234"))),
        None,
    );
}

#[test]
fn a_pasted_id_stands_in_the_field_before_it_is_looked_up() {
    for text in ["abcd1234", "https://threema.id/ABCD1234"] {
        let widget = at_identify().then(Event::Given(secret(text)));
        assert!(widget.calls().is_empty());
        assert!(widget.has(&Effect::Fill(secret("ABCD1234"))));
        asks(&widget.then(Event::Pressed(Action::Submit)), None);
    }
}

#[test]
fn a_secret_is_named_and_dropped_wherever_it_comes_from() {
    let (export, web) = (export(), web_session());
    for text in [
        &*export,
        &web,
        JOIN,
        LICENCE,
        "threema://restore?backup=ABCD",
    ] {
        let image = Event::ReadImage(Ok(Zeroizing::new(vec![OTHER.into(), text.into()])));
        for widget in [
            at_camera().then(Event::Scanned(secret(text))),
            at_identify().then(Event::Given(secret(text))),
            at_identify().typed(text),
            at_image().then(image),
        ] {
            assert!(
                complaint(&widget).is_some_and(Complaint::is_secret),
                "{text}"
            );
            assert!(widget.calls().is_empty());
            assert!(widget.has(&Effect::Announce(Announcement::Complaint)));
            let Screen::Identify(identify) = &widget.state.screen else {
                panic!("another screen")
            };
            assert!(identify.typed.is_empty());
        }
        let typed = at_identify().typed(text);
        assert!(typed.has(&Effect::Fill(secret(""))), "the field is emptied");
    }
}

#[test]
fn the_camera_goes_on_after_a_code_of_no_use_and_says_so_once() {
    let widget = at_camera().then(Event::Scanned(secret(OTHER)));
    let said = Effect::Announce(Announcement::Complaint);
    assert!(widget.has(&said) && !widget.has(&Effect::CloseScanner));
    let widget = widget.then(Event::Scanned(secret(OTHER)));
    assert!(!widget.has(&said));
    asks(&widget.then(Event::Scanned(secret(&code()))), Some(KEY));
}

#[test]
fn a_camera_that_cannot_be_had_is_named_and_can_be_tried_again() {
    for state in [
        CameraState::Denied,
        CameraState::Missing,
        CameraState::Busy,
        CameraState::Failed,
    ] {
        let widget = at_camera().then(Event::Camera(state));
        assert_eq!(complaint(&widget), Some(Complaint::Camera(state)));
        assert!(widget.has(&Effect::CloseScanner));
        let widget = widget.then(Event::Pressed(Action::Camera));
        assert!(widget.has(&Effect::OpenCamera) && complaint(&widget).is_none());
    }
}

#[test]
fn an_image_takes_the_cameras_place() {
    let widget = at_camera().then(Event::GivenImage);
    let order = [&Effect::CloseScanner, &Effect::ReadImage];
    let place = |wanted: &Effect| widget.effects.iter().position(|one| one == wanted);
    assert!(place(order[0]).is_some() && place(order[0]) < place(order[1]));
    let widget = widget.then(Event::ReadImage(Ok(Zeroizing::default())));
    assert_eq!(complaint(&widget), Some(Complaint::NoCode));
    assert!(widget.has(&Effect::CloseScanner));
}

#[test]
fn what_the_worker_refuses_stays_on_the_screen_and_is_said() {
    for refusal in refusals() {
        let widget = at_identify()
            .typed("ABCD1234")
            .then(Event::Pressed(Action::Submit))
            .failed(begin(None), refusal.clone());
        assert!(complaint(&widget).is_some());
        assert_eq!(complaint(&widget), Complaint::of(&refusal));
        assert!(widget.has(&Effect::Announce(Announcement::Complaint)));
    }
    let widget = at_identify()
        .typed("ABCD1234")
        .then(Event::Pressed(Action::Submit))
        .failed(begin(None), refused(Error::TicketExpired));
    assert_eq!(widget.state.name(), "expired");
}

#[test]
fn the_id_of_a_service_is_not_looked_up() {
    let code = ["3mid:*TESTTST,", KEY].concat();
    for widget in [
        at_camera().then(Event::Scanned(secret(&code))),
        at_identify()
            .typed("*TESTTST")
            .then(Event::Pressed(Action::Submit)),
    ] {
        assert!(widget.calls().is_empty());
        assert_eq!(complaint(&widget), Some(Complaint::Gateway));
    }
}

#[test]
fn what_is_no_id_at_all_is_asked_for_again() {
    for text in ["", "ABC", "ABCD12345", "hello world"] {
        let widget = at_identify()
            .typed(text)
            .then(Event::Pressed(Action::Submit));
        assert!(widget.calls().is_empty());
        assert_eq!(complaint(&widget), Some(Complaint::Malformed), "{text}");
    }
}

#[test]
fn an_earlier_proof_does_not_stand_for_the_message() {
    let widget = at_send(Level::Server).then(Event::Changed);
    let Answer::View(view) = waiting() else {
        panic!("no view")
    };
    let proof = threegate_core::wire::client::Proof::Given;
    let widget = widget.answered(Request::Look, Answer::View(View { proof, ..view }));
    assert_eq!(widget.state.name(), "send");
}

#[test]
fn a_page_that_was_loaded_again_meanwhile_still_turns_by_itself() {
    let widget = Widget::of(Purpose::Enroll).answered(Request::Look, waiting());
    assert_eq!(widget.state.name(), "choose");
    let widget = widget.after(3000);
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    let widget = widget.answered(Request::Look, waiting()).after(3000);
    let widget = widget.answered(Request::Look, ready());
    assert_eq!(widget.calls(), ["POST /v1/client/recovery-codes"]);
    // Without such a wait nothing is asked.
    let widget = Widget::showing(with_threema(fresh())).after(3000);
    assert!(widget.calls().is_empty());
}

#[test]
fn a_new_code_is_asked_for_with_the_same_id_and_key() {
    let widget = at_send(Level::Scanned)
        .after(600_000)
        .answered(Request::Look, waiting())
        .then(Event::Pressed(Action::Renew));
    asks(&widget, Some(KEY));
    let again = widget
        .clone()
        .answered(begin(Some(KEY)), begun(Level::Scanned));
    assert_eq!(again.state.name(), "send");
    let widget = widget.failed(begin(Some(KEY)), refused(Error::ThreemaKeyMismatch));
    assert_eq!(complaint(&widget), Some(Complaint::KeyMismatch));
}

#[test]
fn one_can_go_back_to_another_id_and_to_another_way() {
    let widget = at_send(Level::Server).then(Event::Pressed(Action::Back));
    assert_eq!(widget.state.name(), "identify");
    assert_eq!(
        widget.then(Event::Pressed(Action::Back)).state.name(),
        "choose"
    );
}

#[test]
fn the_id_that_the_site_knows_is_filled_in_and_can_be_sent_as_it_is() {
    let widget = at_known();
    assert!(widget.has(&Effect::Fill(secret("ABCD1234"))));
    let widget = widget.then(Event::Pressed(Action::Submit));
    asks(&widget, None);
    let widget = widget.answered(begin(None), begun(Level::Server));
    let widget = widget.then(Event::Pressed(Action::Back));
    assert!(
        widget.has(&Effect::Fill(secret("ABCD1234"))),
        "also on the way back"
    );
}

#[test]
fn an_id_is_found_by_an_address_and_what_is_not_found_can_be_typed() {
    assert_eq!(found(Ok(matched())).state.name(), "send");
    for cause in [Error::ThreemaIdUnknown, Error::LookUpUnavailable] {
        let widget = found(Err(refused(cause)));
        assert_eq!(complaint(&widget), Some(Complaint::NotFound));
        asks(&widget.then(Event::Pressed(Action::Submit)), None);
    }
}

#[test]
fn an_id_is_begun_by_the_first_of_threemas_methods() {
    let view = View {
        offered: vec![Method::Totp, Method::ThreemaCode],
        ..fresh()
    };
    let widget = Widget::showing(view).then(by(Method::ThreemaCode));
    let widget = widget
        .typed("ABCD1234")
        .then(Event::Pressed(Action::Submit));
    let request = Request::BeginThreema {
        method: Method::ThreemaCode,
        identity: Identity::Given {
            id: "ABCD1234".into(),
            key: None,
        },
    };
    assert!(widget.has(&Effect::Call(request)));
}

#[test]
fn another_camera_is_picked_among_those_that_there_are() {
    let widget = with_lenses().then(Event::Picked(1));
    assert!(widget.effects == [Effect::PickCamera(1)]);
    assert!(with_lenses().then(Event::Picked(2)).effects.is_empty());
    let off = with_lenses().then(Event::Pressed(Action::Camera));
    assert!(off.then(Event::Picked(1)).effects.is_empty());
}

#[test]
fn a_light_is_turned_on_and_off_where_there_is_one() {
    let widget = with_lenses().then(Event::Pressed(Action::Light));
    assert!(widget.effects == [Effect::Light(true)]);
    let widget = widget.then(Event::Pressed(Action::Light));
    assert!(widget.effects == [Effect::Light(false)]);
    let none = at_camera().then(Event::Pressed(Action::Light));
    assert!(none.effects.is_empty());
}

#[test]
fn after_a_camera_that_failed_it_can_be_tried_again() {
    let widget = with_lenses().then(Event::Camera(CameraState::Black));
    assert_eq!(
        complaint(&widget),
        Some(Complaint::Camera(CameraState::Black))
    );
    let widget = widget.then(Event::Pressed(Action::Camera));
    assert!(widget.has(&Effect::OpenCamera));
    assert_eq!(complaint(&widget), None);
}
