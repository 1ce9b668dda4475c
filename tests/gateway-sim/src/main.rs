//! Stands in for Threema's Gateway and for its users' phones, so that everything runs, and can be
//! tested, without an account.
//!
//! ```text
//!  worker ──send_simple, send_e2e, pubkeys, look-ups──▶ gateway_api ──▶ messages on the phones
//!  worker ◀──callback, with the retry rule── delivery ◀── phone ◀── pages (a person), control (a test)
//! ```
//!
//! # Whose code this is
//!
//! None of the cryptography and none of the message code comes from `threegate-core`, which this
//! does not depend on: an error in core must not be answered by the same error here. Text, receipts,
//! locations, typing, edits, deletes and files are encoded and decoded by the official
//! `threema-gateway` crate, which also opens the boxes and takes their padding off; boxes are closed
//! by `crypto_box`. Written here, after the documents and against foreign vectors, because that
//! crate lacks it: the callback's MAC ([`callback`]), reactions ([`messages::reaction`]), the apps'
//! padding with its minimum ([`sealed::pad`]), the directory's hashes ([`gateway_api`]).
//!
//! # What is simulated
//!
//! `send_simple`, `send_e2e`, `pubkeys`, the four look-ups, `capabilities`, `credits`, each with its
//! documented errors; delivery to the callback with the retry rule (three more tries, then the
//! message is thrown away); phones with their ID, QR code and messages; and on request what goes
//! wrong in the world: the same message many times at once, wrong MACs, old dates, bodies cut anew at
//! their borders, slow, unfinished or lost requests and answers, a receipt before the answer.
//!
//! # What is not
//!
//! The bulk calls (`send_e2e_bulk`, `pubkeys/bulk`, `lookup/bulk`) and blobs. The chat server between
//! Gateway and phone: a message is on the phone when the call is answered, none waits for 14 days,
//! nicknames are not metadata, nothing is pushed. The Gateway's own limits of rate (429 comes on
//! request only). Basic and end-to-end IDs are the same here: both send calls work. TLS towards the
//! simulator; towards the callback it is the system's. Delivery from an ID without a key pair, the
//! revocation of IDs (`DELETE` on a phone only makes the directory forget it), Work and `OnPrem`.
//! Messages, deliveries, credits and faults do not outlive a restart; the Gateway ID and the phones
//! do.
//!
//! It has no access control at all: its pages and its control API hand out private keys, of people
//! who do not exist. Listen on the loopback address only.
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use tokio::net::TcpListener;

use line::{Line, Lines};
use options::{Asked, HELP, Options};
use problem::Problem;
use state::Simulator;

mod callback;
mod control;
mod delivery;
mod faults;
mod gateway_api;
mod identity;
mod line;
mod messages;
mod options;
mod pages;
mod phone;
mod problem;
mod sealed;
mod state;
#[cfg(test)]
mod test_vectors;

#[tokio::main]
async fn main() -> ExitCode {
    let outcome = match options::from_command_line() {
        Ok(Asked::Help) => {
            println!("{HELP}");
            Ok(())
        }
        Ok(Asked::Run(options)) => serve(options).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("gateway-sim: {problem} ({})", problem.code());
            ExitCode::FAILURE
        }
    }
}

/// Serves until the process is ended; the one line says when it is ready, and where.
async fn serve(options: Options) -> Result<(), Problem> {
    let address = options.listen;
    let failed = |cause| Problem::Listen {
        address: address.to_string(),
        cause,
    };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let simulator = Arc::new(Simulator::begin(options)?);
    let app = Router::new()
        .merge(gateway_api::routes())
        .merge(pages::routes())
        .merge(control::routes())
        .fallback(|_: Request| async { StatusCode::NOT_FOUND })
        .with_state(simulator);
    println!("gateway-sim: http://localhost:{port}");
    let service = app.into_make_service_with_connect_info::<Line>();
    axum::serve(Lines(listener), service).await.map_err(failed)
}
