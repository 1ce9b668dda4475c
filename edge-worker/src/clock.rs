//! The one clock. On the edge it stands still while code runs, so it is read once a request.

use std::time::Duration;

use threegate_core::UnixTime;
use worker::Date;

pub(crate) fn now() -> UnixTime {
    UnixTime::from_secs(Duration::from_millis(Date::now().as_millis()).as_secs())
}

/// A moment as RFC 3339 writes it, in UTC, to the second.
pub(crate) fn rfc3339(at: UnixTime) -> String {
    let millis = at.as_secs().saturating_mul(1_000);
    let date = Date::from(worker::DateInit::Millis(millis));
    let text = String::from(js_sys::Date::from(date).to_iso_string());
    text.strip_suffix(".000Z")
        .map_or_else(|| text.clone(), |whole| [whole, "Z"].concat())
}
