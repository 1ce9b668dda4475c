//! The socket on which the worker says that something has changed, and nothing else.

use js_sys::{Array, Function};
use threegate_core::wire::client::SUBPROTOCOL;
use web_sys::WebSocket;

use crate::screen::Event;

/// An open socket, or one that opens. Closed when dropped; its end is then nobody's event any more.
pub(crate) struct Socket(WebSocket);

impl Socket {
    /// Opens one. None if the browser or the page's policy does not allow it.
    pub(crate) fn open(endpoint: &str, ticket: &str, listener: &Function) -> Option<Self> {
        // http becomes ws, and https wss.
        let address = endpoint.trim_end_matches('/').strip_prefix("http")?;
        let url = ["ws", address, "/v1/client/socket"].concat();
        let protocols = Array::of2(&SUBPROTOCOL.into(), &ticket.into());
        let socket = WebSocket::new_with_str_sequence(&url, &protocols).ok()?;
        socket.set_onopen(Some(listener));
        socket.set_onmessage(Some(listener));
        socket.set_onclose(Some(listener));
        Some(Self(socket))
    }
}

/// What an event of the socket means.
pub(crate) fn meant(event: &web_sys::Event) -> Event {
    match &*event.type_() {
        "message" => Event::Changed,
        kind => Event::Listening(kind == "open"),
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.0.set_onopen(None);
        self.0.set_onmessage(None);
        self.0.set_onclose(None);
        let _ = self.0.close();
    }
}
