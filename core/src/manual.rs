//! The manual: how this crate is meant to be used, and what it does and does not protect from.
//!
//! | chapter | for whoever asks |
//! | --- | --- |
//! | [`design`] | How is it built? What does it want of my program, and what does it promise? |
//! | [`codes`] | How do I check authenticator and recovery codes in a program of my own? |
//! | [`messages`] | How do I take Threema messages, and prove somebody by a reply or a thumb? |
//! | [`logins`] | How do I make a login of it: throttle, challenge, ticket, pass? |
//! | [`defaults`] | Which numbers hold if I choose none, and why these? |
//! | [`threats`] | Which attacks are answered by what, and which are not? |
//!
//! Each chapter stands alone, and each example in it runs as a test. If you read only one, read
//! [`threats`]: it says what is left for you to do.
//!
//! A code is checked so. (A login also [counts failures](codes#check-a-code).)
//!
//! ```
//! use threegate_core::UnixTime;
//! use threegate_core::otp::{Secret, Totp, Verdict, Window};
//!
//! let random = *b"12345678901234567890"; // really 20 random bytes, once a member
//! let secret = Secret::from_bytes(&random)?;
//! let totp = Totp::default();
//! let mut last = None; // stored with the member
//!
//! let now = UnixTime::from_secs(59); // your clock
//! let typed = totp.parse("287082")?; // what the member typed
//! if let Verdict::Accepted { step, .. } = totp.check(&secret, &typed, now, Window::ONE, last) {
//!     last = Some(step); // in the transaction that lets the member in
//! }
//! assert!(last.is_some());
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

pub mod codes;
pub mod defaults;
pub mod design;
pub mod logins;
pub mod messages;
pub mod threats;

#[cfg(test)]
mod tests;
