//! `POST /v1/siteverify`: a pass is redeemed, once.

use base64ct::{Base64UrlUnpadded, Encoding};
use threegate_core::test_secret::TestSecret;
use threegate_core::token::{self, Pass, TokenHash};
use threegate_core::user::UserId;
use threegate_core::wire::site::{SiteverifyAnswer, SiteverifyError, SiteverifyRequest};
use worker::Response;
use zeroize::Zeroizing;

use crate::counts::{self, Count};
use crate::edge::Edge;
use crate::problem::Error;
use crate::user::{self, Question};
use crate::{clock, http, random};

pub(crate) async fn siteverify(edge: &Edge<'_>) -> Result<Response, Error> {
    match redeem(edge).await {
        Ok(response) => Ok(response),
        Err(cause) => {
            counts::add(match cause {
                SiteverifyError::InvalidInputSecret => Count::SecretsRefused,
                _ => Count::RedemptionsRefused,
            });
            http::answer(200, &SiteverifyAnswer::refused(cause))
        }
    }
}

/// A name for this one request.
fn this_request() -> Result<String, Error> {
    Ok(Base64UrlUnpadded::encode_string(&random::bytes::<16>()?))
}

async fn redeem(edge: &Edge<'_>) -> Result<Response, SiteverifyError> {
    use SiteverifyError::{
        BadRequest, InternalError, InvalidInputSecret, MissingInputResponse, MissingInputSecret,
    };

    let bearer = http::bearer(edge.request);
    let asked = siteverify_request(edge)?;
    let secret = bearer.or_else(|| asked.secret.map(Zeroizing::new));
    let secret = secret.filter(|text| !text.is_empty());
    let secret = secret.ok_or(MissingInputSecret)?;
    let test = TestSecret::parse(&secret);
    if test.is_some() && !TestSecret::hold_for(&edge.config.origins) {
        worker::console_error!(
            "threegate: a test secret, and SITE_ORIGINS lists more than localhost"
        );
    }
    let test = test.filter(|_| TestSecret::hold_for(&edge.config.origins));
    if test.is_none() && !edge.config.site_secret.matches(&secret) {
        return Err(InvalidInputSecret);
    }
    let response = asked.response.filter(|text| !text.is_empty());
    let response = response.ok_or(MissingInputResponse)?;
    let user = asked.user.ok_or(BadRequest)?;
    let ticket = asked.ticket_id.ok_or(BadRequest)?;

    let object = UserId::parse(&user)?.object(&edge.config.naming);
    if let Some(test) = test {
        let at = clock::rfc3339(edge.now);
        let answer = SiteverifyAnswer::of_test(test, &response, at);
        return http::answer(200, &answer).map_err(|_| InternalError);
    }
    let ticket = TokenHash::parse(&ticket)?;
    let pass = token::check_for::<Pass>(&response, &edge.config.tokens, object, edge.now)?;
    let question = Question::Redeem {
        pass: pass.hash().to_text(),
        ticket: ticket.to_text(),
        // The object may be asked twice if it was just moved; that must not look like a duplicate.
        idempotency_key: match asked.idempotency_key.filter(|key| !key.is_empty()) {
            Some(key) => Some(key),
            None => Some(this_request().map_err(|_| InternalError)?),
        },
    };
    let answered = user::ask(edge.env, object, question).await;
    match answered {
        Ok(response) if response.status_code() == 200 => Ok(response),
        Ok(_) => Err(InternalError),
        Err(fault) => {
            worker::console_error!("threegate: siteverify: {fault:?}");
            Err(InternalError)
        }
    }
}

/// Turnstile takes a form or JSON.
fn siteverify_request(edge: &Edge<'_>) -> Result<SiteverifyRequest, SiteverifyError> {
    let kind = http::header(edge.request, "content-type").unwrap_or_default();
    let body = edge.body().map_err(|_| SiteverifyError::BadRequest)?;
    let parsed = if kind.starts_with("application/x-www-form-urlencoded") {
        http::form(body)
    } else {
        http::json(body).ok()
    };
    parsed.ok_or(SiteverifyError::BadRequest)
}
