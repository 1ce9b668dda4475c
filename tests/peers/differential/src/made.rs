//! Random values of core's own types.

use threegate_core::UnixTime;
use threegate_core::otp::{
    Algorithm, Counter, Digits, Hotp, Issuer, Kind, Label, Period, Secret, Totp,
};

use crate::comparison::Difference;
use crate::random::Random;

/// An authenticator: how it makes codes, and of what.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) totp: Totp,
    /// In hexadecimal digits, for a report: `Secret` shows nothing.
    #[expect(dead_code, reason = "read by `Debug`")]
    hex: String,
    pub(crate) secret: Secret,
}

impl App {
    pub(crate) fn any(random: &mut Random) -> Result<Self, Difference> {
        let secret = Secret::from_bytes(&random.bytes(16..=64))?;
        let totp = Totp {
            algorithm: random.pick(Algorithm::ALL),
            digits: random.pick(Digits::ALL),
            period: period(random)?,
        };
        let usual = random.is_one_in(4);
        Ok(Self {
            totp: if usual { Totp::default() } else { totp },
            hex: data_encoding::HEXLOWER.encode(secret.as_bytes()),
            secret,
        })
    }

    pub(crate) const fn hotp(&self) -> Hotp {
        Hotp {
            algorithm: self.totp.algorithm,
            digits: self.totp.digits,
        }
    }

    /// By its counter if there is one, else by the clock.
    pub(crate) fn kind(&self, next: Option<u64>) -> Kind {
        next.map_or(Kind::Totp(self.totp), |next| {
            Kind::Hotp(self.hotp(), Counter(next))
        })
    }

    pub(crate) fn show(&self, at: UnixTime) -> String {
        format!("{self:?} at {}", at.as_secs())
    }
}

fn period(random: &mut Random) -> Result<Period, Difference> {
    if random.is_one_in(3) {
        return Ok(Period::default());
    }
    let seconds = random.within(1..=u64::from(Period::MAX));
    Ok(Period::from_secs(u16::try_from(seconds)?)?)
}

/// Any digits.
pub(crate) fn code(random: &mut Random, digits: Digits) -> String {
    (0..digits.count())
        .map(|_| char::from(random.evenly(b'0'..=b'9')))
        .collect()
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
