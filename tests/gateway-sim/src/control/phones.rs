//! `/control/phones`: who has a phone, and what is on it.
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::id_of;
use crate::identity::{Id, KeyPair};
use crate::problem::Problem;
use crate::state::{Phone, Shared};

/// A phone as the control API shows it.
pub(super) fn described(id: Id, phone: &Phone) -> Value {
    json!({
        "id": id,
        "name": phone.name,
        "public_key": phone.private_key.public_hex(),
        "private_key": phone.private_key.private_hex(),
        "email": phone.email,
        "phone": phone.phone,
    })
}

/// What a phone may be given; what is not named is made up, or stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Traits {
    /// Needed for a new phone, and only there.
    id: Option<String>,
    name: Option<String>,
    private_key: Option<String>,
    email: Option<String>,
    phone: Option<String>,
}

pub(super) async fn add(
    State(simulator): State<Shared>,
    Json(traits): Json<Traits>,
) -> Result<(StatusCode, Json<Value>), Problem> {
    let id = id_of(traits.id.as_deref().unwrap_or_default())?;
    let private_key = match traits.private_key {
        Some(hex) => KeyPair::parse(&hex)?,
        None => KeyPair::generate()?,
    };
    let phone = Phone {
        name: traits.name.unwrap_or_else(|| id.to_string()),
        private_key,
        email: traits.email,
        phone: traits.phone,
    };
    simulator.settle(|house| {
        if id == house.gateway.id || house.phones.contains_key(&id) {
            return Err(Problem::PhoneExists(id.to_string()));
        }
        house.phones.insert(id, phone);
        Ok(())
    })?;
    let Json(phone) = show(
        State(simulator),
        Path(id.to_string()),
        Query(Seen::default()),
    )
    .await?;
    Ok((StatusCode::CREATED, Json(phone)))
}

/// Another name, address, number or key (as after a phone was lost without a backup).
pub(super) async fn change(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
    Json(traits): Json<Traits>,
) -> Result<Json<Value>, Problem> {
    let parsed = id_of(&id)?;
    let private_key = traits.private_key.as_deref().map(KeyPair::parse);
    let private_key = private_key.transpose()?;
    simulator.settle(|house| {
        let phone = house.phones.get_mut(&parsed);
        let phone = phone.ok_or_else(|| Problem::PhoneUnknown(id.clone()))?;
        if let Some(name) = traits.name {
            phone.name = name;
        }
        if let Some(private_key) = private_key {
            phone.private_key = private_key;
        }
        phone.email = traits.email.or_else(|| phone.email.take());
        phone.phone = traits.phone.or_else(|| phone.phone.take());
        Ok(())
    })?;
    show(State(simulator), Path(id), Query(Seen::default())).await
}

/// The ID is revoked: the directory knows it no more.
#[allow(clippy::unused_async, reason = "a handler")]
pub(super) async fn remove(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let parsed = id_of(&id)?;
    simulator.settle(|house| {
        let removed = house.phones.remove(&parsed);
        removed.map(|_| ()).ok_or(Problem::PhoneUnknown(id))
    })?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Default, Deserialize)]
pub(super) struct Seen {
    /// Answer when there are at least so many messages (or after 30 seconds).
    #[serde(default)]
    messages: usize,
}

pub(super) async fn show(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
    Query(Seen { messages }): Query<Seen>,
) -> Result<Json<Value>, Problem> {
    let id = id_of(&id)?;
    simulator
        .until(|state| state.thread(id).len() >= messages || state.phone(id).is_err())
        .await;
    simulator.read(|state| {
        let mut described = described(id, state.phone(id)?);
        if let Some(described) = described.as_object_mut() {
            described.insert("messages".to_owned(), json!(state.thread(id)));
        }
        Ok(Json(described))
    })
}

#[allow(clippy::unused_async, reason = "a handler")]
pub(super) async fn qr_payload(
    State(simulator): State<Shared>,
    Path(id): Path<String>,
) -> Result<String, Problem> {
    let id = id_of(&id)?;
    simulator.read(|state| Ok(id.qr_payload(&state.phone(id)?.private_key)))
}
