//! Random values of core's own types.

use threegate_core::UnixTime;
use threegate_core::otp::{Algorithm, Digits, Issuer, Label, Period, Secret};

use crate::comparison::Difference;
use crate::random::Random;

pub(crate) fn secret(random: &mut Random) -> Result<Secret, Difference> {
    Ok(Secret::from_bytes(&random.bytes(16..=64))?)
}

pub(crate) fn algorithm(random: &mut Random) -> Algorithm {
    random.pick(Algorithm::ALL)
}

pub(crate) fn digits(random: &mut Random) -> Digits {
    random.pick(Digits::ALL)
}

pub(crate) fn period(random: &mut Random) -> Result<Period, Difference> {
    if random.is_one_in(3) {
        return Ok(Period::default());
    }
    let seconds = random.within(1..=u64::from(Period::MAX));
    Ok(Period::from_secs(u16::try_from(seconds)?)?)
}

/// A moment up to `latest`: of today, near the epoch, near the end, or any.
pub(crate) fn time(random: &mut Random, latest: u64) -> UnixTime {
    let moment = match random.evenly(0..=4) {
        0 => random.within(0..=7200),
        1 => latest - random.within(0..=7200),
        2 => u64::from(u32::MAX) - 3600 + random.within(0..=7200),
        3 => random.within(0..=latest),
        _ => 1_700_000_000 + random.within(0..=1_000_000_000),
    };
    UnixTime::from_secs(moment.min(latest))
}

/// A name of what an app can show, of any script.
pub(crate) fn label(random: &mut Random) -> Result<Label, Difference> {
    let mut text = random.text(1..=64);
    text.retain(|c| Label::parse(&format!("a{c}a")).is_ok());
    Ok(Label::parse(&text).or_else(|_| Label::parse("alice"))?)
}

pub(crate) fn issuer(random: &mut Random) -> Result<Issuer, Difference> {
    let mut text = random.text(1..=64);
    text.retain(|c| Issuer::parse(&format!("a{c}a")).is_ok());
    Ok(Issuer::parse(&text).or_else(|_| Issuer::parse("Our Forum"))?)
}
