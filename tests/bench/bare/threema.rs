//! Threema's receive side, whole: from a callback's body to what a reply or a tap says. Its size is
//! measured.
#![expect(unsafe_code, reason = "only to give an export its name")]

use threegate_core::UnixTime;
use threegate_core::replay::Window;
use threegate_core::threema::callback::Callback;
use threegate_core::threema::tap::Tap;
use threegate_core::threema::{ApiSecret, Message, PublicKey, ReplyCode, SecretKey, ThreemaId};

mod border;

/// Reads five lines: our ID, the API secret, our private key, the sender's public key, the callback's body.
/// Answers what its message says: a text, a code behind `=`, a thumb's name, or the type.
#[unsafe(no_mangle)]
pub extern "C" fn receive(len: usize, now: u64) -> i32 {
    let given = border::given(len);
    let said = read(&given, UnixTime::from_secs(now));
    said.map_or(border::FAILED, |said| border::give(&said))
}

fn read(given: &[u8], now: UnixTime) -> Option<Vec<u8>> {
    let mut lines = core::str::from_utf8(given).ok()?.lines();
    let own = ThreemaId::parse(lines.next()?).ok()?;
    let secret = ApiSecret::parse(lines.next()?).ok()?;
    let private = SecretKey::parse(lines.next()?).ok()?;
    let sender = PublicKey::parse(lines.next()?).ok()?;
    let callback = Callback::parse(lines.next()?.as_bytes(), own).ok()?;
    let authentic = callback.authenticate(&[&secret]).ok()?;
    Window::default().judge(authentic.date(), now).ok()?;
    let message = authentic.open(&sender, &private).ok()?;
    if let Some(code) = ReplyCode::read(&message) {
        return Some([b"=", code.as_str().as_bytes()].concat());
    }
    if let Some(tap) = Tap::read(&message) {
        return Some(tap.thumb.as_str().into());
    }
    match message {
        Message::Text(text) => Some(text.as_bytes().into()),
        Message::Other(kind) => Some(vec![kind]),
        _ => None,
    }
}
