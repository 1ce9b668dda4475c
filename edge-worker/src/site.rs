//! The object `Site`: what concerns the deployment and no user. One a deployment.

use std::cell::Cell;
use std::fmt;

use serde::Serialize;
use threegate_core::UnixTime;
use threegate_core::event::Event;
use threegate_core::wire::status::Reseal;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

mod events;

pub(crate) use events::Events;

use crate::counts::{Count, Moment};
use crate::idempotency::Key;
use crate::internal::{self, Given, Message};
use crate::problem::Error;
use crate::storage::{Next, Storage, bind};
use crate::{clock, config, events as outbox, http};

mod index;
mod lease;
mod once;
mod reseal;

pub(crate) use index::Page;
pub(crate) use lease::may_send;
pub(crate) use once::{begin, end};

/// What the edge asks of `Site`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Question {
    /// A request that may come twice is about to have its effect.
    Begin { key: Key },
    /// Add these counts, and tell all.
    Count {
        counts: Vec<(String, u64)>,
        /// When something happened last.
        moments: Vec<(String, u64)>,
        naming_key: String,
        /// The vault's present key, while another one is being rotated out.
        rotating_to: Option<String>,
    },
    /// It had its effect, and is answered so; without an answer it had none.
    End {
        key: Key,
        status: u16,
        answer: String,
    },
    /// Leave to send some messages of the deployment's day.
    Lease,
    /// May the key of a sender whom nobody here knows be looked up?
    LookUpStranger,
    /// Events wait in an object's outbox, or wait no more.
    Events {
        /// The first of them, by its `webhook-id`.
        first: String,
        /// How many; none if the first is through, or given up.
        waiting: u64,
        /// When the first is given up.
        until: u64,
        /// Why it did not get through just now.
        failure: Option<String>,
    },
    /// A user is enrolled now, or no more.
    List { object: String, enrolled: bool },
    /// The enrolled users whose names come next.
    Page { after: String, limit: u64 },
}

/// What `Site` tells.
#[derive(Debug, Serialize)]
pub(crate) struct Told {
    pub(crate) counts: Vec<(String, u64)>,
    /// When something happened last.
    pub(crate) moments: Vec<(String, u64)>,
    /// The fingerprint of the naming key under which the first object was named.
    pub(crate) first_naming_key: String,
    pub(crate) events: Events,
    /// How many users are enrolled.
    pub(crate) enrolled: u64,
    /// The vault's rotation, if there is one or was.
    pub(crate) reseal: Option<Reseal>,
}

impl Message for Question {
    fn read(from: Given<'_>) -> Option<Self> {
        let (word, carried) = from.kind()?;
        Some(match word {
            "begin" => Self::Begin {
                key: Key::read(carried.part("key")?)?,
            },
            "end" => Self::End {
                key: Key::read(carried.part("key")?)?,
                status: carried.integer("status")?.try_into().ok()?,
                answer: carried.text("answer")?,
            },
            "lease" => Self::Lease,
            "list" => Self::List {
                object: carried.text("object")?,
                enrolled: carried.flag("enrolled")?,
            },
            "page" => Self::Page {
                after: carried.text("after")?,
                limit: carried.integer("limit")?,
            },
            "count" => Self::Count {
                counts: pairs(carried, "counts"),
                moments: pairs(carried, "moments"),
                naming_key: carried.text("naming_key")?,
                rotating_to: carried.text("rotating_to"),
            },
            "look_up_stranger" => Self::LookUpStranger,
            "events" => Self::Events {
                first: carried.text("first")?,
                waiting: carried.integer("waiting")?,
                until: carried.integer("until")?,
                failure: carried.text("failure"),
            },
            _ => return None,
        })
    }
}

impl Told {
    /// When that happened last.
    pub(crate) fn last(&self, moment: Moment) -> Option<u64> {
        let mut moments = self.moments.iter();
        let found = moments.find(|(word, _)| word == moment.as_str());
        found.map(|(_, at)| *at)
    }
}

impl Message for Told {
    fn read(from: Given<'_>) -> Option<Self> {
        Some(Self {
            counts: pairs(from, "counts"),
            moments: pairs(from, "moments"),
            first_naming_key: from.text("first_naming_key")?,
            events: Events::read(from.part("events")?)?,
            enrolled: from.integer("enrolled").unwrap_or(0),
            reseal: from.part("reseal").and_then(Reseal::read),
        })
    }
}

/// Pairs of a word and its number.
fn pairs(from: Given<'_>, name: &str) -> Vec<(String, u64)> {
    let pairs = from.list(name);
    pairs
        .filter_map(|pair| Some((pair.text_at(0)?, pair.integer_at(1)?)))
        .collect()
}

pub(crate) async fn ask(env: &Env, question: &Question) -> Result<Response, Error> {
    crate::objects::ask(env, "SITE", "site", crate::objects::words(question)?).await
}

/// Tells whether a user is enrolled.
pub(crate) async fn list(env: &Env, object: &str, enrolled: bool) -> Result<(), Error> {
    let object = object.into();
    let told = ask(env, &Question::List { object, enrolled }).await?;
    if told.status_code() != 200 {
        return Err(Error::overloaded());
    }
    Ok(())
}

#[durable_object(alarm)]
pub struct Site {
    storage: Storage,
    env: Env,
    /// Users are being asked to seal anew.
    resealing: Cell<bool>,
}

