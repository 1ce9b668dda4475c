//! A callback's form: its fields, their one spelling, their MAC.

use data_encoding::HEXLOWER;
use form_urlencoded::Serializer;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::comparison::Difference;
use crate::random::Random;

/// Our Gateway ID and its account's secret.
pub(super) const OWN: &str = "*TESTTST";
pub(super) const SECRET: &str = "nevergonnagiveyouup";

/// The fields under the MAC, in its order.
pub(super) const SIGNED: [&str; 6] = ["from", "to", "messageId", "date", "nonce", "box"];

/// A form as it will be sent.
#[derive(Debug, Clone)]
pub(super) struct Form(pub(super) Vec<(&'static str, String)>);

impl Form {
    /// What the Gateway sends, but for the MAC.
    pub(super) fn unsigned(random: &mut Random, nonce: [u8; 24], sealed: &[u8]) -> Self {
        let from = match random.evenly(0..=4) {
            0 => "*3MAPUSH".to_owned(),
            _ => (0..8)
                .map(|_| random.pick(['A', 'Z', '0', '9', 'Q', '7', 'E', 'O']))
                .collect(),
        };
        let date = match random.evenly(0..=5) {
            0 => random.within(4_294_967_290..=4_294_967_300),
            1 => random.within(1_000_000_000..=9_999_999_999),
            _ => random.within(1_600_000_000..=2_000_000_000),
        };
        let values = [
            from,
            OWN.to_owned(),
            HEXLOWER.encode(&random.array::<8>()),
            date.to_string(),
            HEXLOWER.encode(&nonce),
            HEXLOWER.encode(sealed),
        ];
        Self(SIGNED.into_iter().zip(values).collect())
    }

    /// Adds the MAC of the fields as they are.
    pub(super) fn sign(&mut self, secret: &str) -> Result<(), Difference> {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes())?;
        for name in SIGNED {
            mac.update(self.value(name).as_bytes());
        }
        let mac = HEXLOWER.encode(&mac.finalize().into_bytes());
        self.0.push(("mac", mac));
        Ok(())
    }

    pub(super) fn value(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(field, _)| *field == name);
        found.map_or("", |(_, value)| value)
    }

    pub(super) fn count(&self, name: &str) -> usize {
        self.0.iter().filter(|(field, _)| *field == name).count()
    }

    pub(super) fn body(&self) -> String {
        Serializer::new(String::new())
            .extend_pairs(&self.0)
            .finish()
    }

    /// The first of the fields that is not written in its one way, by THREEMA's limits.
    pub(super) fn misspelt(&self) -> Option<&'static str> {
        let hex = |text: &str| {
            text.bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        let is_well = |name: &str, text: &str| match name {
            "messageId" => text.len() == 16 && hex(text),
            "date" => text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit()),
            "nonce" => text.len() == 48 && hex(text),
            "box" => {
                (34..=15_624).contains(&text.len()) && text.len().is_multiple_of(2) && hex(text)
            }
            "mac" => text.len() == 64 && hex(text),
            _ => true,
        };
        let misspelt = self.0.iter().find(|(name, text)| !is_well(name, text));
        misspelt.map(|(name, _)| *name)
    }
}
