//! Browsers that are remembered, and which tickets' browsers are to be.

use threegate_core::UnixTime;
use threegate_core::device::{Device, PER_USER};
use threegate_core::token::TokenHash;
use threegate_core::wire::client::ListedDevice;

use super::{integer, time};
use crate::problem::Error;
use crate::storage::{Row, Storage, bind};

pub(super) const TABLE: &str = "create table if not exists device (
       id text primary key,
       token text not null,
       created_at integer not null,
       last_used_at integer not null,
       expires_at integer not null
     )";

pub(in crate::user) fn device(storage: &Storage, name: &str) -> Result<Option<Device>, Error> {
    let row = storage.row("select * from device where id = ?", bind![name])?;
    row.as_ref().map(read).transpose()
}

pub(in crate::user) fn devices(storage: &Storage) -> Result<Vec<ListedDevice>, Error> {
    let rows = storage.rows("select * from device order by created_at, rowid", bind![])?;
    let listed = rows.iter().map(|row| {
        let device = read(row)?;
        Ok(ListedDevice {
            device: row.text("id")?,
            created_at: device.created_at().as_secs(),
            last_used_at: time(row.integer("last_used_at")?).as_secs(),
            expires_at: device.expires_at().as_secs(),
        })
    });
    listed.collect()
}

/// Stores a device, or the token that follows its last one. The one that was used longest ago goes, if they
/// are too many.
pub(in crate::user) fn save_device(
    storage: &Storage,
    name: &str,
    device: Device,
    now: UnixTime,
) -> Result<(), Error> {
    storage.run(
        "insert into device values (?, ?, ?, ?, ?) on conflict do update
         set token = excluded.token, last_used_at = excluded.last_used_at",
        bind![
            name,
            &device.token().to_text(),
            integer(device.created_at()),
            integer(now),
            integer(device.expires_at()),
        ],
    )?;
    let kept = i64::try_from(PER_USER).unwrap_or(i64::MAX);
    storage.run(
        "delete from device where id not in (
           select id from device order by last_used_at desc, rowid desc limit ?)",
        bind![kept],
    )
}

/// Forgets a device, and tells whether it was there.
pub(in crate::user) fn remove_device(storage: &Storage, name: &str) -> Result<bool, Error> {
    let gone = storage.rows("delete from device where id = ? returning id", bind![name])?;
    Ok(!gone.is_empty())
}

/// Forgets all devices, those too that are about to be remembered, and tells how many there were.
pub(in crate::user) fn remove_devices(storage: &Storage) -> Result<usize, Error> {
    storage.run("update ticket set remember = null", bind![])?;
    let gone = storage.rows("delete from device returning id", bind![])?;
    Ok(gone.len())
}

pub(in crate::user) fn save_remember(
    storage: &Storage,
    ticket: &str,
    remember: bool,
) -> Result<(), Error> {
    storage.run(
        "update ticket set remember = ? where id = ?",
        bind![i64::from(remember), ticket],
    )
}

pub(super) fn clean_up(storage: &Storage, now: UnixTime) -> Result<(), Error> {
    storage.run(
        "delete from device where expires_at <= ?",
        bind![integer(now)],
    )
}

fn read(row: &Row) -> Result<Device, Error> {
    let token = TokenHash::parse(&row.text("token")?)
        .map_err(|_| Error::internal("a stored device cannot be read"))?;
    let created_at = time(row.integer("created_at")?);
    Ok(Device::restore(
        token,
        created_at,
        time(row.integer("expires_at")?),
    ))
}
