//! Which messages had their effect, in KV: the cheap filter at the edge.
//!
//! It is eventually consistent, caches that it knows nothing, and may fail. So it may only ever say "known";
//! the exact memory is the sender's `Contact`. A KV that fails is no reason to fail.

use std::time::Duration;

use futures_util::future::{Either, select};
use js_sys::{Object, Promise, Reflect};
use threegate_core::UnixTime;
use threegate_core::policy::Policy;
use threegate_core::threema::callback::Authentic;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use worker::{Delay, Env};

/// How long KV may take. The message is worth more than the filter.
const PATIENCE: Duration = Duration::from_secs(2);

/// The shortest time that KV keeps anything, in seconds.
const SHORTEST: u64 = 60;

pub(crate) struct MessageIds(Option<Store>);

#[wasm_bindgen]
extern "C" {
    /// A KV namespace, as far as it is needed here.
    type Store;

    #[wasm_bindgen(method, catch)]
    fn get(this: &Store, name: &str) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn put(this: &Store, name: &str, value: &str, options: &Object) -> Result<Promise, JsValue>;
}

impl MessageIds {
    pub(crate) fn of(env: &Env) -> Self {
        let store = Reflect::get(env, &"MESSAGE_IDS".into()).ok();
        let store = store.filter(|store| store.is_object());
        if store.is_none() {
            worker::console_error!("threegate: MESSAGE_IDS: there is no such KV namespace");
        }
        Self(store.map(JsCast::unchecked_into))
    }

    /// Whether there is such a namespace.
    pub(crate) const fn is_there(&self) -> bool {
        self.0.is_some()
    }

    /// Whether the message of that name surely had its effect.
    pub(crate) async fn knows(&self, name: &str) -> bool {
        let Some(store) = &self.0 else {
            return false;
        };
        let found = done(store.get(name)).await;
        found.is_some_and(|found| found.is_string())
    }

    /// Remembers the message until its date alone refuses it, or for ever.
    pub(crate) async fn remember(
        &self,
        name: &str,
        message: &Authentic<'_>,
        policy: &Policy,
        now: UnixTime,
    ) {
        let Some(store) = &self.0 else {
            return;
        };
        let options = Object::new();
        if !policy.strict_memory {
            let until = policy.replay.keep_until(message.date(), now);
            let seconds = until.saturating_since(now).as_secs().max(SHORTEST);
            let seconds = u32::try_from(seconds).unwrap_or(u32::MAX);
            let _ = Reflect::set(&options, &"expirationTtl".into(), &seconds.into());
        }
        done(store.put(name, "1", &options)).await;
    }
}

/// What KV answers; nothing if it fails.
async fn done(asked: Result<Promise, JsValue>) -> Option<JsValue> {
    let answered = match asked {
        Ok(promise) => match select(JsFuture::from(promise), Delay::from(PATIENCE)).await {
            Either::Left((answered, _)) => answered,
            Either::Right(_) => Err("no answer in time".into()),
        },
        Err(fault) => Err(fault),
    };
    answered
        .inspect_err(|fault| worker::console_error!("threegate: MESSAGE_IDS: {fault:?}"))
        .ok()
}
