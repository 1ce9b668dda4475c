//! `/control`: who the Gateway is, what is set, what is broken.
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};

use super::phones::described;
use crate::faults::Fault;
use crate::options::callback_url;
use crate::problem::Problem;
use crate::state::Shared;

#[allow(clippy::unused_async, reason = "a handler")]
pub(super) async fn show(State(simulator): State<Shared>) -> Json<Value> {
    Json(simulator.read(|state| {
        let gateway = &state.house.gateway;
        let phones = state.house.phones.iter();
        json!({
            "gateway": {
                "id": gateway.id,
                "secret": gateway.secret,
                "public_key": gateway.private_key.public_hex(),
                "private_key": gateway.private_key.private_hex(),
            },
            "callback": state.callback.as_ref().map(reqwest::Url::as_str),
            "retry_seconds": state.retry.as_secs_f64(),
            "credits": state.credits,
            "automatic_receipts": state.automatic_receipts,
            "first_receipt": state.first_receipt,
            "slow_ms": u64::try_from(state.slow.as_millis()).ok(),
            "faults": state.faults,
            "phones": phones.map(|(id, phone)| described(*id, phone)).collect::<Vec<_>>(),
        })
    }))
}

/// What may be changed; what is not named stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changes {
    /// Empty: none.
    callback: Option<String>,
    retry_seconds: Option<f64>,
    credits: Option<u64>,
    automatic_receipts: Option<bool>,
    first_receipt: Option<u8>,
    slow_ms: Option<u64>,
    pubkeys_fault: Option<Fault>,
    send_fault: Option<Fault>,
    lookup_fault: Option<Fault>,
    capabilities_fault: Option<Fault>,
    credits_fault: Option<Fault>,
}

pub(super) async fn change(
    State(simulator): State<Shared>,
    Json(changes): Json<Changes>,
) -> Result<Json<Value>, Problem> {
    let callback = match changes.callback.as_deref() {
        None => None,
        Some("") => Some(None),
        Some(url) => Some(Some(callback_url(url)?)),
    };
    let retry = changes.retry_seconds.map(interval).transpose()?;
    simulator.change(|state| {
        set(&mut state.callback, callback);
        set(&mut state.retry, retry);
        set(&mut state.credits, changes.credits);
        set(&mut state.automatic_receipts, changes.automatic_receipts);
        set(&mut state.first_receipt, changes.first_receipt);
        set(&mut state.slow, changes.slow_ms.map(Duration::from_millis));
        set(&mut state.faults.pubkeys, changes.pubkeys_fault);
        set(&mut state.faults.send, changes.send_fault);
        set(&mut state.faults.lookup, changes.lookup_fault);
        set(&mut state.faults.capabilities, changes.capabilities_fault);
        set(&mut state.faults.credits, changes.credits_fault);
    });
    Ok(show(State(simulator)).await)
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

fn interval(seconds: f64) -> Result<Duration, Problem> {
    Duration::try_from_secs_f64(seconds).map_err(|_| {
        Problem::SettingMalformed(format!("retry_seconds {seconds}: not a length of time"))
    })
}
