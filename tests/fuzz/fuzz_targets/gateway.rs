//! Any answer of whatever stands at the Gateway's address is read or is a named error.
//!
//! ```text
//! cargo fuzz run --fuzz-dir tests/fuzz gateway
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::threema::blob::BlobId;
use threegate_core::threema::gateway::{
    BlobLife, Credentials, Delivery, Endpoint, Gateway, MessageIds, Sealed,
};
use threegate_core::threema::look_up::{EmailAddress, PhoneNumber, email_hash, phone_hash};
use threegate_core::threema::{ApiSecret, ThreemaId};

const SECRET: &str = "0123456789abcdef";

fuzz_target!(|answer: (u16, &[u8])| {
    let (status, body) = answer;
    let id = ThreemaId::parse("*TESTTST").unwrap();
    let credentials = Credentials::new(id, ApiSecret::parse(SECRET).unwrap());
    let gateway = Gateway::new(Endpoint::default(), credentials);

    if let Ok(key) = gateway.public_key(id).answer(status, body) {
        let text = core::str::from_utf8(body).unwrap();
        assert!(status == 200 && key.to_hex() == text.trim().to_lowercase());
    }
    let _ = gateway.capabilities(id).answer(status, body);
    let _ = gateway.credits().answer(status, body);
    let blob = gateway.upload_blob(body, BlobLife::FirstFetch);
    let _ = blob.answer(status, body);
    let fetched = gateway.download_blob(BlobId::from_bytes([1; 16]));
    assert_eq!(
        fetched.answer(status, body).ok().as_deref(),
        (status == 200).then_some(body)
    );
    let _ = gateway
        .send(id, [0; 24], body, Delivery::default())
        .answer(status, body);
    bulk(&gateway, id, status, body);
    if let Ok(text) = core::str::from_utf8(body) {
        texts(&gateway, id, status, text);
    }
});

fn bulk(gateway: &Gateway, id: ThreemaId, status: u16, body: &[u8]) {
    let message = Sealed {
        to: id,
        nonce: [0; 24],
        boxed: body,
        delivery: Delivery::default(),
    };
    let call = gateway.send_bulk(&[message; 2], MessageIds::Own).unwrap();
    if let Ok(sent) = call.answer(status, body) {
        assert_eq!(sent.len(), 2);
    }
    let keys = gateway.public_keys(&[id, id]).unwrap();
    assert!(!keys.answer(status, body).is_ok_and(|keys| keys.len() > 2));
    let hashes = [email_hash("a@b"), email_hash("c@d")];
    let found = gateway.look_up_bulk(&[], &hashes).unwrap();
    assert!(
        !found
            .answer(status, body)
            .is_ok_and(|found| found.len() > 2)
    );
}

fn texts(gateway: &Gateway, id: ThreemaId, status: u16, text: &str) {
    let body = text.as_bytes();
    let _ = gateway.by_email(email_hash(text)).answer(status, body);
    if let Some(hash) = phone_hash(text) {
        let _ = gateway.by_phone(hash).answer(status, body);
    }
    if let Some(number) = PhoneNumber::parse(text) {
        assert!(PhoneNumber::parse(number.as_str()) == Some(number));
    }
    if let Some(address) = EmailAddress::parse(text) {
        // What it says stays within its part of the address.
        let call = gateway.by_email_address(&address);
        assert!(call.url().is_ascii() && call.url().matches(['?', '/', '#', ' ']).count() == 6);
        assert!(EmailAddress::parse(address.as_str()) == Some(address));
    }
    if let Ok(call) = gateway.send_simple(id.into(), text) {
        assert_eq!(call.form().unwrap().matches(['&', '=']).count(), 7);
    }
    if let Ok(endpoint) = Endpoint::parse(text) {
        assert!(text.starts_with(endpoint.as_str()));
    }
}
