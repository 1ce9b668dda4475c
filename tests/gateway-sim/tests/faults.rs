//! What the Gateway does wrong on request.
use serde_json::json;
use threema_gateway::errors::ApiError;
use threema_gateway::{E2eMessage, Recipient};

use crate::callback::{Callback, fields};
use crate::simulator::{Simulator, id, text};

#[tokio::test]
async fn a_lost_answer_was_a_message_all_the_same_and_a_dropped_call_was_none() {
    let simulator = Simulator::start(&[]).await;
    let api = simulator.simple(None).await;
    let alice = Recipient::new_id(id("ALICE001"));
    for (fault, messages) in [("lost", 1), ("dropped", 1)] {
        simulator
            .set(json!({ "send_fault": { "kind": fault, "times": 1 } }))
            .await;
        let answer = api.send(&alice, "hello").await;
        assert!(
            matches!(answer, Err(ApiError::RequestError(_))),
            "{answer:?}"
        );
        simulator.messages("ALICE001", messages).await;
    }
    assert_eq!(simulator.show("").await["credits"], json!(9_999));
}

#[tokio::test]
async fn a_receipt_can_be_answered_before_the_call_that_it_is_for() {
    let mut callback = Callback::answering(&[]).await;
    let simulator = Simulator::start(&["--callback", &callback.url]).await;
    let api = simulator.e2e().await;
    let key = api.lookup_pubkey(&id("ALICE001")).await.unwrap();
    let message = E2eMessage::Text("Log in?".to_owned());
    let sealed = api.encode_and_encrypt(&message, &key).unwrap();

    simulator
        .set(json!({ "send_fault": "receipt_first", "first_receipt": 4 }))
        .await;
    let sent = api.send(&id("ALICE001"), &sealed, true).await.unwrap();
    let body = callback.waiting().expect("the receipt is there already");
    assert_eq!(fields(&body)["from"], "ALICE001");
    let [_, receipt] = &simulator.messages("ALICE001", 2).await[..] else {
        panic!("not two")
    };
    assert_eq!(receipt["status"], json!(4));
    assert_eq!(text(&receipt["message_ids"][0]), sent.to_hex_le());
}

#[tokio::test]
async fn phones_say_received_by_themselves_when_that_is_set_and_wanted() {
    let mut callback = Callback::answering(&[]).await;
    let simulator = Simulator::start(&["--callback", &callback.url]).await;
    simulator.set(json!({ "automatic_receipts": true })).await;
    let api = simulator.e2e().await;
    let key = api.lookup_pubkey(&id("ALICE001")).await.unwrap();
    let sealed = |text: &str| {
        let message = E2eMessage::Text(text.to_owned());
        api.encode_and_encrypt(&message, &key).unwrap()
    };
    api.send(&id("ALICE001"), &sealed("no"), false)
        .await
        .unwrap();
    let wanted = api
        .send(&id("ALICE001"), &sealed("yes"), true)
        .await
        .unwrap();
    callback.next().await;
    let messages = simulator.messages("ALICE001", 3).await;
    assert_eq!(messages[2]["status"], json!(1));
    assert_eq!(text(&messages[2]["message_ids"][0]), wanted.to_hex_le());
}

#[tokio::test]
async fn a_key_can_be_another_ones_cut_off_or_late() {
    let simulator = Simulator::start(&[]).await;
    let api = simulator.e2e().await;
    let alice = id("ALICE001");
    let key = api.lookup_pubkey(&alice).await.unwrap();

    simulator.set(json!({ "pubkeys_fault": "wrong_key" })).await;
    let wrong = api.lookup_pubkey(&alice).await.unwrap();
    assert_ne!(wrong, key);
    assert_eq!(api.lookup_pubkey(&alice).await.unwrap(), wrong);

    // By hand: the SDK panics on a key of another length.
    let gateway = simulator.show("").await["gateway"].clone();
    let (from, secret) = (text(&gateway["id"]), text(&gateway["secret"]));
    let url = format!(
        "{}/pubkeys/ALICE001?from={from}&secret={secret}",
        simulator.url
    );
    let half = key.to_hex_string()[..32].to_owned();
    let nonsense = "<!doctype html><title>Maintenance</title>".to_owned();
    for (fault, expected) in [("truncated", half), ("nonsense", nonsense)] {
        simulator.set(json!({ "pubkeys_fault": fault })).await;
        let answer = simulator.client.get(&url).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.text().await.unwrap(), expected);
    }
    simulator
        .set(json!({ "pubkeys_fault": "slow", "slow_ms": 20 }))
        .await;
    assert_eq!(api.lookup_pubkey(&alice).await.unwrap(), key);
}

#[tokio::test]
async fn an_answer_can_be_huge_or_without_end() {
    let simulator = Simulator::start(&[]).await;
    let gateway = simulator.show("").await["gateway"].clone();
    let (from, secret) = (text(&gateway["id"]), text(&gateway["secret"]));
    let url = format!(
        "{}/pubkeys/ALICE001?from={from}&secret={secret}",
        simulator.url
    );
    simulator.set(json!({ "pubkeys_fault": "huge" })).await;
    let answer = simulator.client.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.bytes().await.unwrap().len(), 50 * 1024 * 1024);

    simulator.set(json!({ "pubkeys_fault": "endless" })).await;
    let mut answer = simulator.client.get(&url).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    for _ in 0..3 {
        assert_eq!(answer.chunk().await.unwrap().unwrap(), "0");
    }
}
