//! What widget, worker and site say to each other: JSON, version 1.
//!
//! A widget cached last year meets today's worker, so the wire only grows: members are added, never
//! renamed or given another meaning, and readers pass over what they do not know. The examples in
//! `tests/wire/v1` are read by both sides' tests.
//!
//! The worker writes these types by serde (feature `serde`). Both sides read by [`Fields`], since eight
//! derived readers cost a login page 24 KB, and the worker as much.
//!
//! Times are whole seconds since 1970 ([`UnixTime`](crate::UnixTime)).
//!
//! [`Operation`] is the list of all calls. Whatever parsed a body implements [`Fields`], and [`Request`]
//! reads it; here a form:
//!
//! ```
//! use threegate_core::form;
//! use threegate_core::wire::{Caller, Fields, Operation, Request, site::SiteverifyRequest};
//!
//! struct Form(Vec<(String, String)>);
//!
//! impl Fields for Form {
//!     fn has(&self, name: &str) -> bool {
//!         self.text(name).is_some()
//!     }
//!     fn text(&self, name: &str) -> Option<String> {
//!         self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
//!     }
//!     fn integer(&self, _: &str) -> Option<u64> { None }
//!     fn flag(&self, _: &str) -> Option<bool> { None }
//!     fn object(&self, _: &str) -> Option<Self> { None }
//!     fn texts(&self, _: &str) -> Option<Vec<String>> { None }
//!     fn objects(&self, _: &str) -> Option<Vec<Self>> { None }
//! }
//!
//! let (operation, _) = Operation::find("POST", "/v1/siteverify").unwrap();
//! assert_eq!(operation.caller(), Caller::Site);
//!
//! let pairs: Result<_, _> = form::pairs("response=a-pass&user=42&ticket_id=its-ticket")
//!     .map(|pair| pair.map(|(name, value)| (name.into_owned(), value.into_owned())))
//!     .collect();
//! let request = SiteverifyRequest::read(&Form(pairs.unwrap())).unwrap();
//! assert_eq!(request.user.as_deref(), Some("42"));
//! ```

pub mod client;
pub mod export;
#[cfg(feature = "schema")]
pub mod openapi;
mod operation;
mod problem;
mod request;
pub mod site;
pub mod status;

#[cfg(feature = "schema")]
mod schema;
#[cfg(feature = "serde")]
mod words;

pub use operation::{Caller, Operation};
pub use problem::{Fault, Problem};
pub use request::{Malformed, Request, known};

use alloc::string::String;
use alloc::vec::Vec;

/// An object of JSON, as far as the wire needs one. Whatever parsed it implements this.
///
/// A member that is missing and one of another type are the same to a reader: `None`.
pub trait Fields: Sized {
    /// Whether there is such a member, and it is not `null`.
    fn has(&self, name: &str) -> bool;
    /// A string.
    fn text(&self, name: &str) -> Option<String>;
    /// A whole number, zero or more.
    fn integer(&self, name: &str) -> Option<u64>;
    /// A boolean.
    fn flag(&self, name: &str) -> Option<bool>;
    /// An object.
    fn object(&self, name: &str) -> Option<Self>;
    /// An array of strings.
    fn texts(&self, name: &str) -> Option<Vec<String>>;
    /// An array of objects.
    fn objects(&self, name: &str) -> Option<Vec<Self>>;
}

#[cfg(test)]
mod tests;
