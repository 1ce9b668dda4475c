//! Places on earth, as lines of text.
//!
//! ```text
//! latitude,longitude[,accuracy]
//! name                            only if there is an address, too
//! address                         its line breaks are written as \n
//! ```
//!
//! Numbers are kept to nine decimal places, which of a degree is a tenth of a millimetre.
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

mod billionths;

use billionths::Billionths;

/// A place on earth. Where somebody is is personal data: opaque in `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Location {
    latitude: Billionths,
    longitude: Billionths,
    accuracy: Option<Billionths>,
    name: Option<String>,
    address: Option<String>,
}

impl Location {
    /// A place by its coordinates in degrees (WGS 84). None if there is no such place: latitudes are -90
    /// to 90, longitudes -180 to 180.
    #[must_use]
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        Self::at(Billionths::near(latitude)?, Billionths::near(longitude)?)
    }

    fn at(latitude: Billionths, longitude: Billionths) -> Option<Self> {
        (latitude.is_within(90) && longitude.is_within(180)).then_some(Self {
            latitude,
            longitude,
            accuracy: None,
            name: None,
            address: None,
        })
    }

    /// The same place, known to so many metres; for where somebody is, not for a place on a map. None for
    /// a negative number, no number, or one far larger than the earth.
    #[must_use]
    pub fn with_accuracy(self, metres: f64) -> Option<Self> {
        let accuracy = Billionths::near(metres).filter(|metres| !metres.is_negative())?;
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
    pub fn latitude(&self) -> f64 {
        self.latitude.to_f64()
    }

    /// Degrees east.
    #[must_use]
    pub fn longitude(&self) -> f64 {
        self.longitude.to_f64()
    }

    /// How near, in metres.
    #[must_use]
    pub fn accuracy(&self) -> Option<f64> {
        self.accuracy.map(Billionths::to_f64)
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
        let numbers = lines.next()?.split(',');
        let mut numbers = numbers.map(|number| Billionths::parse(number.trim_matches(' ')));
        let mut location = Self::at(numbers.next()??, numbers.next()??)?;
        if let Some(accuracy) = numbers.next() {
            // A phone that does not know it says a negative one.
            location.accuracy = Some(accuracy?).filter(|metres| !metres.is_negative());
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

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Location(..)")
    }
}

#[cfg(test)]
mod tests;
