//! What happened, counted for the status: in memory, and handed to `Site` now and then.
//!
//! One object counts for the whole deployment, so it must not be asked at every request: an isolate
//! hands its counts over at most every ten seconds. What an isolate counted last may be lost with it.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use threegate_core::UnixTime;
use threegate_core::key::KeyId;
use worker::{Context, Env, Response};

use crate::config::Config;
use crate::problem::Error;
use crate::site;

const PAUSE: Duration = Duration::from_secs(10);

/// The header in which an object tells the edge what to count, in words separated by blanks. It never
/// leaves the worker.
pub(crate) const HEADER: &str = "threegate-count";

/// What is counted. The words are those of `GET /v1/status`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Count {
    CallbackAddressee,
    CallbackEarly,
    CallbackIgnored,
    CallbackMac,
    CallbackMatched,
    CallbackMissed,
    CallbackOld,
    CallbackRepeated,
    CallbackShape,
    CallbackStranger,
    CallbackUnreadable,
    Callbacks,
    CodesRefused,
    CodesUsedAgain,
    Enrollments,
    EventsDelivered,
    EventsDropped,
    EventsFailed,
    EventsGivenUp,
    GatewayFaults,
    KeysChanged,
    LookUps,
    Passes,
    Proofs,
    RecoveryProofs,
    Redeemed,
    RedemptionsRefused,
    ReplyEnrollments,
    ReplyProofs,
    ReplyRefused,
    Resets,
    SecretsRefused,
    SendFaults,
    Sends,
    SendsRefused,
    StrangersLeftUnread,
    TapDeclined,
    TapDisputed,
    TapProofs,
    TapRefused,
    TapWithheld,
    Throttled,
    Tickets,
    TokensRefused,
}

/// What is remembered by when it happened last. The words are those of `GET /v1/status`.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Moment {
    CallbackSeen,
    EventDelivered,
}

thread_local! {
    static KEPT: RefCell<Kept> = const {
        RefCell::new(Kept { counts: Vec::new(), moments: Vec::new(), handed_over: None })
    };
}

struct Kept {
    counts: Vec<(String, u64)>,
    moments: Vec<(String, u64)>,
    handed_over: Option<UnixTime>,
}

impl Count {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::CallbackAddressee => "callback_addressee",
            Self::CallbackEarly => "callback_early",
            Self::CallbackIgnored => "callback_ignored",
            Self::CallbackMac => "callback_mac",
            Self::CallbackMatched => "callback_matched",
            Self::CallbackMissed => "callback_missed",
            Self::CallbackOld => "callback_old",
            Self::CallbackRepeated => "callback_repeated",
            Self::CallbackShape => "callback_shape",
            Self::CallbackStranger => "callback_stranger",
            Self::CallbackUnreadable => "callback_unreadable",
            Self::Callbacks => "callbacks",
            Self::CodesRefused => "codes_refused",
            Self::CodesUsedAgain => "codes_used_again",
            Self::Enrollments => "enrolments",
            Self::EventsDelivered => "events_delivered",
            Self::EventsDropped => "events_dropped",
            Self::EventsFailed => "events_failed",
            Self::EventsGivenUp => "events_given_up",
            Self::GatewayFaults => "gateway_faults",
            Self::KeysChanged => "keys_changed",
            Self::LookUps => "look_ups",
            Self::Passes => "passes",
            Self::Proofs => "proofs",
            Self::RecoveryProofs => "recovery_proofs",
            Self::Redeemed => "redeemed",
            Self::RedemptionsRefused => "redemptions_refused",
            Self::ReplyEnrollments => "reply_enrolments",
            Self::ReplyProofs => "reply_proofs",
            Self::ReplyRefused => "reply_refused",
            Self::Resets => "resets",
            Self::SecretsRefused => "secrets_refused",
            Self::SendFaults => "send_faults",
            Self::Sends => "sends",
            Self::SendsRefused => "sends_refused",
            Self::StrangersLeftUnread => "strangers_left_unread",
            Self::TapDeclined => "tap_declined",
            Self::TapDisputed => "tap_disputed",
            Self::TapProofs => "tap_proofs",
            Self::TapRefused => "tap_refused",
            Self::TapWithheld => "tap_withheld",
            Self::Throttled => "throttled",
            Self::Tickets => "tickets",
            Self::TokensRefused => "tokens_refused",
        }
    }
}

