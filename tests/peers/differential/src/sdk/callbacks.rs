//! Whether a body is the Gateway's, and what stands in it.

use data_encoding::HEXLOWER;
use threegate_core::threema::callback::{Callback, Field, Refused};
use threegate_core::threema::{ApiSecret, ThreemaId};
use threema_gateway::IncomingMessage;

use super::form::{Form, OWN, SECRET, SIGNED};
use crate::comparison::{Agreement, Compared, Difference, same};
use crate::random::Random;

/// Bodies that are good, that were altered, and that were altered by whoever holds the secret.
pub(crate) fn callbacks(random: &mut Random) -> Compared {
    let longest = if random.is_one_in(20) { 7830 } else { 300 };
    let sealed = random.bytes(15..=longest);
    let nonce = random.array();
    let mut form = Form::unsigned(random, nonce, &sealed);
    if random.is_one_in(2) {
        before_the_mac(random, &mut form);
    }
    let other = random.is_one_in(20);
    form.sign(if other {
        "nevergonnaletyoudown"
    } else {
        SECRET
    })?;
    if random.is_one_in(2) {
        after_the_mac(random, &mut form);
    }
    let mut body = form.body();
    let broken = if random.is_one_in(12) {
        let part = random.pick([
            "&nickname=%",
            "&nickname=%4",
            "&x=%zz",
            "&nickname=%FF%FE",
            "&%C3=1",
        ]);
        body.push_str(part);
        true
    } else {
        false
    };
    body = escaped(random, &body);

    let own = ThreemaId::parse(OWN)?;
    let secret = ApiSecret::parse(SECRET)?;
    let ours = Callback::parse(body.as_bytes(), own);
    let ours = ours.and_then(|callback| callback.authenticate(&[&secret]));
    let ours = ours.map(|authentic| authentic.to_text());
    let theirs = IncomingMessage::from_urlencoded_bytes(&body, SECRET);
    let theirs = theirs.map(|message| {
        format!(
            "{} {} {:010} {} {}",
            message.from,
            message.message_id.to_hex_le(),
            message.created_at,
            HEXLOWER.encode(&message.nonce),
            HEXLOWER.encode(&message.box_data),
        )
    });
    let documented = |cause| Ok(Agreement::Documented(cause));
    let date = form.value("date").parse::<u64>();
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => same(|| body, ours, theirs).map(|()| Agreement::Same),
        (Err(_), Err(_)) => Ok(Agreement::Same),
        (Ok(_), Err(_)) if date.is_ok_and(|date| date > u64::from(u32::MAX)) => {
            documented("a date after the year 2106 is read, not refused")
        }
        (Ok(_), Err(_)) if has_escape(&body, "nonce") || has_escape(&body, "box") => {
            documented("digits of nonce and box that are written as escapes are read")
        }
        (Err(Refused::Addressee), Ok(_)) if form.value("to") != OWN => {
            documented("what is for another ID is refused")
        }
        (Err(Refused::Shape(_)), Ok(_)) if broken => {
            documented("a form with a broken escape is refused, not guessed at")
        }
        (Err(Refused::Shape(_)), Ok(_)) if body.len() > Callback::MAX_BODY => {
            documented("a body above 16 KiB is refused")
        }
        (Err(Refused::Shape(Field::Mac)), Ok(_)) if form.count("mac") > 1 => {
            documented("a second MAC is refused, not passed over")
        }
        (Err(Refused::Shape(field)), Ok(_)) => match form.misspelt() {
            Some("messageId") => documented("a message ID in capitals is refused"),
            Some("date") => {
                documented("a date that has not ten digits is refused (a body cut anew)")
            }
            Some("nonce") => {
                documented("a nonce that is not 48 small digits is refused (cut anew)")
            }
            Some("box") => documented("a box of no possible length, or in capitals, is refused"),
            Some("mac") => documented("a MAC in capitals is refused"),
            _ => Err(Difference(format!("only ours refuses {field}: {body}"))),
        },
        (ours, theirs) => Err(Difference(format!("{body}\n    {ours:?}\n    {theirs:?}"))),
    }
}

/// Whether the value of a field, whose name may be escaped as well, has an escape.
fn has_escape(body: &str, name: &str) -> bool {
    let mut fields = body.split('&').filter_map(|field| field.split_once('='));
    fields.any(|(field, value)| {
        let field = percent_encoding::percent_decode_str(field).decode_utf8();
        field.is_ok_and(|field| field == name) && value.contains('%')
    })
}

/// What only a holder of the secret could do, or whoever cuts a body anew at its borders.
fn before_the_mac(random: &mut Random, form: &mut Form) {
    let field = random.evenly(0..=5);
    let shift = usize::from(random.evenly(1..=3));
    let upper = random.is_one_in(3);
    let to_next = random.is_one_in(2);
    let pair = form.0.iter_mut().skip(usize::from(field)).take(2);
    let mut pair = pair.map(|(_, value)| value);
    match (pair.next(), pair.next()) {
        (Some(value), _) if upper => *value = value.to_ascii_uppercase(),
        (Some(left), Some(right)) if to_next => {
            let moved = left.split_off(left.len().saturating_sub(shift));
            right.insert_str(0, &moved);
        }
        (Some(left), Some(right)) => {
            let rest = right.split_off(shift.min(right.len()));
            left.push_str(right);
            *right = rest;
        }
        (Some(last), None) => {
            last.pop();
        }
        _ => {}
    }
}

/// What anybody on the way could do.
fn after_the_mac(random: &mut Random, form: &mut Form) {
    let count = u8::try_from(form.0.len().saturating_sub(1)).unwrap_or_default();
    let field = usize::from(random.evenly(0..=count));
    match random.evenly(0..=6) {
        0 => drop(form.0.remove(field)),
        1 => form.0.extend(form.0.get(field).cloned()),
        2 => {
            let name = random.pick(SIGNED);
            form.0.push((name, random.text(0..=10)));
        }
        3 => {
            form.0.push(("nickname", random.text(0..=40)));
            form.0.push(("unknown", random.text(0..=40)));
        }
        4 => form.0.reverse(),
        5 => {
            if let Some((_, mac)) = form.0.last_mut() {
                *mac = mac.to_ascii_uppercase();
            }
        }
        _ => {
            if let Some((_, value)) = form.0.get_mut(field) {
                let place = random.length(0..=u16::try_from(value.len()).unwrap_or_default());
                let rest = value.split_off(place.min(value.len()));
                value.push(random.pick(['0', 'f', 'F', 'Z', ' ', '*', 'é']));
                value.extend(rest.chars().skip(1));
            }
        }
    }
}

/// The same body, with characters written as escapes that need not be.
fn escaped(random: &mut Random, body: &str) -> String {
    if !random.is_one_in(3) {
        return body.to_owned();
    }
    let mut escaped = String::with_capacity(body.len());
    for (place, c) in body.char_indices() {
        let after_escape = body.get(place.saturating_sub(2)..place);
        let plain = c.is_ascii_alphanumeric() && after_escape.is_some_and(|it| !it.contains('%'));
        if plain && random.is_one_in(16) {
            let byte = u32::from(c);
            let upper = random.is_one_in(2);
            escaped.push_str(&if upper {
                format!("%{byte:02X}")
            } else {
                format!("%{byte:02x}")
            });
        } else {
            escaped.push(c);
        }
    }
    escaped
}
