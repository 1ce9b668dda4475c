//! Misbehaviour of the Gateway API, on request.
//!
//! A fault is set for a kind of call, for good or for so many calls: `"500"` or
//! `{"kind": "500", "times": 2}`.
use std::convert::Infallible;
use std::time::Duration;

use axum::body::Body;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use crate::line::Line;

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) enum Kind {
    #[default]
    #[serde(rename = "none")]
    None,
    /// Refused with this status before anything is looked at.
    #[serde(rename = "400")]
    BadRequest,
    #[serde(rename = "401")]
    Unauthorized,
    #[serde(rename = "402")]
    NoCredits,
    #[serde(rename = "404")]
    Unknown,
    #[serde(rename = "413")]
    TooLong,
    #[serde(rename = "429")]
    TooMany,
    #[serde(rename = "500")]
    ServerError,
    #[serde(rename = "503")]
    Unavailable,
    /// Answered after `slow_ms`.
    #[serde(rename = "slow")]
    Slow,
    /// 200, but only the first half of the answer.
    #[serde(rename = "truncated")]
    Truncated,
    /// 200, but a page of HTML.
    #[serde(rename = "nonsense")]
    Nonsense,
    /// 200, and then digit after digit, slowly and without end.
    #[serde(rename = "endless")]
    Endless,
    /// 200, and 50 MiB of digits.
    #[serde(rename = "huge")]
    Huge,
    /// The connection is closed before anything is done.
    #[serde(rename = "dropped")]
    Dropped,
    /// All is done (a message is accepted and paid), then the connection is closed unanswered.
    #[serde(rename = "lost")]
    Lost,
    /// `pubkeys` only: another key than the phone's.
    #[serde(rename = "wrong_key")]
    WrongKey,
    /// `send_e2e` only: the phone's receipt is delivered, and answered, before the call is.
    #[serde(rename = "receipt_first")]
    ReceiptFirst,
}

/// A fault and for how many calls it still holds (for good without a number).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize)]
#[serde(from = "Said")]
pub(crate) struct Fault {
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Kind(Kind),
    Times { kind: Kind, times: Option<u32> },
}

impl From<Said> for Fault {
    fn from(said: Said) -> Self {
        match said {
            Said::Kind(kind) => Self { kind, times: None },
            Said::Times { kind, times } => Self { kind, times },
        }
    }
}

impl Fault {
    /// What goes wrong with the call that asks.
    pub(crate) fn strike(&mut self) -> Kind {
        let kind = self.kind;
        if let Some(times) = &mut self.times {
            *times = times.saturating_sub(1);
            if *times == 0 {
                *self = Self::default();
            }
        }
        kind
    }
}

/// The faults of each kind of call.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(crate) struct Faults {
    pub(crate) pubkeys: Fault,
    pub(crate) send: Fault,
    pub(crate) lookup: Fault,
    pub(crate) capabilities: Fault,
    pub(crate) credits: Fault,
}

/// A kind of call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Call {
    Pubkeys,
    Send,
    Lookup,
    Capabilities,
    Credits,
}

impl Faults {
    pub(crate) fn strike(&mut self, call: Call) -> Kind {
        match call {
            Call::Pubkeys => self.pubkeys.strike(),
            Call::Send => self.send.strike(),
            Call::Lookup => self.lookup.strike(),
            Call::Capabilities => self.capabilities.strike(),
            Call::Credits => self.credits.strike(),
        }
    }
}

/// An answer of the Gateway: a status and plain text.
pub(crate) type Answer = (StatusCode, String);

/// Does what the fault does before the call is looked at; an answer ends the call there.
pub(crate) async fn before(kind: Kind, slow: Duration, line: &Line) -> Option<Response> {
    let status = match kind {
        Kind::BadRequest => StatusCode::BAD_REQUEST,
        Kind::Unauthorized => StatusCode::UNAUTHORIZED,
        Kind::NoCredits => StatusCode::PAYMENT_REQUIRED,
        Kind::Unknown => StatusCode::NOT_FOUND,
        Kind::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::ServerError => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Dropped => {
            line.cut();
            StatusCode::SERVICE_UNAVAILABLE
        }
        Kind::Slow => {
            sleep(slow).await;
            return None;
        }
        _ => return None,
    };
    Some(status.into_response())
}

/// Does what the fault does to the answer.
pub(crate) fn after(kind: Kind, line: &Line, (status, text): Answer) -> Response {
    let good = status == StatusCode::OK;
    let text = match kind {
        Kind::Lost => {
            line.cut();
            text
        }
        Kind::Truncated if good => text.chars().take(text.len() / 2).collect(),
        Kind::Nonsense if good => "<!doctype html><title>Maintenance</title>".to_owned(),
        Kind::Endless if good => return digits_without_end().into_response(),
        Kind::Huge if good => "0".repeat(HUGE),
        _ => text,
    };
    (status, text).into_response()
}

/// Bytes.
const HUGE: usize = 50 * 1024 * 1024;

/// Too slow to become too long before anybody loses patience.
fn digits_without_end() -> Body {
    Body::from_stream(stream::unfold((), async |()| {
        sleep(Duration::from_millis(100)).await;
        Some((Ok::<_, Infallible>("0"), ()))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_holds_for_good_or_for_as_many_calls_as_it_says() {
        let mut always: Fault = serde_json::from_str(r#""500""#).unwrap();
        let mut twice: Fault = serde_json::from_str(r#"{"kind":"lost","times":2}"#).unwrap();
        let struck = [(); 3].map(|()| (always.strike(), twice.strike()));
        assert_eq!(
            struck,
            [
                (Kind::ServerError, Kind::Lost),
                (Kind::ServerError, Kind::Lost),
                (Kind::ServerError, Kind::None),
            ]
        );
        assert!(serde_json::from_str::<Fault>(r#""418""#).is_err());
    }
}
