//! No text is a token that this deployment did not make, whatever it says.
//!
//! ```text
//! cargo xtask fuzz token
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::UnixTime;
use threegate_core::key::{Key, Keyring};
use threegate_core::token::{self, Device, DeviceName, Pass, Ticket, TokenHash};

fuzz_target!(|text: &str| {
    let keys = Keyring::new(Key::from_bytes([7; 32]), None);
    let now = UnixTime::from_secs(1);
    assert!(token::check::<Ticket>(text, &keys, now).is_err());
    assert!(token::check::<Pass>(text, &keys, now).is_err());
    assert!(token::check::<Device>(text, &keys, now).is_err());
    if let Ok(name) = DeviceName::parse(text) {
        assert_eq!(name.to_text(), text);
    }
    if let Ok(hash) = TokenHash::parse(text) {
        assert_eq!(hash.to_text(), text);
    }
});
