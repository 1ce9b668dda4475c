//! The smallest worker that can be written with the same crate: whatever threegate's does more, it does
//! beyond this. Nothing else is in it, so that the load proof measures the runtime and the crate alone.

use worker::{Context, Env, Request, Response, event};

#[event(fetch)]
async fn fetch(_request: Request, _env: Env, _context: Context) -> worker::Result<Response> {
    Response::ok("Hello, world")
}
