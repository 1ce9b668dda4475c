//! Threema's receive side whole: form, MAC, date, agreement, box, padding, and every message that the core reads
//! without its feature `serde`, told in full. A file's message is checked and told as the JSON that it is; what
//! its members are is the caller's to read, in a browser with what that has. Its size is measured.
#![expect(unsafe_code, reason = "only to give an export its name")]

use threegate_core::UnixTime;
use threegate_core::threema::callback::Authentic;
use threegate_core::threema::{Message, MessageId, PublicKey, ReceiptStatus, SecretKey};

mod border;
mod receive;

#[unsafe(no_mangle)]
pub extern "C" fn receive(len: usize, now: u64) -> i32 {
    let (given, now) = (border::given(len), UnixTime::from_secs(now));
    let open = |it: &Authentic<'_>, sender: &PublicKey, own: &SecretKey| it.open(sender, own);
    let said = receive::receive(&given, now, open, tell);
    said.map_or(border::FAILED, |said| border::give(&said))
}

fn tell(message: &Message) -> Option<Vec<u8>> {
    let mut said = Vec::new();
    match message {
        Message::Location(place) => {
            let degrees = [place.latitude(), place.longitude()];
            let metres = place.accuracy().unwrap_or(-1.0);
            said.extend(
                degrees
                    .into_iter()
                    .chain([metres])
                    .flat_map(f64::to_le_bytes),
            );
            said.extend_from_slice(place.name().unwrap_or_default().as_bytes());
            said.push(b'\n');
            said.extend_from_slice(place.address().unwrap_or_default().as_bytes());
        }
        Message::File(json) => said.extend_from_slice(json.as_str().as_bytes()),
        Message::Receipt { status, messages } => {
            said.push(match status {
                ReceiptStatus::Received => 1,
                ReceiptStatus::Read => 2,
                ReceiptStatus::Acknowledged => 3,
                ReceiptStatus::Declined => 4,
                _ => 0,
            });
            said.extend(messages.iter().flat_map(MessageId::as_bytes));
        }
        Message::Reaction {
            message,
            emoji,
            withdrawn,
        } => {
            said.push(u8::from(*withdrawn));
            said.extend_from_slice(message.as_bytes());
            said.extend_from_slice(emoji.as_str().as_bytes());
        }
        Message::Typing { typing } => said.push(u8::from(*typing)),
        Message::Edit { message, text } => {
            said.extend_from_slice(message.as_bytes());
            said.extend_from_slice(text.as_bytes());
        }
        Message::Delete { message } => said.extend_from_slice(message.as_bytes()),
        _ => return None,
    }
    Some(said)
}
