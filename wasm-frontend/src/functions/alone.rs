//! An enrolment without a worker: what the element asks is answered in the page.
//!
//! ```text
//! element ──asks, as of the worker──▶ Enrollment ──answers──▶ element
//!                                        └── result ──▶ the page, and its site's own server
//! ```
//!
//! The screens need not know: the answers are the wire's. The secret is drawn here and confirmed by its
//! first code, by the same check as the worker's. A Threema ID is only read, since no message can come: the
//! site's server proves it. Nothing is kept, and whoever holds the page's script holds the secret, so the
//! site's server must check a code of its own before it relies on one.

use super::made::{number, object, random};
use super::thrown::Thrown;
use crate::read::Object;
use js_sys::Array;
use threegate_core::otp::{Issuer, KeyUri, Label, Secret, Totp, Verdict, Window};
use threegate_core::qr::Symbol;
use threegate_core::threema::payload::Identity;
use threegate_core::threema::{PublicKey, ThreemaId};
use threegate_core::wire::Fields;
use threegate_core::{Error, Method, UnixTime};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

/// What waits for its first code, and what came out.
#[wasm_bindgen]
pub struct Enrollment {
    issuer: Issuer,
    account: Label,
    offered: Vec<Method>,
    secret: Option<Secret>,
    result: Option<Proved>,
}

/// What came out.
#[derive(Clone)]
enum Proved {
    Authenticator(Secret),
    Contact(ThreemaId, Option<PublicKey>),
}

/// What the element asks.
#[derive(Debug, PartialEq, Eq)]
pub enum Question {
    /// What is there to show?
    Look,
    /// Begin one of them.
    Begin(Method),
    /// This is its first code.
    Confirm,
    /// What stands in the form at the end?
    Pass,
}

impl Question {
    /// By verb, path and the body's method; none for what only a worker answers.
    #[must_use]
    pub fn of(verb: &str, path: &str, method: &str) -> Option<Self> {
        let path = path.strip_prefix("/v1/client")?;
        Some(match (verb, path) {
            ("GET", "") => Self::Look,
            ("POST", "/factors") => Self::Begin(Method::parse(method)?),
            ("POST", "/factors/alone/confirm") => Self::Confirm,
            ("POST", "/pass") => Self::Pass,
            _ => return None,
        })
    }
}

#[wasm_bindgen]
impl Enrollment {
    /// For an app that shows these names; without an account's, the site's twice. `methods` are `totp`, and
    /// how the site will ask a Threema ID, in words of the core.
    ///
    /// # Errors
    /// Names that no app may show.
    #[wasm_bindgen(constructor)]
    pub fn new(issuer: &str, account: &str, methods: &str) -> Result<Self, JsValue> {
        Self::offering(issuer, account, methods).map_err(JsValue::from)
    }

    /// Answers as the worker would: `{ ok, body }`.
    ///
    /// # Errors
    /// None of the core's: those are answers. The platform may have no random bytes.
    pub fn answer(&mut self, verb: &str, path: &str, members: JsValue) -> Result<JsValue, JsValue> {
        let members = Object(members);
        let now = super::given::moment(&JsValue::UNDEFINED)?;
        let method = members.text("method").unwrap_or_default();
        let answered = match Question::of(verb, path, &method) {
            Some(Question::Look) => {
                self.forget();
                Ok(self.view(now))
            }
            Some(Question::Begin(Method::Totp)) => {
                let random = Zeroizing::new(random()?);
                self.draw(&random)
                    .and_then(|secret| self.begun(&secret, now))
            }
            Some(Question::Begin(_)) => {
                let id = members.text("threema_id").unwrap_or_default();
                let taken = self.take_contact(&id, members.text("key").as_deref());
                taken.map(|()| self.view(now))
            }
            Some(Question::Confirm) => {
                let typed = Zeroizing::new(members.text("code").unwrap_or_default());
                self.confirm(&typed, now).map(|()| active())
            }
            Some(Question::Pass) => self.pass(now),
            None => Err(Error::MethodUnavailable),
        };
        Ok(match answered {
            Ok(body) => object([("ok", true.into()), ("body", body)]),
            Err(cause) => object([("ok", false.into()), ("body", problem(cause))]),
        })
    }

    /// What the page's event says, once there is something.
    #[must_use]
    pub fn result(&self) -> JsValue {
        match &self.result {
            None => JsValue::NULL,
            Some(Proved::Authenticator(secret)) => object([
                ("method", Method::Totp.as_str().into()),
                ("secret", secret.to_base32().as_str().into()),
                ("uri", self.uri(secret).as_str().into()),
            ]),
            Some(Proved::Contact(id, key)) => object([
                ("method", "threema".into()),
                ("id", id.as_str().into()),
                (
                    "publicKey",
                    key.map_or(JsValue::NULL, |key| key.to_hex().into()),
                ),
            ]),
        }
    }
}

