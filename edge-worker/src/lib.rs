//! threegate at the edge: what stands between a request and a rule.
//!
//! ```text
//! request ─▶ routes ─▶ site_api, client_api ─▶ one call into an object ─▶ user    (factors, tickets, counts)
//!              │         parse, authorise         │                     └▶ site    (the deployment's counts)
//!              │                                  └─ gateway: a key of Threema's directory
//!              ├─ callback ─▶ message_ids (KV) ─▶ contact (one Threema ID: key, waits, seen) ─▶ user
//!              └─ config, problem, http
//! ```
//!
//! `storage` is the one place that touches SQL's cursors, `sockets` the one for sockets, `internal` how
//! objects read each other.
//!
//! No rule lives here. A handler parses, authorises, and asks; an object loads, lets `threegate-core`
//! decide, and stores, in one transaction. Where a handler would need an `if` about codes, times or
//! counts, that `if` belongs in core.
#![deny(missing_debug_implementations)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects, clippy::string_slice))]

mod callback;
mod client_api;
mod clock;
mod config;
mod contact;
mod counts;
mod edge;
mod events;
mod gateway;
mod http;
mod idempotency;
mod internal;
mod json;
mod message_ids;
mod objects;
mod outbound;
mod problem;
mod random;
mod routes;
mod site;
mod site_api;
mod sockets;
mod storage;
mod stretch;
mod user;

use worker::{Context, Env, Request, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<web_sys::Response> {
    routes::serve(request, &env, &context).await
}
