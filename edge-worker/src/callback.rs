//! The Threema Gateway's callback, in the ten steps that keep it safe.
//!
//! ```text
//!  1 address, form ─▶ 2 shape ─▶ 3 MAC ─▶ 4 date ─▶ 5 known? ─▶ 6–9 the sender's Contact ─▶ 10 remember
//!       404, 413        400       403      200         200               200                   200
//! ```
//!
//! The order is the types': only a `Callback` can be authenticated, and only an `Authentic` has a sender
//! that may be asked about. The Gateway takes anything but 200 as "try again in five minutes", so after
//! the MAC the answer is 200 whatever the message was, except for what may work in five minutes.

use threegate_core::replay;
use threegate_core::threema::callback::{Authentic, Callback, Field, Refused};
use worker::Response;

use crate::config::Threema;
use crate::contact::{self, Question};
use crate::counts::{self, Count, Moment};
use crate::edge::Edge;
use crate::message_ids::MessageIds;
use crate::problem::Error;
use crate::{http, internal};

pub(crate) async fn receive(edge: &Edge<'_>, segment: &str) -> Result<Response, Error> {
    let threema = addressed(edge, segment)?; // step 1
    counts::add(Count::Callbacks);
    let callback = shaped(edge, threema)?; // steps 1 and 2
    let authentic = genuine(callback, threema)?; // step 3
    counts::saw(Moment::CallbackSeen, edge.now);
    if !is_recent(edge, &authentic) {
        counts::add(Count::CallbackOld); // step 4
        return taken();
    }
    let message_ids = MessageIds::of(edge.env);
    let name = replay::name(
        &edge.config.naming,
        authentic.from(),
        authentic.message_id(),
    );
    if message_ids.knows(&name).await {
        counts::add(Count::CallbackRepeated); // step 5
        return taken();
    }
    let received = received_by_contact(edge, &authentic).await?; // steps 6 to 9
    if received.had_effect {
        let policy = &edge.config.policy;
        message_ids
            .remember(&name, &authentic, policy, edge.now)
            .await; // step 10
    }
    taken()
}

/// Step 1: the address's last segment is a secret, and without it nothing is here.
fn addressed<'a>(edge: &Edge<'a>, segment: &str) -> Result<&'a Threema, Error> {
    let threema = edge.config.threema.as_ref();
    let here = edge.config.end_to_end();
    threema
        .filter(|_| here.is_some_and(|end_to_end| end_to_end.is_callback(segment)))
        .ok_or_else(Error::not_found)
}

/// Steps 1 and 2: a form of at most 16 KiB, one value a field, each of its exact length and alphabet,
/// and for our own ID.
fn shaped<'a>(edge: &'a Edge<'_>, threema: &Threema) -> Result<Callback<'a>, Error> {
    let kind = http::header(edge.request, "content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(refused(Refused::Shape(Field::Body)));
    }
    let body = edge
        .body()
        .inspect_err(|_| counts::add(Count::CallbackShape))?;
    Callback::parse(body, threema.gateway_id).map_err(refused)
}

/// Step 3: made by whoever holds the API secret. Until here nothing was decrypted, looked up or stored.
fn genuine<'a>(callback: Callback<'a>, threema: &Threema) -> Result<Authentic<'a>, Error> {
    let secrets: Vec<_> = threema.api_secrets.iter().collect();
    callback.authenticate(&secrets).map_err(refused)
}

/// Step 4. The sender chose the date, so it can only be a lower bound.
fn is_recent(edge: &Edge<'_>, authentic: &Authentic<'_>) -> bool {
    let window = &edge.config.policy.replay;
    window.judge(authentic.date(), edge.now).is_ok()
}

/// Steps 6 to 9: whoever awaits something from the sender takes over.
async fn received_by_contact(
    edge: &Edge<'_>,
    authentic: &Authentic<'_>,
) -> Result<contact::Received, Error> {
    let object = authentic.from().object(&edge.config.naming);
    let question = Question::Receive {
        callback: authentic.to_text(),
        received_at: edge.now.as_secs(),
    };
    let mut answered = contact::ask(edge.env, object, question).await?;
    if answered.status_code() != 200 {
        return Err(Error::overloaded());
    }
    counts::take_from(&answered)?;
    internal::message(&answered.bytes().await?)
}

/// The Gateway looks at the status alone.
fn taken() -> Result<Response, Error> {
    Ok(Response::empty()?)
}

fn refused(cause: Refused) -> Error {
    counts::add(match cause {
        Refused::Mac => Count::CallbackMac,
        Refused::Addressee => Count::CallbackAddressee,
        _ => Count::CallbackShape,
    });
    Error::callback_refused(cause)
}
