//! A callback, from the body of its request to its message. Keys and secret are read beforehand on both
//! sides, as a server would.
use std::hint::black_box;
use std::rc::Rc;

use serde_json::Value;
use threegate_core::threema::callback::{Authentic, Callback};
use threegate_core::threema::{AgreedKey, ApiSecret, Message, PublicKey, SecretKey, ThreemaId};
use threema_gateway::protocol::e2e::E2eMessage;
use threema_gateway::{ApiBuilder, E2eApi, RecipientKey};

use crate::{Failed, Figure};

/// Keys, secret and callbacks, made by libsodium.
const VECTORS: &str = include_str!("../../vectors/threema/callbacks.json");
/// A reply code, as most messages are that come here, padded as the apps do.
const CASE: &str = "text-min32";
const TEXT: &str = "123456";

/// Each message's key agreed anew: form, MAC, agreement, box, padding, text.
pub(crate) fn cold() -> Result<Figure, Failed> {
    beside_the_sdk("callback-cold", Us::open)
}

/// The same of a sender whose agreed key is kept. The SDK has no such thing, and agrees anew.
pub(crate) fn warm() -> Result<Figure, Failed> {
    beside_the_sdk("callback-warm", Us::open_with_agreed)
}

fn beside_the_sdk(
    name: &'static str,
    open: impl Fn(&Us, &str) -> Option<Message> + 'static,
) -> Result<Figure, Failed> {
    let vectors = Vectors::read()?;
    let (us, sdk) = (Us::new(&vectors)?, Sdk::new(&vectors)?);
    let body: Rc<str> = vectors.body()?.into();
    agreed(open(&us, &body), sdk.open(&body))?;
    let again = Rc::clone(&body);
    Ok(Figure {
        name,
        ours: Box::new(move || drop(black_box(open(&us, black_box(&body))))),
        peer: Box::new(move || drop(black_box(sdk.open(black_box(&again))))),
    })
}

fn agreed(ours: Option<Message>, peer: Option<E2eMessage>) -> Result<(), Failed> {
    let ours = matches!(&ours, Some(Message::Text(text)) if text.as_str() == TEXT);
    let peer = matches!(&peer, Some(E2eMessage::Text(text)) if text == TEXT);
    let failed = || format!("the callback was opened by us: {ours}, by the SDK: {peer}");
    (ours && peer).then_some(()).ok_or_else(|| failed().into())
}

struct Us {
    id: ThreemaId,
    secret: ApiSecret,
    own: SecretKey,
    sender: PublicKey,
    agreed: AgreedKey,
}

impl Us {
    fn new(vectors: &Vectors) -> Result<Self, Failed> {
        let own = SecretKey::parse(vectors.text("/gateway_private_key")?)?;
        let sender = PublicKey::parse(vectors.text("/sender_public_key")?)?;
        Ok(Self {
            id: ThreemaId::parse(vectors.text("/to")?)?,
            secret: ApiSecret::parse(vectors.text("/secret")?)?,
            agreed: own.agree(&sender),
            own,
            sender,
        })
    }

    fn open(&self, body: &str) -> Option<Message> {
        let authentic = self.authenticate(body)?;
        authentic.open(&self.sender, &self.own).ok()
    }

    fn open_with_agreed(&self, body: &str) -> Option<Message> {
        let authentic = self.authenticate(body)?;
        authentic.open_with(&self.agreed).ok()
    }

    fn authenticate<'a>(&self, body: &'a str) -> Option<Authentic<'a>> {
        let callback = Callback::parse(body.as_bytes(), self.id).ok()?;
        callback.authenticate(&[&self.secret]).ok()
    }
}

/// The official SDK, by its documented way.
struct Sdk {
    api: E2eApi,
    sender: RecipientKey,
}

impl Sdk {
    fn new(vectors: &Vectors) -> Result<Self, Failed> {
        let builder = ApiBuilder::new(vectors.text("/to")?.try_into()?, vectors.text("/secret")?);
        let builder = builder.with_private_key_str(vectors.text("/gateway_private_key")?)?;
        Ok(Self {
            api: builder.into_e2e()?,
            sender: vectors.text("/sender_public_key")?.parse()?,
        })
    }

    fn open(&self, body: &str) -> Option<E2eMessage> {
        let message = self.api.decode_incoming_message(body).ok()?;
        let opened = self
            .api
            .decrypt_and_decode_incoming_message(&message, &self.sender);
        opened.ok()
    }
}

struct Vectors(Value);

impl Vectors {
    fn read() -> Result<Self, Failed> {
        Ok(Self(serde_json::from_str(VECTORS)?))
    }

    fn text(&self, place: &str) -> Result<&str, Failed> {
        let text = self.0.pointer(place).and_then(Value::as_str);
        text.ok_or_else(|| format!("callbacks.json has no {place}").into())
    }

    /// What the Gateway posts.
    fn body(&self) -> Result<String, Failed> {
        let cases = self.0.get("callbacks").and_then(Value::as_array);
        let mut cases = cases.into_iter().flatten().enumerate();
        let found = cases.find(|(_, case)| case.get("name").is_some_and(|name| name == CASE));
        let (place, _) = found.ok_or("callbacks.json has another name for the case")?;
        let case = |field: &str| self.text(&format!("/callbacks/{place}/{field}"));
        let mut body = format!("from={}&to={}", self.text("/from")?, self.text("/to")?);
        for field in ["messageId", "date", "nonce", "box", "mac"] {
            body.push_str(&format!("&{field}={}", case(field)?));
        }
        Ok(body)
    }
}
