//! Questions to the Threema Gateway. What they look like and what the answers mean is core's.

use std::time::Duration;

use threegate_core::threema::gateway::{Call, GatewayError};
use threegate_core::threema::{PublicKey, ThreemaId};

use crate::config::Threema;
use crate::counts::{self, Count};
use crate::outbound;

/// How long the Gateway may take. A page is waiting.
const PATIENCE: Duration = Duration::from_secs(8);

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
    let answered = match outbound::ask(call.url(), None, PATIENCE).await {
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
