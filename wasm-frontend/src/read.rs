//! JavaScript's values as the wire's objects.

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

/// A number that is whole, not negative, and below 2^52: all of these are exact.
pub(crate) fn whole(number: f64) -> Option<u64> {
    /// 2^52. Added to a number below it, that number is what the bits of the fraction count.
    const HIGH: f64 = 4_503_599_627_370_496.0;
    let raised = number + HIGH;
    let exact = (0.0..HIGH).contains(&number) && raised - HIGH == number;
    exact.then(|| raised.to_bits() ^ HIGH.to_bits())
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn only_what_is_whole_and_exact_is_a_number() {
        for (number, read) in [
            (0.0, Some(0)),
            (-0.0, Some(0)),
            (1.0, Some(1)),
            (1_779_000_000_123.0, Some(1_779_000_000_123)),
            (4_503_599_627_370_495.0, Some(4_503_599_627_370_495)),
            (4_503_599_627_370_496.0, None),
            (0.5, None),
            (1e-300, None),
            (-1.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(whole(number), read, "{number}");
        }
    }
}
