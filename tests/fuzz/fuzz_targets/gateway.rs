//! Any answer of whatever stands at the Gateway's address is read or is a named error.
//!
//! ```text
//! cargo xtask fuzz gateway
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::threema::gateway::{Credentials, Delivery, Endpoint, Gateway};
use threegate_core::threema::look_up::{email_hash, phone_hash};
use threegate_core::threema::{ApiSecret, ThreemaId};

fuzz_target!(|answer: (u16, &[u8])| {
    let (status, body) = answer;
    let id = ThreemaId::parse("*TESTTST").unwrap();
    let secret = ApiSecret::parse("0123456789abcdef").unwrap();
    let gateway = Gateway::new(Endpoint::default(), Credentials::new(id, secret));

    if let Ok(key) = gateway.public_key(id).answer(status, body) {
        let text = core::str::from_utf8(body).unwrap();
        assert!(status == 200 && key.to_hex() == text.trim().to_lowercase());
    }
    let _ = gateway.capabilities(id).answer(status, body);
    let _ = gateway.credits().answer(status, body);
    let _ = gateway
        .send(id, [0; 24], body, Delivery::default())
        .answer(status, body);
    if let Ok(text) = core::str::from_utf8(body) {
        let _ = gateway.by_email(email_hash(text)).answer(status, body);
        if let Some(hash) = phone_hash(text) {
            let _ = gateway.by_phone(hash).answer(status, body);
        }
        if let Ok(endpoint) = Endpoint::parse(text) {
            assert!(text.starts_with(endpoint.as_str()));
        }
    }
});
