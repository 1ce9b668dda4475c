//! Logins: throttle, challenge, ticket and pass, from the password to "let in".
//!
//! The parts can be used alone: a program that checks codes in its own form needs the
//! [throttle](crate::throttle) and [codes](super::codes), and no more. Tickets and passes are for where the
//! page that proves a factor and the server that lets in are not the same program.
//!
//! ```text
//!  password right ──admit──▶ Ticket ──Challenge──▶ proved ──▶ Pass ──redeem──▶ let in
//!     (server)              (browser)   (widget)                     (server)
//! ```
//!
//! # Is a second step needed?
//!
//! ```
//! use threegate_core::policy::Policy;
//! use threegate_core::ticket::{Admission, Enrolled, Wish, admit};
//! use threegate_core::{Error, Method, Purpose, UnixTime};
//!
//! let policy = Policy::default();
//! let enrollable = policy.enrollable(&Method::ALL);
//! let wish = Wish {
//!     purpose: Purpose::Verify,
//!     permitted: &Method::ALL,
//!     enrollable: &enrollable,
//!     expect_enrolled: true, // the bit that you keep with the account
//!     allowlisted: false,
//!     enrollment_due_at: None,
//! };
//! let now = UnixTime::from_secs(1_000);
//! let alice = Enrolled { authenticators: 1, ..Enrolled::default() };
//! assert_eq!(admit(&wish, alice, now), Ok(Admission::Ticket { proof_required: true }));
//!
//! // Her factors are gone, and nobody took them away: that is an error, never "not required".
//! assert_eq!(admit(&wish, Enrolled::default(), now), Err(Error::EnrollmentMissing));
//! ```
//!
//! # A challenge and its answer
//!
//! [`answer`](crate::challenge::answer) asks the throttle, then the challenge, then you: the closure is called
//! only if the code may be evaluated. Everything it returns is stored together, or nothing.
//!
//! ```
//! use threegate_core::challenge::{Challenge, Judgement, answer};
//! use threegate_core::otp::{Generator, Secret};
//! use threegate_core::policy::Policy;
//! use threegate_core::throttle::Throttle;
//! use threegate_core::{Error, Method, UnixTime};
//!
//! let now = UnixTime::from_secs(59);
//! let app = Generator::fresh(Method::Totp)?;
//! let secret = Secret::from_bytes(b"12345678901234567890")?;
//! let (throttle, challenge) = (Throttle::default(), Challenge::open(Method::Totp, now));
//!
//! let typed = app.parse("287082")?;
//! let judge = || Ok::<_, Error>(app.judge(&secret, &typed, now, &Policy::default()));
//! let answered = answer(throttle, Some(challenge), now, judge)?;
//! let app = answered.verdict?; // the generator that takes this code no more
//! // Stored together: answered.throttle, answered.challenge, app.position().
//! assert_eq!(app.judge(&secret, &typed, now, &Policy::default()), Judgement::Used);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Ticket and pass
//!
//! A [token](crate::token) is what goes over the wire: forged ones are seen before anything is looked up. What
//! it stands for is a [`Ticket`](crate::ticket::Ticket) in your store, under the token's hash.
//!
//! ```
//! use threegate_core::key::{Key, Keyring};
//! use threegate_core::ticket::{Redemption, Ticket};
//! use threegate_core::token;
//! use threegate_core::user::UserId;
//! use threegate_core::{Error, Method, Purpose, UnixTime};
//!
//! let keys = Keyring::new(Key::from_bytes([1; 32]), None);
//! let alice = UserId::parse("42")?.object(&Key::from_bytes([2; 32]));
//! let now = UnixTime::from_secs(1_000);
//!
//! // The server asks for a ticket and gives it to the page. Really 16 random bytes, each time.
//! let ticket = Ticket::issue(Purpose::Verify, now);
//! let given = token::mint::<token::Ticket>(&keys, alice, [3; 16], ticket.expires_at());
//!
//! // The page shows it with each request.
//! let shown = token::check::<token::Ticket>(given.as_str(), &keys, now)?;
//! assert_eq!((shown.object(), shown.hash()), (alice, given.hash())); // so: load that ticket
//! ticket.check(now)?;
//!
//! // A factor was proved, and the page fetches its pass.
//! let ticket = ticket.after_proof(Method::Totp, now);
//! let pass = ticket.pass(None, now)?;
//! let given = token::mint::<token::Pass>(&keys, alice, [4; 16], pass.expires_at());
//!
//! // The server redeems it, once.
//! token::check_for::<token::Pass>(given.as_str(), &keys, alice, now)?;
//! let (pass, redemption) = pass.redeem(None, now)?;
//! assert_eq!(redemption, Redemption::First); // store `pass`, then say so
//! assert_eq!(pass.redeem(None, now).unwrap_err(), Error::PassOver);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Changes
//!
//! Ask in the transaction that changes: once there is a factor, one must have been proved under this ticket in
//! the last ten minutes.
//!
//! ```
//! use threegate_core::ticket::{Enrolled, Ticket};
//! use threegate_core::{Error, Method, Purpose, UnixTime};
//!
//! let now = UnixTime::from_secs(1_000);
//! let ticket = Ticket::issue(Purpose::Manage, now);
//! let alice = Enrolled { authenticators: 1, ..Enrolled::default() };
//! assert_eq!(ticket.may_change(alice, now), Err(Error::ProofRequired));
//! let ticket = ticket.after_proof(Method::Totp, now);
//! assert_eq!(ticket.may_change(alice, now), Ok(()));
//! ```
