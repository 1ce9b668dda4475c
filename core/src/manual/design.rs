//! Design: how the crate is built, what it wants of a program, and what it promises.
//!
//! # It decides, you do
//!
//! Nothing here reads a clock, draws a random number, opens a socket or a file, or keeps anything between
//! two calls. What happens in the world goes in as an argument; what must happen in it comes out as a value:
//!
//! ```text
//!  clock, random bytes,  ──▶  a pure function  ──▶  new state, to store
//!  stored state, request      of this crate    ──▶  a verdict or effect, to carry out
//! ```
//!
//! The same code therefore judges in a server, in a browser and in a test, and a test passes in the year 2038
//! instead of waiting for it. It is `no_std` with `alloc`, and forbids `unsafe`.
//!
//! # What you bring
//!
//! - **Time**: whole seconds since 1970, as [`UnixTime`](crate::UnixTime).
//! - **Random bytes**, as arrays of the length that is needed, not as a generator's trait. They must be those
//!   of the operating system (`getrandom`, `/dev/urandom`, `crypto.getRandomValues`). Each array is for one
//!   call: bytes that were used once are used up.
//! - **A store with transactions.** What a verdict or an effect tells you to store belongs into the
//!   transaction that reads the old state and carries the effect out. What must be stored is
//!   `#[must_use]`, most of it as a type, and so behind a `?` too.
//!
//! ```
//! use std::time::{SystemTime, UNIX_EPOCH};
//! use threegate_core::UnixTime;
//!
//! // With the feature `std`: SystemTime::now().into()
//! let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
//! let now = UnixTime::from_secs(since.as_secs());
//! assert!(now > UnixTime::from_secs(1_700_000_000));
//! # Ok::<(), std::time::SystemTimeError>(())
//! ```
//!
//! # What the types see to
//!
//! Bytes become a type at the border, once, and everything behind it takes the type. A step that must not be
//! left out is a type that only this step makes:
//!
//! | from | by | to | so that nobody |
//! | --- | --- | --- | --- |
//! | body | [`Callback::parse`](crate::threema::callback::Callback::parse) | `Callback` | reads fields of another length |
//! | `Callback` | [`authenticate`](crate::threema::callback::Callback::authenticate) | [`Authentic`](crate::threema::callback::Authentic) | acts on what the Gateway did not send |
//! | text | [`token::check`](crate::token::check) | [`Genuine`](crate::token::Genuine) | asks an object for a forged token |
//! | [`Throttle`](crate::throttle::Throttle) | [`admit`](crate::throttle::Throttle::admit) | [`Attempt`](crate::throttle::Attempt) | evaluates a guess in a wait, or forgets to count it |
//! | typed code | [`Stretching`](crate::recovery::Stretching) | [`Digest`](crate::recovery::Digest) | compares recovery codes unstretched |
//!
//! Where a rule asks for something that is easy to forget, there is no function without it: no check of a
//! code without the last accepted step, no opening of a box without the pinned key.
//!
//! # Errors
//!
//! [`Error`](crate::Error) is the one enum for rules. Each variant has a stable
//! [`code`](crate::Error::code), which is what goes over a wire and into a log; nothing secret is in it.
//! Parsers have small enums of their own, where a person can mend what was typed. All are
//! `#[non_exhaustive]`.
//!
//! ```
//! use threegate_core::{Error, otp::Secret, otp::SecretError};
//!
//! let error = Secret::parse("JBSWY3DPEHPK3PXP8").unwrap_err();
//! assert!(matches!(error, SecretError::Character { .. })); // there is no 8 in base32
//! assert_eq!(Error::from(error).code(), "secret_malformed");
//! ```
//!
//! No input makes the crate panic: slices are taken by `get`, sums saturate or are checked, and lints keep
//! it so. What you index in your own program is yours.
//!
//! # Secrets
//!
//! Keys, codes, tokens and texts of people are zeroized when they are dropped, opaque in `Debug`, and compared
//! in constant time. None of it implements `Display`: to show one, say so (`as_str`, `to_text`). What you copy
//! out of such a type is no longer covered.
