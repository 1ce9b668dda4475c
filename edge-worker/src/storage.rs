//! The runtime's SQL and its transaction. Statements stand with their objects; nothing but this touches
//! a cursor.
//!
//! The runtime's cursors are bound here with `catch`: those of the crate `worker` let what JavaScript
//! throws through, and an exception that nobody catches ends the request without an answer. An `Err`
//! after a write would still commit it, so a transaction is the runtime's own `transactionSync`, which
//! rolls back on a throw.

use js_sys::{Array, Promise, Reflect, Uint8Array};
use threegate_core::UnixTime;
use wasm_bindgen::prelude::*;

use crate::problem::Error;

/// An object's storage.
#[derive(Debug)]
pub(crate) struct Storage {
    object: worker::Storage,
    sql: Sql,
}

/// What is to be done after a clean-up.
pub(crate) enum Next {
    /// Nothing is worth keeping.
    Nothing,
    /// Nothing will end by itself.
    Rest,
    /// Something ends then.
    At(UnixTime),
}

/// Milliseconds between two clean-ups, at least.
const SHORTEST: i64 = 2_000;

/// A row of a result. Columns are read as what they must be, or the whole request fails.
#[derive(Debug)]
pub(crate) struct Row(JsValue);

#[wasm_bindgen]
extern "C" {
    type ObjectStorage;

    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &ObjectStorage,
        work: &mut dyn FnMut() -> Result<JsValue, JsValue>,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch, js_name = setAlarm)]
    fn set_alarm(this: &ObjectStorage, at: f64) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, getter)]
    fn sql(this: &ObjectStorage) -> Sql;

    #[derive(Debug)]
    type Sql;

    #[wasm_bindgen(method, catch, variadic)]
    fn exec(this: &Sql, query: &str, bindings: &Array) -> Result<Cursor, JsValue>;

    type Cursor;

    #[wasm_bindgen(method, catch, js_name = toArray)]
    fn to_array(this: &Cursor) -> Result<Array, JsValue>;
}

/// A value for a `?` of a statement. Only [`Storage::rows`] makes JavaScript's of it: at each of the
/// statements that would be a tenth of the worker.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Value<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Blob(&'a [u8]),
}

/// Values for the `?`s of a statement, in their order.
macro_rules! bind {
    ($($value:expr),* $(,)?) => {
        &[$($crate::storage::Value::from($value)),*]
    };
}
pub(crate) use bind;

impl Storage {
    pub(crate) fn of(state: &worker::State) -> Self {
        let object = state.storage();
        let raw: &ObjectStorage = object.as_raw().unchecked_ref();
        Self {
            sql: raw.sql(),
            object,
        }
    }

