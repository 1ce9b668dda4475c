//! Questions to the Threema Gateway, and messages through it. What they look like and what the answers mean
//! is core's.

use std::time::Duration;

use threegate_core::threema::gateway::{Call, Delivery, DeliveryReceipts, GatewayError};
use threegate_core::threema::look_up::{EmailHash, PhoneHash};
use threegate_core::threema::{Message, MessageId, Pinned, PublicKey, ThreemaId, sealed};

use crate::config::Threema;
use crate::counts::{self, Count};
use crate::outbound::{self, Post};
use crate::random;

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

/// The ID that the directory has for a hashed e-mail address, or else phone number.
pub(crate) async fn look_up(
    threema: &Threema,
    by_email: bool,
    hash: &str,
) -> Result<ThreemaId, GatewayError> {
    counts::add(Count::LookUps);
    let gateway = &threema.gateway;
    let call = if by_email {
        EmailHash::from_hex(hash).map(|hash| gateway.by_email(hash))
    } else {
        PhoneHash::from_hex(hash).map(|hash| gateway.by_phone(hash))
    };
    ask(&call.ok_or(GatewayError::Unknown)?).await
}

/// The key that the directory has for our own ID.
pub(crate) async fn own_key(threema: &Threema) -> Result<PublicKey, GatewayError> {
    ask(&threema.gateway.public_key(threema.gateway_id)).await
}

/// How many messages the account can still pay for.
pub(crate) async fn credits(threema: &Threema) -> Result<u64, GatewayError> {
    ask(&threema.gateway.credits()).await
}

/// Sends a text once: sealed for whoever holds the pinned key, or in basic mode as it is. Nobody but the
/// caller tries again. Taps come whether or not receipts are wanted.
pub(crate) async fn send(
    threema: &Threema,
    to: &Pinned,
    text: &str,
) -> Result<MessageId, GatewayError> {
    counts::add(Count::Sends);
    let sent = match &threema.end_to_end {
        None => {
            let call = threema.gateway.send_simple(to.id.into(), text);
            ask(&call.map_err(|_| GatewayError::TooLong)?).await
        }
        Some(own) => {
            // Without random bytes nothing is sent, and nothing works anyway.
            let fault = |_| GatewayError::Refused;
            let [padding] = random::bytes().map_err(fault)?;
            let nonce = random::bytes().map_err(fault)?;
            let plaintext = Message::text_to_plaintext(text, padding);
            let plaintext = plaintext.map_err(|_| GatewayError::TooLong)?;
            let boxed = sealed::seal(&plaintext, nonce, &to.key, &own.private_key);
            let delivery = Delivery {
                receipts: DeliveryReceipts::Unwanted,
                ..Delivery::default()
            };
            ask(&threema.gateway.send(to.id, nonce, &boxed, delivery)).await
        }
    };
    sent.inspect_err(|_| counts::add(Count::SendFaults))
}

/// Asks once, and reports what the deployment's admin has to know. The address holds the API secret,
/// so nothing that could repeat it is written down.
async fn ask<T>(call: &Call<T>) -> Result<T, GatewayError> {
    let post = call.form().map(|body| Post {
        headers: &[("content-type", "application/x-www-form-urlencoded")],
        body,
    });
    let answered = match outbound::ask(call.url(), post, PATIENCE).await {
        Some((status, body)) => call.answer(status, &body),
        None => Err(GatewayError::Unavailable),
    };
    answered.inspect_err(|fault| {
        if *fault != GatewayError::Unknown {
            counts::add(Count::GatewayFaults);
            counts::add_words(fault.code());
            worker::console_error!("threegate: the Threema Gateway: {}", fault.code());
        }
    })
}
