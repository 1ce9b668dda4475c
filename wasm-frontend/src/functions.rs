//! The core as functions for JavaScript: no element, no page, no request.
//!
//! ```text
//! values of JavaScript ──Given──▶ types of the core ──▶ what the core says ──▶ values, or Thrown
//! ```
//!
//! Here is no rule: each function reads what it was given, asks the core, and gives back what it says. What
//! is declared to those who call is in `www/functions/index.d.ts`; that the two agree is tested with `tsc`.
//! Time is an argument that defaults to the clock, random bytes are the platform's.
//!
//! A module of its own, since a site that checks codes on its server needs no element, and an element that
//! stands alone needs these only then. It runs wherever there are WebAssembly and `crypto`: in browsers,
//! Node, Deno and Workers.

pub mod alone;
pub mod authenticator;
mod given;
pub mod keys;
mod made;
pub mod otp;
pub mod recovery;
pub mod symbol;
pub mod threema;
mod thrown;