    /// Runs `work` in one transaction. What it returns as an error rolls everything back; a rule's
    /// refusal is an outcome, so it belongs inside `T`, and what was written with it stays.
    pub(crate) fn transact<T>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut work = Some(work);
        let mut outcome = None;
        self.transact_once(&mut || {
            let result = work.take().map(|work| work(self));
            let committed = matches!(result, Some(Ok(_)));
            outcome = result;
            committed
        })?;
        outcome.unwrap_or_else(|| Err(Error::internal("a transaction did not run")))
    }

    /// Commits if `work` says so. What is generic stays outside, to keep the module small.
    fn transact_once(&self, work: &mut dyn FnMut() -> bool) -> Result<(), Error> {
        let mut rolled_back = false;
        let mut run = || {
            rolled_back = !work();
            if rolled_back {
                return Err(JsValue::NULL);
            }
            Ok(JsValue::UNDEFINED)
        };
        let storage: &ObjectStorage = self.object.as_raw().unchecked_ref();
        let thrown = storage.transaction_sync(&mut run);
        match thrown {
            Err(fault) if !rolled_back => Err(Error::internal(format_args!(
                "a transaction failed: {fault:?}"
            ))),
            _ => Ok(()),
        }
    }

    /// Whether anything was ever stored. Reading does not make it so.
    pub(crate) fn has_table(&self, table: &str) -> Result<bool, Error> {
        let query = "select 1 from sqlite_master where type = 'table' and name = ?";
        Ok(self.row(query, bind![table])?.is_some())
    }

    /// The rows of a query.
    pub(crate) fn rows(&self, query: &str, bindings: &[Value<'_>]) -> Result<Vec<Row>, Error> {
        let bindings: Array = bindings.iter().map(|value| value.to_js()).collect();
        let rows = self
            .sql
            .exec(query, &bindings)
            .and_then(|cursor| cursor.to_array());
        let rows = rows.map_err(|fault| Error::internal(format_args!("SQL: {fault:?}")))?;
        Ok(rows.iter().map(Row).collect())
    }

    /// The first row of a query, if there is one.
    pub(crate) fn row(&self, query: &str, bindings: &[Value<'_>]) -> Result<Option<Row>, Error> {
        Ok(self.rows(query, bindings)?.into_iter().next())
    }

    /// Runs a statement.
    pub(crate) fn run(&self, statement: &str, bindings: &[Value<'_>]) -> Result<(), Error> {
        self.rows(statement, bindings).map(drop)
    }

    /// Removes everything, the alarm too.
    pub(crate) async fn erase(&self) -> Result<(), Error> {
        self.object.delete_alarm().await?;
        Ok(self.object.delete_all().await?)
    }

    /// Does what is next after a clean-up.
    pub(crate) async fn go_on(&self, next: Next, now: UnixTime) -> Result<(), Error> {
        match next {
            Next::Nothing => self.erase().await,
            Next::Rest => Ok(()),
            Next::At(at) => {
                let wait = at.saturating_since(now).as_millis();
                // What is due already is on its way, or was put off just now.
                let wait = i64::try_from(wait).unwrap_or(i64::MAX);
                self.alarm_within(wait.max(SHORTEST)).await
            }
        }
    }

    /// Lets the alarm ring at once, as a part of the transaction: what was stored is then looked at even if
    /// everything ends here.
    pub(crate) fn ring(&self) -> Result<(), Error> {
        let storage: &ObjectStorage = self.object.as_raw().unchecked_ref();
        // It is set when this returns; the promise tells when that has reached the disk.
        let rung = storage.set_alarm(js_sys::Date::now());
        rung.map(drop)
            .map_err(|fault| Error::internal(format_args!("the alarm: {fault:?}")))
    }

    /// Sets the object's one alarm, unless one is set for that time or earlier. Milliseconds from now.
    pub(crate) async fn alarm_within(&self, offset: i64) -> Result<(), Error> {
        let now = i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX);
        let at = now.saturating_add(offset);
        match self.object.get_alarm().await? {
            Some(earlier) if earlier <= at => Ok(()),
            _ => Ok(self.object.set_alarm(offset).await?),
        }
    }
}

impl Row {
    /// A text that is always there.
    pub(crate) fn text(&self, column: &str) -> Result<String, Error> {
        self.maybe_text(column)?.ok_or_else(|| unreadable(column))
    }

    /// A text, or null.
    pub(crate) fn maybe_text(&self, column: &str) -> Result<Option<String>, Error> {
        self.read(column, |value| value.as_string())
    }

    /// A whole number that is always there.
    pub(crate) fn integer(&self, column: &str) -> Result<i64, Error> {
        self.maybe_integer(column)?
            .ok_or_else(|| unreadable(column))
    }

    /// A whole number, or null. SQL's integers arrive as JavaScript's numbers.
    pub(crate) fn maybe_integer(&self, column: &str) -> Result<Option<i64>, Error> {
        self.read(column, |value| whole(value.as_f64()?))
    }

    /// Bytes that are always there.
    pub(crate) fn blob(&self, column: &str) -> Result<Vec<u8>, Error> {
        self.maybe_blob(column)?.ok_or_else(|| unreadable(column))
    }

    /// Bytes, or null.
    pub(crate) fn maybe_blob(&self, column: &str) -> Result<Option<Vec<u8>>, Error> {
        self.read(column, |value| {
            let buffer: &js_sys::ArrayBuffer = value.dyn_ref()?;
            Some(Uint8Array::new(buffer).to_vec())
        })
    }

    fn read<T>(
        &self,
        column: &str,
        read: impl FnOnce(&JsValue) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let value = Reflect::get(&self.0, &column.into()).unwrap_or(JsValue::UNDEFINED);
        if value.is_null() {
            return Ok(None);
        }
        read(&value).map(Some).ok_or_else(|| unreadable(column))
    }
}

impl Value<'_> {
    fn to_js(self) -> JsValue {
        match self {
            Self::Null => JsValue::NULL,
            Self::Integer(integer) => {
                // JavaScript's numbers are whole up to 2^53, some 285 million years of seconds.
                let low = u32::try_from(integer & 0xffff_ffff).unwrap_or(0);
                let high = i32::try_from(integer >> 32).unwrap_or(i32::MAX);
                (f64::from(high) * 4_294_967_296.0 + f64::from(low)).into()
            }
            Self::Text(text) => text.into(),
            Self::Blob(bytes) => Uint8Array::from(bytes).into(),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value<'_> {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Self::Blob(bytes)
    }
}

impl<'a, T: Into<Self>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Seconds as SQL has them. Times beyond its integers do not come up before the year 292 277 026 596.
pub(crate) fn integer(at: UnixTime) -> i64 {
    i64::try_from(at.as_secs()).unwrap_or(i64::MAX)
}

pub(crate) fn time(secs: i64) -> UnixTime {
    UnixTime::from_secs(u64::try_from(secs).unwrap_or(0))
}

const LARGEST: u64 = 1 << 53;

#[expect(
    clippy::as_conversions,
    reason = "whole and within 2^53 by the line above"
)]
fn whole(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() <= LARGEST as f64).then_some(number as i64)
}

fn unreadable(column: &str) -> Error {
    Error::internal(format_args!("the stored column `{column}` cannot be read"))
}