/// The environment holds every secret, and shows them all.
impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").finish_non_exhaustive()
    }
}

impl DurableObject for Site {
    fn new(state: State, env: Env) -> Self {
        Self {
            storage: Storage::of(&state),
            env,
            resealing: Cell::new(false),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let answered = self.answer(&mut request).await;
        answered.or_else(|error| http::problem(&error))
    }

    /// Throws if it fails, so that the runtime tries again.
    async fn alarm(&self) -> worker::Result<Response> {
        self.rung().await.map_err(|fault| {
            worker::console_error!("threegate: `Site`'s alarm: {fault:?}");
            worker::Error::RustError("the alarm failed".into())
        })?;
        Response::empty()
    }
}

impl Site {
    /// Posts what is to be told, and goes on sealing anew.
    async fn rung(&self) -> Result<(), Error> {
        if let Ok(config) = config::of(&self.env) {
            outbox::deliver(&self.storage, &self.env, &config, None, clock::now()).await?;
        }
        self.reseal().await?;
        let next = outbox::after(&self.storage, Next::Rest)?;
        self.storage.go_on(next, clock::now()).await
    }

    async fn answer(&self, request: &mut Request) -> Result<Response, Error> {
        let body = http::body(request).await?;
        let now = clock::now();
        match internal::message(&body)? {
            Question::Count {
                counts,
                moments,
                naming_key,
                rotating_to,
            } => self.count(counts, moments, &naming_key, rotating_to.as_deref(), now),
            Question::Begin { key } => self.begin(&key.once(), now),
            Question::End {
                key,
                status,
                answer,
            } => self.end(&key.once(), status, &answer, now),
            Question::List { object, enrolled } => self.list(&object, enrolled),
            Question::Lease => self.lease(),
            Question::LookUpStranger => {
                let may = self
                    .storage
                    .transact(|storage| events::may_look_up_stranger(storage, now))?;
                let status = if may { 200 } else { 429 };
                Ok(Response::empty()?.with_status(status))
            }
            Question::Events {
                first,
                waiting,
                until,
                failure,
            } => {
                let until = UnixTime::from_secs(until);
                self.storage.transact(|storage| {
                    events::note(storage, &first, waiting, until, failure.as_deref(), now)
                })?;
                Ok(Response::empty()?)
            }
            Question::Page { after, limit } => self.page(&after, limit),
        }
    }

    fn count(
        &self,
        counts: Vec<(String, u64)>,
        moments: Vec<(String, u64)>,
        naming_key: &str,
        rotating_to: Option<&str>,
        now: UnixTime,
    ) -> Result<Response, Error> {
        let told = self.storage.transact(|storage| {
            storage.run(
                "create table if not exists count (word text primary key, value integer not null)",
                bind![],
            )?;
            storage.run(
                "create table if not exists moment (word text primary key, value integer not null)",
                bind![],
            )?;
            storage.run(
                "create table if not exists setting (name text primary key, value text not null)",
                bind![],
            )?;
            storage.run(
                "insert into setting values ('naming_key', ?) on conflict do nothing",
                bind![naming_key],
            )?;
            for (word, count) in counts {
                let count = i64::try_from(count).unwrap_or(i64::MAX);
                let counted = storage.row(
                    "insert into count values (?1, ?2)
                     on conflict do update set value = value + excluded.value
                     returning value",
                    bind![&word, count],
                )?;
                if word == Count::CallbackRepeated.as_str() {
                    let in_all = counted.map(|row| row.integer("value")).transpose()?;
                    self.tell_repeated(storage, in_all.unwrap_or(0), now)?;
                }
            }
            for (word, at) in moments {
                let at = i64::try_from(at).unwrap_or(i64::MAX);
                storage.run(
                    "insert into moment values (?1, ?2)
                     on conflict do update set value = max(value, excluded.value)",
                    bind![&word, at],
                )?;
            }
            let query = "select value from setting where name = 'naming_key'";
            let first = storage.row(query, bind![])?;
            let first = first.map(|row| row.text("value")).transpose()?;
            Ok(Told {
                counts: stored(storage, "select word, value from count order by word")?,
                moments: stored(storage, "select word, value from moment order by word")?,
                first_naming_key: first.unwrap_or_default(),
                events: events::told(storage, now)?,
                enrolled: index::number(storage)?,
                reseal: reseal::look(storage, rotating_to)?,
            })
        })?;
        http::answer(200, &told)
    }
}

impl Site {
    /// Tells the site that messages came again.
    fn tell_repeated(&self, storage: &Storage, in_all: i64, now: UnixTime) -> Result<(), Error> {
        let config = config::of(&self.env).map_err(Error::misconfigured)?;
        let in_all = u64::try_from(in_all).unwrap_or(0);
        outbox::note(storage, &config, &Event::MessagesRepeated { in_all }, now)
    }
}

/// Pairs of a word and its number, as they are stored.
fn stored(storage: &Storage, query: &str) -> Result<Vec<(String, u64)>, Error> {
    let rows = storage.rows(query, bind![])?;
    let pairs = rows.iter().map(|row| {
        let value = u64::try_from(row.integer("value")?).unwrap_or(0);
        Ok((row.text("word")?, value))
    });
    pairs.collect()
}
