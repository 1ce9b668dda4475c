//! `GET /v1/status`: for whoever watches the deployment.
//!
//! ```
//! use threegate_core::wire::Fault;
//! use threegate_core::wire::status::WebhookStatus;
//!
//! // What somebody who watches a deployment looks at: what is wrong, and who can mend it.
//! let fault = Fault { setting: "FREE_TRIES", found: "50".into(), expected: "1 to 10" };
//! let webhook = WebhookStatus {
//!     waiting: 3,
//!     last_success_at: None,
//!     last_failure_at: Some(1_700_000_000),
//!     last_failure: Some("status_401"),
//! };
//! assert!(fault.expected.starts_with('1') && webhook.waiting > 0);
//! ```

use alloc::string::String;

use super::Fault;
use crate::Method;

/// What is set up, what is wrong with it, and what was counted.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Status<'a> {
    /// Whether there are no faults.
    pub healthy: bool,
    /// The worker's clock.
    pub now: u64,
    /// The methods that this deployment offers.
    pub methods: &'a [Method],
    /// `null` without a Gateway ID, which is as healthy: authenticators only.
    pub threema: Option<ThreemaStatus>,
    /// `null` without an address for events, which is as healthy.
    pub webhook: Option<WebhookStatus<'a>>,
    /// The rules in force, by the names of their settings. None of them is secret.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_object"))]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "alloc::collections::BTreeMap<String, String>")
    )]
    pub rules: &'a [(String, String)],
    /// The id of the naming key that this storage was made with.
    pub naming_key: &'a str,
    /// How often each thing happened, by its name. What never happened may be missing.
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_object"))]
    #[cfg_attr(
        feature = "schema",
        schemars(with = "alloc::collections::BTreeMap<String, u64>")
    )]
    pub counts: &'a [(String, u64)],
    /// How many users have a factor.
    pub enrolled: u64,
    /// What was sealed under `VAULT_KEY_PREVIOUS`, on its way to `VAULT_KEY`.
    pub reseal: Option<&'a Reseal>,
    /// What is wrong with the configuration.
    pub faults: &'a [Fault],
    /// What is no fault, and will be one: `credits_low` (buy some), `one_sided` (so much more is sent
    /// than received that Threema may object).
    pub warnings: &'a [&'static str],
}

/// How it stands with Threema.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ThreemaStatus {
    /// The Gateway ID.
    pub gateway: String,
    /// Without a key pair the Gateway reads what is sent through it, and nothing comes back.
    pub end_to_end: bool,
    /// Of the key pair's public key, as the app shows it for the Gateway ID.
    pub fingerprint: Option<String>,
    /// What the directory says to it: `agrees`, `differs`, `not_needed`, or why it could not be asked.
    pub directory: &'static str,
    /// Messages that the account can still pay for; none if it could not be asked.
    pub credits: Option<u64>,
    /// When a genuine callback last came.
    pub callback_seen_at: Option<u64>,
}

/// How it stands with the events that are sent to the site.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct WebhookStatus<'a> {
    /// Events that did not get through at their first try, with what waits behind them.
    pub waiting: u64,
    /// When the site last took one.
    pub last_success_at: Option<u64>,
    /// When it last did not.
    pub last_failure_at: Option<u64>,
    /// `status_` and what was answered, or `no_answer`.
    pub last_failure: Option<&'a str>,
}

/// How far the job is that seals everything anew.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reseal {
    /// The key under which everything is sealed in the end.
    pub key: String,
    /// Users who were asked.
    pub users: u64,
    /// Users of whom something could not be opened: neither key sealed it.
    pub failed: u64,
    /// When the last one was asked.
    pub finished_at: Option<u64>,
}

#[cfg(feature = "serde")]
fn as_object<T: serde::Serialize, S: serde::Serializer>(
    members: &[(String, T)],
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_map(members.iter().map(|(name, value)| (name, value)))
}
