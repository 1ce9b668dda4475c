//! The phones as pages, so that a person can play them. Everything works without script; the small
//! one that there is fetches the messages anew, so that a half-typed answer stays.
use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Form, Router};
use serde::Deserialize;
use threema_gateway::protocol::MessageId;

use crate::identity::Id;
use crate::messages::Message;
use crate::messages::reaction::Reaction;
use crate::phone;
use crate::problem::Problem;
use crate::state::Shared;

mod html;
mod qr;
mod words;

/// Nothing but our own style, script and forms.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/phones", get(list))
        .route("/phones/{id}", get(page))
        .route("/phones/{id}/messages", get(messages))
        .route("/phones/{id}/qr.svg", get(symbol))
        .route("/phones/{id}/text", post(write))
        .route("/phones/{id}/thumb", post(thumb))
        .route("/assets/phone.svg", get(icon))
        .route("/assets/phones.css", get(style))
        .route("/assets/phones.js", get(script))
        .layer(map_response(guarded))
}

#[derive(Deserialize)]
struct Prefill {
    /// As in `https://threema.id/<GATEWAY>?text=123456`.
    #[serde(default)]
    text: String,
}

#[allow(clippy::unused_async, reason = "a handler")]
async fn list(
    State(simulator): State<Shared>,
    Query(Prefill { text }): Query<Prefill>,
) -> Response {
    simulator.read(|state| Html(html::list(state, &text)).into_response())
}

#[allow(clippy::unused_async, reason = "a handler")]
async fn page(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
    Query(Prefill { text }): Query<Prefill>,
) -> Result<Response, NoPage> {
    let id = Id::parse(&id)?;
    simulator.read(|state| {
        let page = html::phone(state, id, state.phone(id)?, &text);
        Ok(Html(page).into_response())
    })
}

/// The part of the page that changes.
#[allow(clippy::unused_async, reason = "a handler")]
async fn messages(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
) -> Result<Response, NoPage> {
    let id = Id::parse(&id)?;
    simulator.read(|state| {
        state.phone(id)?;
        Ok(Html(html::messages(state, id)).into_response())
    })
}

#[allow(clippy::unused_async, reason = "a handler")]
async fn symbol(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
) -> Result<Response, NoPage> {
    let id = Id::parse(&id)?;
    let payload = simulator.read(|state| {
        let phone = state.phone(id)?;
        Ok::<_, Problem>(id.qr_payload(&phone.private_key))
    })?;
    let svg = [(header::CONTENT_TYPE, "image/svg+xml")];
    Ok((svg, qr::svg(&payload, "ID QR code")).into_response())
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

#[allow(clippy::unused_async, reason = "a handler")]
async fn write(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
    Form(Text { text }): Form<Text>,
) -> Result<Redirect, NoPage> {
    let id = Id::parse(&id)?;
    if !text.trim().is_empty() {
        phone::say(&simulator, id, Message::Text { text })?;
    }
    Ok(Redirect::to(&format!("/phones/{id}")))
}

#[derive(Deserialize)]
struct Thumb {
    message_id: MessageId,
    answer: Answer,
}

/// A button: which thumb, sent in which way.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Answer {
    UpReceipt,
    DownReceipt,
    UpReaction,
    DownReaction,
}

#[allow(clippy::unused_async, reason = "a handler")]
async fn thumb(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
    Form(Thumb { message_id, answer }): Form<Thumb>,
) -> Result<Redirect, NoPage> {
    let id = Id::parse(&id)?;
    let receipt = |status| Message::Receipt {
        status,
        message_ids: vec![message_id],
    };
    let reaction = |emoji: &str| {
        Message::Reaction(Reaction {
            reacts_to: message_id,
            emoji: emoji.to_owned(),
            withdraw: false,
        })
    };
    let message = match answer {
        Answer::UpReceipt => receipt(3),
        Answer::DownReceipt => receipt(4),
        Answer::UpReaction => reaction("👍"),
        Answer::DownReaction => reaction("👎"),
    };
    phone::say(&simulator, id, message)?;
    Ok(Redirect::to(&format!("/phones/{id}")))
}

#[allow(clippy::unused_async, reason = "a handler")]
async fn style() -> impl IntoResponse {
    let css = [(header::CONTENT_TYPE, "text/css; charset=utf-8")];
    (css, include_str!("pages/phones.css"))
}

#[allow(clippy::unused_async, reason = "a handler")]
async fn script() -> impl IntoResponse {
    let js = [(header::CONTENT_TYPE, "text/javascript; charset=utf-8")];
    (js, include_str!("pages/phones.js"))
}

#[allow(clippy::unused_async, reason = "a handler")]
async fn icon() -> impl IntoResponse {
    let svg = [(header::CONTENT_TYPE, "image/svg+xml")];
    (svg, include_str!("pages/phone.svg"))
}

#[allow(clippy::unused_async, reason = "a layer")]
async fn guarded(mut response: Response) -> Response {
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// A page that says what is wrong.
struct NoPage(Problem);

impl From<Problem> for NoPage {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for NoPage {
    fn into_response(self) -> Response {
        let page = html::problem(&self.0.to_string());
        (StatusCode::NOT_FOUND, Html(page)).into_response()
    }
}
