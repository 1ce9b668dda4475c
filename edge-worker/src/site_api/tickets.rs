//! `POST /v1/tickets`: leave for one browser to act for one user.

use std::net::IpAddr;

use threegate_core::origin::Origin;
use threegate_core::otp::Label;
use threegate_core::threema::ThreemaId;
use threegate_core::threema::look_up::{email_hash, phone_hash};
use threegate_core::token::{self, Device};
use threegate_core::wire::site::TicketRequest;
use threegate_core::{Method, Purpose};
use worker::Response;

use crate::edge::Edge;
use crate::http;
use crate::problem::Error;
use crate::user::{self, Question, ShownDevice, Wanted};

pub(crate) async fn tickets(edge: &Edge<'_>) -> Result<Response, Error> {
    let once = super::site(edge)?;
    let asked: TicketRequest = http::json(edge.body()?)?;
    let refuse = |cause| Error::refused(cause, edge.now);

    let object = super::object(edge, &asked.user)?;
    let purpose = Purpose::parse(&asked.purpose)
        .ok_or_else(|| Error::bad_request("`purpose` is `enroll`, `manage` or `verify`."))?;
    let origin = Origin::parse(&asked.origin).map_err(refuse)?;
    if !edge.config.knows_origin(origin.as_str()) {
        return Err(Error::origin_unknown());
    }
    let label = asked.label.as_deref().map(Label::parse).transpose();
    let label = label.map_err(|fault| refuse(fault.into()))?;
    let methods = methods(edge, asked.methods.as_deref())?;
    let locale = asked.locale.as_deref().map(locale).transpose()?;
    let ip = asked.ip.as_deref().map(address).transpose()?;
    let enrollment_required = match asked.enrollment.as_deref() {
        None => false,
        Some("required") => true,
        Some(_) => {
            let detail = "`enrollment` is `required`, or is left out.";
            return Err(Error::bad_request(detail));
        }
    };

    let device = asked.device.as_deref().and_then(|text| {
        let genuine = token::check_for::<Device>(text, &edge.config.tokens, object, edge.now);
        genuine.ok()
    });
    let prefill = prefill(edge, purpose, &asked);

    let wanted = Wanted {
        user: asked.user.clone(),
        purpose,
        origin: origin.as_str().into(),
        label: label.map(|label| label.as_str().into()),
        methods,
        locale,
        expect_enrolled: asked.expect_enrolled,
        enrollment_required,
        allowlisted: ip.is_some_and(|ip| edge.config.policy.allowed.hold(ip)),
        ip: asked.ip,
        device: device.map(|device| ShownDevice {
            name: device.device().to_text(),
            token: device.hash().to_text(),
        }),
        threema_id: prefill.threema_id,
        email: prefill.email,
        phone: prefill.phone,
    };
    user::ask_once(edge.env, object, Question::Admit(wanted), once).await
}

/// What helps to enrol a Threema ID.
#[derive(Default)]
struct Prefill {
    threema_id: Option<String>,
    /// Hashed, as the directory is asked.
    email: Option<String>,
    phone: Option<String>,
}

/// What the site knows of the user, as far as the deployment wants it. What is no ID, or no number, was
/// typed by the user there, and is passed over.
fn prefill(edge: &Edge<'_>, purpose: Purpose, asked: &TicketRequest) -> Prefill {
    if edge.config.threema.is_none() || purpose == Purpose::Verify {
        return Prefill::default();
    }
    let policy = &edge.config.policy;
    let id = asked.threema_id.as_deref();
    let id = id.and_then(|id| ThreemaId::parse_typed(id).ok());
    let email = asked.email.as_deref().filter(|_| policy.look_up_email);
    let phone = asked.phone.as_deref().filter(|_| policy.look_up_phone);
    Prefill {
        threema_id: id
            .filter(|id| !id.is_gateway())
            .map(|id| id.as_str().into()),
        email: email.map(|email| email_hash(email).to_hex()),
        phone: phone.and_then(phone_hash).map(|hash| hash.to_hex()),
    }
}

/// What this user may use: what the site says, as far as this deployment has it.
fn methods(edge: &Edge<'_>, words: Option<&[String]>) -> Result<Vec<Method>, Error> {
    let Some(words) = words else {
        return Ok(edge.config.methods().collect());
    };
    let known = words.iter().map(|word| {
        Method::parse(word).ok_or_else(|| {
            Error::bad_request(format_args!("`methods`: there is no method `{word}`."))
        })
    });
    let known: Vec<_> = known.collect::<Result<_, _>>()?;
    let here = edge.config.methods();
    Ok(here.filter(|method| known.contains(method)).collect())
}

/// An address as the site's server sees it.
fn address(text: &str) -> Result<IpAddr, Error> {
    let address = text.parse();
    address.map_err(|_| Error::bad_request("`ip` is an IPv4 or IPv6 address."))
}

/// A BCP 47 tag, as far as its shape goes.
fn locale(tag: &str) -> Result<String, Error> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if tag.is_empty() || tag.len() > 35 || !tag.bytes().all(sound) {
        return Err(Error::bad_request("`locale` is a tag such as `de`."));
    }
    Ok(tag.into())
}
