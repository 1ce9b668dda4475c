//! Places on earth, as lines of text.
//!
//! ```text
//! latitude,longitude[,accuracy]
//! name                            only if there is an address, too
//! address                         its line breaks are written as \n
//! ```
//!
//! One line after the coordinates is an address, and two are a name and an address. Nothing escapes a
//! backslash, so an address that has `\n` in it by itself comes out with a line break there, as it does
//! in the apps.
//!
//! Source: the location message of Threema's chat protocol. The Gateway's Rust library joins an address's
//! lines by commas when it writes, and leaves `\n` as it stands when it reads.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

/// A place on earth. Where somebody is is personal data: opaque in `Debug`.
#[derive(Clone, PartialEq)]
pub struct Location {
    latitude: f64,
    longitude: f64,
    accuracy: Option<f64>,
    name: Option<String>,
    address: Option<String>,
}

impl Location {
    /// A place by its coordinates in degrees (WGS 84). None if there is no such place: latitudes are -90
    /// to 90, longitudes -180 to 180.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let on_earth = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        on_earth.then_some(Self {
            latitude,
            longitude,
            accuracy: None,
            name: None,
            address: None,
        })
    }

    /// The same place, known to so many metres; for where somebody is, not for a place on a map. None for
    /// a negative number or no number.
    #[must_use]
    pub fn with_accuracy(self, metres: f64) -> Option<Self> {
        let accuracy = is_accuracy(metres).then_some(metres)?;
        Some(Self {
            accuracy: Some(accuracy),
            ..self
        })
    }

    /// The same place with its address, and perhaps what it is called. None if either is empty, or if the
    /// name has a line break.
    #[must_use]
    pub fn with_address(self, name: Option<&str>, address: &str) -> Option<Self> {
        let one_line = |name: &str| !name.is_empty() && !name.contains('\n');
        if address.is_empty() || !name.is_none_or(one_line) {
            return None;
        }
        Some(Self {
            name: name.map(String::from),
            address: Some(address.into()),
            ..self
        })
    }

    /// Degrees north.
    #[must_use]
    pub const fn latitude(&self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    #[must_use]
    pub const fn longitude(&self) -> f64 {
        self.longitude
    }

    /// How near, in metres.
    #[must_use]
    pub const fn accuracy(&self) -> Option<f64> {
        self.accuracy
    }

    /// What the place is called, such as a shop's name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Its address, perhaps of several lines.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        self.address.as_deref()
    }

    pub(super) fn read(data: &[u8]) -> Option<Self> {
        let text = core::str::from_utf8(data).ok()?;
        let mut lines = text.split('\n');
        let mut numbers = lines.next()?.split(',').map(number);
        let mut location = Self::new(numbers.next()??, numbers.next()??)?;
        if let Some(accuracy) = numbers.next() {
            // A phone that does not know it says a negative one.
            location.accuracy = Some(accuracy?).filter(|metres| is_accuracy(*metres));
        }
        let (name, address) = match (lines.next(), lines.next()) {
            (Some(name), Some(address)) => (name, address),
            (address, _) => ("", address.unwrap_or_default()),
        };
        if numbers.next().is_some() || lines.next().is_some() {
            return None;
        }
        let filled = |text: &str| (!text.is_empty()).then(|| text.to_string());
        location.name = filled(name);
        location.address = filled(&address.replace("\\n", "\n"));
        Some(location)
    }

    pub(super) fn write(&self) -> Zeroizing<Vec<u8>> {
        let mut text = format!("{},{}", self.latitude, self.longitude);
        if let Some(accuracy) = self.accuracy {
            text.push_str(&format!(",{accuracy}"));
        }
        if let Some(name) = &self.name {
            text.push('\n');
            text.push_str(name);
        }
        if let Some(address) = &self.address {
            text.push('\n');
            text.push_str(&address.replace('\n', "\\n"));
        }
        Zeroizing::new(text.into_bytes())
    }
}

/// A decimal number, blanks around it dropped; not the words for none and for infinity that Rust reads.
fn number(text: &str) -> Option<f64> {
    let text = text.trim_matches(' ');
    let decimal = |byte: u8| byte.is_ascii_digit() || b"+-.eE".contains(&byte);
    text.parse().ok().filter(|_| text.bytes().all(decimal))
}

fn is_accuracy(metres: f64) -> bool {
    metres.is_finite() && metres >= 0.0
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Location(..)")
    }
}

#[cfg(test)]
mod tests;