impl Moment {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::CallbackSeen => "callback_seen_at",
            Self::EventDelivered => "event_delivered_at",
        }
    }
}

pub(crate) fn add(count: Count) {
    add_many(count.as_str(), 1);
}

/// Remembers that it happened now.
pub(crate) fn saw(moment: Moment, now: UnixTime) {
    keep_later(moment.as_str(), now.as_secs());
}

fn keep_later(word: &str, at: u64) {
    KEPT.with_borrow_mut(
        |kept| match kept.moments.iter_mut().find(|(known, _)| known == word) {
            Some((_, last)) => *last = at.max(*last),
            None => kept.moments.push((word.into(), at)),
        },
    );
}

/// Counts what an object said in its answer.
pub(crate) fn take_from(response: &Response) -> worker::Result<()> {
    if let Some(words) = response.headers().get(HEADER)? {
        add_words(&words);
    }
    Ok(())
}

/// Whether that is what an object said.
pub(crate) fn are(response: &Response, count: Count) -> worker::Result<bool> {
    let words = response.headers().get(HEADER)?;
    Ok(words.is_some_and(|words| words == count.as_str()))
}

/// Counts what another object said, in words separated by blanks.
pub(crate) fn add_words(words: &str) {
    words.split(' ').for_each(|word| add_many(word, 1));
}

fn add_many(word: &str, more: u64) {
    KEPT.with_borrow_mut(
        |kept| match kept.counts.iter_mut().find(|(known, _)| known == word) {
            Some((_, count)) => *count = count.saturating_add(more),
            None => kept.counts.push((word.into(), more)),
        },
    );
}

/// Hands the counts over after the answer, if the last time is long enough ago.
pub(crate) fn hand_over_later(env: &Env, context: &Context, config: &Rc<Config>, now: UnixTime) {
    let due = KEPT.with_borrow_mut(|kept| {
        let paused = kept
            .handed_over
            .is_some_and(|last| now.saturating_since(last) < PAUSE);
        let due = !paused && !kept.counts.is_empty();
        if due {
            kept.handed_over = Some(now);
        }
        due
    });
    if !due {
        return;
    }
    let (env, config) = (env.clone(), config.clone());
    context.wait_until(async move {
        if let Err(fault) = hand_over(&env, &config).await {
            worker::console_error!("threegate: counts not handed over: {fault:?}");
        }
    });
}

/// Hands the counts over now.
pub(crate) async fn hand_over(env: &Env, config: &Config) -> Result<Response, Error> {
    let (counts, moments) = KEPT.with_borrow_mut(|kept| {
        let counts = std::mem::take(&mut kept.counts);
        (counts, std::mem::take(&mut kept.moments))
    });
    let question = site::Question::Count {
        counts: counts.clone(),
        moments: moments.clone(),
        naming_key: config.naming.id().to_hex(),
        rotating_to: config.vault.rotating_to().map(KeyId::to_hex),
    };
    let handed = match site::ask(env, &question).await {
        Ok(answer) if answer.status_code() != 200 => {
            Err(Error::internal("`Site` did not take the counts"))
        }
        handed => handed,
    };
    if handed.is_err() {
        for (word, count) in counts {
            add_many(&word, count);
        }
        for (word, at) in moments {
            keep_later(&word, at);
        }
    }
    handed
}

#[cfg(test)]
mod tests {
    use threegate_core::threema::callback::{Field, Refused};

    use super::Count;

    #[test]
    fn a_refused_callback_is_counted_under_the_code_that_it_is_answered_with() {
        for (refused, count) in [
            (Refused::Mac, Count::CallbackMac),
            (Refused::Addressee, Count::CallbackAddressee),
            (Refused::Shape(Field::Mac), Count::CallbackShape),
        ] {
            assert_eq!(refused.code(), count.as_str());
        }
    }
}
