//! Any text of a header, an address or a setting is what it says, or is refused.
//!
//! ```text
//! cargo xtask fuzz header
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::challenge::{State, tap};
use threegate_core::event::webhook::Secret;
use threegate_core::idempotency::IdempotencyKey;
use threegate_core::test_secret::TestSecret;
use threegate_core::wire::Operation;
use threegate_core::words::{Language, browser};
use threegate_core::{Method, Purpose};

fuzz_target!(|given: (&str, &str)| {
    let (first, text) = given;
    if let Ok(key) = IdempotencyKey::parse(text) {
        assert_eq!(IdempotencyKey::parse(&format!(" {text} ")), Ok(key));
    }
    if let Some((operation, segment)) = Operation::find(first, text) {
        assert_eq!(operation.method(), first);
        assert!(text.contains(segment));
        assert!(Operation::allowed(text).is_some_and(|all| all.contains(first)));
    }
    assert!(browser(text).len() <= 64);
    if let Some(method) = Method::parse(text) {
        assert_eq!(method.as_str(), text);
    }
    if let Some(purpose) = Purpose::parse(text) {
        assert_eq!(purpose.as_str(), text);
    }
    if let Some(secret) = TestSecret::parse(text) {
        assert_eq!(secret.as_str(), text);
    }
    let _ = (Language::parse(text), Secret::parse(text));
    let _ = (State::parse(text), tap::State::parse(text));
});
