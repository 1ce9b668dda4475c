//! NaCl's own vectors, a file a case in `tests/vectors/nacl`.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use std::collections::BTreeMap;

use data_encoding::HEXLOWER;
use threegate_core::threema::{PublicKey, SecretKey, sealed};

struct Case(BTreeMap<String, Vec<u8>>);

impl Case {
    fn read(name: &str) -> Self {
        let path = format!(
            "{}/../../vectors/nacl/{name}.txt",
            env!("CARGO_MANIFEST_DIR")
        );
        let text = std::fs::read_to_string(path).unwrap();
        let values = text.lines().filter(|line| !line.starts_with('#'));
        let values = values.map(|line| {
            let (name, value) = line.split_once(": ").unwrap();
            (name.to_owned(), HEXLOWER.decode(value.as_bytes()).unwrap())
        });
        Self(values.collect())
    }

    fn array<const N: usize>(&self, name: &str) -> [u8; N] {
        self.0[name].as_slice().try_into().unwrap()
    }
}

#[test]
fn a_private_key_has_nacls_public_key() {
    for name in ["alice", "bob"] {
        let case = Case::read(name);
        let public = SecretKey::from_bytes(case.array("private")).public();
        assert_eq!(public.as_bytes(), &case.array("public"), "{name}");
    }
}

#[test]
fn boxes_are_closed_and_opened_as_nacls() {
    for name in ["box", "box-from-bob"] {
        let case = Case::read(name);
        let sender = SecretKey::from_bytes(case.array("sender_private"));
        let receiver = PublicKey::from_bytes(case.array("receiver_public")).unwrap();
        let nonce = case.array("nonce");
        let closed = sealed::seal(&case.0["plaintext"], nonce, &receiver, &sender);
        assert_eq!(closed, case.0["box"], "{name}");
        let opened = sealed::open(&closed, nonce, &receiver, &sender).unwrap();
        assert_eq!(*opened, case.0["plaintext"], "{name}");
    }
}
