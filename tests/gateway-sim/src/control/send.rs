//! `/control/phones/{ID}/send`: one message from a phone, made and delivered as wished.
use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use data_encoding::HEXLOWER_PERMISSIVE;
use serde::Deserialize;
use serde_json::{Value, json};
use threema_gateway::protocol::MessageId;

use super::id_of;
use crate::delivery::Manner;
use crate::messages::reaction::Reaction;
use crate::messages::{Message, Place};
use crate::phone::{self, Content, Cuts, Wishes};
use crate::problem::Problem;
use crate::state::Shared;

/// Equal deliveries at once.
const MOST_AT_ONCE: u32 = 1000;

/// One of the first group says the message; the rest how it is made and delivered.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request {
    text: Option<String>,
    receipt: Option<u8>,
    message_ids: Option<Vec<MessageId>>,
    reaction: Option<String>,
    #[serde(default)]
    withdraw: bool,
    edit: Option<String>,
    #[serde(default)]
    delete: bool,
    typing: Option<bool>,
    location: Option<Place>,
    file: Option<Value>,
    raw: Option<String>,
    plaintext: Option<String>,

    /// With `reaction`, `edit` and `delete` the message that is meant; else this message's own.
    message_id: Option<MessageId>,
    /// This message's own ID, whatever it says.
    id: Option<MessageId>,
    date: Option<u64>,
    nickname: Option<String>,
    mac: Option<Mac>,
    recut: Option<String>,
    #[serde(default)]
    times: u32,
    #[serde(default)]
    headers_only: bool,
    slow_body_ms: Option<u64>,
    hang_up_ms: Option<u64>,
    #[serde(default)]
    lose_answers: u32,
    #[serde(default = "yes")]
    retry: bool,
    #[serde(default = "yes")]
    deliver: bool,
    #[serde(default)]
    wait: bool,
}

#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Mac {
    Right,
    Wrong,
}

fn yes() -> bool {
    true
}

pub(super) async fn send(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
    Json(mut request): Json<Request>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let id = id_of(&id)?;
    if request.times > MOST_AT_ONCE {
        let most = format!("times: {MOST_AT_ONCE} at most");
        return Err(Problem::MessageMalformed(most));
    }
    let content = request.content()?;
    let (deliver, all) = (request.deliver, request.recut.as_deref() == Some("all"));
    let wait = request.wait || all;
    let made = phone::write(&simulator, id, content, request.wishes())?;
    let (message_id, body) = (made.message_id, made.body.clone());
    if !deliver {
        let built = json!({ "message_id": message_id, "body": body, "attempts": [] });
        return Ok((StatusCode::OK, Json(built)));
    }
    let begun = phone::send(&simulator, made);
    let numbers: Vec<u64> = begun.iter().map(|begun| begun.number).collect();
    if !wait {
        let answer = json!({
            "message_id": message_id,
            "delivery": numbers.first(),
            "deliveries": numbers,
        });
        return Ok((StatusCode::ACCEPTED, Json(answer)));
    }
    let mut attempts = Vec::new();
    for begun in begun {
        attempts.extend(begun.first.await);
    }
    let answer = json!({
        "message_id": message_id,
        "body": body,
        "attempts": attempts,
        "delivery": numbers.first(),
        "deliveries": numbers,
    });
    Ok((StatusCode::OK, Json(answer)))
}

impl Request {
    /// The one message that is said.
    fn content(&mut self) -> Result<Content, Problem> {
        let mut said = Vec::new();
        if let Some(text) = self.text.take() {
            said.push(Content::Message(Message::Text { text }));
        }
        if let Some(status) = self.receipt {
            let message_ids = self.message_ids.take().unwrap_or_default();
            said.push(Content::Message(Message::Receipt {
                status,
                message_ids,
            }));
        }
        if let Some(emoji) = self.reaction.take() {
            said.push(Content::Message(Message::Reaction(Reaction {
                reacts_to: self.meant("reaction")?,
                emoji,
                withdraw: self.withdraw,
            })));
        }
        if let Some(text) = self.edit.take() {
            let edits = self.meant("edit")?;
            said.push(Content::Message(Message::Edit { edits, text }));
        }
        if self.delete {
            let deletes = self.meant("delete")?;
            said.push(Content::Message(Message::Delete { deletes }));
        }
        if let Some(typing) = self.typing {
            said.push(Content::Message(Message::Typing { typing }));
        }
        if let Some(place) = self.location.take() {
            said.push(Content::Message(Message::Location(place)));
        }
        if let Some(file) = self.file.take() {
            said.push(Content::Message(Message::File { file }));
        }
        if let Some(raw) = self.raw.take() {
            said.push(Content::Raw(hex(&raw)?));
        }
        if let Some(plaintext) = self.plaintext.take() {
            said.push(Content::Plaintext(hex(&plaintext)?));
        }
        match (said.pop(), said.is_empty()) {
            (Some(content), true) => Ok(content),
            _ => Err(Problem::MessageMalformed(
                "say one of text, receipt, reaction, edit, delete, typing, location, file, raw, \
                 plaintext"
                    .to_owned(),
            )),
        }
    }

    /// The message that a reaction, an edit or a delete is about: `message_id`, used up by that.
    fn meant(&mut self, by: &str) -> Result<MessageId, Problem> {
        self.message_id
            .take()
            .ok_or_else(|| Problem::MessageMalformed(format!("{by} needs a message_id")))
    }

    fn wishes(self) -> Wishes {
        Wishes {
            message_id: self.id.or(self.message_id),
            date: self.date,
            nickname: self.nickname,
            wrong_mac: self.mac == Some(Mac::Wrong),
            cuts: match self.recut {
                None => Cuts::None,
                Some(label) if label == "all" => Cuts::All,
                Some(label) => Cuts::One(label),
            },
            times: self.times,
            manner: Manner {
                headers_only: self.headers_only,
                slow_body: self.slow_body_ms.map(Duration::from_millis),
                hang_up: self.hang_up_ms.map(Duration::from_millis),
            },
            once: !self.retry,
            lost_answers: self.lose_answers,
        }
    }
}

fn hex(text: &str) -> Result<Vec<u8>, Problem> {
    HEXLOWER_PERMISSIVE
        .decode(text.as_bytes())
        .map_err(|_| Problem::MessageMalformed("raw and plaintext are hex".to_owned()))
}
