//! An authentic message came from this ID: steps 6 to 9 of the callback.

use serde::Serialize;
use threegate_core::UnixTime;
use threegate_core::replay::Window;
use threegate_core::threema;
use threegate_core::threema::callback::Authentic;
use threegate_core::threema::reply::{self, ReplyCode, Verdict};
use threegate_core::threema::tap::Tap;
use worker::Response;

use super::Contact;
use super::store::{self, Effect};
use super::tap;
use crate::config::Config;
use crate::counts::{self, Count};
use crate::http;
use crate::internal::{Given, Message};
use crate::problem::Error;
use crate::storage::Storage;

/// What the edge is told.
#[derive(Serialize)]
pub(crate) struct Received {
    /// Whether the message changed anything, so that it must not come again.
    pub(crate) had_effect: bool,
}

impl Message for Received {
    fn read(from: Given<'_>) -> Option<Self> {
        let had_effect = from.flag("had_effect")?;
        Some(Self { had_effect })
    }
}

impl Contact {
    pub(super) async fn receive(
        &self,
        config: &Config,
        callback: &str,
        received_at: u64,
    ) -> Result<Response, Error> {
        let authentic = Authentic::restore(callback)
            .map_err(|_| Error::internal("a callback was handed on in pieces"))?;
        let received_at = UnixTime::from_secs(received_at);
        let window = config.policy.replay;
        let opened = self.open(config, &authentic).await?;
        let (count, mut had_effect) = match opened.as_ref().map(Opened::said) {
            Ok(Some(said)) => self.storage.transact(|storage| match &said {
                Said::Code(code) => take(storage, code, &authentic, received_at, window),
                Said::Tap(tap) => tap::receive(storage, tap, &authentic, received_at, window),
            })?,
            Ok(None) => (Count::CallbackIgnored, false),
            Err(count) => (*count, false),
        };
        if let (Ok(opened), Count::CallbackIgnored | Count::CallbackMissed) = (&opened, count) {
            had_effect |= self.forward(config, &authentic, &opened.message, received_at)?;
        }
        let mut words = vec![count.as_str().to_owned()];
        if had_effect {
            // Whatever happens to the delivery that follows, the outbox is emptied.
            self.storage.alarm_within(RING).await?;
        }
        if had_effect || matches!(count, Count::CallbackRepeated) {
            // A message asks one user: whoever sends it must not make it cost more.
            words.extend(self.deliver(1).await?);
        }
        let response = http::answer(200, &Received { had_effect })?;
        response.headers().set(counts::HEADER, &words.join(" "))?;
        Ok(response)
    }

    /// Steps 6 and 7: whether anything is awaited from the sender, and what the message says.
    async fn open(
        &self,
        config: &Config,
        authentic: &Authentic<'_>,
    ) -> Result<Result<Opened, Count>, Error> {
        let threema = config.threema.as_ref();
        let threema = threema.ok_or_else(|| Error::internal("no Threema here"))?;
        let known = store::key_in_use(&self.storage)?;
        let key = match known {
            Some(key) => key,
            None => match self.stranger(config, threema, authentic).await? {
                Ok(key) => key,
                Err(count) => return Ok(Err(count)),
            },
        };
        let own = config.end_to_end();
        let own = own.ok_or_else(|| Error::internal("no key pair here"))?;
        let opened = authentic.open_proof(&key, &own.private_key);
        Ok(opened
            .map(|message| Opened {
                message,
                is_known: known.is_some(),
            })
            .map_err(|_| Count::CallbackUnreadable))
    }
}

/// What a message says.
struct Opened {
    message: threema::Message,
    /// Something may be awaited from its sender.
    is_known: bool,
}

impl Opened {
    fn said(&self) -> Option<Said> {
        let code = ReplyCode::read(&self.message).map(Said::Code);
        let said = code.or_else(|| Tap::read(&self.message).map(Said::Tap));
        said.filter(|_| self.is_known)
    }
}

/// What a message means here, if anything.
enum Said {
    Code(ReplyCode),
    Tap(Tap),
}

/// Milliseconds until the alarm looks after a delivery.
pub(super) const RING: i64 = 2_000;

/// Steps 8 and 9: matches the code, and stores the message with its effect.
fn take(
    storage: &Storage,
    code: &ReplyCode,
    message: &Authentic<'_>,
    received_at: UnixTime,
    window: Window,
) -> Result<(Count, bool), Error> {
    let received_at = store::advance_clock(storage, received_at)?;
    let message_id = message.message_id().to_hex();
    if store::is_seen(storage, &message_id)? {
        return Ok((Count::CallbackRepeated, false));
    }
    let found = store::wait(storage, code.as_str())?;
    let awaiting = store::is_awaiting(storage, received_at)?;
    let misses = store::misses(storage)?;
    let wait = found.as_ref().map(|found| found.wait);
    let verdict = reply::judge(wait, awaiting, misses, message.date(), received_at);
    match (verdict, found) {
        (Verdict::Matched, Some(found)) => {
            store::end_wait(storage, code.as_str())?;
            store::save_misses(storage, 0)?;
            let members = store::members(storage)?;
            let is_member = members.contains(&found.user);
            let joins = reply::joins(found.aim, members.len(), is_member);
            let (effect, new_member) =
                joins.map_or((Effect::Ended, false), |joins| (Effect::Matched, joins));
            if new_member {
                // Taken back if the user's object refuses the enrolment.
                store::insert_member(storage, &found.user, received_at)?;
            }
            store::post(storage, effect, found.about(), received_at, new_member)?;
        }
        (Verdict::Ended, _) => {
            store::save_misses(storage, 0)?;
            for ended in store::end_all_waits(storage, received_at)? {
                store::post(storage, Effect::Ended, ended.about(), received_at, false)?;
            }
        }
        (Verdict::Missed(misses), _) => store::save_misses(storage, misses)?,
        _ => return Ok((Count::CallbackMissed, false)),
    }
    let forget_at = window.keep_until(message.date(), received_at);
    store::insert_seen(storage, &message_id, forget_at)?;
    let count = match wait {
        Some(_) => Count::CallbackMatched,
        None => Count::CallbackMissed,
    };
    Ok((count, true))
}
