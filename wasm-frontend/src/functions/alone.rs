//! An enrolment without a worker: what the element asks is answered in the page.
//!
//! ```text
//! element ──asks, as of the worker──▶ Enrolment ──answers──▶ element
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
pub struct Enrolment {
    issuer: Issuer,
    account: Label,
    methods: Vec<Method>,
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
pub enum Question<'a> {
    /// What is there to show?
    Look,
    /// Begin one of them.
    Begin(&'a str),
    /// This is its first code.
    Confirm,
    /// What stands in the form at the end?
    Pass,
}

impl<'a> Question<'a> {
    /// By verb, path and the body's method; none for what only a worker answers.
    #[must_use]
    pub fn of(verb: &str, path: &str, method: &'a str) -> Option<Self> {
        let path = path.strip_prefix("/v1/client")?;
        Some(match (verb, path) {
            ("GET", "") => Self::Look,
            ("POST", "/factors") => Self::Begin(method),
            ("POST", "/factors/alone/confirm") => Self::Confirm,
            ("POST", "/pass") => Self::Pass,
            _ => return None,
        })
    }
}

#[wasm_bindgen]
impl Enrolment {
    /// For an app that shows these names. `methods` are those of `totp` and `threema-reply` that the site
    /// takes.
    ///
    /// # Errors
    /// Names that no app may show.
    #[wasm_bindgen(constructor)]
    pub fn new(issuer: &str, account: &str, methods: &str) -> Result<Self, JsValue> {
        let methods = methods.split_whitespace().filter_map(Method::parse);
        Ok(Self {
            issuer: Issuer::parse(issuer).map_err(Thrown::of)?,
            account: Label::parse(account).map_err(Thrown::of)?,
            methods: methods.collect(),
            secret: None,
            result: None,
        })
    }

    /// Answers as the worker would: `{ ok, body }`.
    pub fn answer(&mut self, verb: &str, path: &str, members: JsValue) -> Result<JsValue, JsValue> {
        let members = Object(members);
        let now = super::given::moment(&JsValue::UNDEFINED)?;
        let method = members.text("method").unwrap_or_default();
        let answered = match Question::of(verb, path, &method) {
            Some(Question::Look) => Ok(self.view(now)),
            Some(Question::Begin("totp")) => self.begin(&random()?, now),
            Some(Question::Begin(_)) => self.take_contact(
                &members.text("threema_id").unwrap_or_default(),
                members.text("key").as_deref(),
            ),
            Some(Question::Confirm) => {
                let typed = Zeroizing::new(members.text("code").unwrap_or_default());
                self.confirm(&typed, now).map(|()| active(Method::Totp))
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

impl Enrolment {
    fn view(&self, now: UnixTime) -> JsValue {
        let offered: Array = self
            .methods
            .iter()
            .map(|method| JsValue::from_str(method.as_str()))
            .collect();
        object([
            ("purpose", "enroll".into()),
            ("site", self.issuer.as_str().into()),
            ("now", number(now.as_secs())),
            ("expires_at", number(later(now))),
            ("proof", "none".into()),
            ("usable", Array::new().into()),
            ("offered", offered.into()),
            // The site makes its own.
            (
                "recovery",
                object([("left", 10.into()), ("kept", true.into())]),
            ),
            ("pass_ready", false.into()),
        ])
    }

    fn begin(
        &mut self,
        random: &[u8; Secret::RECOMMENDED],
        now: UnixTime,
    ) -> Result<JsValue, Error> {
        let secret = self.draw(random)?;
        let uri = self.uri(&secret);
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

    fn take_contact(&mut self, id: &str, key: Option<&str>) -> Result<JsValue, Error> {
        let id = ThreemaId::parse(id)?;
        let key = key.map(PublicKey::parse).transpose()?;
        self.result = Some(Proved::Contact(id, key));
        Ok(active(Method::ThreemaReply))
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

fn active(method: Method) -> JsValue {
    object([
        ("factor", "alone".into()),
        ("method", method.as_str().into()),
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
