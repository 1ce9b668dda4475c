//! `POST /v1/tickets`: leave for one browser to act for one user.

use std::net::IpAddr;

use threegate_core::origin::Origin;
use threegate_core::otp::Label;
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
    let refuse = |cause| Error::Refused(cause, edge.now);

    let object = super::object(edge, &asked.user)?;
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
    let ip = asked.ip.as_deref().map(address).transpose()?;
    let enrollment_required = match asked.enrollment.as_deref() {
        None => false,
        Some("required") => true,
        Some(_) => {
            let detail = "`enrollment` is `required`, or is left out.";
            return Err(Error::BadRequest(detail.into()));
        }
    };

    let device = asked.device.as_deref().and_then(|text| {
        let genuine = token::check_for::<Device>(text, &edge.config.tokens, object, edge.now);
        genuine.ok()
    });
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
    };
    user::ask_once(edge.env, object, Question::Admit(wanted), once).await
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

/// An address as the site's server sees it.
fn address(text: &str) -> Result<IpAddr, Error> {
    let address = text.parse();
    address.map_err(|_| Error::BadRequest("`ip` is an IPv4 or IPv6 address.".into()))
}

/// A BCP 47 tag, as far as its shape goes.
fn locale(tag: &str) -> Result<String, Error> {
    let sound = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if tag.is_empty() || tag.len() > 35 || !tag.bytes().all(sound) {
        return Err(Error::BadRequest("`locale` is a tag such as `de`.".into()));
    }
    Ok(tag.into())
}
