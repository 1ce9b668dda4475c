//! The outbox: hands each effect to its object until that has taken it.

use std::time::Duration;

use futures_util::future::{Either, select};
use threegate_core::challenge::{self, tap};
use threegate_core::threema::tap::Thumb;
use threegate_core::user::ObjectName;
use worker::Delay;

use super::store::{self, Effect, Posted};
use super::{Contact, Question, ask};
use crate::counts::HEADER;
use crate::problem::Error;
use crate::storage::Storage;
use crate::user::{self, Taken};
use crate::{clock, internal};

/// How long an object may take. Others wait behind it.
const PATIENCE: Duration = Duration::from_secs(5);

impl Contact {
    /// Empties the outbox as far as it is due, asking `most` users, and tells what is to be counted. What is
    /// left is the alarm's. One delivery at a time.
    pub(super) async fn deliver(&self, most: usize) -> Result<Vec<String>, Error> {
        let mut words = Vec::new();
        if !store::exists(&self.storage)? || self.delivering.replace(true) {
            return Ok(words);
        }
        let emptied = async {
            let mut asked = 0;
            while let Some(posted) = store::next_posted(&self.storage, clock::now())? {
                if posted.effect != Effect::Release {
                    if asked == most {
                        break;
                    }
                    asked = asked.saturating_add(1);
                }
                self.hand_over(&posted, &mut words).await?;
            }
            Ok(())
        };
        let emptied: Result<(), Error> = emptied.await;
        self.delivering.set(false);
        emptied.map(|()| words)
    }

    async fn hand_over(&self, posted: &Posted, words: &mut Vec<String>) -> Result<(), Error> {
        let asked = Box::pin(self.ask_for(posted));
        let answered = match select(asked, Delay::from(PATIENCE)).await {
            Either::Left((answered, _)) => answered,
            Either::Right(_) => Err(Error::overloaded()),
        };
        let (taken, word) = match answered {
            Ok(answered) => answered,
            Err(fault) => return self.put_off(posted, &fault),
        };
        words.extend(word);
        self.storage.transact(|storage| {
            let expected = store::remove_posted(storage, posted.id)?;
            match taken {
                // The user was forgotten while being asked.
                Some(Taken::Proved) if !expected => Ok(()),
                Some(Taken::Proved) => Self::keep(storage, posted),
                Some(Taken::Enrolled { releases }) => {
                    if expected {
                        Self::keep(storage, posted)?;
                    }
                    match releases {
                        Some(other) => {
                            let then = posted.received_at;
                            store::post_release(storage, &other, &posted.object, then)
                        }
                        None => Ok(()),
                    }
                }
                Some(Taken::Refused) if posted.new_member => {
                    store::remove_member(storage, &posted.object)
                }
                _ => Ok(()),
            }
        })
    }

    /// The user has the ID, whatever an earlier or later effect says, and should this object have lost
    /// its memory.
    fn keep(storage: &Storage, posted: &Posted) -> Result<(), Error> {
        store::insert_member(storage, &posted.object, posted.received_at)?;
        store::settle_membership(storage, &posted.object)
    }

    /// What the object made of it, if it is a user's, and what is to be counted.
    async fn ask_for(&self, posted: &Posted) -> Result<(Option<Taken>, Option<String>), Error> {
        let object = ObjectName::parse(&posted.object)
            .map_err(|_| Error::internal("a posted effect has no object"))?;
        let mut answered = if posted.effect == Effect::Release {
            let question = Question::Forget {
                user: posted.name.clone(),
                before: Some(posted.received_at.as_secs()),
            };
            ask(&self.env, object, question).await?
        } else {
            let reply = user::Replied {
                name: posted.name.clone(),
                aim: posted.aim.clone(),
                ended: posted.effect == Effect::Ended,
                received_at: posted.received_at.as_secs(),
            };
            user::ask(&self.env, object, user::Question::Replied(reply)).await?
        };
        if answered.status_code() != 200 {
            return Err(Error::overloaded());
        }
        let word = answered.headers().get(HEADER)?;
        let taken = match posted.effect {
            Effect::Release => None,
            _ => Some(internal::message(&answered.bytes().await?)?),
        };
        Ok((taken, word))
    }

    /// Later again, or never if it has become worthless.
    fn put_off(&self, posted: &Posted, why: &Error) -> Result<(), Error> {
        worker::console_error!("threegate: an effect was not taken: {why:?}");
        let now = clock::now();
        let again = match posted.effect {
            Effect::Release => Some(challenge::pause(posted.tries, now)),
            _ => match Thumb::parse(&posted.aim) {
                Some(thumb) => tap::deliver_again(thumb, posted.received_at, posted.tries, now),
                None => challenge::deliver_again(posted.received_at, posted.tries, now),
            },
        };
        self.storage.transact(|storage| match again {
            Some(due_at) => store::put_off(storage, posted.id, due_at),
            None => {
                if posted.new_member {
                    store::remove_member(storage, &posted.object)?;
                }
                store::remove_posted(storage, posted.id).map(drop)
            }
        })
    }
}
