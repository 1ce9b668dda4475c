//! Dates, by `Intl`.

/// The day of so many seconds since 1970, and with `time` the hour and minute.
#[cfg(target_family = "wasm")]
pub(super) fn date(language: &str, seconds: u64, time: bool) -> String {
    use js_sys::{Date, Object, Reflect};
    use wasm_bindgen::JsValue;

    let since_1970 = core::time::Duration::from_secs(seconds);
    let date = Date::new(&JsValue::from_f64(since_1970.as_secs_f64() * 1000.0));
    let options: JsValue = Object::new().into();
    let styles = [("dateStyle", "medium"), ("timeStyle", "short")];
    for (name, style) in styles.into_iter().take(if time { 2 } else { 1 }) {
        let _ = Reflect::set(&options, &name.into(), &style.into());
    }
    date.to_locale_string(language, &options).into()
}

/// Where there is no browser, the plain number.
#[cfg(not(target_family = "wasm"))]
pub(super) fn date(_: &str, seconds: u64, _: bool) -> String {
    seconds.to_string()
}
