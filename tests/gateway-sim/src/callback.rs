//! The form that the Gateway posts, and its MAC.
//!
//! Written here, since the SDK only checks it: HMAC-SHA256, keyed with the API secret as the text it
//! is, over the six values as they stand in the form, nothing between them.
use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

mod recut;

pub(crate) use recut::{recut, recuts};

/// The signed fields, in the order of the MAC's input.
pub(crate) const SIGNED: [&str; 6] = ["from", "to", "messageId", "date", "nonce", "box"];

/// A callback before it is posted. All values are text, so that wrong ones can be made too.
#[derive(Debug, Clone)]
pub(crate) struct Callback {
    signed: [String; 6],
    mac: String,
    nickname: Option<String>,
}

impl Callback {
    /// `signed` in the order of [`SIGNED`].
    pub(crate) fn sign(signed: [String; 6], nickname: Option<String>, secret: &str) -> Self {
        Self {
            mac: mac(&signed, secret),
            signed,
            nickname,
        }
    }

    /// The same with another MAC, of the right form.
    pub(crate) fn with_wrong_mac(mut self) -> Self {
        let turned = |digit: char| if digit == '0' { '1' } else { '0' };
        self.mac = self.mac.chars().map(turned).collect();
        self
    }

    /// The body, as `application/x-www-form-urlencoded`.
    pub(crate) fn body(&self) -> String {
        let mut fields: Vec<(&str, &str)> = SIGNED
            .into_iter()
            .zip(self.signed.iter().map(String::as_str))
            .collect();
        fields.push(("mac", &self.mac));
        if let Some(nickname) = &self.nickname {
            fields.push(("nickname", nickname));
        }
        serde_urlencoded::to_string(fields).unwrap_or_default()
    }
}

/// The MAC over the six fields, as 64 hex.
fn mac(signed: &[String; 6], secret: &str) -> String {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    for field in signed {
        mac.update(field.as_bytes());
    }
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vectors::{Vector, vector};
    use threema_gateway::IncomingMessage;

    fn fields(vector: &Vector) -> [String; 6] {
        SIGNED.map(|name| vector.text(name).to_owned())
    }

    #[test]
    fn the_macs_of_four_codebases_come_out() {
        for file in ["rust-sdk", "three4j", "ruby-gem", "full-request"] {
            let vector = vector(&format!("mac/{file}.txt"));
            let mac = mac(&fields(&vector), vector.text("secret"));
            assert_eq!(mac, vector.text("mac"), "{file}");
        }
    }

    #[test]
    fn the_official_sdk_takes_the_body_and_refuses_a_wrong_mac() {
        let vector = vector("mac/full-request.txt");
        let secret = vector.text("secret");
        let nickname = Some("Ä & Ö".to_owned());
        let callback = Callback::sign(fields(&vector), nickname, secret);
        let read = IncomingMessage::from_urlencoded_bytes(callback.body(), secret).unwrap();
        assert_eq!(read.nickname.as_deref(), Some("Ä & Ö"));

        let wrong = callback.with_wrong_mac();
        assert_eq!(wrong.mac.len(), 64);
        assert!(IncomingMessage::from_urlencoded_bytes(wrong.body(), secret).is_err());
    }
}
