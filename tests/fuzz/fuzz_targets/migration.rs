//! Any text is a symbol of an export or a named error, also what is a protocol buffer for sure; and what is
//! read is written so that it reads back.
//!
//! ```text
//! cargo fuzz run --fuzz-dir tests/fuzz migration
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::otp::migration::{self, Import, Part};

fuzz_target!(|bytes: &[u8]| {
    // As text, and as what base64 decodes to: a fuzzer would rarely get past it.
    let hex: String = bytes.iter().map(|byte| format!("%{byte:02x}")).collect();
    let encoded = format!("otpauth-migration://offline?data={}", base64(bytes));
    let escaped = format!("otpauth-migration://offline?data={hex}");
    let texts = [
        std::str::from_utf8(bytes).unwrap_or_default(),
        &encoded,
        &escaped,
    ];
    for text in texts {
        let Ok(part) = Part::parse(text) else {
            continue;
        };
        assert!(1 <= part.number() && part.number() <= part.of() && part.of() <= Part::MAX);
        let whole = part.of() == 1;
        let mut import = Import::begin(part);
        assert!(import.add(Part::parse(text).expect("it was one")).is_err());
        assert_eq!(import.accounts().is_ok(), whole);
        let Ok(accounts) = import.accounts() else {
            continue;
        };
        let accounts: Vec<_> = accounts.flatten().cloned().collect();
        let Ok(links) = migration::export(&accounts, 7) else {
            assert!(accounts.is_empty());
            continue;
        };
        let mut parts = links
            .iter()
            .map(|link| Part::parse(link.as_str()).expect("written here"));
        let mut again = Import::begin(parts.next().expect("there are accounts"));
        for part in parts {
            again.add(part).expect("of one export");
        }
        let again: Vec<_> = again
            .accounts()
            .expect("all of it")
            .flatten()
            .cloned()
            .collect();
        assert_eq!(again.len(), accounts.len());
        for (again, account) in again.iter().zip(&accounts) {
            assert_eq!(again.secret, account.secret);
            assert_eq!(again.kind, account.kind);
        }
    }
});

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut text = String::new();
    for three in bytes.chunks(3) {
        let mut bits = [0; 4];
        bits[1..=three.len()].copy_from_slice(three);
        let bits = u32::from_be_bytes(bits);
        for place in 0..=three.len() {
            text.push(char::from(
                LETTERS[(bits >> (18 - 6 * place)) as usize & 63],
            ));
        }
    }
    text
}
