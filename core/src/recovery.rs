//! Recovery codes: on paper, for the day the phone is gone.
//!
//! ```text
//!  random bytes ──▶ RecoveryCode ──▶ shown once, as 5-5
//!  typed text ────▶ RecoveryCode
//!                        │ Stretching::new(code, salt, rounds)
//!                        ▼
//!                   Stretching ──PBKDF2, outside──▶ Stretched ──digest(user key)──▶ Digest
//!                                                                                     │
//!                           Set::redeem ◀─────────────────────────────────────────────┘
//!                           Accepted | Used | Wrong
//! ```
//!
//! A code has 50 bits, so a thief of the store could try them all. Three things stand in the way:
//! a salt for the set; PBKDF2-HMAC-SHA256 with as many rounds as the edge can afford, which it does
//! with its own WebCrypto; and a key of the user, which the vault seals with a key that is not in
//! the store. Only the [`Digest`] is kept. The types allow no other order: a [`Digest`] to redeem
//! comes from [`Stretched`], and that from a [`Stretching`].
//!
//! Codes are Crockford's base32: no I, L, O or U, and whoever types an O means a zero.
//!
//! ```
//! use threegate_core::recovery::{
//!     Digest, RecoveryCode, Rounds, Salt, Set, Stretched, Stretching, UserKey, Verdict,
//! };
//! # fn pbkdf2(_: &Stretching) -> [u8; 32] { [7; 32] }
//!
//! let (salt, rounds) = (Salt::from_bytes([1; 16]), Rounds::new(10_000)?);
//! let key = UserKey::from_bytes([2; 32]);
//! let digest = |code: &RecoveryCode| -> Digest {
//!     let stretching = Stretching::new(code, &salt, rounds);
//!     let bytes = pbkdf2(&stretching); // by WebCrypto
//!     stretching.done(bytes).digest(&key)
//! };
//!
//! let code = RecoveryCode::parse("olivr-abcde")?; // the browser's user, sloppily
//! assert_eq!(*code.to_text(), "011VR-ABCDE");
//!
//! let mut set = Set::new(salt.clone(), rounds, [digest(&code)])?;
//! assert_eq!(set.redeem(&digest(&code)), Verdict::Accepted { index: 0, remaining: 0 });
//! assert_eq!(set.redeem(&digest(&code)), Verdict::Used);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

mod code;
mod set;
mod stretch;

pub use code::{CODE_RANDOM, CodeError, RecoveryCode};
pub use set::{COUNT, LOW, Set, SetError, Stored, Verdict};
pub use stretch::{Digest, Rounds, RoundsError, Salt, Stretched, Stretching, UserKey};
