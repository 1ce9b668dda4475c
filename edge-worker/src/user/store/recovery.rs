//! The set of recovery codes. A user has one.

use threegate_core::UnixTime;
use threegate_core::recovery::{Digest, Rounds, Salt, Set, Stored};
use threegate_core::wire::client::Recovery;

use super::integer;
use crate::problem::Error;
use crate::storage::{Storage, bind};

/// The set of recovery codes with its sealed key.
pub(in crate::user) struct RecoverySet {
    pub(in crate::user) set: Set,
    pub(in crate::user) sealed_key: Vec<u8>,
}

pub(in crate::user) fn recovery_set(storage: &Storage) -> Result<Option<RecoverySet>, Error> {
    let row = storage.row("select salt, rounds, key from recovery_set", bind![])?;
    let Some(row) = row else {
        return Ok(None);
    };
    let codes = storage.rows(
        "select digest, used_at from recovery_code order by place",
        bind![],
    )?;
    let mut stored = Vec::with_capacity(codes.len());
    for code in codes {
        stored.push(Stored {
            digest: Digest::from_bytes(exact(&code.blob("digest")?)?),
            used: code.maybe_integer("used_at")?.is_some(),
        });
    }
    let salt = Salt::from_bytes(exact(&row.blob("salt")?)?);
    let rounds = u32::try_from(row.integer("rounds")?).unwrap_or(0);
    let set = Rounds::new(rounds)
        .ok()
        .and_then(|rounds| Set::from_stored(salt, rounds, stored).ok());
    let set = set.ok_or_else(|| Error::internal("a stored recovery set cannot be read"))?;
    Ok(Some(RecoverySet {
        set,
        sealed_key: row.blob("key")?,
    }))
}

/// Puts a new set in place of the old one, which stops working at once.
pub(in crate::user) fn replace_recovery_set(
    storage: &Storage,
    set: &Set,
    sealed_key: &[u8],
    now: UnixTime,
) -> Result<(), Error> {
    storage.run("delete from recovery_code", bind![])?;
    storage.run(
        "insert or replace into recovery_set values (1, ?, ?, ?, ?, null)",
        bind![
            set.salt().as_bytes().as_slice(),
            i64::from(set.rounds().count()),
            sealed_key,
            integer(now),
        ],
    )?;
    for (place, code) in (0_i64..).zip(set.stored()) {
        storage.run(
            "insert into recovery_code values (?, ?, null)",
            bind![place, code.digest.as_bytes().as_slice()],
        )?;
    }
    Ok(())
}

/// Nothing is left for it to stand beside.
pub(in crate::user) fn remove_recovery_set(storage: &Storage) -> Result<(), Error> {
    storage.run("delete from recovery_code", bind![])?;
    storage.run("delete from recovery_set", bind![])
}

/// The key under the vault's present key.
pub(in crate::user) fn reseal_recovery_key(storage: &Storage, sealed: &[u8]) -> Result<(), Error> {
    storage.run("update recovery_set set key = ?", bind![sealed])
}

pub(in crate::user) fn use_recovery_code(
    storage: &Storage,
    index: usize,
    now: UnixTime,
) -> Result<(), Error> {
    let place = i64::try_from(index).unwrap_or(i64::MAX);
    storage.run(
        "update recovery_code set used_at = ? where place = ?",
        bind![integer(now), place],
    )
}

pub(in crate::user) fn keep_recovery_set(storage: &Storage, now: UnixTime) -> Result<(), Error> {
    storage.run(
        "update recovery_set set kept_at = coalesce(kept_at, ?)",
        bind![integer(now)],
    )
}

/// What is left of the recovery codes, if there are any.
pub(in crate::user) fn recovery(storage: &Storage) -> Result<Option<Recovery>, Error> {
    let row = storage.row(
        "select (select count(*) from recovery_code where used_at is null) as unused,
           kept_at from recovery_set",
        bind![],
    )?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Recovery {
        left: u64::try_from(row.integer("unused")?).unwrap_or(0),
        kept: row.maybe_integer("kept_at")?.is_some(),
    }))
}

fn exact<const N: usize>(bytes: &[u8]) -> Result<[u8; N], Error> {
    let exact = bytes.try_into();
    exact.map_err(|_| Error::internal("stored bytes of another length"))
}
