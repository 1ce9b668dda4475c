//! No body is authentic that the Gateway did not sign, whatever it says; and what another room restores
//! is what was written.
//!
//! ```text
//! cargo xtask fuzz callback
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::threema::callback::{Authentic, Callback, Refused};
use threegate_core::threema::{ApiSecret, SecretKey, ThreemaId};

fuzz_target!(|body: &[u8]| {
    let own = ThreemaId::parse("*TESTTST").unwrap();
    let secret = ApiSecret::parse("0123456789abcdef").unwrap();
    if let Ok(callback) = Callback::parse(body, own) {
        assert!(body.len() <= Callback::MAX_BODY);
        assert_eq!(callback.authenticate(&[&secret]).unwrap_err(), Refused::Mac);
    }
    let Ok(line) = core::str::from_utf8(body) else {
        return;
    };
    if let Ok(authentic) = Authentic::restore(line) {
        assert_eq!(authentic.to_text(), line);
        let gateway = SecretKey::from_bytes([7; 32]);
        let _ = authentic.open(&SecretKey::from_bytes([8; 32]).public(), &gateway);
    }
});
