//! The official Rust SDK as the client: it can do here what it can do with the real Gateway.
use reqwest::Method;
use serde_json::{Value, json};
use threema_gateway::errors::ApiError;
use threema_gateway::protocol::e2e::delivery_receipt::{DeliveryReceipt, DeliveryReceiptMessage};
use threema_gateway::protocol::e2e::edit_delete::{DeleteMessage, EditMessage};
use threema_gateway::protocol::e2e::file::FileMessage;
use threema_gateway::protocol::e2e::location::LocationMessage;
use threema_gateway::protocol::e2e::typing_indicator::{TypingIndicatorMessage, TypingStatus};
use threema_gateway::{E2eMessage, LookupCriterion, Recipient, encrypt_raw};

use crate::callback::Callback;
use crate::simulator::{Simulator, id, message_id, text};

/// Who can be found by an address and a number.
const REACHABLE: &[&str] = &["--phone=ALICE001=Alice,Alice@Example.com,+41 79 123 45 67"];
const PHONE_HASH: &str = "ad398f4d7ebe63c6550a486cc6e07f9baa09bd9d8b3d8cb9d9be106d35a7fdbc";

#[tokio::test]
async fn a_text_sent_end_to_end_is_paid_and_read_on_the_phone() {
    let simulator = Simulator::start(&[]).await;
    let api = simulator.e2e().await;
    let before = api.lookup_credits().await.unwrap();
    let key = api.lookup_pubkey(&id("ALICE001")).await.unwrap();
    let message = E2eMessage::Text("Grüße, 654321".to_owned());
    let sealed = api.encode_and_encrypt(&message, &key).unwrap();
    let sent = api.send(&id("ALICE001"), &sealed, false).await.unwrap();

    let [message] = &simulator.messages("ALICE001", 1).await[..] else {
        panic!("not one")
    };
    assert_eq!(text(&message["direction"]), "in");
    assert_eq!(text(&message["type"]), "text");
    assert_eq!(text(&message["text"]), "Grüße, 654321");
    assert_eq!(text(&message["message_id"]), sent.to_hex_le());
    assert_eq!(message["no_delivery_receipts"], json!(true));
    assert_eq!(api.lookup_credits().await.unwrap(), before - 1);
}

#[tokio::test]
async fn every_message_that_the_sdk_can_make_is_read_on_the_phone() {
    let simulator = Simulator::start(&[]).await;
    let api = simulator.e2e().await;
    let key = api.lookup_pubkey(&id("BOBBOB02")).await.unwrap();
    let about = message_id("0102030405060708");
    let location = LocationMessage::builder(47.3769, 8.5417)
        .name("HB")
        .address("Bahnhofplatz");
    let file = json!({ "b": "00112233445566778899aabbccddeeff", "k": "11".repeat(32),
                       "m": "text/plain", "n": "ä.txt", "s": 3, "j": 0, "i": 0 });
    let messages: [(E2eMessage, &str); 6] = [
        (
            DeliveryReceiptMessage::new(DeliveryReceipt::Read, about).into(),
            "receipt",
        ),
        (
            TypingIndicatorMessage::new(TypingStatus::Typing).into(),
            "typing",
        ),
        (location.build().unwrap().into(), "location"),
        (EditMessage::new(about, "new".to_owned()).into(), "edit"),
        (DeleteMessage::new(about).into(), "delete"),
        (
            serde_json::from_value::<FileMessage>(file).unwrap().into(),
            "file",
        ),
    ];
    for (message, _) in &messages {
        let sealed = api.encode_and_encrypt(message, &key).unwrap();
        api.send(&id("BOBBOB02"), &sealed, true).await.unwrap();
    }
    let shown = simulator.messages("BOBBOB02", messages.len()).await;
    for (shown, (_, name)) in shown.iter().zip(&messages) {
        assert_eq!(text(&shown["type"]), *name, "{shown}");
    }
    assert_eq!(shown[0]["status"], json!(2));
    assert_eq!(text(&shown[2]["name"]), "HB");
    assert_eq!(text(&shown[3]["text"]), "new");
    assert_eq!(text(&shown[5]["file"]["n"]), "ä.txt");
}

