//! Any bytes out of a box are a message or a named error, and every text reads back.
//!
//! ```text
//! cargo xtask fuzz message
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::threema::reply::ReplyCode;
use threegate_core::threema::{Message, Unreadable};

fuzz_target!(|plaintext: &[u8]| {
    match Message::parse(plaintext) {
        Ok(message) => {
            let _ = ReplyCode::read(&message);
            match &message {
                Message::Text(text) if text.len() <= Message::MAX_TEXT => {
                    let padding = *plaintext.last().unwrap();
                    let again = Message::text_to_plaintext(text, padding).unwrap();
                    assert!(Message::parse(&again) == Ok(message));
                }
                Message::Receipt { messages, .. } => assert!(!messages.is_empty()),
                _ => {}
            }
        }
        Err(Unreadable::Box) => panic!("nothing was opened"),
        Err(_) => {}
    }
});
