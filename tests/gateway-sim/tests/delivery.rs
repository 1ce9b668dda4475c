//! What arrives at the callback, how often, and cut how.
use std::collections::HashSet;

use reqwest::Method;
use serde_json::{Value, json};

use crate::callback::{Callback, fields};
use crate::simulator::{Simulator, text};

/// The MAC's input has the fields in this order.
const SIGNED: [&str; 6] = ["from", "to", "messageId", "date", "nonce", "box"];

#[tokio::test]
async fn a_message_is_tried_again_until_it_is_answered_with_200() {
    let mut callback = Callback::answering(&[500, 500, 200]).await;
    let arguments = [
        "--callback",
        &callback.url.clone(),
        "--retry-seconds",
        "0.01",
    ];
    let simulator = Simulator::start(&arguments).await;
    let sent = simulator
        .send("ALICE001", json!({ "text": "123456" }))
        .await;
    let ended = simulator.ended(&sent["delivery"]).await;
    assert_eq!(text(&ended["outcome"]), "delivered");
    assert_eq!(statuses(&ended["attempts"]), [500, 500, 200]);
    let first = callback.next().await;
    assert_eq!(
        [callback.next().await, callback.next().await],
        [first.clone(), first]
    );
    assert_eq!(callback.waiting(), None);
}

#[tokio::test]
async fn a_message_that_is_refused_four_times_is_thrown_away() {
    let callback = Callback::answering(&[403, 404, 204, 503, 200]).await;
    let arguments = ["--callback", &callback.url, "--retry-seconds", "0.01"];
    let simulator = Simulator::start(&arguments).await;
    let sent = simulator
        .send("ALICE001", json!({ "text": "123456" }))
        .await;
    let ended = simulator.ended(&sent["delivery"]).await;
    assert_eq!(text(&ended["outcome"]), "thrown_away");
    assert_eq!(statuses(&ended["attempts"]), [403, 404, 204, 503]);
}

#[tokio::test]
async fn the_next_attempt_waits_for_the_interval_or_for_a_word() {
    let callback = Callback::answering(&[503]).await;
    let simulator = Simulator::start(&["--callback", &callback.url]).await;
    let sent = simulator
        .send("ALICE001", json!({ "text": "1", "wait": true }))
        .await;
    assert_eq!(statuses(&sent["attempts"]), [503]);
    let path = format!("/deliveries/{}", sent["delivery"]);
    assert_eq!(text(&simulator.show(&path).await["outcome"]), "pending");

    let (status, _) = simulator
        .control(Method::POST, "/retries", Value::Null)
        .await;
    assert_eq!(status, 204);
    let ended = simulator.ended(&sent["delivery"]).await;
    assert_eq!(statuses(&ended["attempts"]), [503, 200]);
}

#[tokio::test]
async fn a_reset_gives_up_what_waits() {
    let mut callback = Callback::answering(&[503]).await;
    let simulator = Simulator::start(&["--callback", &callback.url]).await;
    simulator
        .send("ALICE001", json!({ "text": "1", "wait": true }))
        .await;
    callback.next().await;
    simulator.control(Method::POST, "/reset", Value::Null).await;
    // What was given up does not come before what is sent now.
    let sent = simulator
        .send("BOBBOB02", json!({ "text": "2", "wait": true }))
        .await;
    let body = callback.next().await;
    assert_eq!(fields(&body)["messageId"], text(&sent["message_id"]));
    assert_eq!(simulator.messages("ALICE001", 0).await.len(), 0);
    assert_eq!(deliveries(&simulator).await.len(), 1);
}

#[tokio::test]
async fn a_hundred_equal_messages_are_there_at_the_same_time() {
    let mut callback = Callback::when_all_are_there(100).await;
    let simulator = Simulator::start(&["--callback", &callback.url]).await;
    let message = json!({ "text": "123456", "times": 100, "wait": true });
    let sent = simulator.send("ALICE001", message).await;
    assert_eq!(statuses(&sent["attempts"]), [200; 100]);
    let mut bodies = HashSet::new();
    for _ in 0..100 {
        bodies.insert(callback.next().await);
    }
    assert_eq!(bodies, HashSet::from([text(&sent["body"]).to_owned()]));
}

