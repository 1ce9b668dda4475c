//! The site API: the calls of the site's own server.

use base64ct::{Base64UrlUnpadded, Encoding};

use threegate_core::key::SharedSecret;
use threegate_core::origin::Origin;
use threegate_core::otp::Label;
use threegate_core::token::{self, Pass, TokenHash};
use threegate_core::user::{ObjectName, UserId};
use threegate_core::wire::site::{
    SiteverifyAnswer, SiteverifyError, SiteverifyRequest, TicketRequest, UserRequest, UserReset,
};
use threegate_core::{Method, Purpose};
use worker::Response;
use zeroize::Zeroizing;

use crate::counts::{self, Count};
use crate::edge::Edge;
use crate::problem::Error;
use crate::user::{self, Erased, Question, Wanted};
use crate::{contact, http, internal, random};

mod status;

pub(crate) use status::status;

pub(crate) async fn tickets(edge: &Edge<'_>) -> Result<Response, Error> {
    authorise(edge, "SITE_SECRET", &edge.config.site_secret)?;
    let asked: TicketRequest = http::json(edge.body()?)?;
    let refuse = |cause| Error::Refused(cause, edge.now);

    let user = UserId::parse(&asked.user).map_err(refuse)?;
    let purpose = Purpose::parse(&asked.purpose)
        .ok_or_else(|| Error::BadRequest("`purpose` is `enroll`, `manage` or `verify`.".into()))?;
    let origin = Origin::parse(&asked.origin).map_err(refuse)?;
    if !edge.config.knows_origin(origin.as_str()) {
        return Err(Error::OriginUnknown);
    }
    let label = asked.label.as_deref().map(Label::parse).transpose();
    let label = label.map_err(|fault| refuse(fault.into()))?;
    let methods = methods(edge, asked.methods.as_deref())?;
    let locale = asked.locale.as_deref().map(locale).transpose()?;

    let wanted = Wanted {
        user: asked.user.clone(),
        purpose,
        origin: origin.as_str().into(),
        label: label.map(|label| label.as_str().into()),
        methods,
        locale,
        expect_enrolled: asked.expect_enrolled,
    };
    let object = user.object(&edge.config.naming);
    user::ask(edge.env, object, Question::Admit(wanted)).await
}

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

pub(crate) async fn reset(edge: &Edge<'_>) -> Result<Response, Error> {
    authorise(edge, "ADMIN_SECRET", &edge.config.admin_secret)?;
    let asked: UserRequest = http::json(edge.body()?)?;
    let user = UserId::parse(&asked.user).map_err(|cause| Error::Refused(cause, edge.now))?;
    let object = user.object(&edge.config.naming);
    // Before, so that nothing is left if this ends in the middle; and after, for what came in between.
    let known = erasing(edge, object, Question::Contacts).await?;
    release(edge, object, &known.contacts).await?;
    let erased = erasing(edge, object, Question::Reset).await?;
    release(edge, object, &erased.contacts).await?;
    counts::add(Count::Resets);
    let reset = UserReset {
        reset: erased.found,
    };
    http::answer(200, &reset)
}

async fn erasing(edge: &Edge<'_>, object: ObjectName, asked: Question) -> Result<Erased, Error> {
    let mut told = user::ask(edge.env, object, asked).await?;
    if told.status_code() != 200 {
        return Err(Error::Overloaded);
    }
    internal::message(&told.bytes().await?)
}

/// Lets contacts forget a user.
async fn release(edge: &Edge<'_>, user: ObjectName, contacts: &[String]) -> Result<(), Error> {
    for contact in contacts {
        let object = ObjectName::parse(contact)
            .map_err(|_| Error::Internal("a contact has no object".into()))?;
        let question = contact::Question::Forget {
            user: user.to_hex(),
            before: None,
        };
        let told = contact::ask(edge.env, object, question).await?;
        if told.status_code() != 200 {
            return Err(Error::Overloaded);
        }
    }
    Ok(())
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
    if !edge.config.site_secret.matches(&secret) {
        return Err(InvalidInputSecret);
    }
    let response = asked.response.filter(|text| !text.is_empty());
    let response = response.ok_or(MissingInputResponse)?;
    let user = asked.user.ok_or(BadRequest)?;
    let ticket = asked.ticket_id.ok_or(BadRequest)?;

    let object = UserId::parse(&user)?.object(&edge.config.naming);
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

fn authorise(edge: &Edge<'_>, setting: &'static str, secret: &SharedSecret) -> Result<(), Error> {
    let presented = http::bearer(edge.request).unwrap_or_default();
    if secret.matches(&presented) {
        return Ok(());
    }
    counts::add(Count::SecretsRefused);
    Err(Error::SecretInvalid(setting))
}

/// What this user may use: what the site says, as far as this deployment has it.
fn methods(edge: &Edge<'_>, words: Option<&[String]>) -> Result<Vec<Method>, Error> {
    let Some(words) = words else {
        return Ok(edge.config.methods().collect());
    };
    let known = words.iter().map(|word| {
        Method::parse(word)
            .ok_or_else(|| Error::BadRequest(format!("`methods`: there is no method `{word}`.")))
    });
    let known: Vec<_> = known.collect::<Result<_, _>>()?;
    let here = edge.config.methods();
    Ok(here.filter(|method| known.contains(method)).collect())
}

/// A BCP 47 tag, as far as its shape goes.
fn locale(tag: &str) -> Result<String, Error> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if tag.is_empty() || tag.len() > 35 || !tag.bytes().all(sound) {
        return Err(Error::BadRequest("`locale` is a tag such as `de`.".into()));
    }
    Ok(tag.into())
}
