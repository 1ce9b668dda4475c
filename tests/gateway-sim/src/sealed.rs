//! The box: X25519, XSalsa20-Poly1305 (`crypto_box`), and the padding of the phone apps.
use crypto_box::aead::Aead as _;
use crypto_box::{PublicKey, SalsaBox, SecretKey};
use threema_gateway::IncomingMessage;
use threema_gateway::protocol::MessageId;

use crate::identity::{Id, random};
use crate::messages::{Message, unreadable};
use crate::problem::Problem;

/// A box and the nonce it was closed with.
pub(crate) struct Sealed {
    pub(crate) nonce: [u8; 24],
    pub(crate) r#box: Vec<u8>,
}

/// Closes a box around a padded plaintext with a fresh nonce.
///
/// # Errors
/// [`Problem::Random`]; [`Problem::MessageMalformed`] if the box cannot be made.
pub(crate) fn seal(plaintext: &[u8], to: &PublicKey, by: &SecretKey) -> Result<Sealed, Problem> {
    let nonce = random()?;
    let r#box = seal_with(nonce, plaintext, to, by)
        .ok_or_else(|| Problem::MessageMalformed("the box cannot be made".to_owned()))?;
    Ok(Sealed { nonce, r#box })
}

fn seal_with(nonce: [u8; 24], plaintext: &[u8], to: &PublicKey, by: &SecretKey) -> Option<Vec<u8>> {
    SalsaBox::new(to, by).encrypt(&nonce.into(), plaintext).ok()
}

/// Opens a box, takes the padding off and reads the message: all three by the official SDK.
///
/// `from` and `to` are not used by the SDK for that; they are what it wants to be told.
pub(crate) fn open(sealed: Sealed, from: Id, to: Id, by: &PublicKey, own: &SecretKey) -> Message {
    let message = IncomingMessage {
        from: from.into(),
        to: to.into(),
        message_id: MessageId::from_u64(0),
        created_at: 0,
        nonce: sealed.nonce.to_vec(),
        box_data: sealed.r#box,
        nickname: None,
    };
    match message.decrypt_box(by, own) {
        Ok(plaintext) => Message::decode(&plaintext),
        Err(error) => unreadable(error),
    }
}

/// Pads as the apps do: `wanted` (1 to 255) bytes of that value, more if data and padding, the type
/// byte not counted, would otherwise be less than 32 bytes. (The SDK does not know that minimum.)
pub(crate) fn pad(mut plaintext: Vec<u8>, wanted: u8) -> Vec<u8> {
    const LEAST: usize = 33;

    let missing = LEAST.saturating_sub(plaintext.len());
    let count = u8::try_from(missing).unwrap_or(u8::MAX).max(wanted).max(1);
    plaintext.extend(std::iter::repeat_n(count, usize::from(count)));
    plaintext
}

#[cfg(test)]
mod tests {
    use data_encoding::HEXLOWER;

    use super::*;
    use crate::identity::KeyPair;
    use crate::test_vectors::vector;

    #[test]
    fn the_official_box_is_made_and_opened_byte_for_byte() {
        let vector = vector("box/official.txt");
        let own = KeyPair::parse(vector.text("own_private")).unwrap();
        let other = KeyPair::parse(vector.text("other_private")).unwrap();
        assert_eq!(own.public_hex(), vector.text("own_public"));
        assert_eq!(other.public_hex(), vector.text("other_public"));

        let nonce: [u8; 24] = vector.bytes("nonce").try_into().unwrap();
        let mut plaintext = vec![1];
        plaintext.extend(vector.text("text").as_bytes());
        let padded = pad(plaintext, 199);
        let sealed = seal_with(nonce, &padded, &other.public(), own.private()).unwrap();
        assert_eq!(HEXLOWER.encode(&sealed), vector.text("box"));

        let (alice, gateway) = (
            Id::parse("ALICE001").unwrap(),
            Id::parse("*TESTTST").unwrap(),
        );
        let sealed = Sealed {
            nonce,
            r#box: sealed,
        };
        let text = vector.text("text").to_owned();
        let opened = open(sealed, gateway, alice, &own.public(), other.private());
        assert_eq!(opened, Message::Text { text });
    }

    #[test]
    fn padding_has_the_apps_minimum_and_never_more_than_255() {
        for (plaintext, wanted, padded) in [(7, 1, 33), (7, 0, 33), (7, 200, 207), (40, 1, 41)] {
            assert_eq!(pad(vec![1; plaintext], wanted).len(), padded);
        }
        assert_eq!(pad(vec![1; 7], 1).last(), Some(&26));
    }

    #[test]
    fn a_box_for_somebody_else_does_not_open() {
        let [alice, bob, gateway] = [(); 3].map(|()| KeyPair::generate().unwrap());
        let sealed = seal(
            &pad(b"\x01hi".to_vec(), 3),
            &gateway.public(),
            alice.private(),
        );
        let id = Id::parse("ALICE001").unwrap();
        let opened = open(sealed.unwrap(), id, id, &alice.public(), bob.private());
        assert!(matches!(opened, Message::Unreadable { .. }), "{opened:?}");
    }
}
