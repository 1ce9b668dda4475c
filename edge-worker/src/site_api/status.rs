//! `GET /v1/status`: what is set up, what is wrong with it, and what was counted.

use threegate_core::threema::PublicKey;
use threegate_core::threema::gateway::GatewayError;
use threegate_core::threema::traffic::{self, Traffic};
use threegate_core::wire::Fault;
use threegate_core::wire::status::{Status, ThreemaStatus, WebhookStatus};
use worker::Response;

use super::authorise;
use crate::config::{self, Threema};
use crate::counts::{Count, Moment};
use crate::edge::Edge;
use crate::message_ids::MessageIds;
use crate::problem::Error;
use crate::{counts, gateway, http, internal, site};

pub(crate) async fn status(edge: &Edge<'_>) -> Result<Response, Error> {
    authorise(edge, "STATUS_SECRET", &edge.config.status_secret)?;
    let naming_key = edge.config.naming.id().to_hex();
    let mut told = counts::hand_over(edge.env, edge.config).await?;
    let told: site::Told = internal::message(&told.bytes().await?)?;
    let mut faults = Vec::new();
    if told.first_naming_key != naming_key {
        faults.push(Fault {
            setting: "NAMING_KEY",
            found: format!("the key {naming_key}"),
            expected: "the key that this storage was made with; it is never rotated",
        });
    }
    let threema = match &edge.config.threema {
        Some(threema) => Some(ThreemaStatus {
            callback_seen_at: told.last(Moment::CallbackSeen),
            ..of_threema(edge, threema, &mut faults).await
        }),
        None => None,
    };
    let credits = threema.as_ref().and_then(|threema| threema.credits);
    let low = credits
        .is_some_and(traffic::are_low)
        .then_some("credits_low");
    let one_sided = threema.is_some() && traffic_of(&told).is_one_sided();
    let one_sided = one_sided.then_some("one_sided");
    let rules: Vec<_> = config::rules(edge.env).collect();
    let status = Status {
        healthy: faults.is_empty(),
        now: edge.now.as_secs(),
        methods: &edge.config.methods().collect::<Vec<_>>(),
        threema,
        webhook: edge.config.webhook.as_ref().map(|_| WebhookStatus {
            waiting: told.events.waiting,
            last_success_at: told.last(Moment::EventDelivered),
            last_failure_at: told.events.last_failure_at,
            last_failure: told.events.last_failure.as_deref(),
        }),
        rules: &rules,
        naming_key: &told.first_naming_key,
        counts: &told.counts,
        enrolled: told.enrolled,
        reseal: told.reseal.as_ref(),
        faults: &faults,
        warnings: &low.into_iter().chain(one_sided).collect::<Vec<_>>(),
    };
    http::answer(200, &status)
}

/// Messages both ways. What was no message is counted among the callbacks, too.
fn traffic_of(told: &site::Told) -> Traffic {
    let of = |wanted: Count| {
        let counted = told.counts.iter();
        let mut counted = counted.filter(|(word, _)| word == wanted.as_str());
        counted.next().map_or(0, |(_, count)| *count)
    };
    let none = [
        Count::CallbackMac,
        Count::CallbackShape,
        Count::CallbackAddressee,
    ];
    Traffic {
        sent: of(Count::Sends),
        received: none
            .into_iter()
            .fold(of(Count::Callbacks), |left, no| left.saturating_sub(of(no))),
    }
}

/// Looks at what only shows when it is used: bindings, and the key pair at the directory.
async fn of_threema(edge: &Edge<'_>, threema: &Threema, faults: &mut Vec<Fault>) -> ThreemaStatus {
    let mut fault = |setting, found: String, expected| {
        faults.push(Fault {
            setting,
            found,
            expected,
        });
    };
    if !MessageIds::of(edge.env).is_there() {
        let expected = "a KV namespace, bound in wrangler.toml";
        fault("MESSAGE_IDS", "nothing".into(), expected);
    }
    if edge.env.durable_object("CONTACT").is_err() {
        let expected = "the Durable Object class `Contact`, bound in wrangler.toml";
        fault("CONTACT", "nothing".into(), expected);
    }
    let own = threema.end_to_end.as_ref().map(|own| &own.public_key);
    let fingerprint = own.map(PublicKey::fingerprint);
    let directory = match (gateway::own_key(threema).await, &fingerprint) {
        (Ok(_), None) => "not_needed",
        (Ok(key), Some(_)) if Some(&key) == own => "agrees",
        (Ok(key), Some(fingerprint)) => {
            let found = format!(
                "a key with the fingerprint {fingerprint}; the directory has {}",
                key.fingerprint()
            );
            fault(
                "THREEMA_PRIVATE_KEY",
                found,
                "the private key of THREEMA_GATEWAY_ID",
            );
            "differs"
        }
        (Err(cause), _) => {
            match cause {
                GatewayError::Secret => fault(
                    "THREEMA_API_SECRET",
                    "a secret that the Gateway refuses".into(),
                    "the API secret of THREEMA_GATEWAY_ID",
                ),
                GatewayError::Unknown => fault(
                    "THREEMA_GATEWAY_ID",
                    threema.gateway_id.as_str().into(),
                    "an ID that the directory knows",
                ),
                GatewayError::Nonsense => fault(
                    "THREEMA_API_URL",
                    "an address whose answer is none of a Gateway's".into(),
                    "a Threema Gateway's; without the setting it is Threema's own",
                ),
                GatewayError::Refused => fault(
                    "THREEMA_GATEWAY_ID",
                    threema.gateway_id.as_str().into(),
                    "an ID in end-to-end mode",
                ),
                // It passes, or concerns no setting.
                _ => {}
            }
            cause.code()
        }
    };
    ThreemaStatus {
        gateway: threema.gateway_id.as_str().into(),
        end_to_end: own.is_some(),
        fingerprint,
        directory,
        credits: gateway::credits(threema).await.ok(),
        callback_seen_at: None,
    }
}
