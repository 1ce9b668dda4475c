//! `POST /v1/check`: a code is checked without a widget.

use threegate_core::Method;
use threegate_core::wire::site::CheckRequest;
use worker::Response;

use crate::edge::Edge;
use crate::http;
use crate::problem::Error;
use crate::user::{self, Question};

pub(crate) async fn check(edge: &Edge<'_>) -> Result<Response, Error> {
    let once = super::site(edge)?;
    let asked: CheckRequest = http::json(edge.body()?)?;
    let object = super::object(edge, &asked.user)?;
    let method = match asked.method.as_deref() {
        None => None,
        Some(word) => Some(
            Method::parse(word)
                .ok_or_else(|| Error::bad_request("`method` is `totp`, `hotp` or `recovery`."))?,
        ),
    };
    let code = asked.code;
    user::ask_once(edge.env, object, Question::Check { code, method }, once).await
}
