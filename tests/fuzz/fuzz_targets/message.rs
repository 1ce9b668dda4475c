//! Any bytes out of a box are a message or a named error, and what is read is written as it was.
//!
//! ```text
//! cargo fuzz run --fuzz-dir tests/fuzz message
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::threema::reply::ReplyCode;
use threegate_core::threema::tap::Tap;
use threegate_core::threema::{Message, Unreadable};

fuzz_target!(|plaintext: &[u8]| {
    let proof = Message::parse_proof(plaintext);
    match Message::parse(plaintext) {
        Ok(message) => {
            let _ = (ReplyCode::read(&message), Tap::read(&message));
            match (&message, &proof) {
                (
                    Message::Text(_)
                    | Message::Receipt { .. }
                    | Message::Reaction { .. }
                    | Message::Other(_),
                    Ok(proof),
                ) => assert!(message == *proof),
                (read, Ok(Message::Other(kind))) => assert_eq!(read.kind(), *kind),
                _ => panic!("the two readers differ"),
            }
            let padding = *plaintext.last().unwrap();
            if let Ok(again) = message.to_plaintext(padding) {
                assert!(reads_back(&message, &again), "{message:?}");
            }
        }
        Err(Unreadable::Box) => panic!("nothing was opened"),
        Err(fault) => {
            assert!(fault.code().starts_with("message_"));
            let unread = Err(fault);
            assert!(proof == unread || matches!(proof, Ok(Message::Other(_))));
        }
    }
});

/// A place whose name has no address beside it is written as one with an address: nobody can say which it
/// was. All others are what they were.
fn reads_back(message: &Message, again: &[u8]) -> bool {
    match message {
        Message::Location(place) if place.name().is_some() && place.address().is_none() => true,
        message => Message::parse(again).as_ref() == Ok(message),
    }
}
