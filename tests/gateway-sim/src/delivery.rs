//! Delivery to the callback, with the Gateway's rule: an answer of 200 means taken; anything else,
//! or none, means three more attempts, an interval apart, and then the message is thrown away.
use std::sync::Arc;

use serde::Serialize;
use tokio::sync::{Barrier, Mutex, oneshot};
use tokio::time::sleep;

use crate::identity::Id;
use crate::state::{Shared, now};

mod attempt;
mod raw;

pub(crate) use attempt::{Attempt, make};
pub(crate) use raw::Manner;

const RETRIES: u32 = 3;

/// What is known of a delivery.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Delivery {
    pub(crate) number: u64,
    pub(crate) message_id: String,
    pub(crate) from: Id,
    /// UNIX seconds.
    pub(crate) at: u64,
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// The first answer, or another attempt, is awaited.
    Pending,
    /// Answered with 200.
    Delivered,
    /// No attempt is left.
    ThrownAway,
}

impl Delivery {
    pub(crate) fn new(number: u64, message_id: String, from: Id) -> Self {
        Self {
            number,
            message_id,
            from,
            at: now(),
            attempts: Vec::new(),
            outcome: Outcome::Pending,
        }
    }
}

/// A body on its way.
pub(crate) struct Parcel {
    pub(crate) message_id: String,
    pub(crate) from: Id,
    pub(crate) body: String,
    /// Which recut it is.
    pub(crate) label: Option<String>,
    pub(crate) manner: Manner,
    /// Whether the retry rule holds; without it one attempt is all.
    pub(crate) retry: bool,
    /// For so many attempts the answer is thrown away as if it had not come.
    pub(crate) lost_answers: u32,
}

/// A delivery that has begun.
pub(crate) struct Begun {
    pub(crate) number: u64,
    pub(crate) first: oneshot::Receiver<Attempt>,
}

/// How several begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// All at the same moment, each on a connection of its own.
    Together,
    /// Each when the one before it has come to its end.
    OneByOne,
}

/// Begins to deliver them; each goes on by itself.
pub(crate) fn begin(simulator: &Shared, parcels: Vec<Parcel>, pace: Pace) -> Vec<Begun> {
    let gate = Arc::new(Barrier::new(parcels.len()));
    let turn = Arc::new(Mutex::new(()));
    parcels
        .into_iter()
        .map(|parcel| {
            let number = simulator.change(|state| state.enter(&parcel.message_id, parcel.from));
            let (answered, first) = oneshot::channel();
            let carry = carry(Arc::clone(simulator), number, parcel, answered);
            let (gate, turn) = (Arc::clone(&gate), Arc::clone(&turn));
            tokio::spawn(async move {
                gate.wait().await;
                match pace {
                    Pace::Together => carry.await,
                    Pace::OneByOne => {
                        let _mine = turn.lock().await;
                        carry.await;
                    }
                }
            });
            Begun { number, first }
        })
        .collect()
}

async fn carry(simulator: Shared, number: u64, parcel: Parcel, answered: oneshot::Sender<Attempt>) {
    let era = simulator.read(|state| state.era);
    let mut answered = Some(answered);
    let mut lost = parcel.lost_answers;
    let mut left = if parcel.retry { RETRIES } else { 0 };
    loop {
        let mut attempt = make(&simulator, &parcel).await;
        if lost > 0 {
            lost = lost.saturating_sub(1);
            attempt.lose_answer();
        }
        let outcome = match (attempt.taken(), left) {
            (true, _) => Outcome::Delivered,
            (false, 0) => Outcome::ThrownAway,
            (false, _) => Outcome::Pending,
        };
        // Listening before anybody learns of the attempt: who then says "hurry" is heard.
        let hurry = simulator.hurry.notified();
        tokio::pin!(hurry);
        hurry.as_mut().enable();
        simulator.change(|state| {
            let mut deliveries = state.deliveries.iter_mut();
            if let Some(delivery) = deliveries.find(|delivery| delivery.number == number) {
                delivery.attempts.push(attempt.clone());
                delivery.outcome = outcome;
            }
        });
        if let Some(answered) = answered.take() {
            // Nobody may be waiting.
            let _unheard = answered.send(attempt);
        }
        if outcome != Outcome::Pending {
            return;
        }
        left = left.saturating_sub(1);
        let interval = simulator.read(|state| state.retry);
        tokio::select! {
            () = sleep(interval) => {}
            () = hurry => {}
        }
        if simulator.read(|state| state.era) != era {
            return;
        }
    }
}
