//! tweetnacl, in Node: keys, and boxes in both directions.

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use threegate_core::threema::sealed;
use threegate_core::threema::{PublicKey, SecretKey};

use crate::comparison::{Agreement, Compared, Comparison, Difference, same};
use crate::node::Node;
use crate::random::Random;

pub(crate) struct Boxes(pub(crate) Node);

impl Comparison for Boxes {
    fn case(&mut self, random: &mut Random) -> Compared {
        let [sender, receiver] = [(); 2].map(|()| random.array::<32>());
        let nonce = random.array::<24>();
        let longest = if random.is_one_in(50) { 7796 } else { 300 };
        let plaintext = random.bytes(0..=longest);
        let (from, to) = (self.public(sender)?, self.public(receiver)?);
        let ours = [sender, receiver].map(SecretKey::from_bytes);
        let [sender_key, receiver_key] = &ours;
        let shown = || {
            let parts =
                [&sender[..], &receiver, &nonce, &plaintext].map(|part| HEXLOWER.encode(part));
            format!("sender, receiver, nonce, plaintext {parts:?}")
        };
        same(shown, sender_key.public(), from)?;
        same(shown, receiver_key.public(), to)?;

        let closed = sealed::seal(&plaintext, nonce, &to, sender_key);
        let theirs = self.0.answer(&json!({
            "ask": "seal",
            "plaintext": hex(&plaintext),
            "nonce": hex(&nonce),
            "to": to.to_hex(),
            "by": hex(&sender),
        }))?;
        same(shown, hex(&closed), theirs)?;

        // As it is, and now and then with a bit of it turned.
        let mut given = closed;
        if random.is_one_in(4) {
            let bit = random.evenly(0..=7);
            let length = u16::try_from(given.len() - 1)?;
            if let Some(byte) = given.get_mut(random.length(0..=length)) {
                *byte ^= 1 << bit;
            }
        }
        let opened = sealed::open(&given, nonce, &from, receiver_key).ok();
        let theirs = self.0.answer(&json!({
            "ask": "open",
            "box": hex(&given),
            "nonce": hex(&nonce),
            "from": from.to_hex(),
            "by": hex(&receiver),
        }))?;
        let opened = opened.map_or(Value::Null, |plaintext| hex(&plaintext));
        same(shown, opened, theirs)?;
        Ok(Agreement::Same)
    }
}

impl Boxes {
    fn public(&mut self, key: [u8; 32]) -> Result<PublicKey, Difference> {
        let question = json!({ "ask": "public", "key": hex(&key) });
        let public = self.0.answer(&question)?;
        Ok(PublicKey::parse(public.as_str().unwrap_or_default())?)
    }
}

fn hex(bytes: &[u8]) -> Value {
    json!(HEXLOWER.encode(bytes))
}
