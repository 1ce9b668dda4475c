//! JavaScript's values as the wire's objects.

use core::time::Duration;
use js_sys::{Array, Reflect};
use threegate_core::wire::Fields;
use wasm_bindgen::JsValue;

/// A parsed JSON object.
pub(crate) struct Object(pub(crate) JsValue);

impl Object {
    pub(crate) fn member(&self, name: &str) -> Option<JsValue> {
        Reflect::get(&self.0, &JsValue::from_str(name)).ok()
    }
}

impl Fields for Object {
    fn has(&self, name: &str) -> bool {
        self.member(name)
            .is_some_and(|member| !member.is_null() && !member.is_undefined())
    }

    fn text(&self, name: &str) -> Option<String> {
        self.member(name)?.as_string()
    }

    fn integer(&self, name: &str) -> Option<u64> {
        whole(self.member(name)?.as_f64()?)
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.member(name)?.as_bool()
    }

    fn object(&self, name: &str) -> Option<Self> {
        let member = self.member(name)?;
        member.is_object().then_some(Self(member))
    }

    fn texts(&self, name: &str) -> Option<Vec<String>> {
        let member = self.member(name)?;
        let texts = Array::is_array(&member).then(|| Array::from(&member))?;
        texts.iter().map(|text| text.as_string()).collect()
    }

    fn objects(&self, name: &str) -> Option<Vec<Self>> {
        let member = self.member(name)?;
        let objects = Array::is_array(&member).then(|| Array::from(&member))?;
        let object = |one: JsValue| one.is_object().then_some(Self(one));
        objects.iter().map(object).collect()
    }
}

/// A number that is whole and not negative.
pub(crate) fn whole(number: f64) -> Option<u64> {
    let parts = Duration::try_from_secs_f64(number).ok()?;
    (parts.subsec_nanos() == 0).then_some(parts.as_secs())
}
