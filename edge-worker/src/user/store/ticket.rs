//! Tickets, by their hash, with the pass that each may have earned.

use threegate_core::ticket::{PER_USER, Pass, Proved, RedemptionKey, Ticket};
use threegate_core::{Method, Purpose, UnixTime};

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Row, Storage, bind};

/// A ticket with what the site said when it asked for it.
pub(in crate::user) struct StoredTicket {
    pub(in crate::user) id: String,
    pub(in crate::user) ticket: Ticket,
    pub(in crate::user) origin: String,
    pub(in crate::user) label: Option<String>,
    pub(in crate::user) methods: Vec<Method>,
    pub(in crate::user) locale: Option<String>,
    /// The browser's address, as the site says.
    pub(in crate::user) ip: Option<String>,
    /// Whether the user wants the browser to be remembered.
    pub(in crate::user) remember: bool,
    /// The pass's hash, and what it has been through.
    pub(in crate::user) pass: Option<(String, Pass)>,
}

pub(in crate::user) fn ticket(storage: &Storage, id: &str) -> Result<Option<StoredTicket>, Error> {
    let row = storage.row("select * from ticket where id = ?", bind![id])?;
    row.as_ref().map(read).transpose()
}

/// The names of all tickets.
pub(in crate::user) fn tickets(storage: &Storage) -> Result<Vec<String>, Error> {
    if !super::exists(storage)? {
        return Ok(Vec::new());
    }
    let rows = storage.rows("select id from ticket", bind![])?;
    rows.iter().map(|row| row.text("id")).collect()
}

/// Stores a new ticket. The oldest beyond [`PER_USER`] ends.
pub(in crate::user) fn insert_ticket(storage: &Storage, new: &StoredTicket) -> Result<(), Error> {
    let methods: Vec<_> = new.methods.iter().map(|method| method.as_str()).collect();
    storage.run(
        "insert into ticket (id, purpose, origin, label, methods, locale, ip, expires_at)
         values (?, ?, ?, ?, ?, ?, ?, ?)",
        bind![
            new.id.as_str(),
            new.ticket.purpose().as_str(),
            new.origin.as_str(),
            new.label.as_deref(),
            &methods.join(" "),
            new.locale.as_deref(),
            new.ip.as_deref(),
            integer(new.ticket.expires_at()),
        ],
    )?;
    let kept = i64::try_from(PER_USER).unwrap_or(i64::MAX);
    storage.run(
        "delete from ticket where rowid not in (
           select rowid from ticket order by proved_at is null, rowid desc limit ?)",
        bind![kept],
    )
}

/// Stores what core made of the ticket.
pub(in crate::user) fn save_ticket(
    storage: &Storage,
    id: &str,
    ticket: &Ticket,
) -> Result<(), Error> {
    let method = |proved: Option<Proved>| proved.map(|proved| proved.method.as_str());
    let at = |proved: Option<Proved>| proved.map(|proved| integer(proved.at));
    let (proved, earned) = (ticket.proved(), ticket.earned());
    storage.run(
        "update ticket set proved_method = ?, proved_at = ?, earned_method = ?, earned_at = ?
         where id = ?",
        bind![method(proved), at(proved), method(earned), at(earned), id],
    )
}

/// Nothing is proved by `method` any more, as long as the site has not heard of it; `but` is the ticket
/// under which that is said.
pub(in crate::user) fn end_proofs(
    storage: &Storage,
    method: Method,
    but: Option<&str>,
) -> Result<(), Error> {
    storage.run(
        "update ticket set proved_method = null, proved_at = null, earned_method = null,
           earned_at = null, pass = null, pass_expires_at = null
         where id is not ?1 and redeemed_at is null and ?2 in (proved_method, earned_method)",
        bind![but, method.as_str()],
    )
}

pub(in crate::user) fn save_pass(
    storage: &Storage,
    id: &str,
    hash: &str,
    pass: &Pass,
) -> Result<(), Error> {
    storage.run(
        "update ticket set pass = ?, pass_expires_at = ? where id = ?",
        bind![hash, integer(pass.expires_at()), id],
    )
}

/// The pass is no more. Whoever has it has nothing.
pub(in crate::user) fn remove_pass(storage: &Storage, id: &str) -> Result<(), Error> {
    storage.run(
        "update ticket set pass = null, pass_expires_at = null where id = ?",
        bind![id],
    )
}

pub(in crate::user) fn save_redemption(
    storage: &Storage,
    id: &str,
    key: Option<RedemptionKey>,
    now: UnixTime,
) -> Result<(), Error> {
    let key = key.as_ref().map(|key| key.as_bytes().as_slice());
    storage.run(
        "update ticket set redeemed_at = ?, idempotency_key = ? where id = ?",
        bind![integer(now), key, id],
    )
}

fn read(row: &Row) -> Result<StoredTicket, Error> {
    let purpose = Purpose::parse(&row.text("purpose")?)
        .ok_or_else(|| Error::internal("a stored ticket cannot be read"))?;
    let ticket = Ticket::restore(
        purpose,
        time(row.integer("expires_at")?),
        proved(row, "proved_method", "proved_at")?,
        proved(row, "earned_method", "earned_at")?,
    );
    let methods = row.text("methods")?;
    Ok(StoredTicket {
        id: row.text("id")?,
        ticket,
        origin: row.text("origin")?,
        label: row.maybe_text("label")?,
        methods: methods.split(' ').filter_map(Method::parse).collect(),
        locale: row.maybe_text("locale")?,
        ip: row.maybe_text("ip")?,
        remember: row.maybe_integer("remember")? == Some(1),
        pass: pass(row)?,
    })
}

fn pass(row: &Row) -> Result<Option<(String, Pass)>, Error> {
    let hash = row.maybe_text("pass")?;
    let expires_at = row.maybe_integer("pass_expires_at")?;
    let (Some(hash), Some(expires_at)) = (hash, expires_at) else {
        return Ok(None);
    };
    let key = row.maybe_blob("idempotency_key")?;
    let key = key.and_then(|key| Some(RedemptionKey::from_bytes(key.try_into().ok()?)));
    let redeemed = row.maybe_integer("redeemed_at")?.map(|_| key);
    Ok(Some((hash, Pass::restore(time(expires_at), redeemed))))
}

fn proved(row: &Row, method: &str, at: &str) -> Result<Option<Proved>, Error> {
    let method = row.maybe_text(method)?;
    let at = row.maybe_integer(at)?.map(time);
    let method = method.as_deref().and_then(Method::parse);
    Ok(method.zip(at).map(|(method, at)| Proved { method, at }))
}
