//! threegate at the edge: what stands between a request and a rule.
//!
//! ```text
//! request ─▶ routes ─▶ site_api, client_api ─▶ one call into an object ─▶ user  (factors, tickets, counts)
//!              │         parse, authorise                              └▶ site  (the deployment's counts)
//!              └─ config, problem, http                                     └─ storage: the one place that touches SQL's cursors
//! ```
//!
//! No rule lives here. A handler parses, authorises, and asks; an object loads, lets `threegate-core`
//! decide, and stores, in one transaction. Where a handler would need an `if` about codes, times or
//! counts, that `if` belongs in core.
#![deny(missing_debug_implementations)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects, clippy::string_slice))]

mod client_api;
mod clock;
mod config;
mod counts;
mod edge;
mod http;
mod objects;
mod problem;
mod random;
mod routes;
mod site;
mod site_api;
mod storage;
mod stretch;
mod user;

use worker::{Context, Env, Request, Response, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    routes::serve(request, &env, &context).await
}
