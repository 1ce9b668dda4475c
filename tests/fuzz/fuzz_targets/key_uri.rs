//! Any text is a link exactly as it is written here, or a named error; and what is one is read as others'
//! links are, with the same secret however it is read.
//!
//! ```text
//! cargo xtask fuzz key_uri
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::otp::{Algorithm, KeyUri, UriError};

fuzz_target!(|text: &str| {
    let (read, taken) = (KeyUri::read(text), KeyUri::take_over(text));
    if let Ok(uri) = KeyUri::parse(text) {
        assert_eq!(uri.as_str(), text);
        assert!(read.is_ok());
    }
    match (read, taken) {
        (Ok(read), Ok((generator, secret))) => {
            assert_eq!(read.kind.generator(), Ok(generator));
            assert_eq!(read.secret, secret);
        }
        (Ok(read), Err(_)) => assert_ne!(read.kind.algorithm(), Algorithm::Sha1),
        // Whoever takes a secret over does not look at names.
        (Err(cause), Ok(_)) => assert!(matches!(
            cause,
            UriError::Encoding | UriError::Issuer | UriError::Repeated
        )),
        (Err(_), Err(_)) => {}
    }
});
