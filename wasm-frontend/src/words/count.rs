//! Numbers with their units, by `Intl`.

#[cfg(target_family = "wasm")]
use js_sys::JSON;
#[cfg(target_family = "wasm")]
use wasm_bindgen::prelude::*;

#[cfg(target_family = "wasm")]
#[wasm_bindgen]
extern "C" {
    type Number;

    #[wasm_bindgen(method, catch, js_name = toLocaleString)]
    fn in_words(this: &Number, language: &str, options: &JsValue) -> Result<String, JsValue>;
}

/// So many of a unit of `Intl.NumberFormat`; the number alone where the browser does not know it.
#[cfg(target_family = "wasm")]
pub(super) fn count(language: &str, number: u64, unit: &str) -> String {
    let options = [
        r#"{"style":"unit","unitDisplay":"long","unit":""#,
        unit,
        r#""}"#,
    ]
    .concat();
    let options = JSON::parse(&options).unwrap_or_default();
    let value = JsValue::from(u32::try_from(number).unwrap_or(u32::MAX));
    let words = value
        .unchecked_into::<Number>()
        .in_words(language, &options);
    words.unwrap_or_else(|_| number.to_string())
}

/// Where there is no browser, the plain words.
#[cfg(not(target_family = "wasm"))]
pub(super) fn count(_: &str, number: u64, unit: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    [&*number.to_string(), " ", unit, plural].concat()
}
