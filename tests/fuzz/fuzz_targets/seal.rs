//! No bytes open that were not sealed here, and what was sealed opens in its own place alone.
//!
//! ```text
//! cargo xtask fuzz seal
//! ```
#![no_main]

use libfuzzer_sys::fuzz_target;
use threegate_core::export;
use threegate_core::key::{Key, Keyring};
use threegate_core::threema::SecretKey;
use threegate_core::user::ObjectName;
use threegate_core::vault::{Context, Kind, Vault};

fuzz_target!(|given: (&[u8], &str, u16)| {
    let (bytes, factor, place) = given;
    let vault = Vault::new(Keyring::new(Key::from_bytes([1; 32]), None));
    let context = Context {
        object: ObjectName::from_bytes([2; 16]),
        factor,
        kind: Kind::TotpSecret,
    };
    assert!(vault.open(&context, bytes).is_err());
    let mut sealed = vault.seal(&context, [3; 24], bytes).expect("it is short");
    assert_eq!(
        **vault.open(&context, &sealed).expect("its own place"),
        *bytes
    );
    let elsewhere = Context {
        kind: Kind::HotpSecret,
        ..context
    };
    assert!(vault.open(&elsewhere, &sealed).is_err());
    let length = sealed.len();
    sealed[usize::from(place) % length] ^= 1;
    assert!(vault.open(&context, &sealed).is_err());

    let mine = SecretKey::from_bytes([4; 32]);
    assert!(export::open(bytes, &mine).is_err());
});
