//! Any text is a recovery code or a named error, and every code reads back from what is shown of it.
//!
//! ```text
//! cargo xtask fuzz recovery_code
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::recovery::{CodeError, RecoveryCode};

fuzz_target!(|text: &str| {
    match RecoveryCode::parse(text) {
        Ok(code) => {
            let shown = code.to_text();
            assert_eq!(shown.len(), 11);
            assert!(RecoveryCode::parse(&shown) == Ok(code.clone()));
            assert!(RecoveryCode::parse(&shown.to_lowercase()) == Ok(code));
        }
        Err(CodeError::Character {
            character,
            position,
        }) => assert_eq!(text.chars().nth(position - 1), Some(character)),
        Err(_) => {}
    }
});
