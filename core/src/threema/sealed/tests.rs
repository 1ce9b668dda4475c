use proptest::prelude::*;

use super::*;
use crate::vectors;

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    base16ct::lower::decode_vec(hex)
        .unwrap()
        .try_into()
        .unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    base16ct::lower::decode_vec(text).unwrap()
}

#[test]
fn the_sdks_own_boxes_are_made_byte_for_byte_and_opened() {
    for case in vectors::cases("threema/boxes", 2) {
        let from = SecretKey::parse(case.one("sender_private")).unwrap();
        let to = PublicKey::parse(case.one("receiver_public")).unwrap();
        let (plaintext, boxed) = (hex(case.one("plaintext")), hex(case.one("box")));
        let nonce = case.one("nonce");
        assert_eq!(seal(&plaintext, bytes(nonce), &to, &from), boxed);
        // The two keys make one secret, so its maker can open it too.
        assert_eq!(*open(&boxed, bytes(nonce), &to, &from).unwrap(), plaintext);
        let agreed = from.agree(&to);
        assert_eq!(agreed.seal(&plaintext, bytes(nonce)), boxed);
        assert_eq!(*agreed.open(&boxed, bytes(nonce)).unwrap(), plaintext);
    }
}

/// Under keys that nobody has the private half of, too: what two agree on there must not depend on more of
/// the private key than everywhere else.
#[test]
fn keys_beside_the_base_points_group_agree_as_x25519_does() {
    for case in vectors::cases("threema/agreements", 4) {
        let own = SecretKey::parse(case.one("private")).unwrap();
        let theirs = PublicKey::parse(case.one("public")).unwrap();
        let (plaintext, nonce) = (hex(case.one("plaintext")), bytes(case.one("nonce")));
        let boxed = seal(&plaintext, nonce, &theirs, &own);
        assert_eq!(boxed, hex(case.one("box")), "{}", case.name);
        assert_eq!(*open(&boxed, nonce, &theirs, &own).unwrap(), plaintext);
    }
}

#[test]
fn an_agreed_key_knows_with_whom_it_was_agreed() {
    let [own, old, new] = [1, 2, 3].map(|byte| SecretKey::from_bytes([byte; 32]));
    let agreed = own.agree(&old.public());
    assert!(agreed.is_with(&old.public()));
    assert!(!agreed.is_with(&new.public()));
    assert!(!agreed.is_with(&own.public()));
}

#[test]
fn an_agreed_key_opens_the_next_message_and_shows_nothing() {
    let (alice, bob) = (
        SecretKey::from_bytes([1; 32]),
        SecretKey::from_bytes([2; 32]),
    );
    let agreed = bob.agree(&alice.public());
    for number in 0..3 {
        let boxed = alice.agree(&bob.public()).seal(b"hello", [number; 24]);
        assert_eq!(*agreed.open(&boxed, [number; 24]).unwrap(), b"hello");
        assert_eq!(agreed.open(&boxed, [9; 24]), Err(Unreadable::Box));
    }
    assert_eq!(std::format!("{agreed:?}"), "AgreedKey(..)");
}

#[test]
fn what_under_a_box_makes_the_published_secretboxes() {
    use crypto_secretbox::{KeyInit, XSalsa20Poly1305, aead::Aead};

    for case in vectors::cases("threema/secretboxes", 2) {
        let cipher = XSalsa20Poly1305::new(&bytes::<32>(case.one("key")).into());
        let nonce = bytes::<24>(case.one("nonce")).into();
        let made = cipher.encrypt(&nonce, &*hex(case.one("plaintext")));
        assert_eq!(made.unwrap(), hex(case.one("box")), "{}", case.name);
    }
}

#[test]
fn a_box_without_a_whole_tag_does_not_open() {
    let (alice, bob) = (
        SecretKey::from_bytes([1; 32]),
        SecretKey::from_bytes([2; 32]),
    );
    let nothing = seal(b"", [3; 24], &bob.public(), &alice);
    assert_eq!(nothing.len(), 16);
    assert!(
        open(&nothing, [3; 24], &alice.public(), &bob)
            .unwrap()
            .is_empty()
    );
    for length in 0..16 {
        let cut = open(&nothing[..length], [3; 24], &alice.public(), &bob);
        assert_eq!(cut, Err(Unreadable::Box));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn between_two_who_have_private_keys_a_box_is_that_of_crypto_box(
        plaintext in proptest::collection::vec(any::<u8>(), 0..300),
        nonce: [u8; 24],
        secrets: [[u8; 32]; 2],
    ) {
        use crypto_box::{SalsaBox, aead::Aead};

        let [alice, bob] = secrets.map(SecretKey::from_bytes);
        let [theirs, own] = secrets.map(crypto_box::SecretKey::from_bytes);
        prop_assert_eq!(*alice.public().as_bytes(), *theirs.public_key().as_bytes());
        let boxed = SalsaBox::new(&theirs.public_key(), &own).encrypt(&nonce.into(), &*plaintext);
        prop_assert_eq!(seal(&plaintext, nonce, &bob.public(), &alice), boxed.unwrap());
    }

    #[test]
    fn a_box_opens_for_its_receiver_and_its_senders_key_only(
        plaintext in proptest::collection::vec(any::<u8>(), 0..300),
        nonce: [u8; 24],
        secrets: [[u8; 32]; 3],
        flipped: (prop::sample::Index, u8),
    ) {
        let [alice, bob, eve] = secrets.map(SecretKey::from_bytes);
        prop_assume!(eve.public() != alice.public() && eve.public() != bob.public());
        let boxed = seal(&plaintext, nonce, &bob.public(), &alice);
        prop_assert_eq!(boxed.len(), plaintext.len() + 16);
        let opened = open(&boxed, nonce, &alice.public(), &bob);
        prop_assert_eq!(&*opened.unwrap(), &plaintext);
        prop_assert!(open(&boxed, nonce, &eve.public(), &bob).is_err());
        prop_assert!(open(&boxed, nonce, &alice.public(), &eve).is_err());
        let mut altered = boxed.clone();
        altered[flipped.0.index(boxed.len())] ^= 1 << (flipped.1 % 8);
        prop_assert!(open(&altered, nonce, &alice.public(), &bob).is_err());
        let mut other = nonce;
        other[23] ^= 1;
        prop_assert!(open(&boxed, other, &alice.public(), &bob).is_err());
    }
}