impl Enrollment {
    fn offering(issuer: &str, account: &str, methods: &str) -> Result<Self, Thrown> {
        let issuer = Issuer::parse(issuer).map_err(Thrown::of)?;
        let account = match account {
            "" => issuer.as_label().clone(),
            name => Label::parse(name).map_err(Thrown::of)?,
        };
        let methods = methods.split_whitespace().filter_map(Method::parse);
        let mut offered: Vec<Method> = Vec::new();
        for method in methods {
            let by_threema = method.needs_gateway();
            let again = |one: &Method| one.needs_gateway() == by_threema;
            if (method == Method::Totp || by_threema) && !offered.iter().any(again) {
                offered.push(method);
            }
        }
        Ok(Self {
            issuer,
            account,
            offered,
            secret: None,
            result: None,
        })
    }

    /// Whoever asks what to show begins anew.
    fn forget(&mut self) {
        self.secret = None;
        self.result = None;
    }

    fn view(&self, now: UnixTime) -> JsValue {
        let words = |methods: &[Method]| -> JsValue {
            let words = methods.iter().map(|method| method.as_str());
            words.map(JsValue::from_str).collect::<Array>().into()
        };
        let by_threema = self.offered.iter().copied().find(|it| it.needs_gateway());
        let usable = match self.result {
            Some(Proved::Contact(..)) => by_threema.as_slice(),
            _ => &[],
        };
        object([
            ("purpose", "enroll".into()),
            ("site", self.issuer.as_str().into()),
            ("now", number(now.as_secs())),
            ("expires_at", number(later(now))),
            ("proof", "none".into()),
            ("usable", words(usable)),
            ("offered", words(&self.offered)),
            // The site makes its own.
            (
                "recovery",
                object([("left", 10.into()), ("kept", true.into())]),
            ),
            ("pass_ready", self.result.is_some().into()),
        ])
    }

    fn begun(&self, secret: &Secret, now: UnixTime) -> Result<JsValue, Error> {
        let uri = self.uri(secret);
        let symbol = Symbol::new(&uri)?;
        Ok(object([
            ("factor", "alone".into()),
            ("method", Method::Totp.as_str().into()),
            ("secret", secret.to_groups().as_str().into()),
            ("uri", uri.as_str().into()),
            (
                "symbol",
                object([
                    ("modules", symbol.modules().into()),
                    ("path", symbol.path().into()),
                ]),
            ),
            ("expires_at", number(later(now))),
        ]))
    }

    /// The secret that waits for its first code from now on.
    fn draw(&mut self, random: &[u8; Secret::RECOMMENDED]) -> Result<Secret, Error> {
        let secret = Secret::from_bytes(random)?;
        self.secret = Some(secret.clone());
        self.result = None;
        Ok(secret)
    }

    fn confirm(&mut self, typed: &str, now: UnixTime) -> Result<(), Error> {
        let secret = self.secret.as_ref().ok_or(Error::EnrollmentOver)?;
        let totp = Totp::default();
        match totp.check(secret, &totp.parse(typed)?, now, Window::ONE, None) {
            Verdict::Accepted { .. } => {
                self.result = self.secret.take().map(Proved::Authenticator);
                Ok(())
            }
            Verdict::Used => Err(Error::CodeUsed),
            Verdict::Wrong => Err(Error::CodeWrong),
        }
    }

    fn take_contact(&mut self, id: &str, key: Option<&str>) -> Result<(), Error> {
        let id = ThreemaId::parse(id)?;
        let key = key.map(PublicKey::parse).transpose()?;
        self.result = Some(Proved::Contact(id, key));
        Ok(())
    }

    /// What stands in the form: the link, or the Threema ID, with its key as its QR code has it.
    fn form_value(&self) -> Result<Zeroizing<String>, Error> {
        Ok(Zeroizing::new(match &self.result {
            None => return Err(Error::NotProved),
            Some(Proved::Authenticator(secret)) => self.uri(secret).as_str().to_owned(),
            Some(Proved::Contact(id, Some(key))) => Identity::new(id, key).as_str().to_owned(),
            Some(Proved::Contact(id, None)) => id.as_str().to_owned(),
        }))
    }

    fn pass(&self, now: UnixTime) -> Result<JsValue, Error> {
        Ok(object([
            ("response", self.form_value()?.as_str().into()),
            ("expires_at", number(later(now))),
        ]))
    }

    fn uri(&self, secret: &Secret) -> KeyUri {
        KeyUri::totp(&Totp::default(), secret, &self.issuer, &self.account)
    }
}

/// No server waits, so nothing ends while a page is open.
const fn later(now: UnixTime) -> u64 {
    now.as_secs().saturating_add(7 * 24 * 60 * 60)
}

fn active() -> JsValue {
    object([
        ("factor", "alone".into()),
        ("method", Method::Totp.as_str().into()),
        ("state", "active".into()),
    ])
}

fn problem(cause: Error) -> JsValue {
    object([
        ("status", 422.into()),
        ("code", cause.code().into()),
        ("title", cause.code().into()),
    ])
}

#[cfg(test)]
mod tests;
