//! Requests of ours to servers elsewhere, whose addresses come from the settings alone.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use worker::{AbortController, Delay, Fetch, Response};

/// The longest answer that makes sense, in bytes.
const LONGEST: usize = 4096;

/// What is posted.
pub(crate) struct Post<'a> {
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a str,
}

/// Asks once: the status and the body of what is answered within `patience`. Follows nothing, and reads no
/// more of an answer than makes sense.
pub(crate) async fn ask(
    url: &str,
    post: Option<Post<'_>>,
    patience: Duration,
) -> Option<(u16, Vec<u8>)> {
    let (status, body) = answer(url, post, patience, LONGEST).await?;
    Some((status, body?))
}

/// Asks once, for the status alone. Of the body nothing is read.
pub(crate) async fn tell(url: &str, post: Post<'_>, patience: Duration) -> Option<u16> {
    let (status, _) = answer(url, Some(post), patience, 0).await?;
    Some(status)
}

/// The body is missing if it is longer than `longest`.
async fn answer(
    url: &str,
    post: Option<Post<'_>>,
    patience: Duration,
    longest: usize,
) -> Option<(u16, Option<Vec<u8>>)> {
    let controller = AbortController::default();
    let signal = controller.signal();
    let asked = Box::pin(async {
        let init = web_sys::RequestInit::new();
        init.set_redirect(web_sys::RequestRedirect::Manual);
        if let Some(post) = post {
            let headers = web_sys::Headers::new()?;
            for (name, value) in post.headers {
                headers.set(name, value)?;
            }
            init.set_method("POST");
            init.set_headers(&headers);
            init.set_body(&post.body.into());
        }
        let request = web_sys::Request::new_with_str_and_init(url, &init)?;
        let fetch = Fetch::Request(request.into());
        let mut response = fetch.send_with_signal(&signal).await?;
        let status = response.status_code();
        let body = match longest {
            0 => None,
            longest => beginning(&mut response, longest).await?,
        };
        Ok::<_, worker::Error>((status, body))
    });
    let answered = match select(asked, Box::pin(Delay::from(patience))).await {
        Either::Left((answered, _)) => answered.ok(),
        Either::Right(_) => None,
    };
    if !matches!(answered, Some((_, Some(_)))) {
        // Too long, too slow, broken, or not wanted: what still comes is not waited for.
        controller.abort();
    }
    answered
}

/// A body, unless it is longer than `longest`: then no more of it is read than that.
async fn beginning(response: &mut Response, longest: usize) -> worker::Result<Option<Vec<u8>>> {
    let mut stream = response.stream()?;
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        body.extend(chunk?);
        if body.len() > longest {
            return Ok(None);
        }
    }
    Ok(Some(body))
}
