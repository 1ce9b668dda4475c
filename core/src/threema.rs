//! Threema: who a member is there, what their phone sends, and what the Gateway is asked.
//!
//! ```text
//!  a code before the camera ──payload::read──▶ Scanned { ID, key }          what the phone says
//!  Gateway::public_key ──answer──▶ PublicKey ──Level::of_directory──▶ Pinned   what the directory says
//!
//!  callback ──▶ Callback ──▶ Authentic ──open, with the pinned key──▶ Message ──▶ ReplyCode, Tap
//! ```
//!
//! A Threema ID is a name, and a key behind it is what makes a message somebody's. The directory tells
//! everyone's key; a code that the phone shows tells it without the directory; where both agree, the
//! [`Level`] is the highest. What was once enrolled is [`Pinned`]: nobody who rules the directory later
//! can put another key under it.
//!
//! | module | what it knows |
//! | --- | --- |
//! | [`payload`] | what people hold before a camera, and what of it is a secret |
//! | [`callback`] | from the body of a request to a message that one may act on |
//! | [`message`] | what is said: texts, places, files, receipts, reactions, edits |
//! | [`blob`] | files, encrypted and stored |
//! | [`reply`] | codes that are sent by Threema, and who awaits them |
//! | [`tap`] | thumbs that are put to our messages |
//! | [`sealed`] | the box in which a message comes |
//! | [`sending`] | how many messages are written to people |
//! | [`gateway`], [`look_up`] | what the Gateway is asked, and what its answers mean |
//!
//! IDs, keys and texts are personal data: none of them shows in `Debug`.
//!
//! ```
//! use threegate_core::threema::{ApiSecret, MessageId, ThreemaId, callback::Callback};
//!
//! let body = b"from=ECHOECHO&to=*TESTTST&messageId=0102030405060708&date=1616950936\
//!     &nonce=ffffffffffffffffffffffffffffffffffffffffffffffff\
//!     &box=45181c7aed95a1c100b1b559116c61b43c\
//!     &mac=add6184770178046c065e2ce0ece548eb325c160ad42b2ddb8c01691380616fc";
//! let callback = Callback::parse(body, ThreemaId::parse("*TESTTST")?)?;
//! let secret = ApiSecret::parse("nevergonnagiveyouup")?;
//! let authentic = callback.authenticate(&[&secret])?;
//! assert_eq!(authentic.from(), ThreemaId::parse("ECHOECHO")?);
//! assert_eq!(authentic.message_id(), MessageId::parse("0102030405060708")?);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

pub mod blob;
pub mod callback;
pub mod gateway;
pub mod look_up;
pub mod message;
pub mod payload;
pub mod reply;
pub mod sealed;
pub mod sending;
pub mod tap;
pub mod traffic;

mod id;
mod key;
mod level;

pub use id::{MessageId, ThreemaId};
pub use key::{ApiSecret, PublicKey, SecretKey};
pub use level::{Level, Pinned};
pub use message::{Emoji, Location, Message, ReceiptStatus, Unreadable, Unwritable};
pub use payload::ReplyLink;
pub use reply::ReplyCode;
pub use sealed::AgreedKey;
