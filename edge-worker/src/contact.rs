//! The object `Contact`: one Threema ID, its pinned key, and what is awaited from it.
//!
//! ```text
//! expect ──▶ a code to be sent ─┐
//! may send ──▶ a message to be tapped, whose ID the Gateway tells
//! callback ──▶ open ──▶ match ──┴▶ message ID + effect in the outbox     one transaction
//!                                              └──▶ User, until taken
//! ```
//!
//! It is the exact memory of which messages had an effect. What the effect means is `User`'s to decide.
//! A sender of whom nobody here awaits anything leaves nothing behind, not even tables.

use std::cell::Cell;
use std::fmt;

use serde::Serialize;
use threegate_core::threema::PublicKey;
use threegate_core::user::ObjectName;
use threegate_core::{Error as Cause, UnixTime};
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use crate::counts::Count;
use crate::internal::{self, Given, Message};
use crate::problem::{Error, Why};
use crate::storage::Storage;
use crate::{clock, config, counts, events, http};

mod deliver;
mod expect;
mod forward;
mod receive;
mod send;
mod store;
mod tap;

pub(crate) use expect::{Expect, Expected};
pub(crate) use receive::Received;
pub(crate) use send::Send;

/// What the edge asks of a contact. Another version of the worker may be asking: members are added
/// with a default, never renamed.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Question {
    /// A user awaits a code from this ID.
    Expect(Expect),
    /// A user has this ID no more.
    Forget {
        /// The user's object.
        user: String,
        /// Only what was there by then.
        before: Option<u64>,
    },
    /// A user has the ID now: what a code that was sent has shown.
    Join {
        /// The user's object.
        user: String,
    },
    /// An authentic message came.
    Receive { callback: String, received_at: u64 },
    /// A message is about to be sent to this ID.
    Send(Send),
    /// The Gateway took the message of that name, and calls it so.
    Sent { name: String, message_id: String },
}

impl Message for Question {
    fn read(from: Given<'_>) -> Option<Self> {
        let (word, carried) = from.kind()?;
        Some(match word {
            "expect" => Self::Expect(Expect::read(carried)?),
            "forget" => Self::Forget {
                user: carried.text("user")?,
                before: carried.integer("before"),
            },
            "join" => Self::Join {
                user: carried.text("user")?,
            },
            "send" => Self::Send(Send::read(carried)?),
            "receive" => Self::Receive {
                callback: carried.text("callback")?,
                received_at: carried.integer("received_at")?,
            },
            "sent" => Self::Sent {
                name: carried.text("name")?,
                message_id: carried.text("message_id")?,
            },
            _ => return None,
        })
    }
}

pub(crate) async fn ask(
    env: &Env,
    object: ObjectName,
    question: Question,
) -> Result<Response, Error> {
    crate::objects::ask(
        env,
        "CONTACT",
        &object.to_hex(),
        crate::objects::words(&question)?,
    )
    .await
}

#[durable_object(alarm)]
pub struct Contact {
    storage: Storage,
    env: Env,
    /// The outbox is being emptied.
    delivering: Cell<bool>,
    /// The key of a sender of whom nothing is kept.
    stranger: Cell<Option<PublicKey>>,
}

impl DurableObject for Contact {
    fn new(state: State, env: Env) -> Self {
        Self {
            storage: Storage::of(&state),
            env,
            delivering: Cell::new(false),
            stranger: Cell::new(None),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let answered = self.answer(&mut request).await;
        answered.or_else(|error| {
            let response = http::problem(&error)?;
            if matches!(error.why(), Why::Refused(Cause::ThreemaKeyChanged, _)) {
                let count = Count::KeysChanged.as_str();
                response.headers().set(counts::HEADER, count)?;
            }
            Ok(response)
        })
    }

    /// Throws if it fails, so that the runtime tries again.
    async fn alarm(&self) -> worker::Result<Response> {
        let rung = self.rung().await;
        rung.map_err(|fault| {
            worker::console_error!("threegate: a contact's alarm: {fault:?}");
            worker::Error::RustError("the alarm failed".into())
        })?;
        Response::empty()
    }
}

/// The environment holds every secret, and shows them all.
impl fmt::Debug for Contact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Contact").finish_non_exhaustive()
    }
}

impl Contact {
    /// Delivers what is still in the outbox, and forgets what has ended.
    async fn rung(&self) -> Result<(), Error> {
        let words = self.deliver(usize::MAX).await?;
        if !words.is_empty() {
            let config = config::of(&self.env).map_err(Error::misconfigured)?;
            counts::add_words(&words.join(" "));
            counts::hand_over(&self.env, &config).await?;
        }
        if let Ok(config) = config::of(&self.env) {
            events::deliver(&self.storage, &self.env, &config, None, clock::now()).await?;
        }
        let now = clock::now();
        let next = self.storage.transact(|storage| {
            let next = store::clean_up(storage, now)?;
            events::after(storage, next)
        })?;
        self.storage.go_on(next, now).await
    }

    async fn answer(&self, request: &mut Request) -> Result<Response, Error> {
        let config = config::of(&self.env).map_err(Error::misconfigured)?;
        match internal::message(&http::body(request).await?)? {
            Question::Expect(expect) => self.expect(&expect, clock::now()).await,
            Question::Sent { name, message_id } => self.sent(&name, &message_id).await,
            Question::Forget { user, before } => {
                self.forget(&user, before.map(UnixTime::from_secs)).await
            }
            Question::Receive {
                callback,
                received_at,
            } => self.receive(&config, &callback, received_at).await,
            Question::Join { user } => self.join(&user, clock::now()),
            Question::Send(send) => self.may_send(&config, &send, clock::now()).await,
        }
    }
}
