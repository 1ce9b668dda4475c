use proptest::prelude::*;

use super::*;

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
    let file = include_str!("../../../../tests/vectors/threema/boxes.txt");
    let mut boxes = 0;
    for row in file.lines().filter(|row| !row.starts_with('#')) {
        let [from, to, nonce, plaintext, boxed] =
            row.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let (from, to) = (
            SecretKey::parse(from).unwrap(),
            PublicKey::parse(to).unwrap(),
        );
        let (plaintext, boxed) = (hex(plaintext), hex(boxed));
        assert_eq!(seal(&plaintext, bytes(nonce), &to, &from), boxed);
        // The two keys make one secret, so its maker can open it too.
        assert_eq!(*open(&boxed, bytes(nonce), &to, &from).unwrap(), plaintext);
        let agreed = from.agree(&to);
        assert_eq!(agreed.seal(&plaintext, bytes(nonce)), boxed);
        assert_eq!(*agreed.open(&boxed, bytes(nonce)).unwrap(), plaintext);
        boxes += 1;
    }
    assert_eq!(boxes, 2);
}

/// Under keys that nobody has the private half of, too: what two agree on there must not depend on more of
/// the private key than everywhere else.
#[test]
fn keys_beside_the_base_points_group_agree_as_x25519_does() {
    let files = [
        include_str!("../../../../tests/vectors/threema/agreements/order-8.txt"),
        include_str!("../../../../tests/vectors/threema/agreements/rfc-7748-first.txt"),
        include_str!("../../../../tests/vectors/threema/agreements/rfc-7748-second.txt"),
        include_str!("../../../../tests/vectors/threema/agreements/twist.txt"),
    ];
    for file in files {
        let value = |name| {
            let mut lines = file.lines().filter_map(|line| line.split_once(": "));
            lines.find(|(found, _)| *found == name).unwrap().1
        };
        let own = SecretKey::parse(value("private")).unwrap();
        let theirs = PublicKey::parse(value("public")).unwrap();
        let (plaintext, nonce) = (hex(value("plaintext")), bytes(value("nonce")));
        let boxed = seal(&plaintext, nonce, &theirs, &own);
        assert_eq!(boxed, hex(value("box")), "{file}");
        assert_eq!(*open(&boxed, nonce, &theirs, &own).unwrap(), plaintext);
    }
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

    let file = include_str!("../../../../tests/vectors/threema/secretboxes.txt");
    let rows = file.lines().filter(|row| !row.starts_with('#'));
    let mut boxes = 0;
    for row in rows {
        let [key, nonce, plaintext, boxed] = row.split(' ').collect::<Vec<_>>().try_into().unwrap();
        let cipher = XSalsa20Poly1305::new(&bytes::<32>(key).into());
        let made = cipher.encrypt(&bytes::<24>(nonce).into(), &*hex(plaintext));
        assert_eq!(made.unwrap(), hex(boxed));
        boxes += 1;
    }
    assert_eq!(boxes, 2);
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