#[tokio::test]
async fn a_text_sent_in_basic_mode_reaches_an_id_a_number_and_an_address() {
    let simulator = Simulator::start(REACHABLE).await;
    let api = simulator.simple(None).await;
    let recipients = [
        Recipient::new_id(id("ALICE001")),
        Recipient::new_phone("41791234567"),
        Recipient::new_email("alice@example.com"),
    ];
    for recipient in &recipients {
        api.send(recipient, "hello").await.unwrap();
    }
    assert_eq!(simulator.messages("ALICE001", 3).await.len(), 3);
    assert!(matches!(
        api.send(&Recipient::new_phone("41790000000"), "hello")
            .await,
        Err(ApiError::IdNotFound)
    ));
    assert!(matches!(
        api.send(&Recipient::new_id(id("NOBODY00")), "hello").await,
        Err(ApiError::BadSenderOrRecipient)
    ));
}

#[tokio::test]
async fn the_directory_answers_by_number_address_hash_and_id() {
    let simulator = Simulator::start(REACHABLE).await;
    let api = simulator.e2e().await;
    let email_hash = {
        let found = LookupCriterion::Email("nobody@example.com".to_owned());
        assert!(matches!(
            api.lookup_id(&found).await,
            Err(ApiError::IdNotFound)
        ));
        // HMAC-SHA256 of alice@example.com under the look-up's public key for addresses.
        include_str!("vectors/lookup/alice.txt")
            .lines()
            .last()
            .unwrap()
            .to_owned()
    };
    for criterion in [
        LookupCriterion::Phone("41791234567".to_owned()),
        LookupCriterion::PhoneHash(PHONE_HASH.to_owned()),
        LookupCriterion::Email("alice@example.com".to_owned()),
        LookupCriterion::EmailHash(email_hash),
    ] {
        let found = api.lookup_id(&criterion).await.unwrap();
        assert_eq!(found, id("ALICE001"), "{criterion}");
    }
    let short = LookupCriterion::PhoneHash("abcd".to_owned());
    assert!(matches!(
        api.lookup_id(&short).await,
        Err(ApiError::BadHashLength)
    ));

    let shown = simulator.show("/phones/ALICE001").await;
    let key = api.lookup_pubkey(&id("ALICE001")).await.unwrap();
    assert_eq!(key.to_hex_string(), text(&shown["public_key"]));
    let capabilities = api.lookup_capabilities(&id("ALICE001")).await.unwrap();
    assert!(capabilities.text && capabilities.file && capabilities.can("group"));
    assert!(matches!(
        api.lookup_pubkey(&id("NOBODY00")).await,
        Err(ApiError::IdNotFound)
    ));
    assert!(matches!(
        api.lookup_capabilities(&id("NOBODY00")).await,
        Err(ApiError::IdNotFound)
    ));
}

#[tokio::test]
async fn a_wrong_secret_is_refused_by_every_call() {
    let simulator = Simulator::start(&[]).await;
    let api = simulator.simple(Some("wrongwrongwrong0")).await;
    let alice = id("ALICE001");
    let criterion = LookupCriterion::Phone("41791234567".to_owned());
    let errors = [
        api.send(&Recipient::new_id(alice), "x").await.err(),
        api.lookup_pubkey(&alice).await.err(),
        api.lookup_id(&criterion).await.err(),
        api.lookup_capabilities(&alice).await.err(),
        api.lookup_credits().await.err(),
    ];
    for error in errors {
        assert!(matches!(error, Some(ApiError::BadCredentials)), "{error:?}");
    }
    assert_eq!(simulator.messages("ALICE001", 0).await.len(), 0);
}

