//! Objects for JavaScript, and random bytes.

use super::thrown::Thrown;
use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// An object of those members. One that is `undefined` is left out.
pub(super) fn object<const N: usize>(members: [(&str, JsValue); N]) -> JsValue {
    let object = Object::new();
    for (name, value) in members {
        if !value.is_undefined() {
            // A fresh object takes every member.
            let _ = Reflect::set(&object, &name.into(), &value);
        }
    }
    object.into()
}

/// A number as JavaScript has it. All that are given out here are below 2^53, where it is exact.
pub(super) fn number(value: u64) -> JsValue {
    let (high, low) = (value >> 32, value & 0xFFFF_FFFF);
    let part = |part| f64::from(u32::try_from(part).unwrap_or(u32::MAX));
    JsValue::from_f64(part(high).mul_add(4_294_967_296.0, part(low)))
}

/// Fresh random bytes.
pub(super) fn random<const N: usize>() -> Result<[u8; N], Thrown> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}
