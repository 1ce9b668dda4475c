//! Any text is a code of its length or an error, and every code reads back from its digits.
//!
//! ```text
//! cargo xtask fuzz otp_code
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::otp::{Code, Digits};

fuzz_target!(|text: &str| {
    for digits in [Digits::Six, Digits::Seven, Digits::Eight] {
        if let Ok(code) = Code::parse(text, digits) {
            assert!(Code::parse(&code.to_digits(), digits) == Ok(code));
        }
    }
});
