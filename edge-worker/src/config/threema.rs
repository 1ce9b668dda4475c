//! The settings for Threema: none; an account in basic mode; or one in end-to-end mode, with its key pair
//! and the callback's path, which come both or neither.

use super::Reader;
use threegate_core::key::SharedSecret;
use threegate_core::threema::gateway::{Credentials, Endpoint, Gateway};
use threegate_core::threema::{ApiSecret, PublicKey, SecretKey, ThreemaId};

/// How this deployment receives from, and asks, the Threema Gateway.
#[derive(Debug)]
pub(crate) struct Threema {
    pub(crate) gateway: Gateway,
    pub(crate) gateway_id: ThreemaId,
    /// The API secret, and the one before it while it is being rotated out.
    pub(crate) api_secrets: Vec<ApiSecret>,
    /// None in basic mode: what is sent is not end-to-end encrypted, and nothing comes back.
    pub(crate) end_to_end: Option<EndToEnd>,
}

/// What only an account in end-to-end mode has.
#[derive(Debug)]
pub(crate) struct EndToEnd {
    pub(crate) private_key: SecretKey,
    pub(crate) public_key: PublicKey,
    /// The last segment of the callback's address.
    callback_path: SharedSecret,
}

/// The settings without which there is no Threema.
pub(super) const NEEDED: [&str; 2] = ["THREEMA_GATEWAY_ID", "THREEMA_API_SECRET"];
/// The settings without which it is in basic mode.
pub(super) const PAIR: [&str; 2] = ["THREEMA_PRIVATE_KEY", "THREEMA_CALLBACK_PATH"];
const PREVIOUS: &str = "THREEMA_API_SECRET_PREVIOUS";
const API_URL: &str = "THREEMA_API_URL";

const GATEWAY_EXPECTED: &str = "your Threema Gateway ID, as *MYFORUM: a star and seven of 0-9 A-Z";
const SECRET_EXPECTED: &str = "the Gateway ID's API secret, as the Gateway's page shows it";
const KEY_EXPECTED: &str = "the Gateway ID's private key: 64 hexadecimal digits";
const PATH_EXPECTED: &str = "32 to 128 of A-Z a-z 0-9 - _, as `cargo xtask secrets --threema` makes it; \
                             the callback URL ends with it";
const URL_EXPECTED: &str = "https://host, or http on localhost alone; a path may follow";

impl Threema {
    /// Reads the settings. None at all is no fault: most sites start with authenticators.
    pub(super) fn read<L: Fn(&str) -> Option<String>>(reader: &mut Reader<L>) -> Option<Self> {
        let optional = [PREVIOUS, API_URL];
        let mut all = NEEDED.iter().chain(&PAIR).chain(&optional);
        if !all.any(|setting| reader.has(setting)) {
            return None;
        }
        let gateway_id = reader.read(NEEDED[0], GATEWAY_EXPECTED, |text| {
            let id = ThreemaId::parse(text.trim()).ok();
            id.filter(|id| id.is_gateway())
        });
        let secret = reader.read(NEEDED[1], SECRET_EXPECTED, |text| {
            ApiSecret::parse(text.trim()).ok()
        });
        let end_to_end = if PAIR.iter().any(|setting| reader.has(setting)) {
            Some(EndToEnd::read(reader))
        } else {
            None
        };
        let previous = if reader.has(PREVIOUS) {
            let parse = |text: &str| ApiSecret::parse(text.trim()).ok();
            Some(reader.read(PREVIOUS, SECRET_EXPECTED, parse)?)
        } else {
            None
        };
        let endpoint = if reader.has(API_URL) {
            reader.read(API_URL, URL_EXPECTED, |text| {
                Endpoint::parse(text.trim()).ok()
            })
        } else {
            Some(Endpoint::default())
        };
        let (gateway_id, secret) = (gateway_id?, secret?);
        let credentials = Credentials::new(gateway_id, secret.clone());
        Some(Self {
            gateway: Gateway::new(endpoint?, credentials),
            gateway_id,
            api_secrets: [secret].into_iter().chain(previous).collect(),
            end_to_end: match end_to_end {
                Some(read) => Some(read?),
                None => None,
            },
        })
    }
}

impl EndToEnd {
    fn read<L: Fn(&str) -> Option<String>>(reader: &mut Reader<L>) -> Option<Self> {
        let private_key = reader.read(PAIR[0], KEY_EXPECTED, |text| {
            SecretKey::parse(text.trim()).ok()
        });
        let callback_path = reader.read(PAIR[1], PATH_EXPECTED, callback_path);
        let private_key = private_key?;
        Some(Self {
            public_key: private_key.public(),
            private_key,
            callback_path: callback_path?,
        })
    }

    /// Whether `segment` is the callback address's last one, in constant time.
    pub(crate) fn is_callback(&self, segment: &str) -> bool {
        self.callback_path.matches(segment)
    }
}

fn callback_path(text: &str) -> Option<SharedSecret> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let text = text.trim();
    let plain = (32..=128).contains(&text.len()) && text.bytes().all(sound);
    plain.then(|| SharedSecret::parse(text).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_callback_path_is_long_and_plain() {
        assert!(callback_path(&"a".repeat(32)).is_some());
        for bad in [
            "a".repeat(31),
            "a".repeat(129),
            "/".repeat(40),
            "é".repeat(40),
        ] {
            assert!(callback_path(&bad).is_none(), "{bad}");
        }
    }
}
