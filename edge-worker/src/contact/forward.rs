//! Messages that are handed on to the site, if it asked for them: a stranger's, too. Nothing of them is kept
//! but in the outbox, and nothing of a stranger's when that is empty.

use threegate_core::UnixTime;
use threegate_core::event::Incoming;
use threegate_core::replay;
use threegate_core::threema::callback::Authentic;
use threegate_core::threema::gateway::GatewayError;
use threegate_core::threema::{Message, PublicKey};

use super::{Contact, store};
use crate::config::{Config, Threema};
use crate::counts::Count;
use crate::problem::Error;
use crate::{events, gateway, site};

impl Contact {
    /// The key of a sender of whom nothing is kept here. It stays in memory alone.
    pub(super) async fn stranger(
        &self,
        config: &Config,
        threema: &Threema,
        authentic: &Authentic<'_>,
    ) -> Result<Result<PublicKey, Count>, Error> {
        if !is_wanted(config) {
            return Ok(Err(Count::CallbackStranger));
        }
        if let Some(key) = self.stranger.get() {
            return Ok(Ok(key));
        }
        let may = site::ask(&self.env, &site::Question::LookUpStranger).await?;
        if may.status_code() != 200 {
            return Ok(Err(Count::StrangersLeftUnread));
        }
        match gateway::public_key(threema, authentic.from()).await {
            Ok(key) => {
                self.stranger.set(Some(key));
                Ok(Ok(key))
            }
            Err(GatewayError::Unknown) => Ok(Err(Count::CallbackStranger)),
            Err(fault) => Err(Error::gateway(fault)),
        }
    }

    /// Hands a message on that did nothing here, once. Whether it did.
    pub(super) fn forward(
        &self,
        config: &Config,
        authentic: &Authentic<'_>,
        message: &Message,
        received_at: UnixTime,
    ) -> Result<bool, Error> {
        let (from, id, date) = (authentic.from(), authentic.message_id(), authentic.date());
        let incoming = Incoming::new(from, id, date, message);
        let Some(incoming) = incoming.filter(|_| is_wanted(config)) else {
            return Ok(false);
        };
        let name = replay::name(&config.naming, from, id);
        self.storage.transact(|storage| {
            if store::exists(storage)? {
                let id = id.to_hex();
                if store::is_seen(storage, &id)? {
                    return Ok(false);
                }
                let forget_at = config.policy.replay.keep_until(date, received_at);
                store::insert_seen(storage, &id, forget_at)?;
            }
            events::note_message(storage, config, &name, &incoming.members(), received_at)?;
            Ok(true)
        })
    }
}

const fn is_wanted(config: &Config) -> bool {
    config.webhook.is_some() && config.policy.forward_messages
}
