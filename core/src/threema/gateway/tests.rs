use std::format;
use std::string::ToString;

use proptest::prelude::*;

use super::super::look_up::{email_hash, phone_hash};
use super::*;
use crate::Error;

fn id(text: &str) -> ThreemaId {
    ThreemaId::parse(text).unwrap()
}

fn gateway(endpoint: &str, secret: &str) -> Gateway {
    let credentials = Credentials::new(id("*TESTTST"), ApiSecret::parse(secret).unwrap());
    Gateway::new(Endpoint::parse(endpoint).unwrap(), credentials)
}

fn local() -> Gateway {
    gateway("http://localhost:8081", "0123456789abcdef")
}

#[test]
fn every_question_goes_where_the_gateway_expects_it() {
    let account = "?from=*TESTTST&secret=0123456789abcdef";
    let email = email_hash("test@threema.ch");
    let phone = phone_hash("41791234567").unwrap();
    let urls = [
        local().public_key(id("ECHOECHO")).url().to_string(),
        local().capabilities(id("*3MAPUSH")).url().to_string(),
        local().credits().url().to_string(),
        local().by_email(email).url().to_string(),
        local().by_phone(phone).url().to_string(),
    ];
    let paths = [
        "pubkeys/ECHOECHO".to_string(),
        "capabilities/*3MAPUSH".to_string(),
        "credits".to_string(),
        format!("lookup/email_hash/{}", email.to_hex()),
        format!("lookup/phone_hash/{}", phone.to_hex()),
    ];
    for (url, path) in urls.iter().zip(paths) {
        assert_eq!(*url, format!("http://localhost:8081/{path}{account}"));
    }
    assert_eq!(local().credits().form(), None);
}

#[test]
fn a_text_in_basic_mode_is_sent_as_a_form_whatever_it_says() {
    let call = local().send_simple(id("ECHOECHO"), "123 456\n&secret=ü");
    assert_eq!(call.url(), "http://localhost:8081/send_simple");
    assert_eq!(
        call.form().unwrap(),
        "from=*TESTTST&to=ECHOECHO&text=123%20456%0A%26secret%3D%C3%BC&secret=0123456789abcdef"
    );
}

#[test]
fn a_message_is_sent_as_a_form_with_the_secret_out_of_the_address() {
    let call = local().send(
        id("ECHOECHO"),
        [0xab; 24],
        &[0x12, 0x34],
        DeliveryReceipts::Unwanted,
    );
    assert_eq!(call.url(), "http://localhost:8081/send_e2e");
    let nonce = "ab".repeat(24);
    assert_eq!(
        call.form().unwrap(),
        format!(
            "from=*TESTTST&to=ECHOECHO&nonce={nonce}&box=1234&noDeliveryReceipts=1\
             &secret=0123456789abcdef"
        )
    );
    let call = local().send(
        id("ECHOECHO"),
        [0xab; 24],
        &[0x12, 0x34],
        DeliveryReceipts::Wanted,
    );
    assert!(!call.form().unwrap().contains("noDeliveryReceipts"));
    let sent = MessageId::parse("0102030405060708");
    assert_eq!(call.answer(200, b"0102030405060708\n").ok(), sent.ok());
}

#[test]
fn a_secret_of_any_signs_stays_one_parameter() {
    let gateway = gateway("https://onprem.example/msgapi/", "a&b=c+d%/#?~");
    let escaped = "a%26b%3Dc%2Bd%25%2F%23%3F~";
    assert_eq!(
        gateway.credits().url(),
        format!("https://onprem.example/msgapi/credits?from=*TESTTST&secret={escaped}")
    );
    let call = gateway.send(id("ECHOECHO"), [0; 24], &[0; 17], DeliveryReceipts::Wanted);
    assert!(
        call.form()
            .unwrap()
            .ends_with(&format!("&secret={escaped}"))
    );
}

#[test]
fn no_buffer_with_the_secret_in_it_grows() {
    let secret = "%".repeat(100);
    let gateway = gateway("https://onprem.example/msgapi", &secret);
    let look_up = gateway.by_email(email_hash("test@threema.ch"));
    assert_eq!(look_up.url.capacity(), 29 + 300 + 256);
    let send = gateway.send(
        id("ECHOECHO"),
        [0; 24],
        &[0; 7812],
        DeliveryReceipts::Unwanted,
    );
    assert_eq!(send.form.unwrap().capacity(), 2 * 7812 + 300 + 256);
}

