use std::vec;

use super::*;

fn sealed(to: &str, delivery: Delivery) -> Sealed<'static> {
    Sealed {
        to: id(to),
        nonce: [0xfb; 24],
        boxed: &[0x12, 0x34],
        delivery,
    }
}

const KEY: &str = "4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b";

#[test]
fn many_messages_go_in_one_question_with_their_flags() {
    let all = Delivery {
        receipts: DeliveryReceipts::Unwanted,
        push: false,
        group: true,
    };
    let messages = [
        sealed("ECHOECHO", Delivery::default()),
        sealed("*3MAPUSH", all),
    ];
    let call = local().send_bulk(&messages, MessageIds::Own).unwrap();
    assert_eq!(call.method(), "POST");
    assert_eq!(call.content_type(), Some("application/json"));
    let account = "?from=*TESTTST&secret=0123456789abcdef";
    assert_eq!(
        call.url(),
        format!("http://localhost:8081/send_e2e_bulk{account}")
    );
    let json: serde_json::Value = serde_json::from_slice(call.body().unwrap()).unwrap();
    let nonce = "+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7";
    assert_eq!(
        json,
        serde_json::json!([
            { "to": "ECHOECHO", "nonce": nonce, "box": "EjQ=" },
            {
                "to": "*3MAPUSH", "nonce": nonce, "box": "EjQ=",
                "noDeliveryReceipts": true, "noPush": true, "group": true,
            },
        ])
    );
    assert_eq!(call.form(), None);
    let same = local().send_bulk(&messages, MessageIds::Same).unwrap();
    assert!(
        same.url()
            .contains("?from=*TESTTST&sameMessageId=1&secret=")
    );
}

#[test]
fn each_of_many_messages_has_its_own_answer() {
    let messages = [sealed("ECHOECHO", Delivery::default()); 3];
    let call = local().send_bulk(&messages, MessageIds::Own).unwrap();
    let body = br#"[{"messageId":"0102030405060708","x":1},{"errorCode":402},{"errorCode":400}]"#;
    let sent = MessageId::parse("0102030405060708").unwrap();
    assert_eq!(
        call.answer(200, body),
        Ok(vec![
            Ok(sent),
            Err(GatewayError::NoCredits),
            Err(GatewayError::NotEndToEnd),
        ])
    );
    for nonsense in [
        "",
        "{}",
        "[]",
        r#"[{"errorCode":402},{"errorCode":402}]"#,
        r#"[{"errorCode":402},{"errorCode":402},{}]"#,
        r#"[{"errorCode":402},{"errorCode":402},{"messageId":"01"}]"#,
        r#"[{"errorCode":402},{"errorCode":402},{"messageId":"0102030405060708","errorCode":402}]"#,
        r#"[{"errorCode":402},{"errorCode":402},{"errorCode":402},{"errorCode":402}]"#,
    ] {
        let answer = call.answer(200, nonsense.as_bytes());
        assert_eq!(answer, Err(GatewayError::Nonsense), "{nonsense}");
    }
    assert_eq!(call.answer(429, b""), Err(GatewayError::TooMany));
}

#[test]
fn one_question_is_about_1_to_1000() {
    for (number, may) in [(0, false), (1, true), (1000, true), (1001, false)] {
        let messages = vec![sealed("ECHOECHO", Delivery::default()); number];
        let bulk = local().send_bulk(&messages, MessageIds::Own);
        assert_eq!(bulk.is_some(), may);
        let keys = local().public_keys(&vec![id("ECHOECHO"); number]);
        assert_eq!(keys.is_some(), may);
        let (some, rest) = (number / 2, number - number / 2);
        let phones = vec![phone_hash("41791234567").unwrap(); some];
        let emails = vec![email_hash("a@b"); rest];
        assert_eq!(local().look_up_bulk(&phones, &emails).is_some(), may);
    }
}

#[test]
fn many_keys_come_with_their_ids() {
    let ids = [id("ECHOECHO"), id("*3MAPUSH")];
    let call = local().public_keys(&ids).unwrap();
    assert!(
        call.url()
            .starts_with("http://localhost:8081/pubkeys/bulk?from=")
    );
    assert_eq!(
        call.body().unwrap(),
        br#"{"identities":["ECHOECHO","*3MAPUSH"]}"#
    );
    let entry = |id: &str, key: &str| format!(r#"{{"identity":"{id}","publicKey":"{key}"}}"#);
    let one = entry("ECHOECHO", KEY);
    let key = PublicKey::parse(KEY).unwrap();
    let answer = |body: String| call.answer(200, body.as_bytes());
    assert_eq!(answer(format!("[{one}]")), Ok(vec![(ids[0], key)]));
    assert_eq!(answer("[]".into()), Ok(vec![]));
    for nonsense in [
        format!("[{one},{one},{one}]"),
        format!("[{}]", entry("ECHO", KEY)),
        format!("[{}]", entry("ECHOECHO", &KEY[2..])),
        format!("[{}]", entry("ECHOECHO", &"00".repeat(32))),
        one,
    ] {
        assert_eq!(answer(nonsense), Err(GatewayError::Nonsense));
    }
}

#[test]
fn who_is_found_comes_with_the_hash_that_was_asked_for() {
    let (phone, email) = (phone_hash("41791234567").unwrap(), email_hash("a@b"));
    let call = local().look_up_bulk(&[phone], &[email]).unwrap();
    assert!(
        call.url()
            .starts_with("http://localhost:8081/lookup/bulk?from=")
    );
    let json = format!(
        r#"{{"phoneHashes":["{}"],"emailHashes":["{}"]}}"#,
        phone.to_hex(),
        email.to_hex()
    );
    assert_eq!(call.body(), Some(json.as_bytes()));
    let body = format!(
        r#"[{{"identity":"ECHOECHO","publicKey":"{KEY}","phoneHash":"{}"}},
            {{"identity":"ECHOECHO","publicKey":"{KEY}","phoneHash":null,"emailHash":"{}"}}]"#,
        phone.to_hex(),
        email.to_hex()
    );
    let found = |phone, email| Found {
        id: id("ECHOECHO"),
        key: PublicKey::parse(KEY).unwrap(),
        phone,
        email,
    };
    assert_eq!(
        call.answer(200, body.as_bytes()),
        Ok(vec![found(Some(phone), None), found(None, Some(email))])
    );
    let empty = local().look_up_bulk(&[], &[email]).unwrap();
    assert_eq!(empty.answer(200, b"[]"), Ok(vec![]));
    for name in ["phoneHash", "emailHash"] {
        let body = format!(r#"[{{"identity":"ECHOECHO","publicKey":"{KEY}","{name}":"00"}}]"#);
        let answer = call.answer(200, body.as_bytes());
        assert_eq!(answer, Err(GatewayError::Nonsense));
    }
    let three = format!(r#"{{"identity":"ECHOECHO","publicKey":"{KEY}"}}"#);
    let three = format!("[{three},{three},{three}]");
    assert_eq!(
        call.answer(200, three.as_bytes()),
        Err(GatewayError::Nonsense)
    );
}
