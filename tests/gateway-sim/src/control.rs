//! The control API: JSON, for tests and the demo. It has no secret of its own.
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::delivery::{Manner, Outcome, Parcel, make};
use crate::identity::Id;
use crate::problem::Problem;
use crate::state::Shared;

mod phones;
mod send;
mod settings;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/control", get(settings::show).put(settings::change))
        .route("/control/reset", post(reset))
        .route("/control/phones", post(phones::add))
        .route(
            "/control/phones/{id}",
            get(phones::show).put(phones::change).delete(phones::remove),
        )
        .route("/control/phones/{id}/qr", get(phones::qr_payload))
        .route("/control/phones/{id}/send", post(send::send))
        .route("/control/deliver", post(deliver))
        .route("/control/deliveries", get(deliveries))
        .route("/control/deliveries/{number}", get(delivery))
        .route("/control/retries", post(retries))
}

/// Forgets deliveries (those that wait for an attempt are given up), messages and faults.
async fn reset(State(simulator): State<Shared>) -> Json<Value> {
    simulator.change(crate::state::State::reset);
    simulator.hurry.notify_waiters();
    settings::show(State(simulator)).await
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    body: String,
}

/// Posts that very body, once.
async fn deliver(
    State(simulator): State<Shared>,
    Json(body): Json<Body>,
) -> Result<Json<Value>, Problem> {
    let from = simulator.read(|state| state.house.gateway.id);
    let parcel = Parcel {
        message_id: String::new(),
        from,
        body: body.body,
        label: None,
        manner: Manner::default(),
        retry: false,
        lost_answers: 0,
    };
    let attempt = make(&simulator, &parcel).await;
    let mut answer = json!({ "status": attempt.status, "ms": attempt.ms, "text": attempt.text });
    if let (Some(error), Some(answer)) = (attempt.error, answer.as_object_mut()) {
        answer.insert("error".to_owned(), json!(error));
    }
    Ok(Json(answer))
}

/// The last 200, oldest first.
#[allow(clippy::unused_async, reason = "a handler")]
async fn deliveries(State(simulator): State<Shared>) -> Json<Value> {
    Json(simulator.read(|state| json!({ "deliveries": state.deliveries })))
}

#[derive(Deserialize)]
struct Wait {
    #[serde(default)]
    wait: bool,
}

/// One of them; with `?wait=true` when it has come to its end (or after 30 seconds).
async fn delivery(
    State(simulator): State<Shared>,
    Path(number): Path<u64>,
    Query(Wait { wait }): Query<Wait>,
) -> Result<Json<Value>, Problem> {
    if wait {
        let ended = |state: &crate::state::State| {
            let mut deliveries = state.deliveries.iter();
            deliveries
                .find(|delivery| delivery.number == number)
                .is_none_or(|delivery| delivery.outcome != Outcome::Pending)
        };
        simulator.until(ended).await;
    }
    simulator.read(|state| {
        let mut deliveries = state.deliveries.iter();
        deliveries
            .find(|delivery| delivery.number == number)
            .map(|delivery| Json(json!(delivery)))
            .ok_or(Problem::DeliveryUnknown(number))
    })
}

/// All deliveries that wait for their next attempt make it now.
#[allow(clippy::unused_async, reason = "a handler")]
async fn retries(State(simulator): State<Shared>) -> Response {
    simulator.hurry.notify_waiters();
    StatusCode::NO_CONTENT.into_response()
}

/// # Errors
/// [`Problem::IdMalformed`].
fn id_of(text: &str) -> Result<Id, Problem> {
    Id::parse(text)
}
