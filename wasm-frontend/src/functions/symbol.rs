//! QR codes of what may be one: an app's link, a Threema ID, a message that is to be sent.

use super::given;
use super::made::object;
use super::thrown::Thrown;
use threegate_core::otp::KeyUri;
use threegate_core::qr::Symbol;
use threegate_core::threema::payload::{self, Identity, Scanned};
use threegate_core::threema::{ReplyCode, ReplyLink, ThreemaId};
use threegate_core::{Error, UnixTime};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use zeroize::Zeroizing;

/// A whole SVG document, named `title`.
#[wasm_bindgen(js_name = qrSvg)]
pub fn qr_svg(text: &JsValue, title: &JsValue) -> Result<String, JsValue> {
    let title = given::text(title)?;
    Ok(symbol(text)?.to_svg(&title).to_string())
}

/// The same as geometry, for a page that makes its own nodes.
#[wasm_bindgen(js_name = qrPath)]
pub fn qr_path(text: &JsValue) -> Result<JsValue, JsValue> {
    let symbol = symbol(text)?;
    Ok(object([
        ("modules", symbol.modules().into()),
        ("path", symbol.path().into()),
    ]))
}

/// A link that opens Threema with a message already written.
#[wasm_bindgen(js_name = replyLink)]
pub fn reply_link(gateway: &JsValue, code: &JsValue) -> Result<String, JsValue> {
    let gateway = ThreemaId::parse(&given::text(gateway)?).map_err(Thrown::of)?;
    let code = ReplyCode::parse(&given::text(code)?).map_err(Thrown::of)?;
    Ok(ReplyLink::new(&gateway, &code).as_str().to_owned())
}

/// No other text becomes a symbol, so that no page shows a wrong one by mistake.
fn symbol(text: &JsValue) -> Result<Symbol, Thrown> {
    let text = Zeroizing::new(given::text(text)?);
    let drawn = if text.starts_with("3mid:") {
        let Scanned::Identity { id, key } = payload::read(&text, UnixTime::default())? else {
            return Err(Error::UriInvalid.into());
        };
        Symbol::new(&Identity::new(&id, &key))
    } else if let Some((gateway, code)) = reply(&text) {
        Symbol::new(&ReplyLink::new(&gateway, &code))
    } else {
        Symbol::new(&KeyUri::parse(&text).map_err(Thrown::of)?)
    };
    drawn.map_err(Thrown::of)
}

/// What [`reply_link`] wrote.
fn reply(text: &str) -> Option<(ThreemaId, ReplyCode)> {
    let (gateway, code) = text
        .strip_prefix("https://threema.id/")?
        .split_once("?text=")?;
    Some((
        ThreemaId::parse(gateway).ok()?,
        ReplyCode::parse(code).ok()?,
    ))
}
