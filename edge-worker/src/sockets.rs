//! Sockets that hibernate: a page hears "changed", and looks.
//!
//! The runtime keeps the sockets while the object sleeps. They are bound here with `catch`, since the
//! crate `worker` panics on what JavaScript throws. A socket is only a hint: whoever misses one polls.

use js_sys::Array;
use threegate_core::wire::client::SUBPROTOCOL;
use wasm_bindgen::prelude::*;
use worker::{Headers, Response, ResponseBuilder, State, WebSocket, WebSocketPair};

use crate::problem::Error;

/// Sockets that a ticket may have; one more closes the oldest.
const PER_TICKET: usize = 3;

/// Another page of the same ticket has taken its place, or its ticket is gone.
const GOING_AWAY: u16 = 1001;

/// An object's sockets, each under its ticket's hash.
#[derive(Debug)]
pub(crate) struct Sockets(Raw);

#[wasm_bindgen]
extern "C" {
    #[derive(Debug)]
    type Raw;

    #[wasm_bindgen(method, catch, js_name = acceptWebSocket)]
    fn accept(this: &Raw, socket: &JsValue, tags: &Array) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch, js_name = getWebSockets)]
    fn with_tag(this: &Raw, tag: &str) -> Result<Array, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getWebSockets)]
    fn all(this: &Raw) -> Result<Array, JsValue>;

    #[wasm_bindgen(method, catch, js_name = getTags)]
    fn tags(this: &Raw, socket: &JsValue) -> Result<Array, JsValue>;

    type Socket;

    #[wasm_bindgen(method, catch)]
    fn send(this: &Socket, text: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(method, catch)]
    fn close(this: &Socket, code: u16, reason: &str) -> Result<(), JsValue>;
}

impl Sockets {
    pub(crate) fn of(state: &State) -> Self {
        let raw: &JsValue = state.as_raw().as_ref();
        Self(raw.clone().unchecked_into())
    }

    /// Takes a page's socket.
    pub(crate) fn accept(&self, ticket: &str) -> Result<Response, Error> {
        let open = self.of_ticket(ticket);
        let spare = open.len().saturating_sub(PER_TICKET.saturating_sub(1));
        for oldest in open.iter().take(spare) {
            let _ = oldest.close(GOING_AWAY, "");
        }
        let WebSocketPair { client, server } = WebSocketPair::new()?;
        let tags = Array::of1(&ticket.into());
        let server: &JsValue = server.as_ref().as_ref();
        self.0
            .accept(server, &tags)
            .map_err(|fault| Error::internal(format_args!("a socket: {fault:?}")))?;
        let headers = Headers::new();
        headers.set("sec-websocket-protocol", SUBPROTOCOL)?;
        Ok(ResponseBuilder::new()
            .with_status(101)
            .with_websocket(client)
            .with_headers(headers)
            .empty())
    }

    /// Tells the ticket's pages to look.
    pub(crate) fn changed(&self, ticket: &str) {
        for socket in self.of_ticket(ticket) {
            let _ = socket.send("changed");
        }
    }

    /// Closes the sockets of tickets that are gone.
    pub(crate) fn close_all_but(&self, tickets: &[String]) {
        for socket in self.0.all().unwrap_or_default() {
            let tags = self.0.tags(&socket).unwrap_or_default();
            let known = tags
                .iter()
                .filter_map(|tag| tag.as_string())
                .any(|tag| tickets.contains(&tag));
            if !known {
                let _ = socket.unchecked_ref::<Socket>().close(GOING_AWAY, "");
            }
        }
    }

    fn of_ticket(&self, ticket: &str) -> Vec<Socket> {
        let sockets = self.0.with_tag(ticket).unwrap_or_default();
        sockets.iter().map(JsCast::unchecked_into).collect()
    }
}

/// Answers a page that closes its socket.
pub(crate) fn close_too(socket: &WebSocket) {
    let _ = socket.close(Some(1000), Some(""));
}

/// A page has nothing to say here.
pub(crate) fn hear_nothing(socket: &WebSocket) -> worker::Result<()> {
    socket.close(Some(1008), Some(""))
}
