//! Any text is a secret or a named error, and every secret reads back from what is shown of it.
//!
//! ```text
//! cargo xtask fuzz base32_secret
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::otp::{Secret, SecretError};

fuzz_target!(|text: &str| {
    match Secret::parse(text) {
        Ok(secret) => {
            assert!((Secret::MIN..=Secret::MAX).contains(&secret.as_bytes().len()));
            assert!(Secret::parse(&secret.to_base32()) == Ok(secret.clone()));
            assert!(Secret::parse(&secret.to_groups()) == Ok(secret));
        }
        Err(SecretError::Character {
            character,
            position,
        }) => assert_eq!(text.chars().nth(position - 1), Some(character)),
        Err(_) => {}
    }
});
