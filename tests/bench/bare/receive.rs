//! From a callback's body to what its message says.
use threegate_core::UnixTime;
use threegate_core::replay::Window;
use threegate_core::threema::callback::{Authentic, Callback};
use threegate_core::threema::tap::Tap;
use threegate_core::threema::{
    ApiSecret, Message, PublicKey, ReplyCode, SecretKey, ThreemaId, Unreadable,
};

/// Reads five lines: our ID, the API secret, our private key, the sender's public key, the callback's body.
/// Answers a text, a code behind `=`, a thumb's name, what `tell` says of another message, or the type of what
/// is read no further.
pub(crate) fn receive(
    given: &[u8],
    now: UnixTime,
    open: impl Fn(&Authentic<'_>, &PublicKey, &SecretKey) -> Result<Message, Unreadable>,
    tell: impl Fn(&Message) -> Option<Vec<u8>>,
) -> Option<Vec<u8>> {
    let mut lines = core::str::from_utf8(given).ok()?.lines();
    let own = ThreemaId::parse(lines.next()?).ok()?;
    let secret = ApiSecret::parse(lines.next()?).ok()?;
    let private = SecretKey::parse(lines.next()?).ok()?;
    let sender = PublicKey::parse(lines.next()?).ok()?;
    let callback = Callback::parse(lines.next()?.as_bytes(), own).ok()?;
    let authentic = callback.authenticate(&[&secret]).ok()?;
    Window::default().judge(authentic.date(), now).ok()?;
    let message = open(&authentic, &sender, &private).ok()?;
    if let Some(code) = ReplyCode::read(&message) {
        return Some([b"=", code.as_str().as_bytes()].concat());
    }
    if let Some(tap) = Tap::read(&message) {
        return Some(tap.thumb.as_str().into());
    }
    match message {
        Message::Text(text) => Some(text.as_bytes().into()),
        Message::Other(kind) => Some(vec![kind]),
        other => tell(&other),
    }
}
