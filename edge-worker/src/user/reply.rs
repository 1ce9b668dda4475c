//! What an object answers: the wire's documents, and for the edge a word on what to count.

use serde::Serialize;
use threegate_core::Error as Cause;
use threegate_core::qr::{Payload, Symbol};
use threegate_core::wire::client::Drawing;
use worker::Response;

use crate::counts::{self, Count};
use crate::http;
use crate::problem::{Error, Why};

pub(super) fn plain(status: u16, value: &impl Serialize) -> Result<Response, Error> {
    http::answer(status, value)
}

pub(super) fn counted(
    status: u16,
    value: &impl Serialize,
    count: Count,
) -> Result<Response, Error> {
    let response = http::answer(status, value)?;
    response.headers().set(counts::HEADER, count.as_str())?;
    Ok(response)
}

/// `payload` as a symbol, for a page that only shows it.
pub(super) fn drawing(payload: &impl Payload) -> Result<Drawing, Error> {
    let symbol = Symbol::new(payload);
    let symbol = symbol.map_err(|fault| Error::internal(format_args!("a symbol: {fault}")))?;
    Ok(Drawing {
        modules: symbol.modules().into(),
        path: symbol.path().into(),
    })
}

pub(super) fn problem(error: &Error) -> worker::Result<Response> {
    let response = http::problem(error)?;
    let count = match error.why() {
        Why::RefusedUntil(Cause::CodeWrong, ..) => Count::CodesRefused,
        Why::RefusedUntil(Cause::CodeUsed, ..) => Count::CodesUsedAgain,
        Why::Refused(Cause::Throttled { .. } | Cause::GuessingClosed, _)
        | Why::RefusedUntil(Cause::Throttled { .. } | Cause::GuessingClosed, ..) => {
            Count::Throttled
        }
        Why::Refused(Cause::TicketInvalid | Cause::TicketExpired | Cause::OriginMismatch, _) => {
            Count::TokensRefused
        }
        _ => return Ok(response),
    };
    response.headers().set(counts::HEADER, count.as_str())?;
    Ok(response)
}
