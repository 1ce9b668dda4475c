//! PBKDF2 by the runtime's own WebCrypto, several times as fast as wasm.

use js_sys::{Array, Object, Reflect, Uint8Array};
use threegate_core::recovery::{Stretched, Stretching};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};
use zeroize::Zeroizing;

use crate::problem::Error;

/// Does the work that a recovery code asks for.
pub(crate) async fn stretch(work: Stretching) -> Result<Stretched, Error> {
    let bits = derive(&work)
        .await
        .map_err(|fault| Error::internal(format_args!("PBKDF2 failed: {fault:?}")))?;
    let mut stretched = Zeroizing::new([0; 32]);
    let bits = Uint8Array::new(&bits);
    if bits.length() != 32 {
        return Err(Error::internal("PBKDF2 made no 32 bytes"));
    }
    bits.copy_to(&mut *stretched);
    Ok(work.done(*stretched))
}

async fn derive(work: &Stretching) -> Result<JsValue, JsValue> {
    let subtle = subtle_crypto()?;
    let password = Uint8Array::from(work.password());
    let key = subtle.import_key_with_str(
        "raw",
        &password,
        "PBKDF2",
        false,
        &Array::of1(&"deriveBits".into()),
    )?;
    let key: CryptoKey = JsFuture::from(key).await?.unchecked_into();
    let algorithm = Object::new();
    Reflect::set(&algorithm, &"name".into(), &"PBKDF2".into())?;
    Reflect::set(&algorithm, &"hash".into(), &"SHA-256".into())?;
    Reflect::set(&algorithm, &"salt".into(), &Uint8Array::from(work.salt()))?;
    Reflect::set(&algorithm, &"iterations".into(), &work.rounds().into())?;
    let bits = subtle.derive_bits_with_object(&algorithm, &key, 256)?;
    JsFuture::from(bits).await
}

fn subtle_crypto() -> Result<SubtleCrypto, JsValue> {
    let crypto = Reflect::get(&js_sys::global(), &"crypto".into())?;
    Ok(Reflect::get(&crypto, &"subtle".into())?.unchecked_into())
}
