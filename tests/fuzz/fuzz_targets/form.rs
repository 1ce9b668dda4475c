//! Any text is a form or broken, as its escapes say; and what is a form reads back from what it says.
//!
//! ```text
//! cargo xtask fuzz form
//! ```
#![no_main]

use std::fmt::Write as _;

use libfuzzer_sys::fuzz_target;
use threegate_core::form;

fuzz_target!(|text: &str| {
    let pairs: Result<Vec<_>, _> = form::pairs(text).collect();
    let Ok(pairs) = pairs else {
        assert!(text.contains('%'));
        return;
    };
    let escaped = |part: &str| {
        part.bytes().fold(String::new(), |mut escaped, byte| {
            let _ = write!(escaped, "%{byte:02x}");
            escaped
        })
    };
    let written: Vec<_> = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
        .collect();
    let written = written.join("&");
    let again: Result<Vec<_>, _> = form::pairs(&written).collect();
    assert_eq!(again.as_ref(), Ok(&pairs));
});
