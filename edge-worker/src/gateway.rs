//! Questions to the Threema Gateway. What they look like and what the answers mean is core's.

use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::{Either, select};
use threegate_core::threema::gateway::{Call, GatewayError};
use threegate_core::threema::{PublicKey, ThreemaId};
use worker::{AbortController, Delay, Fetch, Response};

use crate::config::Threema;
use crate::counts::{self, Count};

/// How long the Gateway may take. A page is waiting.
const PATIENCE: Duration = Duration::from_secs(8);

/// The longest answer that makes sense, in bytes.
const LONGEST: usize = 4096;

/// The key that the directory has for an ID.
pub(crate) async fn public_key(
    threema: &Threema,
    id: ThreemaId,
) -> Result<PublicKey, GatewayError> {
    counts::add(Count::LookUps);
    ask(&threema.gateway.public_key(id)).await
}

/// The key that the directory has for our own ID.
pub(crate) async fn own_key(threema: &Threema) -> Result<PublicKey, GatewayError> {
    ask(&threema.gateway.public_key(threema.gateway_id)).await
}

/// Asks once, and reports what the deployment's admin has to know. The address holds the API secret,
/// so nothing that could repeat it is written down.
async fn ask<T>(call: &Call<T>) -> Result<T, GatewayError> {
    let answered = match get(call.url()).await {
        Some((status, body)) => call.answer(status, &body),
        None => Err(GatewayError::Unavailable),
    };
    answered.inspect_err(|fault| {
        if *fault != GatewayError::Unknown {
            counts::add(Count::GatewayFaults);
            worker::console_error!("threegate: the Threema Gateway: {}", fault.code());
        }
    })
}

/// Follows nothing, and gives up after [`PATIENCE`].
async fn get(url: &str) -> Option<(u16, Vec<u8>)> {
    let controller = AbortController::default();
    let signal = controller.signal();
    let asked = Box::pin(async {
        let init = web_sys::RequestInit::new();
        init.set_redirect(web_sys::RequestRedirect::Manual);
        let request = web_sys::Request::new_with_str_and_init(url, &init)?;
        let fetch = Fetch::Request(request.into());
        let mut response = fetch.send_with_signal(&signal).await?;
        let status = response.status_code();
        Ok::<_, worker::Error>((status, beginning(&mut response).await?))
    });
    match select(asked, Box::pin(Delay::from(PATIENCE))).await {
        Either::Left((Ok((status, Some(body))), _)) => Some((status, body)),
        // Too long, too slow, or broken: what still comes is not waited for.
        _ => {
            controller.abort();
            None
        }
    }
}

/// A body, unless it is longer than makes sense: then no more of it is read than that.
async fn beginning(response: &mut Response) -> worker::Result<Option<Vec<u8>>> {
    let mut stream = response.stream()?;
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        body.extend(chunk?);
        if body.len() > LONGEST {
            return Ok(None);
        }
    }
    Ok(Some(body))
}
