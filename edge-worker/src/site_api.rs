//! The site API: the calls of the site's own server.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Serialize, Serializer};

use threegate_core::key::SharedSecret;
use threegate_core::origin::Origin;
use threegate_core::otp::Label;
use threegate_core::threema::ThreemaId;
use threegate_core::token::{self, Pass, TokenHash};
use threegate_core::user::{ObjectName, UserId};
use threegate_core::wire::Fault;
use threegate_core::wire::site::{
    SiteverifyAnswer, SiteverifyError, SiteverifyRequest, TicketRequest, UserRequest,
};
use threegate_core::{Method, Purpose};
use worker::Response;
use zeroize::Zeroizing;

use crate::counts::{self, Count};
use crate::edge::Edge;
use crate::problem::Error;
use crate::user::{self, Question, ThreemaIds, Wanted};
use crate::{contact, http, internal, random, site};

pub(crate) async fn tickets(edge: &Edge<'_>) -> Result<Response, Error> {
    authorise(edge, "SITE_SECRET", &edge.config.site_secret)?;
    let asked: TicketRequest = http::json(edge.body()?)?;
    let refuse = |cause| Error::Refused(cause, edge.now);

    let user = UserId::parse(&asked.user).map_err(refuse)?;
    let purpose = Purpose::parse(&asked.purpose)
        .ok_or_else(|| Error::BadRequest("`purpose` is `enroll` or `verify`.".into()))?;
    let origin = Origin::parse(&asked.origin).map_err(refuse)?;
    if !edge.config.knows_origin(origin.as_str()) {
        return Err(Error::OriginUnknown);
    }
    let label = asked.label.as_deref().map(Label::parse).transpose();
    let label = label.map_err(|fault| refuse(fault.into()))?;
    let methods = methods(edge, asked.methods.as_deref())?;
    let locale = asked.locale.as_deref().map(locale).transpose()?;

    let wanted = Wanted {
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
    release_contacts(edge, object).await?;
    user::ask(edge.env, object, Question::Reset).await
}

/// The contacts let go first: one that has forgotten a user learns of it again at the next login, but
/// a user who is gone would stay with a contact for ever.
async fn release_contacts(edge: &Edge<'_>, object: ObjectName) -> Result<(), Error> {
    let mut told = user::ask(edge.env, object, Question::ThreemaIds).await?;
    let ThreemaIds { ids } = internal::message(&told.bytes().await?)?;
    for id in ids {
        let id = ThreemaId::parse(&id)
            .map_err(|cause| Error::Internal(format!("an enrolled ID: {cause}")))?;
        let question = contact::Question::Forget {
            user: object.to_hex(),
        };
        let told = contact::ask(edge.env, id.object(&edge.config.naming), question).await?;
        if told.status_code() != 200 {
            return Err(Error::Overloaded);
        }
    }
    Ok(())
}

pub(crate) async fn status(edge: &Edge<'_>) -> Result<Response, Error> {
    authorise(edge, "STATUS_SECRET", &edge.config.status_secret)?;
    let naming_key = edge.config.naming.id().to_hex();
    let mut told = counts::hand_over(edge.env, naming_key.clone()).await?;
    let told: site::Told = internal::message(&told.bytes().await?)?;
    let mut faults = Vec::new();
    if told.first_naming_key != naming_key {
        faults.push(Fault {
            setting: "NAMING_KEY",
            found: format!("the key {naming_key}"),
            expected: "the key that this storage was made with; it is never rotated",
        });
    }
    let status = Status {
        healthy: faults.is_empty(),
        now: edge.now.as_secs(),
        methods: &edge.config.methods().collect::<Vec<_>>(),
        threema: edge.config.threema.as_ref().map(|threema| ThreemaStatus {
            gateway: threema.gateway_id.as_str().into(),
            fingerprint: threema.public_key.fingerprint(),
        }),
        naming_key: &told.first_naming_key,
        counts: &told.counts,
        faults: &faults,
    };
    http::answer(200, &status)
}

#[derive(Serialize)]
struct Status<'a> {
    healthy: bool,
    now: u64,
    methods: &'a [Method],
    /// Without a Gateway ID, which is as healthy: authenticators only.
    threema: Option<ThreemaStatus>,
    naming_key: &'a str,
    #[serde(serialize_with = "as_object")]
    counts: &'a [(String, u64)],
    faults: &'a [Fault],
}

#[derive(Serialize)]
struct ThreemaStatus {
    gateway: String,
    /// Of the key pair's public key, as the app shows it for the Gateway ID.
    fingerprint: String,
}

/// A name for this one request.
fn this_request() -> Result<String, Error> {
    Ok(Base64UrlUnpadded::encode_string(&random::bytes::<16>()?))
}

fn as_object<S: Serializer>(counts: &[(String, u64)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(counts.iter().map(|(word, count)| (word, count)))
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
        serde_urlencoded::from_bytes(body).ok()
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