#[test]
fn every_status_has_its_meaning_and_only_some_pass_by_themselves() {
    let of = |status| local().credits().answer(status, b"12").unwrap_err();
    for (status, meaning, passes) in [
        (400, GatewayError::Refused, false),
        (401, GatewayError::Secret, false),
        (402, GatewayError::NoCredits, false),
        (404, GatewayError::Unknown, false),
        (413, GatewayError::TooLong, false),
        (429, GatewayError::TooMany, true),
        (500, GatewayError::Unavailable, true),
        (503, GatewayError::Unavailable, true),
        (599, GatewayError::Unavailable, true),
        (204, GatewayError::Nonsense, false),
        (301, GatewayError::Nonsense, false),
        (418, GatewayError::Nonsense, false),
        (0, GatewayError::Nonsense, false),
    ] {
        assert_eq!(of(status), meaning, "{status}");
        assert_eq!(meaning.is_passing(), passes, "{status}");
        assert!(meaning.code().starts_with("gateway_"));
    }
}

#[test]
fn an_answer_is_exactly_what_was_asked_for() {
    let key = "4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b";
    let of_key = |body: &str| {
        local()
            .public_key(id("ECHOECHO"))
            .answer(200, body.as_bytes())
    };
    assert_eq!(of_key(key), Ok(PublicKey::parse(key).unwrap()));
    assert_eq!(of_key(&format!("{key}\r\n")), of_key(&key.to_uppercase()));
    for nonsense in [
        "",
        &key[..62],
        &"00".repeat(32),
        "<html>",
        &format!("{key}{key}"),
    ] {
        assert_eq!(of_key(nonsense), Err(GatewayError::Nonsense), "{nonsense}");
    }
    let of_credits = |body: &[u8]| local().credits().answer(200, body);
    assert_eq!(of_credits(b"20"), Ok(20));
    for nonsense in [
        &b""[..],
        b"-1",
        b"+1",
        b"1.5",
        b"\xff",
        b"99999999999999999999",
    ] {
        assert_eq!(of_credits(nonsense), Err(GatewayError::Nonsense));
    }
    let of_email = |body: &[u8]| local().by_email(email_hash("a@b")).answer(200, body);
    assert_eq!(of_email(b"ECHOECHO"), Ok(id("ECHOECHO")));
    assert_eq!(of_email(b"ECHO"), Err(GatewayError::Nonsense));
}

#[test]
fn capabilities_are_words_in_any_order_known_or_not() {
    let asked = local().capabilities(id("ECHOECHO"));
    let can = asked.answer(200, b"text,image, file,teleport,").unwrap();
    assert!(can.has("text") && can.has("file") && can.has("teleport"));
    assert!(!can.has("group") && !can.has(""));
    assert!(!asked.answer(200, b"").unwrap().has("text"));
}

#[test]
fn an_endpoint_is_an_origin_with_at_most_a_plain_path() {
    for good in [
        "https://msgapi.threema.ch",
        "https://onprem.example/msgapi",
        "https://onprem.example:8443/a/b-c_d.e~f",
        "http://localhost:8081",
        "http://127.0.0.1:8081/x",
    ] {
        assert_eq!(Endpoint::parse(good).unwrap().as_str(), good);
        let with_slash = Endpoint::parse(&format!("{good}/")).unwrap();
        assert_eq!(with_slash.as_str(), good);
    }
    assert_eq!(
        Endpoint::parse("https://msgapi.threema.ch"),
        Ok(Endpoint::default())
    );
    for bad in [
        "",
        "msgapi.threema.ch",
        "http://msgapi.threema.ch",
        "ftp://localhost",
        "https://",
        "https:///x",
        "https://user@example.org",
        "https://example.org/?a=b",
        "https://example.org#a",
        "https://example.org/a//b",
        "https://example.org/../b",
        "https://example.org/%41",
        "https://example.org/a b",
        "https://example.org//",
    ] {
        assert_eq!(Endpoint::parse(bad), Err(Error::EndpointInvalid), "{bad}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let gateway = local();
    let shown = format!("{gateway:?} {:?}", gateway.credits());
    assert!(!shown.contains("0123456789abcdef") && !shown.contains("TESTTST"));
}

proptest! {
    #[test]
    fn any_answer_is_read_or_named(status: u16, body in proptest::collection::vec(any::<u8>(), 0..80)) {
        let gateway = local();
        let _ = gateway.public_key(id("ECHOECHO")).answer(status, &body);
        let _ = gateway.credits().answer(status, &body);
        let _ = gateway.capabilities(id("ECHOECHO")).answer(status, &body);
        let _ = gateway.by_email(email_hash("a@b")).answer(status, &body);
    }
}
