//! Numbers to nine decimal places. Reading them links a hundredth of what reading any `f64` does.
use alloc::format;
use core::fmt;

const PLACES: u8 = 9;
/// One, in billionths.
const UNIT: u64 = 1_000_000_000;

/// A number in billionths, up to nine thousand million of ones.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Billionths(i64);

impl Billionths {
    /// Reads what the apps write, such as `-0.5`, `+1` and `1.0E-5`, and rounds half away from zero. None if
    /// it is no number, or too large.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
            None => (text, 0_i32),
        };
        let unsigned = mantissa.strip_prefix(['+', '-']).unwrap_or(mantissa);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let whole_places = i32::try_from(whole.len()).ok()?;
        // How many of the digits are billionths and more; the next one rounds.
        let mut left = whole_places
            .saturating_add(exponent)
            .saturating_add(PLACES.into());
        let mut billionths = 0_i64;
        for digit in whole.chars().chain(fraction.chars()) {
            let digit = i64::from(digit.to_digit(10)?);
            if left > 0 {
                billionths = billionths.checked_mul(10)?.checked_add(digit)?;
            } else if left == 0 && digit >= 5 {
                billionths = billionths.checked_add(1)?;
            }
            left = left.saturating_sub(1);
        }
        while left > 0 && billionths > 0 {
            billionths = billionths.checked_mul(10)?;
            left = left.saturating_sub(1);
        }
        Some(Self(match mantissa.starts_with('-') {
            true => billionths.checked_neg()?,
            false => billionths,
        }))
    }

    /// The nearest to a number; none for what is no number, or too large.
    pub(super) fn near(number: f64) -> Option<Self> {
        let billionths = number * 1e9;
        #[expect(clippy::as_conversions, reason = "it is in the range")]
        let rounded = |billionths: f64| Self((billionths + 0.5_f64.copysign(billionths)) as i64);
        (billionths.abs() < 9e18).then(|| rounded(billionths))
    }

    pub(super) const fn is_negative(self) -> bool {
        self.0.is_negative()
    }

    /// Whether it is no more than so many, and no less than so many below zero.
    pub(super) fn is_within(self, most: u32) -> bool {
        self.0.unsigned_abs() <= u64::from(most).saturating_mul(UNIT)
    }

    /// The nearest floating-point number, which is what its text reads as.
    #[expect(
        clippy::as_conversions,
        reason = "exact up to nine million, which is more than the degrees and metres on earth"
    )]
    pub(super) const fn to_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

impl fmt::Display for Billionths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let billionths = self.0.unsigned_abs();
        let (whole, fraction) = (billionths / UNIT, billionths % UNIT);
        let sign = if self.is_negative() { "-" } else { "" };
        let text = format!("{sign}{whole}.{fraction:09}");
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests;
