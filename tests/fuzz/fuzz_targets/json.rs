//! The worker's reader of JSON takes what `serde_json` takes, says the same of it, and every body that is
//! asked for is read from it or is a named error.
//!
//! ```text
//! cargo xtask fuzz json
//! ```
#![no_main]
#![allow(dead_code)] // what the worker alone uses

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use threegate_core::wire::client::{self, View};
use threegate_core::wire::{Fields, Malformed, Problem, Request, site};

#[path = "../../../edge-worker/src/json.rs"]
mod json;

use json::Json;

fuzz_target!(|text: &[u8]| {
    let (ours, theirs) = (json::read(text), serde_json::from_slice::<Value>(text));
    match (&ours, theirs) {
        (Ok(ours), Ok(theirs)) => assert!(agree(ours, &theirs), "{ours:?} {theirs}"),
        (Ok(_), Err(error)) => assert!(error.to_string().contains("out of range"), "{error}"),
        (Err(read), Ok(_)) => {
            let deep = text.iter().filter(|byte| b"[{".contains(byte)).count() >= 90;
            let many = text.iter().filter(|byte| **byte == b',').count() >= json::MOST;
            assert!(deep || many, "read {read} bytes");
        }
        (Err(read), Err(_)) => assert!(*read <= text.len()),
    }
    let Ok(whole) = &ours else { return };
    let body = Body(whole);
    let requests: [fn(&Body<'_>) -> Option<Malformed>; 14] = [
        fault::<client::Answer>,
        fault::<client::Choice>,
        fault::<client::Codes>,
        fault::<client::FactorChoice>,
        fault::<client::NewName>,
        fault::<client::PassWanted>,
        fault::<site::CheckRequest>,
        fault::<site::FactorRemoval>,
        fault::<site::ImportRequest>,
        fault::<site::MessageRequest>,
        fault::<site::SiteverifyRequest>,
        fault::<site::TakeOver>,
        fault::<site::TicketRequest>,
        fault::<site::UserRequest>,
    ];
    for read in requests {
        if let Some(fault) = read(&body) {
            assert!(!fault.to_string().is_empty());
        }
    }
    if let Some(view) = View::read(&body) {
        let _ = view.with_lists(&body);
    }
    let _ = client::ChallengeOpened::read(&body);
    let _ = client::ChallengeEnded::read(&body);
    let _ = client::EnrollmentBegun::read(&body);
    let _ = client::ThreemaBegun::read(&body);
    let _ = client::ThreemaCodeBegun::read(&body);
    let _ = client::FactorConfirmed::read(&body);
    let _ = client::RecoveryCodes::read(&body);
    let _ = client::PassGiven::read(&body);
    let _ = Problem::read(&body);
});

fn fault<R: Request>(body: &Body<'_>) -> Option<Malformed> {
    R::read(body).err()
}

fn agree(ours: &Json, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Flag(ours), Value::Bool(theirs)) => ours == theirs,
        (Json::Number(Some(ours)), Value::Number(theirs)) => theirs.as_u64() == Some(*ours),
        // With a sign, a fraction, an exponent, or too large.
        (Json::Number(None), Value::Number(_)) => true,
        (Json::Text(ours), Value::String(theirs)) => ours == theirs,
        (Json::List(ours), Value::Array(theirs)) => {
            ours.len() == theirs.len() && ours.iter().zip(theirs).all(|(a, b)| agree(a, b))
        }
        (Json::Object(members), Value::Object(theirs)) => {
            members.iter().all(|(name, _)| theirs.contains_key(name))
                && theirs
                    .iter()
                    .all(|(name, theirs)| ours.member(name).is_some_and(|ours| agree(ours, theirs)))
        }
        _ => false,
    }
}

/// As the worker and the widget look at what they read.
#[derive(Clone, Copy)]
struct Body<'a>(&'a Json);

impl Fields for Body<'_> {
    fn has(&self, name: &str) -> bool {
        self.0.member(name).is_some()
    }
    fn text(&self, name: &str) -> Option<String> {
        self.0.member(name)?.text().map(str::to_owned)
    }
    fn integer(&self, name: &str) -> Option<u64> {
        self.0.member(name)?.integer()
    }
    fn flag(&self, name: &str) -> Option<bool> {
        match self.0.member(name)? {
            Json::Flag(flag) => Some(*flag),
            _ => None,
        }
    }
    fn object(&self, name: &str) -> Option<Self> {
        self.0.member(name).map(Self)
    }
    fn texts(&self, name: &str) -> Option<Vec<String>> {
        let texts = self.0.member(name)?.list()?.iter();
        texts.map(|text| text.text().map(str::to_owned)).collect()
    }
    fn objects(&self, name: &str) -> Option<Vec<Self>> {
        Some(self.0.member(name)?.list()?.iter().map(Self).collect())
    }
}
