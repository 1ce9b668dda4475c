//! Boxes, in both directions.

use data_encoding::HEXLOWER;
use threegate_core::threema::sealed;
use threegate_core::threema::{PublicKey, SecretKey};
use threema_gateway::{IncomingMessage, encrypt_raw};

use crate::comparison::{Agreement, Compared, Difference, same};
use crate::random::Random;

/// What they close opens here and the other way round; what was altered opens nowhere.
pub(crate) fn boxes(random: &mut Random) -> Compared {
    let [own, peer] = [(); 2].map(|()| random.array::<32>());
    let (ours, theirs) = (
        SecretKey::from_bytes(own),
        threema_gateway::SecretKey::from(peer),
    );
    let to_peer = theirs.public_key();
    let public = PublicKey::from_bytes(*to_peer.as_bytes())?;
    let to_us = threema_gateway::PublicKey::from(*ours.public().as_bytes());
    let longest = if random.is_one_in(50) { 7790 } else { 300 };
    let mut plaintext = random.bytes(0..=longest);
    let shown = |plaintext: &[u8]| {
        let parts = [&own[..], &peer, plaintext].map(|part| HEXLOWER.encode(part));
        format!("keys and plaintext {parts:?}")
    };
    let altered = random.is_one_in(4);
    let bit = random.evenly(0..=7);
    let place = random.number();
    let alter = |boxed: &mut Vec<u8>| {
        let length = u64::try_from(boxed.len()).unwrap_or(1);
        let place = usize::try_from(place % length).unwrap_or_default();
        if let Some(byte) = boxed.get_mut(place).filter(|_| altered) {
            *byte ^= 1 << bit;
        }
    };

    let encrypted = encrypt_raw(&plaintext, &to_us, &theirs)?;
    let mut boxed = encrypted.ciphertext;
    alter(&mut boxed);
    let opened = sealed::open(&boxed, encrypted.nonce.into(), &public, &ours);
    let opened = opened.ok().map(|plaintext| plaintext.to_vec());
    let expected = Some(plaintext.clone()).filter(|_| !altered);
    same(|| shown(&plaintext), opened, expected)?;

    // It gives nothing without taking padding away: a zero at the end is none of it.
    plaintext.push(0);
    let nonce = random.array::<24>();
    let mut boxed = sealed::seal(&plaintext, nonce, &public, &ours);
    alter(&mut boxed);
    let opened = incoming(nonce, boxed)?.decrypt_box(&to_us, &theirs).ok();
    // Of one byte it says that no padding is there.
    let expected = Some(plaintext.clone()).filter(|_| !altered);
    same(|| shown(&plaintext), opened, expected)?;
    small_order(random)
}

/// Keys under which everybody could open are none.
fn small_order(random: &mut Random) -> Compared {
    let mut key = [0; 32];
    key[0] = random.evenly(0..=1);
    key[31] = random.pick([0, 0x80]);
    match PublicKey::from_bytes(key) {
        Err(_) => Ok(Agreement::Same),
        Ok(_) => Err(Difference(format!(
            "a key of small order was taken: {key:?}"
        ))),
    }
}

pub(super) fn incoming(nonce: [u8; 24], boxed: Vec<u8>) -> Result<IncomingMessage, Difference> {
    Ok(IncomingMessage {
        from: "ECHOECHO".try_into()?,
        to: "*TESTTST".try_into()?,
        message_id: threema_gateway::protocol::MessageId::from_u64(1),
        created_at: 1_700_000_000,
        nonce: nonce.to_vec(),
        box_data: boxed,
        nickname: None,
    })
}
