use super::*;

const KEY: &str = "4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b";
const NOW: UnixTime = UnixTime::from_secs(59);

fn enrollment(methods: &str) -> Enrollment {
    let Ok(enrollment) = Enrollment::offering("Our Forum", "alice", methods) else {
        panic!("no names");
    };
    enrollment
}

#[test]
fn only_what_needs_no_worker_is_answered() {
    let of = |verb, path| Question::of(verb, path, "totp");
    assert_eq!(of("GET", "/v1/client"), Some(Question::Look));
    assert_eq!(
        of("POST", "/v1/client/factors"),
        Some(Question::Begin(Method::Totp))
    );
    assert_eq!(
        of("POST", "/v1/client/factors/alone/confirm"),
        Some(Question::Confirm)
    );
    assert_eq!(of("POST", "/v1/client/pass"), Some(Question::Pass));
    for path in [
        "/v1/client/challenges",
        "/v1/client/recovery-codes",
        "/v1/client/factors/other/confirm",
    ] {
        assert_eq!(of("POST", path), None);
    }
    assert_eq!(
        Question::of("POST", "/v1/client/factors", "smoke-signs"),
        None
    );
}

#[test]
fn one_authenticator_and_one_way_of_asking_a_threema_id_are_offered() {
    let offered = |methods| enrollment(methods).offered;
    assert_eq!(offered("totp"), [Method::Totp]);
    assert_eq!(
        offered("threema-code totp threema-tap recovery totp hotp x"),
        [Method::ThreemaCode, Method::Totp]
    );
    assert!(offered("").is_empty());
    let unnamed = Enrollment::offering("Forum", "", "totp").map(|it| it.account);
    assert_eq!(unnamed.map_err(drop), Ok(Label::parse("Forum").unwrap()));
    assert!(Enrollment::offering("https://forum.example", "", "totp").is_err());
}

#[test]
fn nothing_comes_out_before_the_first_right_code() {
    let mut enrollment = enrollment("totp");
    assert_eq!(
        enrollment.confirm("287082", NOW),
        Err(Error::EnrollmentOver)
    );
    let secret = enrollment.draw(b"12345678901234567890").unwrap();
    assert_eq!(enrollment.form_value(), Err(Error::NotProved));
    assert_eq!(enrollment.confirm("alice", NOW), Err(Error::CodeMalformed));
    assert_eq!(enrollment.confirm("287083", NOW), Err(Error::CodeWrong));
    assert_eq!(enrollment.form_value(), Err(Error::NotProved));
    assert_eq!(enrollment.confirm("287 082", NOW), Ok(()));
    let link = KeyUri::read(&enrollment.form_value().unwrap()).unwrap();
    assert_eq!(link.secret, secret);
    assert_eq!(link.account, Label::parse("alice").ok());

    enrollment.forget();
    assert_eq!(enrollment.form_value(), Err(Error::NotProved));
    assert_eq!(
        enrollment.confirm("287082", NOW),
        Err(Error::EnrollmentOver)
    );
}

#[test]
fn a_contact_comes_out_as_its_code_or_as_its_id() {
    let mut enrollment = enrollment("threema-reply");
    let mut value = |id, key| {
        enrollment.take_contact(id, key)?;
        enrollment.form_value().map(|value| value.to_string())
    };
    assert_eq!(value("ECHOECHO", None), Ok("ECHOECHO".into()));
    let code = format!("3mid:ECHOECHO,{KEY}");
    assert_eq!(value("ECHOECHO", Some(KEY)), Ok(code));
    assert_eq!(value("echo", None), Err(Error::ThreemaIdMalformed));
    assert_eq!(
        value("ECHOECHO", Some("x")),
        Err(Error::ThreemaKeyMalformed)
    );
}
