//! A server in the worker's place: it answers as it is told and passes on what it got.
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::post;
use tokio::net::TcpListener;
use tokio::sync::{Barrier, mpsc};
use tokio::time::timeout;

pub(crate) struct Callback {
    pub(crate) url: String,
    bodies: mpsc::UnboundedReceiver<String>,
}

impl Callback {
    /// Answers with these, one after the other, and then with 200.
    pub(crate) async fn answering(answers: &[u16]) -> Self {
        Self::start(answers, 1).await
    }

    /// Answers when so many requests are there at the same time, not before.
    pub(crate) async fn when_all_are_there(count: usize) -> Self {
        Self::start(&[], count).await
    }

    async fn start(answers: &[u16], together: usize) -> Self {
        let answers: VecDeque<u16> = answers.iter().copied().collect();
        let answers = Arc::new(Mutex::new(answers));
        let gate = Arc::new(Barrier::new(together));
        let (got, bodies) = mpsc::unbounded_channel();
        let handler = move |body: String| {
            let (answers, gate, got) = (Arc::clone(&answers), Arc::clone(&gate), got.clone());
            async move {
                got.send(body).unwrap();
                gate.wait().await;
                let answer = answers.lock().unwrap().pop_front().unwrap_or(200);
                StatusCode::from_u16(answer).unwrap()
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/callback", listener.local_addr().unwrap());
        let app = Router::new().route("/callback", post(handler));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url, bodies }
    }

    /// The next body, when it comes.
    pub(crate) async fn next(&mut self) -> String {
        let body = timeout(Duration::from_secs(20), self.bodies.recv()).await;
        body.expect("nothing came").unwrap()
    }

    /// A body that came already.
    pub(crate) fn waiting(&mut self) -> Option<String> {
        self.bodies.try_recv().ok()
    }
}

/// A body's fields.
pub(crate) fn fields(body: &str) -> HashMap<String, String> {
    serde_urlencoded::from_str(body).unwrap()
}
