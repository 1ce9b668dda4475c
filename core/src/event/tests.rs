use std::string::ToString;

use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::*;
use crate::challenge::{self, Challenge, Judgement};
use crate::threema::{Emoji, Message, MessageId, ReceiptStatus, ThreemaId};
use crate::throttle::CLOSED;

fn body(kind: &str, user: Option<&str>, members: &str) -> Value {
    let envelope = Envelope {
        kind,
        timestamp: "2026-01-02T03:04:05Z",
        user,
        members,
    };
    serde_json::from_str(&envelope.to_json()).unwrap()
}

#[test]
fn every_event_is_a_document_with_its_type_its_time_and_its_user() {
    let method = Method::ThreemaTap;
    let until = Some(UnixTime::from_secs(5));
    for (event, kind, data) in [
        (Event::DeviceTrusted, "device.trusted", json!({})),
        (
            Event::FactorEnrolled { method },
            "factor.enrolled",
            json!({ "method": "threema-tap" }),
        ),
        (
            Event::FactorRemoved {
                method,
                remaining: 2,
            },
            "factor.removed",
            json!({ "method": "threema-tap", "remaining": 2 }),
        ),
        (
            Event::LoginDeclined { method },
            "login.declined",
            json!({ "method": "threema-tap" }),
        ),
        (
            Event::LoginDisputed { method },
            "login.disputed",
            json!({ "method": "threema-tap" }),
        ),
        (
            Event::MethodClosed { method, until },
            "method.closed",
            json!({ "method": "threema-tap", "until": 5 }),
        ),
        (
            Event::MethodClosed {
                method,
                until: None,
            },
            "method.closed",
            json!({ "method": "threema-tap" }),
        ),
        (
            Event::RecoveryCodesLow { left: 2 },
            "recovery_codes.low",
            json!({ "left": 2 }),
        ),
        (
            Event::RecoveryCodesReplaced,
            "recovery_codes.replaced",
            json!({}),
        ),
        (
            Event::ReplayRefused { method },
            "replay.refused",
            json!({ "method": "threema-tap" }),
        ),
        (
            Event::MessagesRepeated { in_all: 7 },
            "replay.refused",
            json!({ "callback_repeated": 7 }),
        ),
        (Event::ThreemaKeyChanged, "threema_key.changed", json!({})),
        (Event::UserReset, "user.reset", json!({})),
    ] {
        let mut data = data;
        data["user"] = "alice".into();
        let expected = json!({ "type": kind, "timestamp": "2026-01-02T03:04:05Z", "data": data });
        assert_eq!(
            body(event.kind(), Some("alice"), &event.members()),
            expected
        );
    }
}

#[test]
fn whatever_a_user_is_called_or_somebody_wrote_stays_inside_its_text() {
    let from = ThreemaId::parse("ECHOECHO").unwrap();
    let id = MessageId::parse("0102030405060708").unwrap();
    for text in [
        "plain",
        "\",\"user\":\"bob\"",
        "\\",
        "a\r\nb\tc\u{0}\u{1f}\u{7f}",
        "🔑 ü \u{2028}",
    ] {
        let message = Message::Text(Zeroizing::new(text.to_string()));
        let incoming = Incoming::new(from, id, UnixTime::from_secs(9), &message).unwrap();
        let read = body(Incoming::KIND, Some(text), &incoming.members());
        let data = json!({
            "user": text,
            "threema_id": "ECHOECHO",
            "message_id": "0102030405060708",
            "date": 9,
            "text": text,
        });
        assert_eq!(read["data"], data);
    }
}

#[test]
fn thumbs_and_what_has_no_words_are_told_and_what_apps_say_by_themselves_is_not() {
    let from = ThreemaId::parse("ECHOECHO").unwrap();
    let id = MessageId::parse("0102030405060708").unwrap();
    let told = |message: Message| {
        let incoming = Incoming::new(from, id, UnixTime::from_secs(9), &message)?;
        let mut data = body(Incoming::KIND, None, &incoming.members())["data"].take();
        for known in ["threema_id", "message_id", "date"] {
            data.as_object_mut().unwrap().remove(known);
        }
        Some(data)
    };
    let receipt = |status| Message::Receipt {
        status,
        messages: std::vec![id, id],
    };
    let reaction = |emoji, withdrawn| Message::Reaction {
        message: id,
        emoji: Emoji::parse(emoji).unwrap(),
        withdrawn,
    };
    let thumb = |word: &str, messages: usize| {
        let messages = std::vec!["0102030405060708"; messages];
        Some(json!({ "thumb": word, "messages": messages }))
    };
    assert_eq!(told(receipt(ReceiptStatus::Acknowledged)), thumb("up", 2));
    assert_eq!(told(receipt(ReceiptStatus::Declined)), thumb("down", 2));
    assert_eq!(told(reaction("\u{1F44E}", false)), thumb("down", 1));
    assert_eq!(
        told(Message::Other(0x10)),
        Some(json!({ "message_type": 16 }))
    );
    for silent in [
        receipt(ReceiptStatus::Received),
        receipt(ReceiptStatus::Read),
        reaction("\u{1F44D}", true),
        Message::Other(0x90),
        Message::Typing { typing: true },
    ] {
        assert_eq!(told(silent), None);
    }
}

#[test]
fn an_answer_tells_of_the_closing_failure_and_of_a_code_that_was_used() {
    let now = UnixTime::from_secs(1_000_000);
    let method = Method::Totp;
    let told = |failures, judgement: Judgement<()>| {
        let throttle = Throttle::restore(failures, UnixTime::default());
        let challenge = Some(Challenge::open(method, now));
        let answered = challenge::answer(throttle, challenge, now, || Ok::<_, Error>(judgement));
        Event::of_answer(throttle, &answered.unwrap())
    };
    let closed = Event::MethodClosed {
        method,
        until: None,
    };
    for failures in 0..=CLOSED {
        let last = failures + 1 == CLOSED;
        assert_eq!(told(failures, Judgement::Wrong), last.then_some(closed));
    }
    assert_eq!(told(0, Judgement::Accepted(())), None);
    let used = Event::ReplayRefused { method };
    assert_eq!(told(0, Judgement::Used), Some(used));
    let none = challenge::answer(Throttle::default(), None, now, || {
        Ok::<_, Error>(Judgement::Accepted(()))
    });
    assert_eq!(Event::of_answer(Throttle::default(), &none.unwrap()), None);
}