#[tokio::test]
async fn sending_ends_with_the_credits_and_what_is_too_long_costs_none() {
    let simulator = Simulator::start(&[]).await;
    simulator.set(json!({ "credits": 1 })).await;
    let api = simulator.e2e().await;
    let alice = id("ALICE001");
    let key = api.lookup_pubkey(&alice).await.unwrap();
    let private = private_key(&simulator).await;
    let seal = |length| encrypt_raw(&vec![1; length], &key.0, &private).unwrap();
    let (long, longest) = (seal(7812 - 16 + 1), seal(7812 - 16));
    assert!(matches!(
        api.send(&alice, &long, true).await,
        Err(ApiError::MessageTooLong)
    ));
    api.send(&alice, &longest, true).await.unwrap();
    assert!(matches!(
        api.send(&alice, &longest, true).await,
        Err(ApiError::NoCredits)
    ));
    assert!(matches!(
        api.send(&id("NOBODY00"), &longest, true).await,
        Err(ApiError::BadSenderOrRecipient)
    ));
}

async fn private_key(simulator: &Simulator) -> threema_gateway::SecretKey {
    let shown = simulator.show("").await;
    let key = data_encoding::HEXLOWER
        .decode(text(&shown["gateway"]["private_key"]).as_bytes())
        .unwrap();
    threema_gateway::SecretKey::from_slice(&key).unwrap()
}

#[tokio::test]
async fn an_answer_that_the_gateway_gives_on_request_is_the_sdks_error() {
    let simulator = Simulator::start(&[]).await;
    let api = simulator.simple(None).await;
    let alice = Recipient::new_id(id("ALICE001"));
    simulator
        .set(json!({ "send_fault": { "kind": "429", "times": 1 } }))
        .await;
    assert!(matches!(
        api.send(&alice, "x").await,
        Err(ApiError::RateLimitReached)
    ));
    simulator
        .set(json!({ "send_fault": { "kind": "500", "times": 1 } }))
        .await;
    assert!(matches!(
        api.send(&alice, "x").await,
        Err(ApiError::ServerError)
    ));
    api.send(&alice, "x").await.unwrap();
}

#[tokio::test]
async fn the_sdk_opens_what_a_phone_sends_whatever_it_is() {
    let mut callback = Callback::answering(&[]).await;
    let simulator = Simulator::start(&["--callback", &callback.url]).await;
    let api = simulator.e2e().await;
    let key = api.lookup_pubkey(&id("ALICE001")).await.unwrap();
    let about = "0102030405060708";
    let messages: [(Value, E2eMessage); 5] = [
        (json!({ "text": "123456" }), "123456".to_owned().into()),
        (
            json!({ "receipt": 3, "message_ids": [about] }),
            DeliveryReceiptMessage::new(DeliveryReceipt::Acknowledged, message_id(about)).into(),
        ),
        (
            json!({ "typing": false }),
            TypingIndicatorMessage::new(TypingStatus::NotTyping).into(),
        ),
        (
            json!({ "edit": "654321", "message_id": about }),
            EditMessage::new(message_id(about), "654321".to_owned()).into(),
        ),
        (
            json!({ "delete": true, "message_id": about }),
            DeleteMessage::new(message_id(about)).into(),
        ),
    ];
    for (said, meant) in messages {
        let sent = simulator.send("ALICE001", said).await;
        let incoming = api.decode_incoming_message(callback.next().await).unwrap();
        assert_eq!(incoming.from, id("ALICE001"));
        assert_eq!(incoming.message_id.to_hex_le(), text(&sent["message_id"]));
        assert_eq!(incoming.nickname.as_deref(), Some("Alice"));
        let opened = api
            .decrypt_and_decode_incoming_message(&incoming, &key)
            .unwrap();
        assert_eq!(opened, meant);
    }
    let (status, problem) = simulator
        .control(
            Method::POST,
            "/phones/ALICE001/send",
            json!({ "text": "a", "typing": true }),
        )
        .await;
    assert_eq!(
        (status, text(&problem["error"])),
        (422, "message_malformed")
    );
}
