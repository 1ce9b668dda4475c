//! Second factors for forums: the rules, without clock, network, storage or randomness.
//!
//! Everything that threegate decides is decided here, once, and compiled three times: natively for
//! tests, to the browser widget, and to the edge worker. Time and random bytes are arguments; what
//! must then happen in the world is returned as a value.
//!
//! A newcomer begins with the [`manual`]: how to use the crate in a program of one's own, which numbers
//! hold, and which threats are answered by what. Each module opens with what it is for and an example.
//!
//! | room | what it knows |
//! | --- | --- |
//! | [`otp`] | authenticator codes: HOTP, TOTP, their secrets and enrolment links |
//! | [`recovery`] | codes on paper for the day the phone is gone |
//! | `qr` | symbols for a phone's camera (feature `qr-write`) |
//! | [`challenge`] | one attempt to prove one factor, as a transition function |
//! | [`event`] | what the site is told, and how that is signed |
//! | [`check`] | a code that was typed somewhere else |
//! | [`policy`] | what a deployment's admin decides |
//! | [`ticket`] | what one browser may do for one user, and what it has earned |
//! | [`throttle`] | how fast anybody may guess |
//! | [`token`] | tickets and passes on the wire: made, checked, never stored |
//! | [`vault`] | secrets at rest |
//! | [`threema`] | Threema IDs, keys, messages, and what the Gateway is asked |
//! | [`replay`] | messages that are old, or were here before |
//! | [`form`] | bodies that are forms |
//! | [`idempotency`] | requests that may come twice |
//! | [`export`], [`test_secret`] | what leaves a deployment; how a site tries its own code |
//! | [`key`], [`user`], [`origin`] | a deployment's keys, who it is about, where a page comes from |
//! | [`words`] | what is written to people |
//! | [`wire`] | what widget, worker and site say to each other |
//!
//! Features: `std`, `serde` (derives on [`wire`]), `qr-write` (the room `qr`; needs `std`).
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(not(test), deny(clippy::arithmetic_side_effects, clippy::string_slice))]

extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

pub mod challenge;
pub mod check;
pub mod device;
pub mod event;
pub mod export;
pub mod form;
pub mod idempotency;
pub mod key;
pub mod manual;
pub mod origin;
pub mod otp;
pub mod policy;
#[cfg(feature = "qr-write")]
pub mod qr;
pub mod recovery;
pub mod replay;
pub mod test_secret;
pub mod threema;
pub mod throttle;
pub mod ticket;
pub mod token;
pub mod user;
pub mod vault;
pub mod wire;
pub mod words;

mod error;
mod method;
mod protobuf;
mod time;

pub use error::Error;
pub use method::{Method, Purpose};
pub use time::UnixTime;
