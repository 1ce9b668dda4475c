//! Any text is a link exactly as it is written here, or a named error.
//!
//! ```text
//! cargo fuzz run --fuzz-dir tests/fuzz key_uri
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::otp::KeyUri;

fuzz_target!(|text: &str| {
    if let Ok(uri) = KeyUri::parse(text) {
        assert_eq!(uri.as_str(), text);
    }
});
