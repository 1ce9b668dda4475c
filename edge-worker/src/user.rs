//! The object `User`: one user's factors, tickets, challenges and counts, and the one judge of them.
//!
//! ```text
//! question ─▶ load ─▶ threegate-core decides ─▶ store ─▶ answer         one transaction
//!                 └─ recovery codes: stretched by WebCrypto before it
//! ```
//!
//! Answers are the wire's own documents; the edge passes them on. Nothing is stored for a user who
//! never enrols: the first table comes with the first ticket.

use std::cell::Cell;
use std::fmt;

use threegate_core::challenge;
use threegate_core::idempotency::Once;
use threegate_core::user::ObjectName;
use worker::{
    DurableObject, Env, Request, Response, State, WebSocket, WebSocketIncomingMessage,
    durable_object,
};

use crate::idempotency::Key;
use crate::problem::Error;
use crate::sockets::{self, Sockets};
use crate::storage::Storage;
use crate::{clock, config, events};

mod admit;
mod check;
mod describe;
mod device;
mod enrol;
mod erase;
mod export;
mod let_go;
mod listing;
mod manage;
mod once;
mod prefill;
mod prove;
mod question;
mod recovery;
mod redeem;
mod reply;
mod reseal;
mod restore;
mod site_user;
mod store;
mod threema;
mod ticket;
mod vault;

pub(crate) use admit::Wanted;
pub(crate) use device::ShownDevice;
pub(crate) use export::Exported;
pub(crate) use prefill::LookUpLeave;
use question::Asked;
pub(crate) use question::{ClientQuestion, Question};
pub(crate) use reseal::Resealed;
pub(crate) use threema::{
    CONTACTS, Contact, Delivered, Erased, Outgoing, Prepared, Replied, Taken,
};

/// Asks the object of that name.
pub(crate) async fn ask(
    env: &Env,
    object: ObjectName,
    question: Question,
) -> Result<Response, Error> {
    ask_once(env, object, question, None).await
}

/// The same for a request that may come twice.
pub(crate) async fn ask_once(
    env: &Env,
    object: ObjectName,
    question: Question,
    once: Option<Once>,
) -> Result<Response, Error> {
    let asked = Asked::of(object, question, once);
    crate::objects::ask(env, "USER", &asked.object, crate::objects::words(&asked)?).await
}

/// Asks the object of that name for a socket.
pub(crate) async fn ask_for_socket(
    env: &Env,
    object: ObjectName,
    question: Question,
) -> Result<Response, Error> {
    let asked = Asked::of(object, question, None);
    crate::objects::upgrade(env, "USER", &asked.object, &asked).await
}

/// When `Site` is told again, if it could not be: milliseconds.
const LISTED_AGAIN: i64 = 60_000;

#[durable_object]
pub struct User {
    storage: Storage,
    sockets: Sockets,
    env: Env,
    /// `Site` is being told whether the user is enrolled.
    listing: Cell<bool>,
}

impl DurableObject for User {
    fn new(state: State, env: Env) -> Self {
        Self {
            storage: Storage::of(&state),
            sockets: Sockets::of(&state),
            env,
            listing: Cell::new(false),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let answered = self.answer(&mut request).await;
        answered.or_else(|error| reply::problem(&error))
    }

    /// Throws if it fails, so that the runtime tries again.
    async fn alarm(&self) -> worker::Result<Response> {
        let cleaned = self.clean_up().await;
        cleaned.map_err(|fault| {
            worker::console_error!("threegate: clean-up: {fault:?}");
            worker::Error::RustError("the clean-up failed".into())
        })
    }

    async fn websocket_message(
        &self,
        socket: WebSocket,
        _message: WebSocketIncomingMessage,
    ) -> worker::Result<()> {
        sockets::hear_nothing(&socket)
    }

    async fn websocket_close(
        &self,
        socket: WebSocket,
        _code: usize,
        _reason: String,
        _was_clean: bool,
    ) -> worker::Result<()> {
        sockets::close_too(&socket);
        Ok(())
    }

    async fn websocket_error(
        &self,
        _socket: WebSocket,
        _fault: worker::Error,
    ) -> worker::Result<()> {
        Ok(())
    }

    /// Nobody connects here.
    async fn connect(&self, _socket: worker::Socket) -> worker::Result<()> {
        Err(worker::Error::RustError("nothing listens here".into()))
    }
}

/// The environment holds every secret, and shows them all.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").finish_non_exhaustive()
    }
}

impl User {
    async fn answer(&self, request: &mut Request) -> Result<Response, Error> {
        let Asked {
            object,
            question,
            once,
        } = crate::objects::question(request).await?;
        let object = ObjectName::parse(&object)
            .map_err(|cause| Error::internal(format_args!("object name: {cause}")))?;
        let config = config::of(&self.env).map_err(Error::misconfigured)?;
        let account = Account {
            storage: &self.storage,
            sockets: &self.sockets,
            config: &config,
            object,
            now: clock::now(),
            once: once.map(Key::once),
        };
        if let Some(answer) = account.replayed()? {
            return Ok(answer);
        }
        match question {
            Question::Admit(wanted) => account.admit(wanted).await,
            Question::Client {
                ticket,
                origin,
                question,
            } => {
                account
                    .client(&ticket::Presented { ticket, origin }, question)
                    .await
            }
            Question::Delivered(delivered) => account.delivered(&delivered),
            Question::Redeem {
                pass,
                ticket,
                idempotency_key,
            } => account.redeem(&pass, &ticket, idempotency_key.as_deref()),
            Question::Replied(replied) => account.replied(&replied),
            Question::Address => account.address(),
            Question::Contacts => account.told_contacts(),
            Question::Check { code, method } => account.check(&code, method).await,
            Question::Describe => account.describe(),
            Question::Export => account.export(),
            Question::Restore { document } => account.restore(&document),
            Question::TakeAway { factor } => account.taken_away(&factor),
            Question::TakeOver { user, uris } => account.take_over(&user, &uris),
            Question::Reseal => account.reseal(),
            Question::Reset { erase } => {
                let erased = account.reset(erase)?;
                self.list().await?;
                if erase || config.webhook.is_none() {
                    self.clean_up().await?;
                }
                Ok(erased)
            }
        }
    }

