//! Codes from an authenticator: TOTP (RFC 6238) and HOTP (RFC 4226).
//!
//! ```text
//!                     Secret ─┬─▶ Totp::code, Hotp::code ──▶ Code        the app's side
//!                             │
//!  typed text ──parse──▶ Code ┼─▶ Totp::check(now, window, last) ─▶ Accepted | Used | Wrong
//!                             └─▶ Hotp::check(next, look-ahead)  ─▶ Accepted | Wrong
//!
//!  Secret, Issuer, Label ─────▶ KeyUri ──▶ QR symbol, or a link on the same phone
//!  a link of another system ──▶ KeyUri::read ──▶ Foreign
//!  a phone's whole export ────▶ migration::Import ──▶ Foreign, Foreign, …
//! ```
//!
//! A code works once. Nothing here checks a code without being told what was accepted last (for
//! HOTP: which counter comes next), and an accepted code comes with what to store, in the
//! transaction that lets the user in. A check does the same work whatever the code is: all steps
//! of the window, the used ones too, are computed and compared in constant time.
//!
//! ```
//! use threegate_core::UnixTime;
//! use threegate_core::otp::{Code, Digits, Secret, Totp, Verdict, Window};
//!
//! let totp = Totp::default(); // SHA1, 6 digits, 30 s
//! let secret = Secret::from_bytes(b"12345678901234567890")?; // 20 random bytes, really
//! let now = UnixTime::from_secs(59);
//!
//! let typed = Code::parse("287 082", Digits::Six)?;
//! let Verdict::Accepted { step, drift } = totp.check(&secret, &typed, now, Window::ONE, None) else {
//!     panic!("a good code was refused");
//! };
//! assert_eq!(drift, 0);
//!
//! let again = totp.check(&secret, &typed, now, Window::ONE, Some(step));
//! assert_eq!(again, Verdict::Used);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Choosing
//!
//! | what | default | why |
//! | --- | --- | --- |
//! | [`Algorithm`] | SHA1 | many apps know no other, and say nothing; HMAC does not need more |
//! | [`Digits`] | 6 | apps that cannot show more show six of them |
//! | [`Period`] | 30 s | likewise; an export to another app knows no other |
//! | [`Window`] | one step either way | RFC 6238, section 5.2; each step more is one more code to hit |
//! | [`LookAhead`] | 10 | RFC 4226, section 7.4; a token further ahead needs [`Hotp::resync`] |
//! | [`Secret`] | 20 bytes | RFC 4226, R6: 16 at least, 20 recommended |
//!
//! # What a caller must do
//!
//! Store the step or the counter that comes with an acceptance, in the transaction that lets the user in; take
//! 20 fresh random bytes for each secret; slow down whoever guesses ([`throttle`](crate::throttle)); keep
//! secrets sealed ([`vault`](crate::vault)), and links nowhere.
//!
//! Sources: RFC 4226, RFC 6238, the Key URI Format. Vectors: `tests/vectors/rfc4226`, `rfc6238`, `otpauth`,
//! `migration`.

mod code;
mod generator;
mod hotp;
mod keyed;
mod kind;
mod label;
pub mod migration;
mod parameters;
mod secret;
mod totp;
pub(crate) mod typed;
mod uri;

pub use code::{Code, CodeError};
pub use generator::Generator;
pub use hotp::{Counter, CounterVerdict, Hotp, LookAhead, ResyncWindow};
pub use kind::Kind;
pub use label::{Issuer, Label, LabelError};
pub(crate) use label::{is_bidi, is_control, is_hidden, is_link};
pub use parameters::{Algorithm, Digits, ParameterError};
pub use secret::{Secret, SecretError};
pub use totp::{Period, PreparedTotp, Step, Totp, Verdict, Window};
pub use uri::{Foreign, KeyUri, UriError};

#[cfg(test)]
mod tests;
