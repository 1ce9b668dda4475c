//! Threema's codes, callbacks and messages.

use super::given::{Given, moment, text as text_of};
use super::made::{number, object, random};
use super::thrown::Thrown;
use js_sys::{Array, Function, Promise};
use threegate_core::Error;
use threegate_core::replay::Window;
use threegate_core::threema::callback::{Authentic, Callback};
use threegate_core::threema::payload::{self, Scanned};
use threegate_core::threema::reply::RANDOM;
use threegate_core::threema::tap::Thumb;
use threegate_core::threema::{
    ApiSecret, Message, PublicKey, ReceiptStatus, ReplyCode, SecretKey, ThreemaId, sealed,
};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use zeroize::Zeroizing;

/// What a camera saw, or what was pasted.
#[wasm_bindgen(js_name = parseThreemaQr)]
pub fn parse_threema_qr(text: &JsValue, at: &JsValue) -> Result<JsValue, JsValue> {
    let text = Zeroizing::new(text_of(text)?);
    let (id, key) = match payload::read(&text, moment(at)?).map_err(Thrown::from)? {
        Scanned::Identity { id, key } => (id, key.to_hex().into()),
        Scanned::Contact { id } => (id, JsValue::NULL),
        // What a later core can read beside these names no ID.
        _ => return Err(Thrown::of(Error::ThreemaIdMalformed).into()),
    };
    Ok(object([("id", id.as_str().into()), ("publicKey", key)]))
}

/// A code for a member to send, other than those of `taken`.
#[wasm_bindgen(js_name = newReplyCode)]
pub fn new_reply_code(taken: &JsValue) -> Result<String, JsValue> {
    let taken = if taken.is_undefined() {
        Vec::new()
    } else {
        let list = Array::is_array(taken).then(|| Array::from(taken));
        let list = list.ok_or_else(|| Thrown::argument("A list of texts is expected."))?;
        let texts = list.iter().map(|one| text_of(&one));
        texts.collect::<Result<Vec<_>, _>>()?
    };
    loop {
        let random = Zeroizing::new(random::<RANDOM>()?);
        let fresh =
            ReplyCode::draw(&random).find(|code| !taken.iter().any(|it| it == code.as_str()));
        if let Some(code) = fresh {
            return Ok(code.as_str().to_owned());
        }
        // All codes there are.
        if taken.len() >= 1_000_000 {
            return Err(Thrown::argument("Every code is taken.").into());
        }
    }
}

/// The code that a text is, as a member sent it; `null` if it is none.
#[wasm_bindgen(js_name = readReplyCode)]
pub fn read_reply_code(text: &JsValue) -> Result<JsValue, JsValue> {
    let code = ReplyCode::read(&Message::Text(Zeroizing::new(text_of(text)?)));
    Ok(code.map_or(JsValue::NULL, |code| code.as_str().into()))
}

/// A text in a box that only its receiver opens.
#[wasm_bindgen(js_name = sealText)]
pub fn seal_text(text: &JsValue, keys: &JsValue) -> Result<JsValue, JsValue> {
    let given = Given::new(keys)?;
    let (to, from) = (given.public_key("publicKey")?, given.private_key()?);
    let ([padding], nonce) = (random::<1>()?, random::<24>()?);
    let plaintext = Message::text_to_plaintext(&text_of(text)?, padding).map_err(Thrown::of)?;
    let boxed = sealed::seal(&plaintext, nonce, &to, &from);
    Ok(object([
        ("nonce", hex(&nonce).into()),
        ("box", hex(&boxed).into()),
    ]))
}

/// A callback's message, if the Gateway sent it just now or lately, and the sender's key opens it.
#[wasm_bindgen(js_name = openCallback)]
pub fn open_callback(body: &JsValue, parameters: &JsValue) -> Promise {
    match authenticate(body, parameters) {
        Ok(opening) => opening.wait(),
        Err(thrown) => Promise::reject(&thrown.into()),
    }
}

#[wasm_bindgen]
extern "C" {
    type Asked;
    #[wasm_bindgen(method)]
    fn then(this: &Asked, open: &JsValue) -> Promise;
}

