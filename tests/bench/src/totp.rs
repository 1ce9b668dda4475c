//! A code that fits no step of the window. Both sides read the typed digits, and make the key ready for
//! each check from the secret that they keep.
use std::hint::black_box;

use threegate_core::UnixTime;
use threegate_core::otp::{Secret, Step, Totp, Verdict, Window};

use crate::{Failed, Figure};

const SECRET: &[u8; 20] = b"12345678901234567890";
const NOW: u64 = 1_234_567_890;
const WRONG: &str = "000000";

/// Six digits by SHA-1, the present step and one either way.
pub(crate) fn check() -> Result<Figure, Failed> {
    let (totp, secret) = (Totp::default(), Secret::from_bytes(SECRET)?);
    let ours = move |typed: &str, now| {
        let code = totp.parse(typed).ok()?;
        let now = UnixTime::from_secs(now);
        match totp.check(&secret, &code, now, Window::ONE, None) {
            Verdict::Accepted {
                step: Step(step), ..
            } => Some(step),
            _ => None,
        }
    };
    let other = totp_rs::Builder::new()
        .with_secret(SECRET.as_slice())
        .build()?;
    let peer = move |typed: &str, now| other.check(typed, now);

    let right = totp.code(&Secret::from_bytes(SECRET)?, Step(NOW / 30 + 1));
    let right = right.to_digits();
    let agreed = [&*right, WRONG].map(|typed| (ours(typed, NOW), peer(typed, NOW)));
    if agreed != [(Some(NOW / 30 + 1), Some(NOW / 30 + 1)), (None, None)] {
        return Err("totp-rs and we do not agree on a code".into());
    }
    Ok(Figure {
        name: "totp-check",
        ours: Box::new(move || {
            black_box(ours(black_box(WRONG), black_box(NOW)));
        }),
        peer: Box::new(move || {
            black_box(peer(black_box(WRONG), black_box(NOW)));
        }),
    })
}
