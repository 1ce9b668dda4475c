//! Codes from an authenticator: TOTP (RFC 6238) and HOTP (RFC 4226).
//!
//! ```text
//!                     Secret ─┬─▶ Totp::code, Hotp::code ──▶ Code        the app's side
//!                             │
//!  typed text ──parse──▶ Code ┼─▶ Totp::check(now, window, last) ─▶ Accepted | Used | Wrong
//!                             └─▶ Hotp::check(next, look-ahead)  ─▶ Accepted | Wrong
//!
//!  Secret, Issuer, Label ─────▶ KeyUri ──▶ QR symbol, or a link on the same phone
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

mod code;
mod generator;
mod hotp;
mod keyed;
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
pub use label::{Issuer, Label, LabelError};
pub(crate) use label::{is_bidi, is_control, is_hidden, is_link};
pub use parameters::{Algorithm, Digits, ParameterError};
pub use secret::{Secret, SecretError};
pub use totp::{Period, Step, Totp, Verdict, Window};
pub use uri::{Foreign, KeyUri, UriError};
