//! Defaults: which numbers hold if you choose none, and why these.
//!
//! A default is what we would set ourselves. Most are a site's to change ([`policy`](crate::policy), where
//! each setting has its bounds); the rules under [threats](super::threats) are not.
//!
//! | what | default | why |
//! | --- | --- | --- |
//! | [`Totp`](crate::otp::Totp) | SHA1, 6 digits, 30 s | the only form that every app takes; some pass over the parameters and show wrong codes. HMAC needs no collision resistance of its hash |
//! | [`Secret`](crate::otp::Secret) | 20 bytes | RFC 4226, section 4, asks for 16 and recommends 20 |
//! | [`Window`](crate::otp::Window) | one step either way | RFC 6238, section 5.2: one step for the way, at most. Each more is one more code for a guess |
//! | [`LookAhead`](crate::otp::LookAhead) | 10 | buttons are pressed in pockets; resynchronising takes two codes and another factor |
//! | [`Throttle`](crate::throttle::Throttle) | 5 free, 2 s doubling to 15 min, closed at 100 | typing slips cost nothing; NIST SP 800-63B, section 5.2.2, allows 100 |
//! | [challenge](crate::challenge::LIFE) | 3 min | long enough to find a phone, short enough that what was collected is worth nothing |
//! | [sent code](crate::challenge::SENT_CODE_TRIES) | 3 tries | it stands on the screen: a third slip is a guess |
//! | [enrolment](crate::ticket::ENROLLMENT_LIFE) | 10 min | an app may have to be installed |
//! | [ticket](crate::ticket::VERIFY_LIFE) | 15 min to log in, 30 to enrol or manage | one visit |
//! | [pass](crate::ticket::Pass) | 5 min, once | Turnstile's figure, so that sites can treat both alike |
//! | [proof for a change](crate::ticket::PROOF_LIFE) | 10 min | longer, and somebody else sits before the page |
//! | [recovery codes](crate::recovery::COUNT) | 10 of 50 bits | ten fit a small paper, and 50 bits cannot be guessed |
//! | [rounds](crate::recovery::Rounds) | 2,000 | what an edge worker has time for; a server should take [`Rounds::MAX`](crate::recovery::Rounds::MAX). The sealed key of the user is the stronger guard |
//! | [message window](crate::replay::Window) | 14 days back, 5 min ahead | Threema keeps a message so long; phones' clocks are rarely worse |
//! | [prompts](crate::challenge::tap) | off | people approve what they did not ask for |
//! | [trusted browser](crate::device) | off | it is a password again, for a month |
//! | [sends](crate::policy::SendingCaps) | 4 a minute, 8 in five, 30 a day | a person who tries needs three |
//! | languages | English, German, French | [`Language`](crate::words::Language) |
//!
//! A deployment reads its settings by name, and hears of every wrong one at once:
//!
//! ```
//! use threegate_core::policy::Policy;
//!
//! let settings = |name: &str| match name {
//!     "TOTP_WINDOW" => Some("2".into()),
//!     "FREE_TRIES" => Some("50".into()),
//!     _ => None,
//! };
//! let faults = Policy::parse(settings).unwrap_err();
//! assert_eq!(faults[0].setting, "FREE_TRIES");
//! assert_eq!(faults[0].expected, "1 to 10");
//! ```
//!
//! Longer codes and other hashes are there for who imports secrets of another system, or knows which app all
//! members have:
//!
//! ```
//! use threegate_core::otp::{Algorithm, Digits, Period, Totp};
//!
//! let period = Period::from_secs(60)?;
//! let totp = Totp { algorithm: Algorithm::Sha256, digits: Digits::Eight, period };
//! assert_ne!(totp, Totp::default());
//! # Ok::<(), threegate_core::otp::ParameterError>(())
//! ```
