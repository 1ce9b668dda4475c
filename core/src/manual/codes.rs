//! Codes: authenticator apps, tokens that count, and recovery codes in a program of your own.
//!
//! # Enrol an app
//!
//! Draw a secret, show it as a link or a QR code, and let it count only once its first code was right: until
//! then nobody knows whether the app has it.
//!
//! ```
//! use threegate_core::UnixTime;
//! use threegate_core::otp::{Issuer, KeyUri, Label, Secret, Totp, Verdict, Window};
//!
//! let totp = Totp::default(); // what every app knows: SHA1, 6 digits, 30 s
//! let secret = Secret::from_bytes(b"12345678901234567890")?; // really 20 random bytes
//! let link = KeyUri::totp(&totp, &secret, &Issuer::parse("Forum")?, &Label::parse("alice")?);
//! assert!(link.as_str().starts_with("otpauth://totp/Forum:alice?secret="));
//! assert_eq!(secret.to_groups().get(..9), Some("GEZD GNBV")); // for whoever cannot scan
//!
//! let now = UnixTime::from_secs(59);
//! let typed = totp.parse("287082")?; // what the app shows first
//! let Verdict::Accepted { step, .. } = totp.check(&secret, &typed, now, Window::ONE, None) else {
//!     panic!("not confirmed: ask again");
//! };
//! let last = Some(step); // stored with the secret (sealed by your `Vault`), in one transaction
//! # let _ = last;
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Check a code
//!
//! The last accepted step goes in, and the new one is stored in the transaction that lets the member in. Here
//! the transaction is the `&mut`:
//!
//! ```
//! use threegate_core::otp::{Secret, Step, Totp, Verdict, Window};
//! use threegate_core::throttle::Throttle;
//! use threegate_core::{Error, Method, UnixTime};
//!
//! struct Member {
//!     secret: Secret,
//!     last: Option<Step>,
//!     throttle: Throttle,
//! }
//!
//! fn log_in(member: &mut Member, typed: &str, now: UnixTime) -> Result<(), Error> {
//!     let totp = Totp::default();
//!     let code = totp.parse(typed)?; // a slip of the finger is no guess, and not counted
//!     let attempt = member.throttle.admit(Method::Totp, now)?;
//!     match totp.check(&member.secret, &code, now, Window::ONE, member.last) {
//!         Verdict::Accepted { step, .. } => {
//!             member.last = Some(step);
//!             member.throttle = attempt.passed();
//!             Ok(())
//!         }
//!         Verdict::Used => {
//!             member.throttle = attempt.neither();
//!             Err(Error::CodeUsed)
//!         }
//!         Verdict::Wrong => {
//!             member.throttle = attempt.failed(now);
//!             Err(Error::CodeWrong)
//!         }
//!     }
//! }
//!
//! let secret = Secret::from_bytes(b"12345678901234567890")?;
//! let mut alice = Member { secret, last: None, throttle: Throttle::default() };
//! let now = UnixTime::from_secs(59);
//! assert_eq!(log_in(&mut alice, "000 000", now), Err(Error::CodeWrong));
//! assert_eq!(log_in(&mut alice, "287 082", now), Ok(()));
//! assert_eq!(log_in(&mut alice, "287 082", now), Err(Error::CodeUsed));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! A member with several apps has one throttle, and the code is judged against each of them:
//! [`Judgement::over`](crate::challenge::Judgement::over).
//!
//! # A token that counts
//!
//! [`Hotp::check`](crate::otp::Hotp::check) takes the next counter, and looks some further ahead, since
//! buttons are pressed in pockets. One that is out of reach is found again by two codes in a row. Ask for that
//! only after another factor was proved: it looks among a thousand codes.
//!
//! ```
//! use threegate_core::otp::{Counter, CounterVerdict, Hotp, LookAhead, ResyncWindow, Secret};
//!
//! let secret = Secret::from_bytes(b"12345678901234567890")?;
//! let (hotp, next) = (Hotp::default(), Counter(0));
//!
//! let pressed_often = hotp.code(&secret, Counter(300));
//! let lost = hotp.check(&secret, &pressed_often, next, LookAhead::default());
//! assert_eq!(lost, CounterVerdict::Wrong);
//!
//! let two = [&hotp.code(&secret, Counter(301)), &hotp.code(&secret, Counter(302))];
//! let found = hotp.resync(&secret, two, next, ResyncWindow::default());
//! assert_eq!(found, CounterVerdict::Accepted { next: Counter(303), skipped: 301 }); // store 303
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! [`Generator`](crate::otp::Generator) is either kind, for programs that store both in one table.
//!
//! # Take over what members have
//!
//! Secrets of another system come as links, and [`KeyUri::read`](crate::otp::KeyUri::read) takes what the
//! common apps write. Whoever could have seen a code of the present window there must not use it here, so
//! [`past`](crate::otp::Generator::past) uses up all of them. A phone's whole list, as Google Authenticator
//! exports it, is read by [`otp::migration`](crate::otp::migration).
//!
//! ```
//! use threegate_core::challenge::Judgement;
//! use threegate_core::otp::KeyUri;
//! use threegate_core::policy::Policy;
//! use threegate_core::UnixTime;
//!
//! let taken = KeyUri::read(
//!     "otpauth://totp/Forum:alice?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Forum",
//! )?;
//! let (now, policy) = (UnixTime::from_secs(59), Policy::default());
//! let generator = taken.kind.generator()?.past(now, &policy); // store its position with the secret
//!
//! let code = generator.parse("287082")?;
//! assert_eq!(generator.judge(&taken.secret, &code, now, &policy), Judgement::Used);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # Recovery codes
//!
//! Ten codes are made at once, shown once, and kept as digests only. PBKDF2 is yours to run, since platforms
//! have a faster one (WebCrypto, OpenSSL); written out it is this:
//!
//! ```
//! use hmac::{Hmac, KeyInit, Mac};
//! use sha2::Sha256;
//! use threegate_core::recovery::{Digest, RecoveryCode, Rounds, Salt, Set};
//! use threegate_core::recovery::{Stretching, UserKey, Verdict};
//!
//! /// PBKDF2-HMAC-SHA256, 32 bytes (RFC 8018, section 5.2).
//! fn pbkdf2(work: &Stretching) -> [u8; 32] {
//!     let round = |input: &[&[u8]]| -> [u8; 32] {
//!         let mut mac = Hmac::<Sha256>::new_from_slice(work.password()).unwrap();
//!         input.iter().for_each(|part| mac.update(part));
//!         mac.finalize().into_bytes().into()
//!     };
//!     let mut block = round(&[work.salt(), &[0, 0, 0, 1]]);
//!     let mut sum = block;
//!     for _ in 1..work.rounds() {
//!         block = round(&[&block]);
//!         sum.iter_mut().zip(block).for_each(|(sum, byte)| *sum ^= byte);
//!     }
//!     sum
//! }
//!
//! // Made: really 70 random bytes for the codes, 16 for the salt, and 32 for the user's key,
//! // which your `Vault` seals.
//! let random = [[1, 2, 3, 4, 5, 6, 7]; 10];
//! let (salt, key) = (Salt::from_bytes([8; 16]), UserKey::from_bytes([9; 32]));
//! let rounds = Rounds::new(Rounds::MIN)?; // Rounds::MAX, on a server of your own
//! let digest = |code: &RecoveryCode| -> Digest {
//!     let work = Stretching::new(code, &salt, rounds);
//!     let stretched = pbkdf2(&work);
//!     work.done(stretched).digest(&key)
//! };
//! let codes = RecoveryCode::generate(&random);
//! let mut set = Set::new(salt.clone(), rounds, codes.iter().map(&digest))?;
//! let paper = codes[0].to_text(); // two groups of five
//!
//! // Used: as it was typed, in lower case and with blanks.
//! let typed = RecoveryCode::parse(&paper.to_lowercase().replace('-', " "))?;
//! let verdict = set.redeem(&digest(&typed)); // store the set with what follows from it
//! assert_eq!(verdict, Verdict::Accepted { index: 0, remaining: 9 });
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
