//! What every handler is given: the settings, the time, and the request with its body read.

use threegate_core::UnixTime;
use worker::{Env, Request};
use zeroize::Zeroizing;

use crate::config::Config;
use crate::problem::{Error, Why};

pub(crate) struct Edge<'a> {
    pub(crate) env: &'a Env,
    pub(crate) config: &'a Config,
    pub(crate) now: UnixTime,
    pub(crate) request: &'a Request,
    pub(crate) body: Result<Zeroizing<Vec<u8>>, Error>,
}

impl Edge<'_> {
    /// The request's body.
    pub(crate) fn body(&self) -> Result<&[u8], Error> {
        match &self.body {
            Ok(body) => Ok(body),
            Err(error) if matches!(error.why(), Why::TooLarge) => Err(Error::too_large()),
            Err(_) => Err(Error::bad_request("The body ended too early.")),
        }
    }
}
