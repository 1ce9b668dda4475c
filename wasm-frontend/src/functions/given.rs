//! What a function was given, read member by member, with the fault named that its caller can mend.

use super::thrown::Thrown;
use crate::read::{Object, whole};
use js_sys::{Date, Number, Uint8Array};
use threegate_core::UnixTime;
use threegate_core::otp::{Algorithm, Digits, Hotp, Period, Secret, Totp};
use threegate_core::threema::{PublicKey, SecretKey};
use threegate_core::wire::{Fields, Malformed};
use wasm_bindgen::{JsCast, JsValue};
use zeroize::Zeroizing;

/// Seconds since 1970 do not get there; milliseconds are there since 1973.
const TOO_LATE: u64 = 100_000_000_000;

/// The one object that most functions take.
pub(super) struct Given(Object);

impl Given {
    pub(super) fn new(value: &JsValue) -> Result<Self, Thrown> {
        if value.is_object() {
            Ok(Self(Object(value.clone())))
        } else {
            Err(Thrown::argument("An object is expected."))
        }
    }

    /// Whether it is there at all, be it `null`.
    pub(super) fn says(&self, name: &str) -> bool {
        let member = self.0.member(name);
        member.is_some_and(|member| !member.is_undefined())
    }

    pub(super) fn member(&self, name: &str) -> JsValue {
        self.0.member(name).unwrap_or(JsValue::UNDEFINED)
    }

    pub(super) fn text(&self, name: &'static str) -> Result<String, Malformed> {
        self.maybe_text(name)?.ok_or(Malformed::Missing(name))
    }

    pub(super) fn maybe_text(&self, name: &'static str) -> Result<Option<String>, Malformed> {
        self.maybe(name, "A text", JsValue::as_string)
    }

    /// One text, or a list of them; at least one.
    pub(super) fn texts(&self, name: &'static str) -> Result<Vec<String>, Malformed> {
        let texts = |member: &JsValue| {
            let one = member.as_string().map(|text| vec![text]);
            one.or_else(|| self.0.texts(name))
                .filter(|it| !it.is_empty())
        };
        self.maybe(name, "A text or a list of texts", texts)?
            .ok_or(Malformed::Missing(name))
    }

    pub(super) fn number(&self, name: &'static str) -> Result<u64, Malformed> {
        self.maybe_number(name)?.ok_or(Malformed::Missing(name))
    }

    /// A whole number that JavaScript's numbers tell from its neighbours.
    pub(super) fn maybe_number(&self, name: &'static str) -> Result<Option<u64>, Malformed> {
        let number = |member: &JsValue| whole(member.as_f64()?);
        self.maybe(name, "A whole number from 0", number)
    }

    /// The same for what is a byte.
    pub(super) fn maybe_byte(&self, name: &'static str) -> Result<Option<u8>, Malformed> {
        let byte = |member: &JsValue| u8::try_from(whole(member.as_f64()?)?).ok();
        self.maybe(name, "A number up to 255", byte)
    }

    pub(super) fn object(&self, name: &str) -> Option<Self> {
        self.0.object(name).map(Self)
    }

    /// The moment it is about: the clock's, unless it is said.
    pub(super) fn moment(&self, name: &'static str) -> Result<UnixTime, Thrown> {
        moment(&self.member(name))
    }

    pub(super) fn secret(&self) -> Result<Secret, Thrown> {
        secret(&self.member("secret"))
    }

    pub(super) fn totp(&self) -> Result<Totp, Thrown> {
        let period = match self.maybe_number("period")? {
            Some(secs) => {
                Period::from_secs(u16::try_from(secs).unwrap_or(0)).map_err(Thrown::of)?
            }
            None => Period::default(),
        };
        Ok(Totp {
            algorithm: self.algorithm()?,
            digits: self.digits()?,
            period,
        })
    }

    pub(super) fn hotp(&self) -> Result<Hotp, Thrown> {
        Ok(Hotp {
            algorithm: self.algorithm()?,
            digits: self.digits()?,
        })
    }

    pub(super) fn public_key(&self, name: &'static str) -> Result<PublicKey, Thrown> {
        Ok(PublicKey::parse_any_case(&self.text(name)?)?)
    }

    pub(super) fn private_key(&self) -> Result<SecretKey, Thrown> {
        let text = Zeroizing::new(self.text("privateKey")?);
        Ok(SecretKey::parse(&text)?)
    }

    fn algorithm(&self) -> Result<Algorithm, Thrown> {
        let name = self.maybe_text("algorithm")?;
        let algorithm = name.map(|name| Algorithm::parse(&name)).transpose();
        Ok(algorithm.map_err(Thrown::of)?.unwrap_or_default())
    }

    fn digits(&self) -> Result<Digits, Thrown> {
        match self.maybe_number("digits")? {
            Some(count) => Digits::new(u8::try_from(count).unwrap_or(0)).map_err(Thrown::of),
            None => Ok(Digits::default()),
        }
    }

    /// None if it is not there, or `null`.
    fn maybe<T>(
        &self,
        name: &'static str,
        expected: &'static str,
        read: impl FnOnce(&JsValue) -> Option<T>,
    ) -> Result<Option<T>, Malformed> {
        let member = self.member(name);
        if member.is_undefined() || member.is_null() {
            return Ok(None);
        }
        let read = read(&member).ok_or(Malformed::Type(name, expected))?;
        Ok(Some(read))
    }
}

/// A text that stands for itself. (Glue that takes texts by themselves traps on a number.)
pub(super) fn text(value: &JsValue) -> Result<String, Thrown> {
    let text = value.as_string();
    text.ok_or_else(|| Thrown::argument("A text is expected."))
}

/// The same where there may be none.
pub(super) fn maybe_text(value: &JsValue) -> Result<Option<String>, Thrown> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    text(value).map(Some)
}

/// A secret: text in base32, or its bytes.
pub(super) fn secret(value: &JsValue) -> Result<Secret, Thrown> {
    if let Some(text) = value.as_string() {
        return Secret::parse(&Zeroizing::new(text)).map_err(Thrown::of);
    }
    let bytes = value.dyn_ref::<Uint8Array>().ok_or_else(|| {
        Thrown::argument("A text in base32 or a Uint8Array is expected for `secret`.")
    })?;
    Secret::from_bytes(&Zeroizing::new(bytes.to_vec())).map_err(Thrown::of)
}

/// A moment: a `Date`, or seconds since 1970, or, if it is not said, now.
pub(super) fn moment(value: &JsValue) -> Result<UnixTime, Thrown> {
    let seconds = if Number::is_finite(value) {
        Some(value.unchecked_into_f64())
    } else if value.is_undefined() || value.is_null() {
        Some(Date::now() / 1000.0)
    } else {
        let date = value.dyn_ref::<Date>();
        date.map(|date| date.get_time() / 1000.0)
    };
    let seconds = seconds.and_then(|seconds| whole(seconds.floor()));
    match seconds.filter(|seconds| *seconds < TOO_LATE) {
        Some(seconds) => Ok(UnixTime::from_secs(seconds)),
        None => Err(Thrown::argument(
            "A time is a Date, or seconds (not milliseconds) since 1970.",
        )),
    }
}
