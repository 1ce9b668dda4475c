//! Any text of a file's message is a file or a named error, and every file reads back.
//!
//! ```text
//! cargo fuzz run --fuzz-dir tests/fuzz file_json
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::threema::Unreadable;
use threegate_core::threema::message::FileJson;

fuzz_target!(|text: &str| {
    let Some(json) = FileJson::new(text) else {
        return;
    };
    match json.file() {
        Ok(mut file) => {
            // A fraction may be read a last bit beside where it was written.
            file.metadata.duration = file.metadata.duration.map(f64::trunc);
            if let Ok(written) = file.to_json() {
                assert!(written.file() == Ok(file));
            }
        }
        Err(fault) => assert_eq!(fault, Unreadable::File),
    }
});
