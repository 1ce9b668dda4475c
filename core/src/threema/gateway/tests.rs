use std::format;
use std::string::ToString;

use proptest::prelude::*;

#[cfg(feature = "serde")]
mod bulk;

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
    let credits = local().credits();
    assert_eq!((credits.method(), credits.form()), ("GET", None));
    assert_eq!((credits.content_type(), credits.body()), (None, None));
}

#[test]
fn an_address_or_a_number_is_asked_for_as_it_is() {
    let account = "?from=*TESTTST&secret=0123456789abcdef";
    let address = EmailAddress::parse("A.b+c/d?e#f%@example.org").unwrap();
    assert_eq!(
        local().by_email_address(&address).url(),
        format!("http://localhost:8081/lookup/email/a.b%2Bc%2Fd%3Fe%23f%25%40example.org{account}")
    );
    let number = PhoneNumber::parse("+41 79 123 45 67").unwrap();
    assert_eq!(
        local().by_phone_number(&number).url(),
        format!("http://localhost:8081/lookup/phone/41791234567{account}")
    );
}

#[test]
fn a_text_in_basic_mode_is_sent_as_a_form_whatever_it_says() {
    let call = local().send_simple(id("ECHOECHO").into(), "123 456\n&secret=ü");
    let call = call.unwrap();
    assert_eq!(call.method(), "POST");
    assert_eq!(
        call.content_type(),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(call.body(), call.form().map(str::as_bytes));
    assert_eq!(call.url(), "http://localhost:8081/send_simple");
    assert_eq!(
        call.form().unwrap(),
        "from=*TESTTST&to=ECHOECHO&text=123%20456%0A%26secret%3D%C3%BC&secret=0123456789abcdef"
    );
}

#[test]
fn a_text_in_basic_mode_goes_to_an_id_a_number_or_an_address() {
    let number = PhoneNumber::parse("41791234567").unwrap();
    let address = EmailAddress::parse("a+b@example.org").unwrap();
    for (to, written) in [
        (Receiver::Id(id("ECHOECHO")), "to=ECHOECHO"),
        (Receiver::Phone(&number), "phone=41791234567"),
        (Receiver::Email(&address), "email=a%2Bb%40example.org"),
    ] {
        let call = local().send_simple(to, "x").unwrap();
        let expected = format!("from=*TESTTST&{written}&text=x&secret=0123456789abcdef");
        assert_eq!(call.form(), Some(&*expected));
    }
    // Its bytes count, not its characters.
    for (length, fits) in [(1750, true), (1751, false)] {
        let call = local().send_simple(id("ECHOECHO").into(), &"ü".repeat(length));
        assert_eq!(call.is_ok(), fits);
    }
    let longest = "%".repeat(3500);
    let call = local().send_simple(Receiver::Email(&address), &longest);
    let Some(Body::Form(form)) = call.unwrap().body else {
        panic!("no form");
    };
    assert_eq!(form.capacity(), 3 * 3500 + 3 * 254 + 3 * 16 + 256);
}

#[test]
fn a_message_is_sent_as_a_form_with_the_secret_out_of_the_address() {
    let call = local().send(
        id("ECHOECHO"),
        [0xab; 24],
        &[0x12, 0x34],
        Delivery {
            receipts: DeliveryReceipts::Unwanted,
            ..Delivery::default()
        },
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
    let delivered = |delivery| {
        let call = local().send(id("ECHOECHO"), [0xab; 24], &[0x12, 0x34], delivery);
        let form = call.form().unwrap();
        let (_, flags) = form.split_once("&box=1234").unwrap();
        flags.replace("&secret=0123456789abcdef", "")
    };
    assert_eq!(delivered(Delivery::default()), "");
    let all = Delivery {
        receipts: DeliveryReceipts::Unwanted,
        push: false,
        group: true,
    };
    assert_eq!(delivered(all), "&noDeliveryReceipts=1&noPush=1&group=1");
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
    let call = gateway.send(id("ECHOECHO"), [0; 24], &[0; 17], Delivery::default());
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
    let path = "lookup/email_hash/".len() + 64;
    assert_eq!(look_up.url.capacity(), 29 + path + 300 + 256);
    let send = gateway.send(
        id("ECHOECHO"),
        [0; 24],
        &[0; 7812],
        Delivery {
            receipts: DeliveryReceipts::Unwanted,
            push: false,
            group: true,
        },
    );
    let Some(Body::Form(form)) = send.body else {
        panic!("no form");
    };
    assert_eq!(form.capacity(), 2 * 7812 + 300 + 256);
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
fn a_status_means_after_one_question_what_it_does_not_after_another() {
    let simple = local().send_simple(id("ECHOECHO").into(), "x").unwrap();
    let sealed = local().send(id("ECHOECHO"), [0; 24], &[0; 17], Delivery::default());
    let upload = local().upload_blob(b"x", BlobLife::FirstFetch);
    let download = local().download_blob(BlobId::from_bytes([1; 16]));
    let look_up = local().by_email(email_hash("a@b"));
    for (status, [by_simple, by_sealed, by_upload, by_download, by_look_up]) in [
        (
            400,
            [
                GatewayError::NotBasic,
                GatewayError::NotEndToEnd,
                GatewayError::Refused,
                GatewayError::Refused,
                GatewayError::Refused,
            ],
        ),
        (
            404,
            [
                GatewayError::Unknown,
                GatewayError::Unknown,
                GatewayError::Unknown,
                GatewayError::BlobGone,
                GatewayError::Unknown,
            ],
        ),
        (402, [GatewayError::NoCredits; 5]),
        (429, [GatewayError::TooMany; 5]),
    ] {
        assert_eq!(simple.answer(status, b""), Err(by_simple));
        assert_eq!(sealed.answer(status, b""), Err(by_sealed));
        assert_eq!(upload.answer(status, b""), Err(by_upload));
        assert_eq!(download.answer(status, b""), Err(by_download));
        assert_eq!(look_up.answer(status, b""), Err(by_look_up));
    }
}

#[test]
fn every_cause_says_who_can_mend_it() {
    for (cause, who) in [
        (GatewayError::BlobGone, "its sender must upload"),
        (GatewayError::NoCredits, "the owner of the Gateway account"),
        (GatewayError::Nonsense, "the admin should check the address"),
        (GatewayError::NotBasic, "the admin must set its private key"),
        (GatewayError::NotEndToEnd, "the admin must request one"),
        (GatewayError::Refused, "the admin should check the mode"),
        (GatewayError::Secret, "the admin must set the one"),
        (GatewayError::TooLong, "the sender must shorten"),
        (GatewayError::TooMany, "ask again later"),
        (GatewayError::Unavailable, "ask again in some minutes"),
        (GatewayError::Unknown, "its owner should look it up"),
    ] {
        let words = cause.to_string();
        assert!(words.contains(who) && !words.contains("  "), "{words}");
        assert!(cause.code().starts_with("gateway_"));
    }
}

#[test]
fn a_blob_is_uploaded_as_one_part_and_fetched_as_it_is() {
    let blob = [0, 255, b'\r', b'\n', b'-', b'-'];
    let account = "?from=*TESTTST&secret=0123456789abcdef";
    let call = local().upload_blob(&blob, BlobLife::FirstFetch);
    assert_eq!(call.method(), "POST");
    assert_eq!(
        call.url(),
        format!("http://localhost:8081/upload_blob{account}")
    );
    let boundary = call.content_type().unwrap();
    let boundary = boundary
        .strip_prefix("multipart/form-data; boundary=")
        .unwrap();
    assert_eq!(boundary.len(), 64);
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"blob\"; filename=\"blob\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let body = [head.as_bytes(), &blob, tail.as_bytes()].concat();
    assert_eq!((call.body(), call.form()), (Some(&*body), None));
    let id = BlobId::parse("0123456789abcdef0123456789abcdef").unwrap();
    let named = call.answer(200, b"0123456789abcdef0123456789abcdef\n");
    assert_eq!(named, Ok(id));
    assert_eq!(call.answer(200, b"0123"), Err(GatewayError::Nonsense));
    let persistent = local().upload_blob(&blob, BlobLife::Persistent);
    assert!(persistent.url().contains("&persist=1&"));

    let call = local().download_blob(id);
    assert_eq!(call.method(), "GET");
    let path = "blobs/0123456789abcdef0123456789abcdef";
    assert_eq!(call.url(), format!("http://localhost:8081/{path}{account}"));
    assert_eq!(call.answer(200, &blob), Ok(blob.to_vec()));
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
    let words: Vec<_> = can.words().collect();
    assert_eq!(words, ["text", "image", "file", "teleport"]);
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
    assert!(shown.ends_with(" Call(..)"), "{shown}");
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