#[tokio::test]
async fn a_body_cut_anew_keeps_what_is_signed_and_its_mac() {
    let mut callback = Callback::answering(&[]).await;
    let simulator = Simulator::start(&["--callback", &callback.url]).await;
    let sent = simulator
        .send("ALICE001", json!({ "text": "1", "recut": "all" }))
        .await;
    let whole = fields(text(&sent["body"]));
    let attempts = sent["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 40);
    for attempt in attempts {
        let cut = fields(&callback.next().await);
        let signed = |form: &std::collections::HashMap<String, String>| {
            SIGNED.map(|name| form[name].clone()).concat()
        };
        assert_eq!(signed(&cut), signed(&whole));
        assert_eq!(cut["mac"], whole["mac"]);
        assert_ne!(cut, whole, "{attempt}");
    }
    let one = json!({ "text": "1", "recut": "date>nonce 2", "wait": true });
    simulator.send("ALICE001", one).await;
    let cut = fields(&callback.next().await);
    assert_eq!((cut["date"].len(), cut["nonce"].len()), (8, 50));
}

#[tokio::test]
async fn a_message_can_be_old_forged_or_sent_by_hand() {
    let mut callback = Callback::answering(&[]).await;
    let simulator = Simulator::start(&["--callback", &callback.url]).await;
    let message = json!({ "text": "1", "date": 1_700_000_000, "id": "0102030405060708",
                          "nickname": "Ä&=", "deliver": false });
    let built = simulator.send("ALICE001", message).await;
    let form = fields(text(&built["body"]));
    assert_eq!(form["date"], "1700000000");
    assert_eq!(form["messageId"], "0102030405060708");
    assert_eq!(form["nickname"], "Ä&=");
    assert_eq!(callback.waiting(), None);

    let body = json!({ "body": built["body"] });
    let (_, answer) = simulator.control(Method::POST, "/deliver", body).await;
    assert_eq!(answer["status"], json!(200));
    assert_eq!(callback.next().await, text(&built["body"]));

    let api = simulator.e2e().await;
    let forged = json!({ "text": "1", "mac": "wrong", "deliver": false });
    let forged = simulator.send("ALICE001", forged).await;
    assert!(api.decode_incoming_message(text(&forged["body"])).is_err());
    assert!(api.decode_incoming_message(text(&built["body"])).is_ok());
}

#[tokio::test]
async fn an_answer_that_is_lost_brings_the_message_again() {
    let mut callback = Callback::answering(&[]).await;
    let simulator = Simulator::start(&["--callback", &callback.url, "--retry-seconds=0.01"]).await;
    for message in [
        json!({ "text": "1", "lose_answers": 1 }),
        json!({ "text": "2", "lose_answers": 1, "slow_body_ms": 20 }),
    ] {
        let sent = simulator.send("ALICE001", message).await;
        let ended = simulator.ended(&sent["delivery"]).await;
        assert_eq!(statuses(&ended["attempts"]), [200, 200]);
        assert_eq!(text(&ended["outcome"]), "delivered");
        assert_eq!(callback.next().await, callback.next().await);
    }
}

#[tokio::test]
async fn who_hangs_up_or_sends_no_body_gets_no_answer() {
    // It never answers: no two are there at the same time.
    let callback = Callback::when_all_are_there(2).await;
    let simulator = Simulator::start(&["--callback", &callback.url]).await;
    for (manner, reason) in [
        ("hang_up_ms", "hung up before the answer, as asked"),
        ("headers_only", "no answer in 20ms"),
    ] {
        let mut message = json!({ "text": "1", "wait": true, "retry": false });
        message[manner] = match manner {
            "hang_up_ms" => json!(1),
            _ => json!(true),
        };
        message["slow_body_ms"] = json!(20);
        let sent = simulator.send("ALICE001", message).await;
        assert_eq!(sent["attempts"][0]["status"], Value::Null);
        assert_eq!(text(&sent["attempts"][0]["error"]), reason);
    }
}

#[tokio::test]
async fn without_a_callback_nothing_is_delivered_and_that_is_said() {
    let simulator = Simulator::start(&[]).await;
    let message = json!({ "text": "1", "wait": true, "retry": false });
    let sent = simulator.send("ALICE001", message).await;
    assert_eq!(text(&sent["attempts"][0]["error"]), "no callback is set");
}

fn statuses(attempts: &Value) -> Vec<u64> {
    let attempts = attempts.as_array().unwrap().iter();
    attempts
        .map(|attempt| attempt["status"].as_u64().unwrap_or(0))
        .collect()
}

async fn deliveries(simulator: &Simulator) -> Vec<Value> {
    let shown = simulator.show("/deliveries").await;
    shown["deliveries"].as_array().unwrap().clone()
}
