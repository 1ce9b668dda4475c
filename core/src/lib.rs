//! Second factors for forums: the rules, without clock, network, storage or randomness.
//!
//! Codes of authenticator apps and of paper, Threema as a second factor, and what makes of them a login
//! that holds under attack: throttle, challenges, tickets, passes. Time and random bytes are arguments; what
//! must then happen in the world is returned as a value. So everything that threegate decides is decided
//! here, once, and compiled three times: natively for tests, to the browser widget, and to the edge worker.
//!
//! ```
//! use threegate_core::UnixTime;
//! use threegate_core::otp::{Secret, Totp, Verdict, Window};
//!
//! let totp = Totp::default(); // SHA1, 6 digits, 30 s
//! let secret = Secret::parse("gezd gnbv gy3t qojq gezd gnbv gy3t qojq")?; // as people type it
//! let now = UnixTime::from_secs(59);
//!
//! let typed = totp.parse("287 082")?;
//! let Verdict::Accepted { step, .. } = totp.check(&secret, &typed, now, Window::ONE, None) else {
//!     panic!("a good code was refused");
//! };
//! // The step is stored with the member and goes into the next check: no code works twice.
//! assert_eq!(totp.check(&secret, &typed, now, Window::ONE, Some(step)), Verdict::Used);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Where to begin
//!
//! - To check codes in a program of your own: [`manual::codes`].
//! - To take Threema messages, and prove somebody by them: [`manual::messages`].
//! - To know what is answered and what is left to you: the table in [`manual::threats`].
//! - To know why a number is what it is: [`manual::defaults`].
//!
//! # The rooms
//!
//! Each opens with what it is for and an example that runs.
//!
//! | room | what it knows |
//! | --- | --- |
//! | **Factors** | |
//! | [`otp`] | authenticator codes: HOTP, TOTP, their secrets, enrolment links and exports |
//! | [`recovery`] | codes on paper for the day the phone is gone |
//! | `qr` | symbols for a phone's camera (feature `qr-write`) |
//! | [`threema`] | Threema IDs, keys, messages, and what the Gateway is asked |
//! | [`replay`] | messages that are old, or were here before |
//! | **A login** | |
//! | [`challenge`] | one attempt to prove one factor, as a transition function |
//! | [`throttle`] | how fast anybody may guess |
//! | [`ticket`] | what one browser may do for one user, and what it has earned |
//! | [`check`] | a code that was typed somewhere else |
//! | [`device`] | a browser that is remembered |
//! | [`policy`] | what a deployment's admin decides |
//! | [`event`] | what the site is told, and how that is signed |
//! | [`words`] | what is written to people |
//! | **Storage and keys** | |
//! | [`vault`] | secrets at rest |
//! | [`token`] | tickets and passes on the wire: made, checked, never stored |
//! | [`key`], [`user`], [`origin`] | a deployment's keys, who it is about, where a page comes from |
//! | [`export`] | what leaves a deployment |
//! | **The wire** | |
//! | [`wire`] | what widget, worker and site say to each other |
//! | [`form`], [`idempotency`] | bodies that are forms, requests that may come twice |
//! | [`test_secret`] | how a site tries its own code |
//!
//! # Features
//!
//! None is on by default, and none changes what is there without it. Without any, the crate is `no_std` with
//! `alloc`.
//!
//! | feature | adds |
//! | --- | --- |
//! | `qr-write` | the room `qr`; turns `std` on, which the crate `qrcode` needs |
//! | `serde` | `Serialize` for the types of [`wire`]; what is JSON at the Gateway: its bulk calls, a file's details |
//! | `schema` | the wire's description as OpenAPI, for tools and tests; turns `std` and `serde` on |
//! | `std` | a [`UnixTime`] from the system's clock, as `SystemTime` |
//!
//! # Promises
//!
//! No `unsafe`, and no input makes it panic. Secrets are zeroized on drop, opaque in `Debug`, and compared in
//! constant time. Every [`Error`] has a stable [code](Error::code).
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

mod decimal;
mod error;
mod method;
mod protobuf;
mod time;
#[cfg(test)]
mod vectors;

pub use error::Error;
pub use method::{Method, Purpose};
pub use time::UnixTime;
