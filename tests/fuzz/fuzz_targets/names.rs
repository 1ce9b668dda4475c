//! Any text is an origin, a user id, a label or none, and what is one says what it was given.
//!
//! ```text
//! cargo xtask fuzz names
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::key::{Key, SharedSecret};
use threegate_core::origin::Origin;
use threegate_core::otp::{Issuer, Label};
use threegate_core::user::{ObjectName, UserId};

fuzz_target!(|text: &str| {
    if let Ok(origin) = Origin::parse(text) {
        assert_eq!(origin.as_str(), text);
        assert!(!origin.hostname().is_empty() && text.contains(origin.hostname()));
    }
    if let Ok(name) = ObjectName::parse(text) {
        assert_eq!(name.to_hex(), text);
    }
    if let Ok(label) = Label::parse(text) {
        assert!(label.as_str().chars().count() <= Label::MAX);
        assert_eq!(Label::parse(label.as_str()), Ok(label));
    }
    let _ = (Issuer::parse(text), UserId::parse(text));
    let _ = (Key::from_base64(text), SharedSecret::parse(text));
});
