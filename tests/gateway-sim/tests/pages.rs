//! The phones' pages, as a browser without script would use them.
use reqwest::header::CONTENT_SECURITY_POLICY;
use serde_json::json;
use threema_gateway::Recipient;

use crate::callback::Callback;
use crate::simulator::{Simulator, id, text};

async fn page(simulator: &Simulator, path: &str) -> String {
    let url = format!("{}{path}", simulator.url);
    let answer = simulator.client.get(url).send().await.unwrap();
    let policy = answer.headers()[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn a_page_shows_name_id_code_and_messages_and_nothing_as_markup() {
    let simulator = Simulator::start(&["--phone=ALICE001=<b>Alice</b>"]).await;
    let api = simulator.simple(None).await;
    let alice = Recipient::new_id(id("ALICE001"));
    api.send(&alice, "<img src=x onerror=alert(1)> & \"so\"")
        .await
        .unwrap();
    let html = page(&simulator, "/phones/ALICE001?text=12%22%3E%3Cscript%3E").await;
    for expected in [
        "<h1>&lt;b&gt;Alice&lt;/b&gt;</h1>",
        "<span class=\"id\">ALICE001</span>",
        "<title>ID QR code of ALICE001</title>",
        "&lt;img src=x onerror=alert(1)&gt; &amp; &quot;so&quot;",
        "value=\"12&quot;&gt;&lt;script&gt;\"",
        "aria-label=\"Thumbs-down as reaction\"",
    ] {
        assert!(html.contains(expected), "{expected} is not in {html}");
    }
    assert!(!html.contains("<img") && !html.contains("<b>"));
    assert!(!html.contains(" style="), "the policy forbids it");
    let list = page(&simulator, "/phones?text=1%202").await;
    assert!(
        list.contains("href=\"/phones/ALICE001?text=1+2\""),
        "{list}"
    );
    let list = page(&simulator, "/phones/NOBODY00").await;
    assert!(list.contains("no phone has the ID NOBODY00"));
}

#[tokio::test]
async fn a_person_can_write_and_answer_with_a_thumb_either_way() {
    let callback = Callback::answering(&[]).await;
    let simulator = Simulator::start(&["--callback", &callback.url]).await;
    let api = simulator.simple(None).await;
    let asked = api
        .send(&Recipient::new_id(id("BOBBOB02")), "Log in?")
        .await
        .unwrap();
    let url = format!("{}/phones/BOBBOB02", simulator.url);
    let thumb = |answer: &'static str| {
        let form = [
            ("message_id", asked.to_hex_le()),
            ("answer", answer.to_owned()),
        ];
        simulator
            .client
            .post(format!("{url}/thumb"))
            .form(&form)
            .send()
    };
    for answer in ["up-receipt", "down-receipt", "up-reaction", "down-reaction"] {
        // Redirected to the page.
        assert_eq!(thumb(answer).await.unwrap().status(), 200);
    }
    let form = [("text", "123456")];
    let written = simulator
        .client
        .post(format!("{url}/text"))
        .form(&form)
        .send();
    assert!(
        written
            .await
            .unwrap()
            .text()
            .await
            .unwrap()
            .contains("123456")
    );

    let messages = simulator.messages("BOBBOB02", 6).await;
    let about = asked.to_hex_le();
    assert_eq!(messages[1]["status"], json!(3));
    assert_eq!(messages[2]["status"], json!(4));
    assert_eq!(text(&messages[2]["message_ids"][0]), about);
    assert_eq!(text(&messages[3]["emoji"]), "👍");
    assert_eq!(text(&messages[4]["emoji"]), "👎");
    assert_eq!(text(&messages[4]["reacts_to"]), about);
    assert_eq!(text(&messages[5]["text"]), "123456");
    for message in &messages[1..] {
        let ended = simulator.ended(&message["delivery"]).await;
        assert_eq!(text(&ended["outcome"]), "delivered");
    }
}
