mod shape;

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;
use serde_json::Value;

use super::super::tap::Thumb;
use super::super::{Message, PublicKey, SecretKey, Unreadable, sealed};
use super::*;
use crate::UnixTime;
use crate::vectors;

/// What is in a form, in its order.
#[derive(Debug, Clone)]
struct Body([(&'static str, String); 7]);

impl Body {
    const NAMES: [&'static str; 7] = ["from", "to", "messageId", "date", "nonce", "box", "mac"];

    /// A callback that is right in everything.
    fn sound() -> Self {
        let macs = vectors::cases("threema/macs", 4);
        let official = macs.iter().find(|case| case.name == "official-box");
        let case = official.unwrap();
        assert_eq!(case.one("secret"), SECRET);
        Self(Self::NAMES.map(|name| (name, case.one(name).into())))
    }

    fn new(fields: [String; 7]) -> Self {
        let mut fields = fields.into_iter();
        Self(Self::NAMES.map(|name| (name, fields.next().unwrap())))
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        let field = self.0.iter_mut().find(|field| field.0 == name).unwrap();
        field.1 = value.into();
        self
    }

    fn get(&self, name: &str) -> &str {
        &self.0.iter().find(|field| field.0 == name).unwrap().1
    }

    fn form(&self) -> String {
        let pairs = self.0.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("&")
    }
}

const SECRET: &str = "nevergonnagiveyouup";

fn own() -> ThreemaId {
    ThreemaId::parse("*TESTTST").unwrap()
}

fn secret(text: &str) -> ApiSecret {
    ApiSecret::parse(text).unwrap()
}

fn parse(form: &str) -> Result<Callback<'_>, Refused> {
    Callback::parse(form.as_bytes(), own())
}

fn take(form: &str) -> Result<Authentic<'_>, Refused> {
    parse(form)?.authenticate(&[&secret(SECRET)])
}

#[test]
fn every_mac_of_the_sdks_fits_its_secret_and_no_other() {
    for case in vectors::cases("threema/macs", 4) {
        // Two of these boxes are shorter than any box, and one date is, so no body is parsed.
        let callback = || Callback {
            mac: field::bytes(case.one("mac"), Field::Mac).unwrap(),
            from: own(),
            message_id: MessageId::from_bytes([0; 8]),
            date: 0,
            nonce: [0; 24],
            signed: ["from", "to", "messageId", "date", "nonce", "box"]
                .map(|name| Cow::Borrowed(case.one(name))),
        };
        let (right, wrong) = (secret(case.one("secret")), secret("nevergonnaletyoudown"));
        assert!(callback().authenticate(&[&right]).is_ok());
        assert!(callback().authenticate(&[&right, &wrong]).is_ok());
        assert!(callback().authenticate(&[&wrong, &right]).is_ok());
        assert!(callback().authenticate(&[&right, &right]).is_ok());
        assert_eq!(callback().authenticate(&[&wrong]), Err(Refused::Mac));
        assert_eq!(callback().authenticate(&[]), Err(Refused::Mac));
    }
}

#[test]
fn a_sound_callback_tells_who_when_and_what() {
    let form = Body::sound().form();
    let authentic = take(&form).unwrap();
    assert_eq!(authentic.from(), ThreemaId::parse("ECHOECHO").unwrap());
    assert_eq!(authentic.message_id().to_hex(), "0102030405060708");
    assert_eq!(authentic.date(), UnixTime::from_secs(1_616_950_936));
    let (sender, gateway) = keys();
    let Ok(Message::Text(text)) = authentic.open(&sender, &gateway) else {
        panic!("the SDKs' own box does not open");
    };
    assert_eq!(*text, "Dies ist eine Testnachricht. äöü");
    assert_eq!(
        authentic.open(&gateway.public(), &gateway),
        Err(Unreadable::Box)
    );
}

fn keys() -> (PublicKey, SecretKey) {
    let set = set();
    let text = |name: &str| set[name].as_str().unwrap().to_string();
    (
        PublicKey::parse(&text("sender_public_key")).unwrap(),
        SecretKey::parse(&text("gateway_private_key")).unwrap(),
    )
}

fn set() -> Value {
    let file = include_str!("../../../../tests/vectors/threema/callbacks.json");
    serde_json::from_str(file).unwrap()
}

/// The words of the set for what becomes of a body, by the reader of proofs and by that of everything.
fn outcomes(form: &str, sender: &PublicKey, gateway: &SecretKey) -> [String; 2] {
    let authentic = match take(form) {
        Ok(authentic) => authentic,
        Err(Refused::Shape(field)) => {
            return [(); 2].map(|()| format!("refused callback_shape {field}"));
        }
        Err(refused) => return [(); 2].map(|()| format!("refused {}", refused.code())),
    };
    let all = authentic.open(sender, gateway);
    assert_eq!(authentic.open_with(&gateway.agree(sender)), all);
    let proof = authentic.open_proof(sender, gateway);
    assert_eq!(authentic.open_proof_with(&gateway.agree(sender)), proof);
    [proof, all].map(words)
}

fn words(opened: Result<Message, Unreadable>) -> String {
    match opened {
        Ok(Message::Text(text)) => format!("text {}", *text),
        Ok(Message::Receipt { status, messages }) => {
            use super::super::ReceiptStatus::{Acknowledged, Declined, Other, Read, Received};
            let status = match status {
                Received => "received".into(),
                Read => "read".into(),
                Acknowledged => "acknowledged".into(),
                Declined => "declined".into(),
                Other(byte) => format!("other-{byte}"),
            };
            let messages: Vec<_> = messages.into_iter().map(MessageId::to_hex).collect();
            format!("receipt {status} {}", messages.join(" "))
        }
        Ok(Message::Reaction {
            message,
            emoji,
            withdrawn,
        }) => {
            let thumb = match emoji.thumb() {
                Some(Thumb::Up) => "up",
                Some(Thumb::Down) => "down",
                None => "other",
            };
            let put = if withdrawn { "withdrawn" } else { "put" };
            format!("reaction {thumb} {put} {}", message.to_hex())
        }
        Ok(Message::Location(place)) => format!(
            "location {} {} {} {} / {}",
            place.latitude(),
            place.longitude(),
            place.accuracy().unwrap(),
            place.name().unwrap(),
            place.address().unwrap(),
        ),
        Ok(Message::Typing { typing }) => format!("typing {typing}"),
        Ok(Message::Edit { message, text }) => format!("edit {} {}", message.to_hex(), *text),
        Ok(Message::Delete { message }) => format!("delete {}", message.to_hex()),
        Ok(Message::File(json)) => format!("file {}", json.as_str()),
        Ok(Message::Other(kind)) => format!("other {kind:#04x}"),
        Err(unreadable) => format!("unreadable {}", unreadable.code()),
    }
}

#[test]
fn every_callback_of_the_set_has_its_outcome() {
    let set = set();
    let (sender, gateway) = keys();
    let callbacks = set["callbacks"].as_array().unwrap();
    assert_eq!(callbacks.len(), 25);
    assert_eq!(set["secret"], SECRET);
    for callback in callbacks {
        let text = |name: &str| callback[name].as_str().unwrap().to_string();
        let body = Body::new([
            set["from"].as_str().unwrap().into(),
            set["to"].as_str().unwrap().into(),
            text("messageId"),
            text("date"),
            text("nonce"),
            text("box"),
            text("mac"),
        ]);
        let [proof, message] = outcomes(&body.form(), &sender, &gateway);
        assert_eq!(proof, text("outcome"), "{}", text("name"));
        let more = callback["message"].as_str();
        assert_eq!(message, more.unwrap_or(&proof), "{}", text("name"));
        let plaintext = base16ct::lower::decode_vec(text("plaintext")).unwrap();
        let boxed = base16ct::lower::decode_vec(text("box")).unwrap();
        let nonce = field::bytes(&text("nonce"), Field::Nonce).unwrap();
        let opened = sealed::open(&boxed, nonce, &sender, &gateway).unwrap();
        assert_eq!(*opened, plaintext, "{}", text("name"));
    }
}

#[test]
fn a_real_callback_shorter_than_the_apps_write_has_the_right_shape() {
    for case in vectors::cases("threema/shapes", 1) {
        let form = ["nonce", "box", "mac"]
            .into_iter()
            .fold(Body::sound(), |body, name| body.with(name, case.one(name)))
            .form();
        assert_eq!(take(&form), Err(Refused::Mac), "{}", case.name);
    }
}

#[test]
fn a_secret_that_is_given_twice_fits_as_one_does() {
    let form = Body::sound().form();
    let twice = [&secret(SECRET), &secret(SECRET)];
    assert!(parse(&form).unwrap().authenticate(&twice).is_ok());
    assert!(parse(&form).unwrap().authenticate(&[]).is_err());
}

#[test]
fn a_body_is_read_up_to_its_longest() {
    let form = Body::sound().form();
    let longer = |more| format!("{form}&x={}", "x".repeat(more));
    let most = Callback::MAX_BODY - longer(0).len();
    assert!(take(&longer(most)).is_ok());
    let refused = take(&longer(most + 1)).unwrap_err();
    assert_eq!(refused, Refused::Shape(Field::Body));
}

#[test]
fn every_altered_field_breaks_the_mac() {
    let sound = Body::sound();
    for (name, value) in [
        ("from", "ECHOECHP"),
        ("messageId", "0102030405060709"),
        ("date", "1616950937"),
        ("nonce", &sound.get("nonce").replacen('0', "1", 1)),
        ("box", &sound.get("box").replacen('4', "5", 1)),
        ("mac", &sound.get("mac").replacen('8', "9", 1)),
    ] {
        let form = sound.clone().with(name, value).form();
        assert_eq!(take(&form), Err(Refused::Mac), "{name}");
    }
}

#[test]
fn what_another_room_restores_is_what_was_authentic() {
    let form = Body::sound().form();
    let authentic = take(&form).unwrap();
    let line = authentic.to_text();
    assert_eq!(Authentic::restore(&line), Ok(authentic));
    assert!(!line.contains(Body::sound().get("mac")));
    let parts: Vec<_> = line.split(' ').collect();
    for place in 0..parts.len() {
        let mut fewer = parts.clone();
        fewer.remove(place);
        assert!(Authentic::restore(&fewer.join(" ")).is_err());
        let mut wrong = parts.clone();
        wrong[place] = "x";
        assert!(Authentic::restore(&wrong.join(" ")).is_err());
    }
    assert!(Authentic::restore(&format!("{line} ")).is_err());
}

#[test]
fn debug_shows_neither_sender_nor_box() {
    let form = Body::sound().form();
    assert_eq!(format!("{:?}", parse(&form).unwrap()), "Callback(..)");
    let shown = format!("{:?}", take(&form).unwrap());
    assert!(shown.starts_with("Authentic { message_id: "), "{shown}");
    assert!(!shown.contains("ECHO") && !shown.contains(Body::sound().get("box")));
}

/// The same text with some of its bytes as escapes.
fn escaped(text: &str, which: u64) -> String {
    let escape = |(place, byte): (usize, u8)| {
        if which >> (place % 64) & 1 == 1 {
            format!("%{byte:02X}")
        } else {
            char::from(byte).to_string()
        }
    };
    text.bytes().enumerate().map(escape).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_the_gateway_sends_is_read_and_opened(
        from in "[0-9A-Z]{8}",
        message_id: [u8; 8],
        date in 0..9_999_999_999_u64,
        nonce: [u8; 24],
        text in "\\PC{0,40}",
        padding: u8,
        nickname in "\\PC{0,16}",
        which: u64,
    ) {
        let (alice, gateway) = (SecretKey::from_bytes([1; 32]), SecretKey::from_bytes([2; 32]));
        let plaintext = Message::text_to_plaintext(&text, padding).unwrap();
        let boxed = sealed::seal(&plaintext, nonce, &gateway.public(), &alice);
        let hex = base16ct::lower::encode_string;
        let signed = [
            from.clone(),
            "*TESTTST".into(),
            hex(&message_id),
            format!("{date:010}"),
            hex(&nonce),
            hex(&boxed),
        ];
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(signed.concat().as_bytes());
        let [a, b, c, d, e, f] = signed;
        let mut body = Body::new([a, b, c, d, e, f, hex(&mac.finalize().into_bytes())]);
        for (_, value) in &mut body.0 {
            *value = escaped(value, which);
        }
        let form = format!("{}&nickname={}", body.form(), escaped(&nickname, u64::MAX));
        let authentic = take(&form).unwrap();
        prop_assert_eq!(authentic.from(), ThreemaId::parse(&from).unwrap());
        prop_assert_eq!(authentic.message_id(), MessageId::from_bytes(message_id));
        prop_assert_eq!(authentic.date(), UnixTime::from_secs(date));
        let line = authentic.to_text();
        let restored = Authentic::restore(&line).unwrap();
        let Ok(Message::Text(opened)) = restored.open(&alice.public(), &gateway) else {
            panic!("it does not open");
        };
        prop_assert_eq!(&*opened, &text);
    }

    #[test]
    fn any_bytes_are_refused_and_never_authentic(body in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Callback::parse(&body, own()).is_err());
    }
}
