//! A POST that no HTTP client makes: slow, unfinished, or given up before the answer.
use std::time::Duration;

use reqwest::Url;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// How a body is posted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Manner {
    /// The headers promise a body that never comes; an answer is awaited over `slow_body`, or 3 s.
    pub(crate) headers_only: bool,
    /// The body comes in pieces over this time.
    pub(crate) slow_body: Option<Duration>,
    /// So long after all is sent the connection is closed, if no answer came before.
    pub(crate) hang_up: Option<Duration>,
}

impl Manner {
    /// Whether it is a POST like any other.
    pub(crate) fn is_plain(&self) -> bool {
        !self.headers_only && self.slow_body.is_none() && self.hang_up.is_none()
    }
}

/// Posts in that manner; an error says why there is no answer.
pub(super) async fn post(url: &Url, body: &str, manner: &Manner) -> Result<(u16, String), String> {
    let patience = if manner.headers_only {
        manner.slow_body.unwrap_or(Duration::from_secs(3))
    } else {
        Duration::from_secs(30)
    };
    let exchange = async {
        let mut stream = send(url, body, manner).await?;
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer);
        match manner.hang_up {
            None => read.await.map(|_| true),
            Some(after) => timeout(after, read)
                .await
                .map_or(Ok(false), |read| read.map(|_| true)),
        }
        .map(|whole| whole.then_some(answer))
    };
    let answer = match timeout(patience, exchange).await {
        Ok(Ok(Some(answer))) => answer,
        Ok(Ok(None)) => return Err("hung up before the answer, as asked".to_owned()),
        Ok(Err(error)) => return Err(std::io::Error::to_string(&error)),
        Err(_) => return Err(format!("no answer in {patience:?}")),
    };
    let text = String::from_utf8_lossy(&answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
    status
        .map(|status| (status, body.to_owned()))
        .ok_or_else(|| "closed without an answer".to_owned())
}

/// Connects and sends as much as the manner wants.
async fn send(url: &Url, body: &str, manner: &Manner) -> std::io::Result<TcpStream> {
    let (Some(host), Some(port), "http") =
        (url.host_str(), url.port_or_known_default(), url.scheme())
    else {
        return Err(std::io::Error::other("such a delivery needs plain http"));
    };
    let mut stream = TcpStream::connect((host.trim_matches(['[', ']']), port)).await?;
    let query = url.query().map(|query| format!("?{query}"));
    let head = format!(
        "POST {}{} HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        url.path(),
        query.unwrap_or_default(),
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    if !manner.headers_only {
        write_body(&mut stream, body.as_bytes(), manner.slow_body).await?;
    }
    stream.flush().await?;
    Ok(stream)
}

async fn write_body(
    stream: &mut TcpStream,
    body: &[u8],
    over: Option<Duration>,
) -> std::io::Result<()> {
    const PIECES: u32 = 10;

    let Some(over) = over else {
        return stream.write_all(body).await;
    };
    let pause = over.checked_div(PIECES).unwrap_or_default();
    let size = body.len().div_ceil(10).max(1);
    for piece in body.chunks(size) {
        sleep(pause).await;
        stream.write_all(piece).await?;
    }
    Ok(())
}
