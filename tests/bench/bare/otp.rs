//! Codes whole: made, checked, found again; links written and read, symbols written. Its size is measured.
#![expect(unsafe_code, reason = "only to give an export its name")]

use threegate_core::UnixTime;
use threegate_core::otp::{
    Algorithm, Code, Counter, CounterVerdict, Digits, Hotp, Issuer, KeyUri, Label, LookAhead,
    Period, ResyncWindow, Secret, Step, Totp, Verdict, Window,
};
use threegate_core::qr::Symbol;

mod border;

type Lines<'a> = core::str::Split<'a, char>;

/// Reads a secret in base32. Answers its code at that time.
#[unsafe(no_mangle)]
pub extern "C" fn totp(len: usize, algorithm: u8, digits: u8, period: u16, now: u64) -> i32 {
    answer(len, |lines| {
        let totp = clock(algorithm, digits, period)?;
        let code = totp.code(&secret(lines)?, totp.step(UnixTime::from_secs(now)));
        Some(code.to_digits().as_bytes().into())
    })
}

/// Reads a secret and a typed code. Answers the accepted step and the drift.
#[unsafe(no_mangle)]
pub extern "C" fn check(
    len: usize,
    algorithm: u8,
    digits: u8,
    period: u16,
    now: u64,
    last: u64,
) -> i32 {
    answer(len, |lines| {
        let totp = clock(algorithm, digits, period)?;
        let (secret, code) = (secret(lines)?, totp.parse(lines.next()?).ok()?);
        let now = UnixTime::from_secs(now);
        match totp.check(&secret, &code, now, Window::ONE, Some(Step(last))) {
            Verdict::Accepted { step, drift } => {
                let said = [step.0.to_be_bytes(), drift.to_be_bytes()];
                Some(said.as_flattened().into())
            }
            _ => None,
        }
    })
}

/// Reads a secret and a typed code, or two in a row. Answers the counter after them.
#[unsafe(no_mangle)]
pub extern "C" fn hotp(len: usize, algorithm: u8, digits: u8, next: u64) -> i32 {
    answer(len, |lines| {
        let hotp = counter(algorithm, digits)?;
        let (secret, next) = (secret(lines)?, Counter(next));
        let first = Code::parse(lines.next()?, hotp.digits).ok()?;
        let verdict = match lines.next() {
            None => hotp.check(&secret, &first, next, LookAhead::default()),
            Some(second) => {
                let second = Code::parse(second, hotp.digits).ok()?;
                hotp.resync(&secret, [&first, &second], next, ResyncWindow::default())
            }
        };
        match verdict {
            CounterVerdict::Accepted { next, .. } => Some(next.0.to_be_bytes().into()),
            CounterVerdict::Wrong => None,
        }
    })
}

/// Reads a secret, an issuer and an account. Answers the link.
#[unsafe(no_mangle)]
pub extern "C" fn uri(len: usize, algorithm: u8, digits: u8, period: u16) -> i32 {
    answer(len, |lines| {
        let uri = written(lines, clock(algorithm, digits, period)?)?;
        Some(uri.as_str().into())
    })
}

/// Reads the same. Answers the symbol.
#[unsafe(no_mangle)]
pub extern "C" fn svg(len: usize, algorithm: u8, digits: u8, period: u16) -> i32 {
    answer(len, |lines| {
        let uri = written(lines, clock(algorithm, digits, period)?)?;
        Some(Symbol::new(&uri).ok()?.to_svg("Key").as_bytes().into())
    })
}

/// Reads a link, whoever wrote it. Answers its secret in groups, issuer and account.
#[unsafe(no_mangle)]
pub extern "C" fn read_uri(len: usize) -> i32 {
    answer(len, |lines| {
        let read = KeyUri::read(lines.next()?).ok()?;
        let issuer = read.issuer.as_ref().map_or("", Issuer::as_str);
        let account = read.account.as_ref().map_or("", Label::as_str);
        let mut said = String::new();
        said.extend([&**read.secret.to_groups(), "\n", issuer, "\n", account]);
        Some(said.into())
    })
}

fn answer(len: usize, work: impl FnOnce(&mut Lines<'_>) -> Option<Vec<u8>>) -> i32 {
    let given = border::given(len);
    let text = core::str::from_utf8(&given).unwrap_or_default();
    work(&mut text.split('\n')).map_or(border::FAILED, |answer| border::give(&answer))
}

fn secret(lines: &mut Lines<'_>) -> Option<Secret> {
    Secret::parse(lines.next()?).ok()
}

fn written(lines: &mut Lines<'_>, totp: Totp) -> Option<KeyUri> {
    let secret = secret(lines)?;
    let issuer = Issuer::parse(lines.next()?).ok()?;
    let account = Label::parse(lines.next()?).ok()?;
    Some(KeyUri::totp(&totp, &secret, &issuer, &account))
}

fn clock(algorithm: u8, digits: u8, period: u16) -> Option<Totp> {
    let Hotp { algorithm, digits } = counter(algorithm, digits)?;
    let period = Period::from_secs(period).ok()?;
    Some(Totp {
        algorithm,
        digits,
        period,
    })
}

fn counter(algorithm: u8, digits: u8) -> Option<Hotp> {
    let algorithm = *Algorithm::ALL.get(usize::from(algorithm))?;
    let digits = Digits::new(digits).ok()?;
    Some(Hotp { algorithm, digits })
}