/// A callback that is genuine, while the site looks its sender's key up.
struct Opening {
    head: [(&'static str, JsValue); 4],
    /// What [`Authentic::restore`] takes up again.
    line: String,
    own: SecretKey,
    key: Function,
    from: JsValue,
}

fn authenticate(body: &JsValue, parameters: &JsValue) -> Result<Opening, Thrown> {
    let given = Given::new(parameters)?;
    let id = ThreemaId::parse(&given.text("id")?)?;
    let own = given.private_key()?;
    let key = given.member("publicKey").dyn_into::<Function>();
    let key = key.map_err(|_| Thrown::argument("A function is expected for `publicKey`."))?;
    let secrets = given.texts("secrets")?.into_iter().map(Zeroizing::new);
    let secrets = secrets.map(|secret| ApiSecret::parse(&secret));
    let secrets = secrets.collect::<Result<Vec<_>, _>>()?;
    let secrets: Vec<&ApiSecret> = secrets.iter().collect();
    let now = given.moment("at")?;

    let bytes = body.as_string().map(String::into_bytes);
    let bytes = bytes.or_else(|| Some(body.dyn_ref::<js_sys::Uint8Array>()?.to_vec()));
    let bytes = bytes.ok_or_else(|| Thrown::argument("The body is a text or a Uint8Array."))?;
    let authentic = Callback::parse(&bytes, id)?.authenticate(&secrets)?;
    let (window, date) = (Window::default(), authentic.date());
    window.judge(date, now)?;
    let from = JsValue::from_str(authentic.from().as_str());
    Ok(Opening {
        head: [
            ("from", from.clone()),
            ("messageId", authentic.message_id().to_hex().into()),
            ("date", number(date.as_secs())),
            ("keepUntil", number(window.keep_until(date, now).as_secs())),
        ],
        line: authentic.to_text(),
        own,
        key,
        from,
    })
}

impl Opening {
    /// Asks for the key, and opens when it is there.
    fn wait(self) -> Promise {
        let asked = match self.key.call1(&JsValue::UNDEFINED, &self.from) {
            Ok(key) => Promise::resolve(&key),
            Err(thrown) => return Promise::reject(&thrown),
        };
        let open = Closure::once_into_js(move |key: JsValue| self.open(&key));
        asked.unchecked_into::<Asked>().then(&open)
    }

    fn open(self, key: &JsValue) -> Result<JsValue, JsValue> {
        let message = if key.is_null() || key.is_undefined() {
            JsValue::NULL
        } else {
            let hex = key.as_string().unwrap_or_default();
            let key = PublicKey::parse_any_case(&hex).map_err(Thrown::of)?;
            let authentic = Authentic::restore(&self.line).map_err(Thrown::from)?;
            let message = authentic
                .open_proof(&key, &self.own)
                .map_err(Thrown::from)?;
            said(&message)
        };
        let [from, id, date, until] = self.head;
        Ok(object([from, id, date, until, ("message", message)]))
    }
}

fn said(message: &Message) -> JsValue {
    match message {
        Message::Text(text) => object([("type", "text".into()), ("text", text.as_str().into())]),
        Message::Receipt { status, messages } => {
            let ids = messages.iter().map(|id| JsValue::from(id.to_hex()));
            object([
                ("type", "receipt".into()),
                ("status", status_word(*status).into()),
                ("messageIds", ids.collect::<Array>().into()),
            ])
        }
        Message::Reaction {
            message,
            emoji,
            withdrawn,
        } => object([
            ("type", "reaction".into()),
            ("messageId", message.to_hex().into()),
            ("thumb", thumb_word(emoji.thumb()).into()),
            ("withdrawn", (*withdrawn).into()),
        ]),
        Message::Other(kind) => object([("type", "other".into()), ("number", (*kind).into())]),
        _ => object([("type", "other".into())]),
    }
}

const fn status_word(status: ReceiptStatus) -> &'static str {
    match status {
        ReceiptStatus::Received => "received",
        ReceiptStatus::Read => "read",
        ReceiptStatus::Acknowledged => "acknowledged",
        ReceiptStatus::Declined => "declined",
        ReceiptStatus::Other(_) => "other",
    }
}

const fn thumb_word(thumb: Option<Thumb>) -> &'static str {
    match thumb {
        Some(Thumb::Up) => "up",
        Some(Thumb::Down) => "down",
        None => "other",
    }
}

fn hex(bytes: &[u8]) -> String {
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0');
    halves.map(digit).collect()
}