    /// Seals everything under the present key, if another one is being rotated out.
    fn seal_anew(&self, object: &str) -> Result<(), Error> {
        let config = config::of(&self.env).map_err(Error::misconfigured)?;
        if config.vault.rotating_to().is_none() {
            return Ok(());
        }
        let object = ObjectName::parse(object)
            .map_err(|_| Error::internal("a listed user has no object"))?;
        let account = Account {
            storage: &self.storage,
            sockets: &self.sockets,
            config: &config,
            object,
            now: clock::now(),
            once: None,
        };
        account.reseal().map(drop)
    }

    /// Forgets what has ended, and everything if nothing is enrolled and no ticket is left.
    async fn clean_up(&self) -> Result<Response, Error> {
        self.let_go().await?;
        if let Ok(config) = config::of(&self.env) {
            self.storage
                .transact(|storage| threema::tell_unanswered(storage, &config, clock::now()))?;
            let user = site_user::site_user(&self.storage, &config)?;
            let user = user.as_ref().map(|user| user.as_str());
            events::deliver(&self.storage, &self.env, &config, user, clock::now()).await?;
        }
        let now = clock::now();
        let next = self.storage.transact(|storage| {
            let next = store::clean_up(storage, now)?;
            events::after(storage, next)
        })?;
        let listed = self.list().await;
        if let Err(fault) = &listed {
            worker::console_error!("threegate: `Site` was not told: {fault:?}");
        }
        if listed.is_err() || self.listing.get() {
            self.storage.alarm_within(LISTED_AGAIN).await?;
            return Ok(Response::empty()?);
        }
        self.storage.go_on(next, now).await?;
        self.sockets.close_all_but(&store::tickets(&self.storage)?);
        Ok(Response::empty()?)
    }
}

/// Everything a question needs, for as long as it is being answered.
struct Account<'a> {
    storage: &'a Storage,
    sockets: &'a Sockets,
    config: &'a config::Config,
    object: ObjectName,
    now: threegate_core::UnixTime,
    /// The key of a request that may come twice.
    once: Option<Once>,
}

impl Account<'_> {
    async fn client(
        &self,
        presented: &ticket::Presented,
        question: ClientQuestion,
    ) -> Result<Response, Error> {
        match question {
            ClientQuestion::Abandon { challenge } => self.abandon(presented, &challenge),
            ClientQuestion::Answer { challenge, code } => {
                self.prove(presented, &challenge, &code).await
            }
            ClientQuestion::Begin { method } => self.begin(presented, method),
            ClientQuestion::BeginByCode {
                factor,
                contact,
                device,
            } => self.begin_by_code(presented, &factor, contact, &device),
            ClientQuestion::BeginThreema {
                method,
                factor,
                contact,
                code,
            } => self.begin_threema(presented, method, &factor, &contact, &code),
            ClientQuestion::Confirm { factor, code } => self.confirm(presented, &factor, &code),
            ClientQuestion::KeyChanged => self.key_changed(presented),
            ClientQuestion::KeepRecoveryCodes => self.keep_recovery_codes(presented),
            ClientQuestion::MakeRecoveryCodes => self.make_recovery_codes(presented).await,
            ClientQuestion::MayLookUp { method, by } => {
                self.may_look_up(presented, method, by.as_deref())
            }
            ClientQuestion::Open { method } => self.open(presented, method),
            ClientQuestion::OpenReply {
                challenge,
                factor,
                code,
            } => self.open_reply(presented, &challenge, &factor, &code),
            ClientQuestion::Pass { remember } => self.pass(presented, remember),
            ClientQuestion::Prefer { method } => self.prefer(presented, method),
            ClientQuestion::PrepareReply => self.prepare_reply(presented),
            ClientQuestion::ResendCode { challenge, device } => {
                self.resend_code(presented, &challenge, &device)
            }
            ClientQuestion::AskForTap { challenge, device } => {
                let asked = self.ask_for_tap(presented, &challenge, &device)?;
                // When nobody answers, somebody has to notice.
                let life = i64::try_from(challenge::LIFE.as_millis()).unwrap_or(i64::MAX);
                self.storage.alarm_within(life).await?;
                Ok(asked)
            }
            ClientQuestion::SendCode { challenge, device } => {
                self.send_code(presented, &challenge, &device)
            }
            ClientQuestion::ShowReply => self.show_reply(presented),
            ClientQuestion::Remove { factor } => self.remove(presented, &factor),
            ClientQuestion::Rename { factor, name } => self.rename(presented, &factor, &name),
            ClientQuestion::Resync { factor, codes } => self.resync(presented, &factor, &codes),
            ClientQuestion::Revoke { device } => self.revoke(presented, device.as_deref()),
            ClientQuestion::Socket => self.socket(presented),
            ClientQuestion::View => self.view(presented),
        }
    }
}
