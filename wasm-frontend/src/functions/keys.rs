//! Keys of Threema IDs, and what is said of them.

use super::given::{maybe_text, text};
use super::made::{object, random};
use super::thrown::Thrown;
use threegate_core::threema::look_up::{email_hash as of_email, phone_hash as of_phone};
use threegate_core::threema::{Level, PublicKey, SecretKey, ThreemaId};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::{Zeroize, Zeroizing};

/// A new key pair for a Gateway ID, each half in 64 hexadecimal digits.
#[wasm_bindgen(js_name = newKeyPair)]
pub fn new_key_pair() -> Result<JsValue, JsValue> {
    let mut bytes = random::<32>()?;
    let public = SecretKey::from_bytes(bytes).public();
    let hex = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    let private = Zeroizing::new(hex.map(digit).collect::<String>());
    bytes.zeroize();
    Ok(object([
        ("privateKey", private.as_str().into()),
        ("publicKey", public.to_hex().into()),
    ]))
}

/// The public half of a private key.
#[wasm_bindgen(js_name = publicKeyOf)]
pub fn public_key_of(private_key: &JsValue) -> Result<String, JsValue> {
    let key = SecretKey::parse(&Zeroizing::new(text(private_key)?)).map_err(Thrown::of)?;
    Ok(key.public().to_hex())
}

/// What the apps show of a key, for two people to compare.
#[wasm_bindgen(js_name = keyFingerprint)]
pub fn key_fingerprint(public_key: &JsValue) -> Result<String, JsValue> {
    let key = PublicKey::parse_any_case(&text(public_key)?).map_err(Thrown::of)?;
    Ok(key.fingerprint())
}

/// The level of the directory's key, given the one that was scanned, if one was.
#[wasm_bindgen(js_name = keyLevel)]
pub fn key_level(directory: &JsValue, scanned: &JsValue) -> Result<String, JsValue> {
    let key = |hex: &str| PublicKey::parse_any_case(hex).map_err(Thrown::of);
    let directory = key(&text(directory)?)?;
    let scanned = maybe_text(scanned)?.as_deref().map(key).transpose()?;
    let level = Level::of_directory(&directory, scanned.as_ref()).map_err(Thrown::of)?;
    Ok(level.as_str().into())
}

/// A Threema ID as it was typed, as Threema writes it.
#[wasm_bindgen(js_name = parseThreemaId)]
pub fn parse_threema_id(typed: &JsValue) -> Result<String, JsValue> {
    let id = ThreemaId::parse_typed(&text(typed)?).map_err(Thrown::of)?;
    Ok(id.as_str().to_owned())
}

/// By which the directory is asked for an ID.
#[wasm_bindgen(js_name = emailHash)]
pub fn email_hash(address: &JsValue) -> Result<String, JsValue> {
    Ok(of_email(&text(address)?).to_hex())
}

/// The same for a phone number with its country's code.
#[wasm_bindgen(js_name = phoneHash)]
pub fn phone_hash(number: &JsValue) -> Result<JsValue, JsValue> {
    let hash = of_phone(&text(number)?);
    Ok(hash.map_or(JsValue::NULL, |hash| hash.to_hex().into()))
}
