//! Tickets in storage: found by their hash, checked against the page, saved after core has decided.

use threegate_core::origin::Origin;
use threegate_core::ticket::{Enrolled, IdempotencyKey, Pass, Proved, Ticket};
use threegate_core::{Error as Cause, Method, Purpose, UnixTime};

use super::{Desk, store};
use crate::problem::Error;
use crate::storage::{Row, Storage, bind};

/// What a widget shows of itself.
pub(super) struct Shown {
    /// The ticket's hash.
    pub(super) ticket: String,
    /// The page's origin.
    pub(super) origin: String,
}

/// A ticket with what the site said when it asked for it, inside a transaction.
pub(super) struct Holder<'a> {
    pub(super) storage: &'a Storage,
    pub(super) now: UnixTime,
    pub(super) id: String,
    pub(super) ticket: Ticket,
    pub(super) label: Option<String>,
    pub(super) methods: Vec<Method>,
    pub(super) locale: Option<String>,
    pub(super) origin: String,
    pub(super) pass: Option<(String, Pass)>,
    pub(super) enrolled: Enrolled,
}

impl Desk<'_> {
    /// Runs `work` in a transaction, for a ticket that is this user's, of this page, and still holds.
    /// A refusal is an outcome: what `work` stored before it stays.
    pub(super) fn holding<T>(
        &self,
        shown: &Shown,
        work: impl FnOnce(&mut Holder<'_>) -> Result<Result<T, Cause>, Error>,
    ) -> Result<T, Error> {
        let mut at = self.now;
        let outcome = self.storage.transact(|storage| {
            if !store::exists(storage)? {
                return Ok(Err(Cause::TicketInvalid));
            }
            let now = store::advance_clock(storage, self.now)?;
            at = now;
            let Some(mut holder) = find(storage, &shown.ticket, now)? else {
                return Ok(Err(Cause::TicketInvalid));
            };
            if holder.origin != shown.origin {
                return Ok(Err(Cause::OriginMismatch));
            }
            if let Err(cause) = holder.ticket.check(now) {
                return Ok(Err(cause));
            }
            work(&mut holder)
        })?;
        outcome.map_err(|cause| Error::Refused(cause, at))
    }
}

impl Holder<'_> {
    /// The methods that can prove a factor here, the default first.
    pub(super) fn usable(&self) -> impl Iterator<Item = Method> {
        self.enrolled.usable(&self.methods)
    }

    /// The host of the ticket's page.
    pub(super) fn hostname(&self) -> String {
        let origin = Origin::parse(&self.origin);
        origin.map_or_else(|_| String::new(), |origin| origin.hostname().into())
    }

    /// Stores what core made of the ticket.
    pub(super) fn save(&self) -> Result<(), Error> {
        let method = |proved: Option<Proved>| proved.map(|proved| proved.method.as_str());
        let at = |proved: Option<Proved>| proved.map(|proved| store::integer(proved.at));
        let (proved, earned) = (self.ticket.proved(), self.ticket.earned());
        self.storage.run(
            "update ticket set proved_method = ?, proved_at = ?, earned_method = ?, earned_at = ?
             where id = ?",
            bind![
                method(proved),
                at(proved),
                method(earned),
                at(earned),
                self.id.as_str(),
            ],
        )
    }

    pub(super) fn save_pass(&self, hash: &str, pass: &Pass) -> Result<(), Error> {
        self.storage.run(
            "update ticket set pass = ?, pass_expires_at = ? where id = ?",
            bind![hash, store::integer(pass.expires_at()), self.id.as_str(),],
        )
    }

    pub(super) fn save_redemption(&self, key: Option<IdempotencyKey>) -> Result<(), Error> {
        self.storage.run(
            "update ticket set redeemed_at = ?, idempotency_key = ? where id = ?",
            bind![
                store::integer(self.now),
                key.as_ref().map(|key| key.as_bytes().as_slice()),
                self.id.as_str(),
            ],
        )
    }
}

/// The ticket of that hash, whether or not it still holds.
pub(super) fn find<'a>(
    storage: &'a Storage,
    id: &str,
    now: UnixTime,
) -> Result<Option<Holder<'a>>, Error> {
    let row = storage.row("select * from ticket where id = ?", bind![id])?;
    row.map(|row| read(storage, &row, now)).transpose()
}

fn read<'a>(storage: &'a Storage, row: &Row, now: UnixTime) -> Result<Holder<'a>, Error> {
    let purpose = Purpose::parse(&row.text("purpose")?)
        .ok_or_else(|| Error::Internal("a stored ticket cannot be read".into()))?;
    let ticket = Ticket::restore(
        purpose,
        store::time(row.integer("expires_at")?),
        proved(row, "proved_method", "proved_at")?,
        proved(row, "earned_method", "earned_at")?,
    );
    let methods = row.text("methods")?;
    Ok(Holder {
        storage,
        now,
        ticket,
        enrolled: store::enrolled(storage)?,
        methods: methods.split(' ').filter_map(Method::parse).collect(),
        pass: pass(row)?,
        id: row.text("id")?,
        label: row.maybe_text("label")?,
        locale: row.maybe_text("locale")?,
        origin: row.text("origin")?,
    })
}

fn pass(row: &Row) -> Result<Option<(String, Pass)>, Error> {
    let hash = row.maybe_text("pass")?;
    let expires_at = row.maybe_integer("pass_expires_at")?;
    let (Some(hash), Some(expires_at)) = (hash, expires_at) else {
        return Ok(None);
    };
    let key = row.maybe_blob("idempotency_key")?;
    let key = key.and_then(|key| Some(IdempotencyKey::from_bytes(key.try_into().ok()?)));
    let redeemed = row.maybe_integer("redeemed_at")?.map(|_| key);
    Ok(Some((
        hash,
        Pass::restore(store::time(expires_at), redeemed),
    )))
}

fn proved(row: &Row, method: &str, at: &str) -> Result<Option<Proved>, Error> {
    let method = row.maybe_text(method)?;
    let at = row.maybe_integer(at)?.map(store::time);
    let method = method.as_deref().and_then(Method::parse);
    Ok(method.zip(at).map(|(method, at)| Proved { method, at }))
}
