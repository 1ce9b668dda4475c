//! Who somebody is: a Threema ID and a key pair, and the text of its QR code.
use std::cmp::Ordering;
use std::fmt;

use crypto_box::{PublicKey, SecretKey};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use threema_gateway::ThreemaId;

use crate::problem::Problem;

/// A Threema ID as the official SDK parses it, with an order, and a string in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Id(ThreemaId);

impl Id {
    /// # Errors
    /// [`Problem::IdMalformed`].
    pub(crate) fn parse(text: &str) -> Result<Self, Problem> {
        let id = ThreemaId::try_from(text);
        id.map(Self)
            .map_err(|_| Problem::IdMalformed(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(crate) fn is_gateway(self) -> bool {
        self.0.is_gateway_id()
    }

    /// The payload of the ID's own QR code, as the apps write it (no expiry).
    pub(crate) fn qr_payload(&self, key: &KeyPair) -> String {
        format!("3mid:{self},{}", key.public_hex())
    }
}

impl From<Id> for ThreemaId {
    fn from(id: Id) -> Self {
        id.0
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Ord for Id {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl PartialOrd for Id {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Serialize for Id {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ThreemaId::deserialize(deserializer).map(Self)
    }
}

/// An X25519 key pair; in the state file and the control API the private key as 64 hex.
#[derive(Clone)]
pub(crate) struct KeyPair(SecretKey);

impl KeyPair {
    /// # Errors
    /// [`Problem::Random`].
    pub(crate) fn generate() -> Result<Self, Problem> {
        random::<32>().map(|bytes| Self(SecretKey::from(bytes)))
    }

    /// # Errors
    /// [`Problem::KeyMalformed`].
    pub(crate) fn parse(hex: &str) -> Result<Self, Problem> {
        let bytes = HEXLOWER_PERMISSIVE
            .decode(hex.as_bytes())
            .map_err(|_| Problem::KeyMalformed)?;
        SecretKey::from_slice(&bytes)
            .map(Self)
            .map_err(|_| Problem::KeyMalformed)
    }

    pub(crate) fn private(&self) -> &SecretKey {
        &self.0
    }

    pub(crate) fn public(&self) -> PublicKey {
        self.0.public_key()
    }

    pub(crate) fn private_hex(&self) -> String {
        HEXLOWER.encode(&self.0.to_bytes())
    }

    pub(crate) fn public_hex(&self) -> String {
        HEXLOWER.encode(self.public().as_bytes())
    }
}

impl Serialize for KeyPair {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.private_hex())
    }
}

impl<'de> Deserialize<'de> for KeyPair {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let hex = String::deserialize(deserializer)?;
        Self::parse(&hex).map_err(de::Error::custom)
    }
}

/// # Errors
/// [`Problem::Random`].
pub(crate) fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Problem::Random)?;
    Ok(bytes)
}
