//! Starts the binary, and speaks its control API.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};

use reqwest::{Client, Method};
use serde_json::Value;
use threema_gateway::protocol::MessageId;
use threema_gateway::{ApiBuilder, E2eApi, SimpleApi, ThreemaId};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// A simulator of its own, ended with the test.
pub(crate) struct Simulator {
    pub(crate) url: String,
    pub(crate) client: Client,
    folder: Folder,
    // Killed on drop.
    _process: Child,
}

/// A folder for one state file.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("gateway-sim-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.0.join("state.json")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _already_gone = fs::remove_dir_all(&self.0);
    }
}

/// The command with a free port and that state file.
pub(crate) fn command(folder: &Folder, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gateway-sim"));
    command
        .args(["--listen", "127.0.0.1:0", "--state"])
        .arg(folder.state())
        .args(arguments)
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    command
}

impl Simulator {
    pub(crate) async fn start(arguments: &[&str]) -> Self {
        Self::start_in(Folder::new(), arguments).await
    }

    pub(crate) async fn start_in(folder: Folder, arguments: &[&str]) -> Self {
        let mut process = command(&folder, arguments).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let ready = lines.next_line().await.unwrap().expect("it ended");
        let url = ready.strip_prefix("gateway-sim: ").unwrap().to_owned();
        Self {
            url,
            client: client(),
            folder,
            _process: process,
        }
    }

    /// Ends it; the state file stays.
    pub(crate) fn stop(self) -> Folder {
        self.folder
    }

    /// A call of the control API, and its answer.
    pub(crate) async fn control(&self, method: Method, path: &str, body: Value) -> (u16, Value) {
        let mut request = self
            .client
            .request(method, format!("{}/control{path}", self.url));
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
        (status, value)
    }

    pub(crate) async fn show(&self, path: &str) -> Value {
        let (status, value) = self.control(Method::GET, path, Value::Null).await;
        assert_eq!(status, 200, "{value}");
        value
    }

    pub(crate) async fn set(&self, settings: Value) {
        let (status, value) = self.control(Method::PUT, "", settings).await;
        assert_eq!(status, 200, "{value}");
    }

    /// Lets a phone send.
    pub(crate) async fn send(&self, phone: &str, message: Value) -> Value {
        let path = format!("/phones/{phone}/send");
        let (status, value) = self.control(Method::POST, &path, message).await;
        assert!(matches!(status, 200 | 202), "{status} {value}");
        value
    }

    /// The messages of a phone when there are `count`.
    pub(crate) async fn messages(&self, phone: &str, count: usize) -> Vec<Value> {
        let shown = self
            .show(&format!("/phones/{phone}?messages={count}"))
            .await;
        let messages = shown["messages"].as_array().unwrap().clone();
        assert_eq!(messages.len(), count, "{messages:?}");
        messages
    }

    /// A delivery when it is over.
    pub(crate) async fn ended(&self, number: &Value) -> Value {
        let path = format!("/deliveries/{number}?wait=true");
        self.show(&path).await
    }

    /// The official SDK in end-to-end mode.
    pub(crate) async fn e2e(&self) -> E2eApi {
        let gateway = self.show("").await["gateway"].clone();
        self.builder(&gateway, text(&gateway["secret"]))
            .with_private_key_str(text(&gateway["private_key"]))
            .and_then(ApiBuilder::into_e2e)
            .unwrap()
    }

    /// The official SDK in basic mode, with a right or a wrong secret.
    pub(crate) async fn simple(&self, secret: Option<&str>) -> SimpleApi {
        let gateway = self.show("").await["gateway"].clone();
        let secret = secret.unwrap_or_else(|| text(&gateway["secret"]));
        self.builder(&gateway, secret).into_simple()
    }

    fn builder(&self, gateway: &Value, secret: &str) -> ApiBuilder {
        ApiBuilder::new(id(text(&gateway["id"])), secret)
            .with_custom_endpoint(self.url.clone())
            .with_client(self.client.clone())
    }
}

/// Without the machine's proxy.
pub(crate) fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

pub(crate) fn id(text: &str) -> ThreemaId {
    text.parse().unwrap()
}

pub(crate) fn message_id(hex: &str) -> MessageId {
    hex.parse().unwrap()
}
