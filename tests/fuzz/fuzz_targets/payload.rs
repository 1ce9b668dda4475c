//! Any text before the camera is an ID or a named thing, and an ID's code reads back as it is written.
//!
//! ```text
//! cargo xtask fuzz payload
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::UnixTime;
use threegate_core::threema::ThreemaId;
use threegate_core::threema::payload::{self, Identity, Scanned};

fuzz_target!(|text: &str| {
    let now = UnixTime::from_secs(1_700_000_000);
    match payload::read(text, now) {
        Ok(Scanned::Identity { id, key }) => {
            let identity = Identity::new(&id, &key);
            assert!(payload::read(identity.as_str(), now) == Ok(Scanned::Identity { id, key }));
        }
        Ok(Scanned::Contact { id }) => assert!(ThreemaId::parse(id.as_str()) == Ok(id)),
        Ok(_) => {}
        Err(unusable) => assert!(unusable.code().starts_with("qr_")),
    }
    if let Ok(id) = ThreemaId::parse_typed(text) {
        assert!(ThreemaId::parse(id.as_str()) == Ok(id));
    }
});
