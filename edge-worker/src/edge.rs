//! What every handler is given: the settings, the time, and the request with its body read.

use threegate_core::UnixTime;
use worker::{Env, Request};
use zeroize::Zeroizing;

use crate::config::Config;
use crate::problem::Error;

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
            Err(Error::TooLarge) => Err(Error::TooLarge),
            Err(_) => Err(Error::BadRequest("The body ended too early.".into())),
        }
    }
}
