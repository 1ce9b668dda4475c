//! The outbox: hands each effect to its object until that has taken it.

use std::time::Duration;

use threegate_core::user::ObjectName;
use worker::Response;

use super::store::{self, Effect, Posted};
use super::{Contact, Question, ask};
use crate::counts::HEADER;
use crate::problem::Error;
use crate::user::{self, Taken};
use crate::{clock, internal};

/// How long an effect on a page is worth delivering: the user's object would refuse it anyway.
const WORTH: Duration = Duration::from_secs(600);

/// The longest pause between two tries, in seconds.
const LONGEST_PAUSE: u64 = 300;

impl Contact {
    /// Empties the outbox as far as it is due, and tells what is to be counted. One delivery at a time.
    pub(super) async fn deliver(&self) -> Result<Vec<String>, Error> {
        let mut words = Vec::new();
        if !store::exists(&self.storage)? || self.delivering.replace(true) {
            return Ok(words);
        }
        let emptied = async {
            while let Some(posted) = store::next_posted(&self.storage, clock::now())? {
                self.hand_over(&posted, &mut words).await?;
            }
            Ok(())
        };
        let emptied: Result<(), Error> = emptied.await;
        self.delivering.set(false);
        emptied.map(|()| words)
    }

    async fn hand_over(&self, posted: &Posted, words: &mut Vec<String>) -> Result<(), Error> {
        let answered = self.ask_for(posted).await;
        let taken = match answered {
            Ok(mut response) if response.status_code() == 200 => {
                if let Some(word) = response.headers().get(HEADER)? {
                    words.push(word);
                }
                taken(posted, &mut response).await?
            }
            Ok(response) => return self.put_off(posted, &response.status_code().to_string()),
            Err(fault) => return self.put_off(posted, &format!("{fault:?}")),
        };
        self.storage.transact(|storage| {
            store::remove_posted(storage, posted.id)?;
            match taken {
                Some(Taken::Refused) if posted.is_enrolment() => {
                    store::remove_member(storage, &posted.object)
                }
                Some(Taken::Enrolled {
                    releases: Some(other),
                }) => store::post_release(storage, &other, &posted.object, clock::now()),
                _ => Ok(()),
            }
        })
    }

    async fn ask_for(&self, posted: &Posted) -> Result<Response, Error> {
        let object = ObjectName::parse(&posted.object)
            .map_err(|_| Error::Internal("a posted effect has no object".into()))?;
        if posted.effect == Effect::Release {
            let user = posted.name.clone();
            return ask(&self.env, object, Question::Forget { user }).await;
        }
        let reply = user::Replied {
            name: posted.name.clone(),
            aim: posted.aim.clone(),
            ended: posted.effect == Effect::Ended,
            received_at: posted.received_at.as_secs(),
        };
        user::ask(&self.env, object, user::Question::Replied(reply)).await
    }

    /// Later again, or never if it has become worthless.
    fn put_off(&self, posted: &Posted, why: &str) -> Result<(), Error> {
        worker::console_error!("threegate: a reply was not taken: {why}");
        let now = clock::now();
        let worthless =
            posted.effect != Effect::Release && now.saturating_since(posted.received_at) > WORTH;
        self.storage.transact(|storage| {
            if worthless {
                return store::remove_posted(storage, posted.id);
            }
            let pause = 2_u64.saturating_pow(posted.tries).min(LONGEST_PAUSE);
            let due_at = now.saturating_add(Duration::from_secs(pause));
            store::put_off(storage, posted.id, due_at)
        })
    }
}

/// What the user's object made of it.
async fn taken(posted: &Posted, response: &mut Response) -> Result<Option<Taken>, Error> {
    if posted.effect == Effect::Release {
        return Ok(None);
    }
    internal::message(&response.bytes().await?).map(Some)
}
