//! What the simulator knows, behind one lock that is never held over an await.
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use reqwest::{Client, Url};
use serde::Serialize;
use threema_gateway::protocol::MessageId;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use crate::delivery::Delivery;
use crate::faults::Faults;
use crate::identity::{Id, random};
use crate::messages::Message;
use crate::options::{NewPhone, Options};
use crate::problem::Problem;

mod file;

pub(crate) use file::{House, Phone, StateFile};

/// How many deliveries, and messages of a phone, are remembered.
const REMEMBERED: usize = 200;
const CREDITS: u64 = 10_000;

/// What all handlers share.
pub(crate) type Shared = Arc<Simulator>;

pub(crate) struct Simulator {
    state: Mutex<State>,
    file: StateFile,
    /// Makes the deliveries, each on a connection of its own. Follows no redirects, uses no proxy.
    pub(crate) client: Client,
    /// Wakes all deliveries that wait for their next attempt.
    pub(crate) hurry: Notify,
    changed: watch::Sender<()>,
}

pub(crate) struct State {
    pub(crate) house: House,
    pub(crate) callback: Option<Url>,
    pub(crate) retry: Duration,
    pub(crate) credits: u64,
    pub(crate) faults: Faults,
    pub(crate) slow: Duration,
    /// Whether phones tell the sender "received" by themselves, as real ones do.
    pub(crate) automatic_receipts: bool,
    /// The status of the receipt that `receipt_first` sends.
    pub(crate) first_receipt: u8,
    pub(crate) deliveries: VecDeque<Delivery>,
    /// Goes up with each reset; what began before it stops.
    pub(crate) era: u64,
    threads: BTreeMap<Id, Vec<Entry>>,
    delivered: u64,
}

/// A message in a phone's thread with the Gateway ID.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Entry {
    pub(crate) direction: Direction,
    pub(crate) message_id: MessageId,
    /// UNIX seconds.
    pub(crate) at: u64,
    #[serde(flatten)]
    pub(crate) message: Message,
    /// Of what the phone sent: the number of its delivery.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) delivery: Option<u64>,
    /// Of what came in: whether the sender wants no automatic receipts.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) no_delivery_receipts: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Direction {
    /// From the Gateway ID to the phone.
    In,
    /// From the phone to the Gateway ID.
    Out,
}

impl Simulator {
    /// Reads or makes the state file.
    ///
    /// # Errors
    /// Problems of the state file; [`Problem::OtherGateway`]; [`Problem::Client`].
    pub(crate) fn begin(options: Options) -> Result<Self, Problem> {
        let file = StateFile::new(options.state);
        let mut phones = options.phones;
        let mut house = match file.read()? {
            Some(house) => house,
            None => {
                if phones.is_empty() {
                    phones = usual_phones()?;
                }
                House::found(options.gateway.map_or_else(|| Id::parse("*TESTTST"), Ok)?)?
            }
        };
        if let Some(asked) = options.gateway.filter(|asked| *asked != house.gateway.id) {
            return Err(Problem::OtherGateway {
                found: house.gateway.id.to_string(),
                asked: asked.to_string(),
            });
        }
        for phone in phones {
            house.settle(phone)?;
        }
        file.write(&house)?;
        let client = Client::builder()
            .no_proxy()
            .pool_max_idle_per_host(0)
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .build()
            .map_err(Problem::Client)?;
        Ok(Self {
            state: Mutex::new(State::new(house, options.callback, options.retry)),
            file,
            client,
            hurry: Notify::new(),
            changed: watch::Sender::new(()),
        })
    }

    /// Reads the state.
    pub(crate) fn read<R>(&self, look: impl FnOnce(&State) -> R) -> R {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the state, and wakes those who wait for a change.
    pub(crate) fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let changed = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.send_replace(());
        changed
    }

    /// Changes who lives here, and keeps it in the file.
    ///
    /// # Errors
    /// Those of `change` (nothing is changed then), and [`Problem::StateFile`].
    pub(crate) fn settle<R>(
        &self,
        change: impl FnOnce(&mut House) -> Result<R, Problem>,
    ) -> Result<R, Problem> {
        self.change(|state| {
            let mut house = state.house.clone();
            let settled = change(&mut house)?;
            self.file.write(&house)?;
            state.house = house;
            Ok(settled)
        })
    }

    /// Waits until the state is as wanted, 30 seconds at most.
    pub(crate) async fn until(&self, wanted: impl Fn(&State) -> bool) {
        let mut changed = self.changed.subscribe();
        let wait = async {
            while !self.read(&wanted) {
                if changed.changed().await.is_err() {
                    return;
                }
            }
        };
        // Too late: the caller shows what there is.
        let _late = timeout(Duration::from_secs(30), wait).await;
    }
}

fn usual_phones() -> Result<Vec<NewPhone>, Problem> {
    [("ALICE001", "Alice"), ("BOBBOB02", "Bob")]
        .into_iter()
        .map(|(id, name)| {
            Ok(NewPhone {
                id: Id::parse(id)?,
                name: name.to_owned(),
                email: None,
                phone: None,
            })
        })
        .collect()
}

impl State {
    fn new(house: House, callback: Option<Url>, retry: Duration) -> Self {
        Self {
            house,
            callback,
            retry,
            credits: CREDITS,
            faults: Faults::default(),
            slow: Duration::from_secs(5),
            automatic_receipts: false,
            first_receipt: 3,
            deliveries: VecDeque::new(),
            era: 0,
            threads: BTreeMap::new(),
            delivered: 0,
        }
    }

    /// # Errors
    /// [`Problem::PhoneUnknown`].
    pub(crate) fn phone(&self, id: Id) -> Result<&Phone, Problem> {
        let phone = self.house.phones.get(&id);
        phone.ok_or_else(|| Problem::PhoneUnknown(id.to_string()))
    }

    /// The messages of a phone, oldest first.
    pub(crate) fn thread(&self, id: Id) -> &[Entry] {
        self.threads.get(&id).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn remember(&mut self, id: Id, entry: Entry) {
        let thread = self.threads.entry(id).or_default();
        if thread.len() >= REMEMBERED {
            thread.remove(0);
        }
        thread.push(entry);
    }

    /// Enters a delivery, and gives it its number.
    pub(crate) fn enter(&mut self, message_id: &str, from: Id) -> u64 {
        self.delivered = self.delivered.saturating_add(1);
        if self.deliveries.len() >= REMEMBERED {
            self.deliveries.pop_front();
        }
        let delivery = Delivery::new(self.delivered, message_id.to_owned(), from);
        self.deliveries.push_back(delivery);
        self.delivered
    }

    /// Forgets deliveries, messages, faults and settings of faults; who lives here stays.
    pub(crate) fn reset(&mut self) {
        self.era = self.era.saturating_add(1);
        self.deliveries.clear();
        self.threads.clear();
        self.faults = Faults::default();
        self.slow = Duration::from_secs(5);
        self.automatic_receipts = false;
        self.first_receipt = 3;
        self.credits = CREDITS;
    }
}

/// # Errors
/// [`Problem::Random`].
pub(crate) fn new_message_id() -> Result<MessageId, Problem> {
    random().map(|bytes| MessageId::from_u64(u64::from_le_bytes(bytes)))
}

/// UNIX seconds.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}
