//! A message, and what became of it, in words.
use crate::delivery::{Delivery, Outcome};
use crate::messages::Message;

/// What the bubble of a message says.
pub(super) fn message(message: &Message) -> String {
    match message {
        Message::Text { text } => text.clone(),
        Message::Receipt {
            status,
            message_ids,
        } => {
            let ids: Vec<String> = message_ids.iter().map(ToString::to_string).collect();
            format!("{} for {}", receipt(*status), ids.join(", "))
        }
        Message::Reaction(reaction) => {
            let withdrawn = if reaction.withdraw { "takes back " } else { "" };
            format!("{withdrawn}{} for {}", reaction.emoji, reaction.reacts_to)
        }
        Message::Typing { typing: true } => "is typing".to_owned(),
        Message::Typing { typing: false } => "stopped typing".to_owned(),
        Message::Location(place) => {
            let name = place.name.as_deref().unwrap_or_default();
            let address = place.address.as_deref().unwrap_or_default();
            format!("{}, {} {name} {address}", place.latitude, place.longitude)
        }
        Message::Edit { edits, text } => format!("{edits} now says: {text}"),
        Message::Delete { deletes } => format!("{deletes} is deleted"),
        Message::File { file } => format!("File: {file}"),
        Message::Other { type_byte, data } => format!("Type 0x{type_byte}: {data}"),
        Message::Unreadable { reason } => format!("Cannot be read: {reason}"),
    }
}

fn receipt(status: u8) -> String {
    match status {
        1 => "Received".to_owned(),
        2 => "Read".to_owned(),
        3 => "👍 (receipt)".to_owned(),
        4 => "👎 (receipt)".to_owned(),
        other => format!("Receipt {other}"),
    }
}

/// How far a delivery is.
pub(super) fn delivery(delivery: &Delivery) -> String {
    let last = delivery.attempts.last();
    let answer = last.map(|attempt| match (&attempt.error, attempt.status) {
        (Some(error), _) => error.clone(),
        (None, Some(status)) => format!("answer {status}"),
        (None, None) => "no answer".to_owned(),
    });
    match (delivery.outcome, answer) {
        (Outcome::Delivered, _) => "Delivered".to_owned(),
        (Outcome::Pending, None) => "On its way".to_owned(),
        (Outcome::Pending, Some(answer)) => format!(
            "Attempt {} of 4 failed ({answer}); will be tried again",
            delivery.attempts.len()
        ),
        (Outcome::ThrownAway, answer) => format!(
            "Thrown away after {} attempts ({})",
            delivery.attempts.len(),
            answer.unwrap_or_default()
        ),
    }
}

/// UNIX seconds as hours and minutes of UTC.
pub(super) fn clock(at: u64) -> String {
    let minutes = at / 60;
    format!("{:02}:{:02} UTC", minutes / 60 % 24, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_shows_utc() {
        assert_eq!(clock(1_700_000_000), "22:13 UTC");
    }
}
