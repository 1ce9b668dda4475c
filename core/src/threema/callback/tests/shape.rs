//! What is refused before any MAC is made.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::*;

#[test]
fn every_field_is_there_once() {
    let sound = Body::sound();
    for (place, (name, value)) in sound.0.iter().enumerate() {
        let refused = |form: &str| match parse(form) {
            Err(Refused::Shape(field)) => field.as_str().to_string(),
            other => panic!("{other:?}"),
        };
        let mut pairs: Vec<_> = sound
            .0
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let twice = format!("{}&{name}={value}", pairs.join("&"));
        assert_eq!(refused(&twice), *name);
        let escaped = format!("%{:02x}{}={value}", name.as_bytes()[0], &name[1..]);
        assert_eq!(refused(&format!("{}&{escaped}", pairs.join("&"))), *name);
        pairs.remove(place);
        assert_eq!(refused(&pairs.join("&")), *name);
        pairs.push(name.to_string());
        assert_eq!(refused(&pairs.join("&")), *name);
    }
    let nicknames = format!("{}&nickname=alice&nickname=bob", sound.form());
    assert_eq!(
        parse(&nicknames).unwrap_err(),
        Refused::Shape(Field::Nickname)
    );
}

#[test]
fn order_unknown_fields_and_the_nickname_change_nothing() {
    let sound = Body::sound();
    let form = sound.form();
    let expected = take(&form).unwrap();
    let mut turned = sound;
    turned.0.reverse();
    for other in [
        turned.form(),
        form.replace('*', "%2A"),
        form.replace('*', "%2a"),
        form.replace("from", "%66rom"),
        format!("{form}&nickname=%F0%9F%91%8D+alice"),
        format!("accesstoken=1&accesstoken=2&{form}&"),
    ] {
        assert_eq!(take(&other).as_ref(), Ok(&expected), "{other}");
    }
}

#[test]
fn each_field_has_one_spelling() {
    let sound = Body::sound();
    let upper = |name: &str| sound.get(name).to_uppercase();
    let cut = |name: &str| {
        let value = sound.get(name);
        value[..value.len() - 1].to_string()
    };
    let (shortest, longest) = ("ab".repeat(17), "ab".repeat(7812));
    for (name, value) in [
        ("from", "echoecho".into()),
        ("from", cut("from")),
        ("from", "ECHO+CHO".into()),
        ("to", "*testtst".into()),
        ("to", "*TESTTST1".into()),
        ("messageId", "A102030405060708".into()),
        ("messageId", cut("messageId")),
        ("messageId", "010203040506070g".into()),
        ("date", "161695093".into()),
        ("date", "16169509360".into()),
        ("date", "1616950936.0".into()),
        ("date", "%2B616950936".into()),
        ("date", "-616950936".into()),
        ("date", "%D9%A1%D9%A2%D9%A3%D9%A4%D9%A5".into()),
        ("nonce", upper("nonce")),
        ("nonce", cut("nonce")),
        ("box", upper("box")),
        ("box", cut("box")),
        ("box", String::new()),
        ("box", shortest[2..].into()),
        ("box", longest.clone() + "ab"),
        ("box", shortest.replacen("ab", "xy", 1)),
        ("mac", upper("mac")),
        ("mac", cut("mac")),
        ("mac", "0".repeat(66)),
    ] {
        let form = sound.clone().with(name, &value).form();
        let refused = parse(&form).unwrap_err();
        assert_eq!(refused.to_string(), format!("callback_shape: {name}"));
        assert!(!format!("{refused:?}").contains(&value) || value.is_empty());
    }
    for good in [shortest, longest] {
        assert!(parse(&sound.clone().with("box", &good).form()).is_ok());
    }
}

#[test]
fn a_body_that_is_no_form_is_refused_as_a_whole() {
    let form = Body::sound().form();
    let longest = format!(
        "{form}&x={}",
        "x".repeat(Callback::MAX_BODY - 3 - form.len())
    );
    assert!(parse(&longest).is_ok());
    let too_long = longest + "x";
    let broken_elsewhere = format!("{form}&x=%ff");
    let cut_escape = format!("{form}&x=%4");
    let mut not_utf8 = form.into_bytes();
    not_utf8.extend(b"&x=\xff");
    for body in [
        too_long.as_bytes(),
        broken_elsewhere.as_bytes(),
        cut_escape.as_bytes(),
        &not_utf8,
    ] {
        let refused = Callback::parse(body, own()).unwrap_err();
        assert_eq!(refused, Refused::Shape(Field::Body));
    }
    assert_eq!(parse("").unwrap_err(), Refused::Shape(Field::From));
}

#[test]
fn a_callback_for_another_gateway_is_refused_before_its_mac_is_made() {
    let form = Body::sound().with("to", "*OTHEROT").form();
    assert_eq!(parse(&form).unwrap_err(), Refused::Addressee);
}

#[test]
fn a_captured_body_cut_anew_at_any_border_is_refused() {
    let sound = Body::sound();
    let mut cuts = 0;
    for border in 0..5 {
        for moved in 1..=16 {
            for forward in [true, false] {
                let mut body = sound.clone();
                let (left, right) = (body.0[border].1.clone(), body.0[border + 1].1.clone());
                let whole = format!("{left}{right}");
                let at = if forward {
                    left.len().checked_sub(moved)
                } else {
                    Some(left.len() + moved)
                };
                let Some((left, right)) = at.and_then(|at| whole.split_at_checked(at)) else {
                    continue;
                };
                (body.0[border].1, body.0[border + 1].1) = (left.into(), right.into());
                // The MAC's input is the same, so only the shape is left to refuse it.
                let refused = take(&body.form()).unwrap_err();
                assert!(matches!(refused, Refused::Shape(_)), "{border} {moved}");
                cuts += 1;
            }
        }
    }
    assert!(cuts > 120, "{cuts}");
}
