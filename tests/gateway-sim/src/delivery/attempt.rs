//! One POST to the callback.
use std::time::Instant;

use reqwest::header::CONTENT_TYPE;
use serde::Serialize;

use super::{Parcel, raw};
use crate::state::Simulator;

/// What came of it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Attempt {
    /// The answer's status; none if no answer came.
    pub(crate) status: Option<u16>,
    pub(crate) ms: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    /// The answer's body, which the Gateway ignores.
    #[serde(skip)]
    pub(crate) text: String,
    #[serde(skip)]
    lost: bool,
}

impl Attempt {
    /// Whether the Gateway takes the message as delivered.
    pub(crate) fn taken(&self) -> bool {
        self.status == Some(200) && !self.lost
    }

    /// As if the answer had not come; its status is still shown.
    pub(crate) fn lose_answer(&mut self) {
        self.lost = true;
        self.error = Some("the answer was thrown away, as asked".to_owned());
    }
}

/// Posts the parcel once.
pub(crate) async fn make(simulator: &Simulator, parcel: &Parcel) -> Attempt {
    let begun = Instant::now();
    let answer = match simulator.read(|state| state.callback.clone()) {
        None => Err("no callback is set".to_owned()),
        Some(url) if parcel.manner.is_plain() => post(simulator, url, parcel.body.clone()).await,
        Some(url) => raw::post(&url, &parcel.body, &parcel.manner).await,
    };
    let (status, text, error) = match answer {
        Ok((status, text)) => (Some(status), text, None),
        Err(error) => (None, String::new(), Some(error)),
    };
    Attempt {
        status,
        ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        error,
        label: parcel.label.clone(),
        text,
        lost: false,
    }
}

async fn post(
    simulator: &Simulator,
    url: reqwest::Url,
    body: String,
) -> Result<(u16, String), String> {
    // The URL's path is a secret of the worker.
    let failed = |error: reqwest::Error| reason(&error.without_url());
    let answer = simulator
        .client
        .post(url)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(body)
        .send()
        .await
        .map_err(failed)?;
    let status = answer.status().as_u16();
    let text = answer.text().await.map_err(failed)?;
    Ok((status, text))
}

/// The error with all its causes.
fn reason(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
