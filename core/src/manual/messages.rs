//! Messages: from the Gateway's callback to a proof by a reply or a thumb.
//!
//! # From a request's body to a message
//!
//! ```text
//!  body ─parse─▶ Callback ─authenticate─▶ Authentic ─judge, remember─▶ ─open─▶ Message ─read─▶ ReplyCode, Tap
//!       shape              MAC                        date, name             box
//! ```
//!
//! In this order: nothing is looked up or stored for a body whose MAC is wrong, and nothing is decrypted
//! for a message that was here before.
//!
//! ```
//! use std::collections::HashSet;
//! use threegate_core::key::Key;
//! use threegate_core::threema::callback::Callback;
//! use threegate_core::threema::{ApiSecret, Message, PublicKey, ReplyCode, SecretKey, ThreemaId};
//! use threegate_core::{UnixTime, replay};
//!
//! let body = b"from=ECHOECHO&to=*TESTTST&messageId=a000000000000000&date=1700000000\
//!     &nonce=56b271ab821ce21f9546857b114b57f7d4856372e591f679&box=225672e585a90d004deb8b1f48749c2679d0\
//!     c080d45f50d935ef68414bafb6439ee25200a9f20ccd238ee61c8d1f0a5167&mac=85d66e211d5ece67aeb57534270079\
//!     be379537daae1092a24a216ce128ac7af2";
//!
//! // Your settings: the Gateway ID, its private key, its API secret, a naming key of your own.
//! let own = ThreemaId::parse("*TESTTST")?;
//! let key = SecretKey::parse("94af3260fa2a19adc8e82e82be598be15bc6ad6f47c8ee303cb185ef860e16d2")?;
//! let secret = ApiSecret::parse("nevergonnagiveyouup")?;
//! let naming = Key::from_bytes([1; 32]);
//! // Your store: the names of messages that were here, the pinned key of the sender.
//! let mut seen = HashSet::new();
//! let pinned =
//!     PublicKey::parse("10ac7fd937eafb806f9a05bf9afa340a99387b0063cc9cb0d1ea5505d39cc076")?;
//! let now = UnixTime::from_secs(1_700_000_003);
//!
//! let callback = Callback::parse(body, own)?.authenticate(&[&secret])?;
//! let window = replay::Window::default();
//! window.judge(callback.date(), now)?;
//! let name = replay::name(&naming, callback.from(), callback.message_id());
//! assert!(!seen.contains(&name)); // else answer 200, and do nothing
//!
//! let message: Message = callback.open_proof(&pinned, &key)?;
//! let code = ReplyCode::read(&message).expect("six digits");
//! assert_eq!(code.as_str(), "123456");
//!
//! // In the transaction that carries out what follows, and only if the name is new there too.
//! let is_new = seen.insert(name); // until window.keep_until(callback.date(), now)
//! assert!(is_new);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! A login needs only what can prove something, so it opens with
//! [`open_proof`](crate::threema::callback::Authentic::open_proof): what else an app may send is
//! [`Message::Other`](crate::threema::Message::Other), whatever is in it.
//!
//! Nearly all of the time goes into agreeing on the box's key. Keep the
//! [`AgreedKey`](crate::threema::AgreedKey) of whoever writes again, ask it whether it
//! [is with](crate::threema::AgreedKey::is_with) the key that is pinned, and open with it
//! ([`open_proof_with`](crate::threema::callback::Authentic::open_proof_with)).
//!
//! The name is stored together with what follows from the message, in one transaction. Stored before it, a
//! message whose handling failed would be gone: the Gateway's next try would be taken for a replay.
//!
//! Answer 200 to whatever was judged, refused or not: only what may work in five minutes deserves a 5xx, as the
//! Gateway then tries three more times. A sender whom nobody enrolled gets the same 200.
//!
//! # A reply
//!
//! The page shows a code that was drawn for one Threema ID; the member sends it from there. The ID's waits are
//! judged first, then the user's challenge:
//!
//! ```
//! use threegate_core::challenge::{Challenge, replied};
//! use threegate_core::threema::ReplyCode;
//! use threegate_core::threema::reply::{RANDOM, Verdict, Wait, judge};
//! use threegate_core::throttle::Throttle;
//! use threegate_core::{Method, UnixTime};
//!
//! // Opened: of some random codes, one that the ID had not in the last 15 minutes.
//! let opened = UnixTime::from_secs(1_000);
//! let shown = ReplyCode::draw(&[7; RANDOM]).next().expect("one of 32");
//! let challenge = Challenge::open(Method::ThreemaReply, opened);
//! let wait = Wait { issued_at: opened, expires_at: challenge.expires_at(), ended: false };
//!
//! // A message came, dated by its sender, received now.
//! let came = ReplyCode::parse(shown.as_str())?;
//! let (dated, receipt) = (opened, UnixTime::from_secs(1_020));
//! let wait = (came == shown).then_some(wait); // your store: this ID's wait for this very code
//! assert_eq!(judge(wait, true, 0, dated, receipt), Verdict::Matched);
//!
//! let answered = replied(Throttle::default(), Some(challenge), receipt, receipt);
//! assert_eq!(answered.verdict, Ok(())); // store `answered.challenge` and `answered.throttle`
//! # Ok::<(), threegate_core::Error>(())
//! ```
//!
//! # A thumb
//!
//! [`Prompts::ask`](crate::challenge::tap::Prompts::ask) says whether the member may be asked at all;
//! [`tapped`](crate::challenge::tap::tapped) is the one place where a thumb decides.
//!
//! ```
//! use threegate_core::challenge::tap::{Effect, Event, Prompts, tapped};
//! use threegate_core::challenge::{Challenge, LIFE};
//! use threegate_core::threema::tap::Thumb;
//! use threegate_core::throttle::Throttle;
//! use threegate_core::{Method, UnixTime};
//!
//! let now = UnixTime::from_secs(1_000_000);
//! let challenge = Challenge::open(Method::ThreemaTap, now);
//! let (prompts, tap) = Prompts::default().ask(None, now.saturating_add(LIFE), now)?;
//! // Store both, then call the Gateway. It answers with the message's ID.
//! let tap = tap.step(Event::Sent, now);
//!
//! let receipt = UnixTime::from_secs(1_000_020);
//! let before = (Throttle::default(), prompts);
//! let first = tapped(before, Some(challenge), tap, Thumb::Up, receipt, receipt);
//! assert_eq!(first.effect, Some(Effect::Prove));
//!
//! // And somebody who sees what they let in takes it back.
//! let before = (first.throttle, first.prompts);
//! let second = tapped(before, first.challenge, first.tap, Thumb::Down, receipt, receipt);
//! assert_eq!(second.effect, Some(Effect::Dispute));
//! # Ok::<(), threegate_core::Error>(())
//! ```
//!
//! # Asking the Gateway
//!
//! [`threema::gateway`](crate::threema::gateway) makes each request as an address and a form, and reads the
//! answer to it; you send it. What a message may say is in [`words`](crate::words), how many may be sent in
//! [`threema::sending`](crate::threema::sending).
