//! The directory: keys, IDs by phone number and e-mail (plain and hashed), capabilities.
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::Refused;
use crate::identity::{Id, KeyPair};
use crate::state::{Phone, State};

/// The look-up's HMAC keys, which are public constants.
const EMAIL_KEY: &str = "30a5500fed9701fa6defdb610841900febb8e430881f7ad816826264ec09bad7";
const PHONE_KEY: &str = "85adf8226953f3d96cfd5d09bf29555eb955fcd8aa5ec4f9fcd869e258370723";

/// What apps of today announce.
const CAPABILITIES: &str = "text,image,video,audio,file,group,ballot,call,videocall,pfs,groupcall";

/// The public key of an ID, the Gateway's own too; with `wrong` another key, always the same.
pub(super) fn public_key(state: &State, id: &str, wrong: bool) -> Result<String, Refused> {
    let id = Id::parse(id).map_err(|_| Refused::Unknown)?;
    let gateway = &state.house.gateway;
    let key = if id == gateway.id {
        &gateway.private_key
    } else {
        &state.phone(id).map_err(|_| Refused::Unknown)?.private_key
    };
    if !wrong {
        return Ok(key.public_hex());
    }
    let other = HEXLOWER.encode(&Sha256::digest(key.public().as_bytes()));
    KeyPair::parse(&other)
        .map(|key| key.public_hex())
        .map_err(|_| Refused::Server)
}

/// The ID that a phone number, an e-mail address or a hash of one belongs to.
pub(super) fn id(state: &State, kind: &str, value: &str) -> Result<String, Refused> {
    let found = match kind {
        "phone" => find(state, |phone| phone_of(phone) == Some(digits(value))),
        "email" => find(state, |phone| email_of(phone) == Some(normal(value))),
        "phone_hash" => {
            let hash = hash_of(value)?;
            find(state, |phone| {
                phone_of(phone).map(|number| keyed(PHONE_KEY, &number)) == Some(hash.clone())
            })
        }
        "email_hash" => {
            let hash = hash_of(value)?;
            find(state, |phone| {
                email_of(phone).map(|email| keyed(EMAIL_KEY, &email)) == Some(hash.clone())
            })
        }
        _ => None,
    };
    found.map(|id| id.to_string()).ok_or(Refused::Unknown)
}

/// What the app of an ID can do; a Gateway ID only text and files.
pub(super) fn capabilities(state: &State, id: &str) -> Result<String, Refused> {
    let id = Id::parse(id).map_err(|_| Refused::Unknown)?;
    if id == state.house.gateway.id {
        return Ok("text,image,file".to_owned());
    }
    state.phone(id).map_err(|_| Refused::Unknown)?;
    Ok(CAPABILITIES.to_owned())
}

pub(super) fn by_phone(state: &State, number: &str) -> Option<Id> {
    find(state, |phone| phone_of(phone) == Some(digits(number)))
}

pub(super) fn by_email(state: &State, email: &str) -> Option<Id> {
    find(state, |phone| email_of(phone) == Some(normal(email)))
}

fn find(state: &State, is: impl Fn(&Phone) -> bool) -> Option<Id> {
    let mut phones = state.house.phones.iter();
    phones.find(|(_, phone)| is(phone)).map(|(id, _)| *id)
}

fn phone_of(phone: &Phone) -> Option<String> {
    phone.phone.as_deref().map(digits)
}

fn email_of(phone: &Phone) -> Option<String> {
    phone.email.as_deref().map(normal)
}

/// E.164 without the plus.
fn digits(number: &str) -> String {
    number.chars().filter(char::is_ascii_digit).collect()
}

fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

fn hash_of(hex: &str) -> Result<String, Refused> {
    let bytes = HEXLOWER_PERMISSIVE.decode(hex.as_bytes());
    match bytes {
        Ok(bytes) if bytes.len() == 32 => Ok(hex.to_lowercase()),
        _ => Err(Refused::BadRequest),
    }
}

fn keyed(key: &str, value: &str) -> String {
    let key = HEXLOWER.decode(key.as_bytes()).unwrap_or_default();
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key) else {
        return String::new();
    };
    mac.update(value.as_bytes());
    HEXLOWER.encode(&mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_vectors::vector;

    #[test]
    fn addresses_and_numbers_hash_as_in_the_vectors_however_they_are_written() {
        let vector = vector("lookup/hashes.txt");
        for email in ["test@threema.ch", "  Test@Threema.ch "] {
            assert_eq!(keyed(EMAIL_KEY, &normal(email)), vector.text("email"));
        }
        for number in ["41791234567", "+41 79 123 45-67"] {
            assert_eq!(keyed(PHONE_KEY, &digits(number)), vector.text("phone"));
        }
    }
}
