//! What outlives a restart, and the file that it is kept in.
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::identity::{Id, KeyPair, random};
use crate::options::NewPhone;
use crate::problem::Problem;

/// The Gateway ID and the phones.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct House {
    pub(crate) gateway: Gateway,
    pub(crate) phones: BTreeMap<Id, Phone>,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Gateway {
    pub(crate) id: Id,
    pub(crate) secret: String,
    pub(crate) private_key: KeyPair,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phone {
    pub(crate) name: String,
    pub(crate) private_key: KeyPair,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) phone: Option<String>,
}

impl House {
    /// A new Gateway ID with a secret and keys of its own, and no phones.
    ///
    /// # Errors
    /// [`Problem::Random`].
    pub(crate) fn found(id: Id) -> Result<Self, Problem> {
        let gateway = Gateway {
            id,
            secret: secret()?,
            private_key: KeyPair::generate()?,
        };
        let phones = BTreeMap::new();
        Ok(Self { gateway, phones })
    }

    /// Adds a phone that is not there yet; a known ID stays as it is.
    ///
    /// # Errors
    /// [`Problem::Random`].
    pub(crate) fn settle(&mut self, phone: NewPhone) -> Result<(), Problem> {
        let private_key = KeyPair::generate()?;
        self.phones.entry(phone.id).or_insert(Phone {
            name: phone.name,
            private_key,
            email: phone.email,
            phone: phone.phone,
        });
        Ok(())
    }
}

/// 16 alphanumeric characters, as the Gateway's secrets are.
fn secret() -> Result<String, Problem> {
    const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    let mut secret = String::new();
    while secret.len() < 16 {
        let [byte] = random()?;
        // A byte beyond the alphabet is thrown again: no character is likelier than another.
        if let Some(&character) = ALPHABET.get(usize::from(byte & 63)) {
            secret.push(char::from(character));
        }
    }
    Ok(secret)
}

/// The file, replaced as a whole.
pub(crate) struct StateFile(PathBuf);

impl StateFile {
    pub(crate) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    /// What the file holds; `None` if there is none yet.
    ///
    /// # Errors
    /// [`Problem::StateFile`], [`Problem::StateShape`].
    pub(crate) fn read(&self) -> Result<Option<House>, Problem> {
        let text = match fs::read(&self.0) {
            Ok(text) => text,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(cause) => return Err(self.failed(cause)),
        };
        serde_json::from_slice(&text)
            .map(Some)
            .map_err(|cause| Problem::StateShape {
                path: self.0.clone(),
                cause,
            })
    }

    /// # Errors
    /// [`Problem::StateFile`].
    pub(crate) fn write(&self, house: &House) -> Result<(), Problem> {
        let text = serde_json::to_vec_pretty(house).map_err(|cause| Problem::StateShape {
            path: self.0.clone(),
            cause,
        })?;
        let fresh = self.0.with_extension("new");
        write_private(&fresh, &text)
            .and_then(|()| fs::rename(&fresh, &self.0))
            .map_err(|cause| self.failed(cause))
    }

    fn failed(&self, cause: io::Error) -> Problem {
        Problem::StateFile {
            path: self.0.clone(),
            cause,
        }
    }
}

fn write_private(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(path)?.write_all(text)
}
