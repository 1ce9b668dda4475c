//! The Gateway's HTTP API, with the calls and the errors that are documented.
//!
//! Answers are plain text. `from` and `secret` are in the form of the two send calls, in the query of
//! the others.
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Path, Query, RawForm, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use serde::Deserialize;

use crate::faults::{self, Answer, Call, Kind};
use crate::line::Line;
use crate::state::{self, Shared, Simulator};

mod lookup;
mod send;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/send_simple", post(send_simple))
        .route("/send_e2e", post(send_e2e))
        .route("/pubkeys/{id}", get(pubkeys))
        .route("/lookup/{kind}/{value}", get(lookup))
        .route("/capabilities/{id}", get(capabilities))
        .route("/credits", get(credits))
}

async fn send_simple(
    State(simulator): State<Shared>,
    ConnectInfo(line): ConnectInfo<Line>,
    RawForm(form): RawForm,
) -> Response {
    answer(&simulator, Call::Send, &line, || {
        send::simple(&simulator, &form)
    })
    .await
}

async fn send_e2e(
    State(simulator): State<Shared>,
    ConnectInfo(line): ConnectInfo<Line>,
    RawForm(form): RawForm,
) -> Response {
    let (kind, refused) = strike(&simulator, Call::Send, &line).await;
    if let Some(refused) = refused {
        return refused;
    }
    let answer = match send::e2e(&simulator, &form) {
        Ok(accepted) => {
            let answer = (StatusCode::OK, accepted.message_id.to_hex_le());
            accepted.receipts(&simulator, kind).await;
            answer
        }
        Err(refused) => refused.into(),
    };
    faults::after(kind, &line, answer)
}

async fn pubkeys(
    State(simulator): State<Shared>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(id): Path<String>,
    Query(account): Query<Account>,
) -> Response {
    let (kind, refused) = strike(&simulator, Call::Pubkeys, &line).await;
    if let Some(refused) = refused {
        return refused;
    }
    let wrong = kind == Kind::WrongKey;
    let answer = simulator.read(|state| {
        account.check(state)?;
        lookup::public_key(state, &id, wrong)
    });
    faults::after(kind, &line, text(answer))
}

async fn lookup(
    State(simulator): State<Shared>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path((kind, value)): Path<(String, String)>,
    Query(account): Query<Account>,
) -> Response {
    answer(&simulator, Call::Lookup, &line, || {
        simulator.read(|state| {
            account.check(state)?;
            lookup::id(state, &kind, &value)
        })
    })
    .await
}

async fn capabilities(
    State(simulator): State<Shared>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(id): Path<String>,
    Query(account): Query<Account>,
) -> Response {
    answer(&simulator, Call::Capabilities, &line, || {
        simulator.read(|state| {
            account.check(state)?;
            lookup::capabilities(state, &id)
        })
    })
    .await
}

async fn credits(
    State(simulator): State<Shared>,
    ConnectInfo(line): ConnectInfo<Line>,
    Query(account): Query<Account>,
) -> Response {
    answer(&simulator, Call::Credits, &line, || {
        simulator.read(|state| {
            account.check(state)?;
            Ok(state.credits.to_string())
        })
    })
    .await
}

/// A call under the fault that is set for its kind.
async fn answer(
    simulator: &Arc<Simulator>,
    call: Call,
    line: &Line,
    respond: impl FnOnce() -> Result<String, Refused>,
) -> Response {
    let (kind, refused) = strike(simulator, call, line).await;
    match refused {
        Some(refused) => refused,
        None => faults::after(kind, line, text(respond())),
    }
}

async fn strike(simulator: &Simulator, call: Call, line: &Line) -> (Kind, Option<Response>) {
    let (kind, slow) = simulator.change(|state| (state.faults.strike(call), state.slow));
    (kind, faults::before(kind, slow, line).await)
}

fn text(answer: Result<String, Refused>) -> Answer {
    match answer {
        Ok(text) => (StatusCode::OK, text),
        Err(refused) => refused.into(),
    }
}

/// Who calls.
#[derive(Deserialize)]
struct Account {
    #[serde(default)]
    from: String,
    #[serde(default)]
    secret: String,
}

impl Account {
    fn check(&self, state: &state::State) -> Result<(), Refused> {
        let gateway = &state.house.gateway;
        if self.from == gateway.id.as_str() && self.secret == gateway.secret {
            Ok(())
        } else {
            Err(Refused::Credentials)
        }
    }
}

/// Why a call is refused, as the Gateway's documentation has it.
#[derive(Debug, Clone, Copy)]
enum Refused {
    /// 400: a parameter is missing or malformed, or the recipient is no Threema ID.
    BadRequest,
    /// 401: the ID or the secret is wrong.
    Credentials,
    /// 402
    NoCredits,
    /// 404: nobody is found by this phone number, address, hash or ID.
    Unknown,
    /// 413: the text or the box is too long.
    TooLong,
    /// 500
    Server,
}

impl From<Refused> for Answer {
    fn from(refused: Refused) -> Self {
        let status = match refused {
            Refused::BadRequest => StatusCode::BAD_REQUEST,
            Refused::Credentials => StatusCode::UNAUTHORIZED,
            Refused::NoCredits => StatusCode::PAYMENT_REQUIRED,
            Refused::Unknown => StatusCode::NOT_FOUND,
            Refused::TooLong => StatusCode::PAYLOAD_TOO_LARGE,
            Refused::Server => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, String::new())
    }
}
