use std::format;
use std::string::ToString;
use std::vec;

use proptest::prelude::*;

use super::*;
use crate::threema::tap::Thumb;
use crate::vectors;

fn bytes(hex: &str) -> Vec<u8> {
    base16ct::lower::decode_vec(hex).unwrap()
}

/// A message of that type and data under one byte of padding.
fn padded(kind: u8, data: &[u8]) -> Vec<u8> {
    [&[kind], data, &[1]].concat()
}

fn id(byte: u8) -> MessageId {
    MessageId::from_bytes([byte; 8])
}

#[test]
fn the_libraries_own_plaintexts_are_cut_where_they_cut_them() {
    for case in vectors::cases("threema/plaintexts", 4) {
        let (plaintext, data) = (bytes(case.one("plaintext")), bytes(case.one("data")));
        let kind = bytes(case.one("type"))[0];
        let stripped = padding::strip(&plaintext);
        assert_eq!(stripped, Some((kind, &data[..])), "{}", case.name);
    }
}

#[test]
fn a_receipt_names_what_it_is_about() {
    let cases = vectors::cases("threema/plaintexts", 4);
    let receipt = cases.iter().find(|case| case.name == "receipt").unwrap();
    let messages = ["e0c8126e385df319", "4ab42b20c9ab7cb6", "aa63230b7c526f28"];
    assert_eq!(
        Message::parse(&bytes(receipt.one("plaintext"))),
        Ok(Message::Receipt {
            status: ReceiptStatus::Received,
            messages: messages.map(|id| MessageId::parse(id).unwrap()).into(),
        })
    );
}

#[test]
fn every_status_is_kept_and_only_three_and_four_are_taps() {
    for byte in 0..=255 {
        let plaintext = padded(0x80, &[&[byte][..], &[7; 8]].concat());
        let Ok(Message::Receipt { status, messages }) = Message::parse(&plaintext) else {
            panic!("status {byte} is refused");
        };
        assert_eq!(messages, vec![id(7)]);
        assert_eq!(
            status,
            match byte {
                1 => ReceiptStatus::Received,
                2 => ReceiptStatus::Read,
                3 => ReceiptStatus::Acknowledged,
                4 => ReceiptStatus::Declined,
                other => ReceiptStatus::Other(other),
            }
        );
    }
}

#[test]
fn a_receipt_without_whole_ids_is_none() {
    for length in 0..=25 {
        let receipt = Message::parse(&padded(0x80, &vec![3; length]));
        assert_eq!(receipt.is_ok(), length > 1 && length % 8 == 1, "{length}");
    }
}

#[test]
fn padding_is_judged_by_its_last_byte_only() {
    for bad in [
        &[][..],
        &[1],
        &[1, 0],
        &[1, 2],
        &[1, b'a', 3],
        &[1, b'a', 0],
    ] {
        assert_eq!(Message::parse(bad), Err(Unreadable::Padding), "{bad:?}");
    }
    let text = |text: &str| Ok(Message::Text(Zeroizing::new(text.into())));
    assert_eq!(Message::parse(&[1, 1]), text(""));
    assert_eq!(Message::parse(&[1, b'a', 1]), text("a"));
    assert_eq!(Message::parse(&[1, b'a', 9, 2]), text("a"));
}

#[test]
fn every_type_without_meaning_here_is_other_whatever_its_data() {
    let read = [
        TEXT, LOCATION, FILE, RECEIPT, REACTION, TYPING, EDIT, DELETE,
    ];
    for kind in 0..=255 {
        let plaintext = padded(kind, &[0xff; 10]);
        assert_eq!(Message::split(&plaintext), Ok((kind, &[0xff; 10][..])));
        if read.contains(&kind) {
            assert!(Message::parse(&plaintext).is_err(), "{kind}");
        } else {
            assert_eq!(Message::parse(&plaintext), Ok(Message::Other(kind)));
        }
        let proof = Message::parse_proof(&plaintext);
        if [TEXT, RECEIPT, REACTION].contains(&kind) {
            assert!(proof.is_err(), "{kind}");
        } else {
            assert_eq!(proof, Ok(Message::Other(kind)));
        }
    }
}

/// Faults of other libraries, none of which may be shared: the TypeScript plug-in of OpenClaw has other
/// numbers for these types, three4j writes an image's size with its highest byte first.
#[test]
fn types_that_a_library_numbers_wrongly_are_not_taken_for_others() {
    let place = b"47.3769,8.5417";
    assert_eq!(
        Message::parse(&padded(0x03, place)),
        Ok(Message::Other(0x03))
    );
    assert!(matches!(
        Message::parse(&padded(0x10, place)),
        Ok(Message::Location(_))
    ));
    let video = [
        &[0x3c, 0][..],
        &[7; 16],
        &[0, 0, 1, 0],
        &[8; 16],
        &[0; 4],
        &[9; 32],
    ]
    .concat();
    assert_eq!(
        Message::parse(&padded(0x10, &video)),
        Err(Unreadable::Location)
    );
    for (kind, data) in [
        (0x12, &[0x3c, 0][..]),
        (0x81, &[1]),
        (0x02, &[&[7; 16][..], &[0, 0, 1, 0], &[9; 24]].concat()),
    ] {
        assert_eq!(
            Message::parse(&padded(kind, data)),
            Ok(Message::Other(kind))
        );
    }
    assert_eq!(
        Message::parse(&padded(0x90, &[1])),
        Ok(Message::Typing { typing: true })
    );
}

#[test]
fn typing_is_one_byte_zero_or_one() {
    for (byte, typing) in [(0, false), (1, true)] {
        let message = Message::Typing { typing };
        assert_eq!(Message::parse(&padded(0x90, &[byte])), Ok(message.clone()));
        assert_eq!(message.to_plaintext(1).unwrap()[..2], [0x90, byte]);
    }
    for bad in [&[][..], &[2], &[0xff], &[1, 1]] {
        assert_eq!(
            Message::parse(&padded(0x90, bad)),
            Err(Unreadable::Typing),
            "{bad:?}"
        );
    }
}

#[test]
fn an_edit_and_a_deletion_name_one_message() {
    let about = [&[0x09][..], &[7; 8]].concat();
    let read = |kind, fields: &[&[u8]]| Message::parse(&padded(kind, &fields.concat()));
    let edit = |text: &str| {
        Ok(Message::Edit {
            message: id(7),
            text: Zeroizing::new(text.into()),
        })
    };
    let unknown = proto(15, b"x");
    assert_eq!(
        read(EDIT, &[&about, &proto(2, "größer".as_bytes())]),
        edit("größer")
    );
    assert_eq!(read(EDIT, &[&proto(2, b"a"), &unknown, &about]), edit("a"));
    // A text that is empty is left out by who writes protocol buffers.
    assert_eq!(read(EDIT, &[&about]), edit(""));
    assert_eq!(read(EDIT, &[&about, &proto(2, b"")]), edit(""));
    let delete = Ok(Message::Delete { message: id(7) });
    assert_eq!(read(DELETE, &[&about]), delete);
    assert_eq!(read(DELETE, &[&unknown, &about]), delete);
    let bad: &[&[&[u8]]] = &[
        &[],
        &[&unknown],
        &[&proto(1, &[7; 8])],
        &[&about, &about],
        &[&about, &[0x10, 1]],
        &[&about, &[0x80]],
        &[&about[..8]],
        &[&about, &proto(2, b"a"), &proto(2, b"a")],
    ];
    for fields in bad {
        assert_eq!(read(EDIT, fields), Err(Unreadable::Edit), "{fields:02x?}");
        assert_eq!(
            read(DELETE, fields),
            Err(Unreadable::Delete),
            "{fields:02x?}"
        );
    }
    assert_eq!(
        read(EDIT, &[&about, &proto(2, b"\xff")]),
        Err(Unreadable::Edit)
    );
}

#[test]
fn what_the_apps_would_not_take_is_not_written() {
    let text = |length| Zeroizing::new("x".repeat(length));
    let edit = |length| Message::Edit {
        message: id(1),
        text: text(length),
    };
    let receipt = |number| Message::Receipt {
        status: ReceiptStatus::Read,
        messages: vec![id(1); number],
    };
    let place = |length: usize| {
        let place = Location::new(1.0, 2.0).unwrap();
        Message::Location(place.with_address(None, &"x".repeat(length)).unwrap())
    };
    for (message, fault) in [
        (Message::Text(text(6000)), None),
        (Message::Text(text(6001)), Some(Unwritable::Text)),
        (edit(6000), None),
        (edit(6001), Some(Unwritable::Text)),
        (receipt(875), None),
        (receipt(876), Some(Unwritable::Receipt)),
        (receipt(0), Some(Unwritable::Receipt)),
        (place(Message::MAX_DATA - 4), None),
        (place(Message::MAX_DATA - 3), Some(Unwritable::Data)),
        (Message::Other(0x41), Some(Unwritable::Other)),
    ] {
        let written = message.to_plaintext(255);
        assert_eq!(written.as_ref().err().copied(), fault, "{message:?}");
        if let Ok(plaintext) = written {
            assert_eq!(Message::parse(&plaintext), Ok(message));
            assert!(plaintext.len() + 16 <= 7812);
        }
    }
    assert_eq!(Unwritable::Receipt.to_string(), "message_receipt_size");
}

#[test]
fn an_emoji_has_1_to_64_bytes() {
    assert_eq!(Emoji::parse(""), None);
    assert_eq!(Emoji::parse(&"👍".repeat(16)).unwrap().as_str().len(), 64);
    assert_eq!(Emoji::parse(&("👍".repeat(16) + "a")), None);
}

/// A field of a protocol buffer, its length written in `groups` of seven bits.
fn proto(number: u8, data: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2, u8::try_from(data.len()).unwrap()], data].concat()
}

fn reaction(fields: &[&[u8]]) -> Result<Message, Unreadable> {
    Message::parse(&padded(0x82, &fields.concat()))
}

#[test]
fn thumbs_of_any_skin_are_thumbs_and_nothing_else_is() {
    let about = [&[0x09][..], &[7; 8]].concat();
    let skins = [
        "",
        "\u{1F3FB}",
        "\u{1F3FC}",
        "\u{1F3FD}",
        "\u{1F3FE}",
        "\u{1F3FF}",
    ];
    for (thumb, meaning) in [("\u{1F44D}", Thumb::Up), ("\u{1F44E}", Thumb::Down)] {
        for skin in skins {
            for presentation in ["", "\u{FE0F}"] {
                let emoji = format!("{thumb}{skin}{presentation}");
                for (number, withdrawn) in [(2, false), (3, true)] {
                    assert_eq!(
                        reaction(&[&about, &proto(number, emoji.as_bytes())]),
                        Ok(Message::Reaction {
                            message: id(7),
                            emoji: Emoji::parse(&emoji).unwrap(),
                            withdrawn,
                        })
                    );
                    assert_eq!(Emoji::parse(&emoji).unwrap().thumb(), Some(meaning));
                }
            }
        }
    }
    for other in [
        "\u{2764}\u{FE0F}",
        "\u{1F44D}\u{1F44D}",
        "\u{1F44D}\u{1F3FB}\u{1F3FB}",
        "\u{1F44D}\u{FE0F}\u{1F3FB}",
        "\u{1F44D}\u{200D}",
        "\u{1F3FB}",
        "+1",
    ] {
        let Ok(Message::Reaction { emoji, .. }) = reaction(&[&about, &proto(2, other.as_bytes())])
        else {
            panic!("{other} is refused");
        };
        assert_eq!(emoji.thumb(), None, "{other}");
    }
}

#[test]
fn a_reactions_fields_may_come_in_any_order_among_unknown_ones() {
    let about = [&[0x09][..], &[7; 8]].concat();
    let up = proto(2, "👍".as_bytes());
    let sound = reaction(&[&about, &up]);
    assert!(sound.is_ok());
    let number = [0x20, 0x96, 0x01];
    let eight = [&[0x29][..], &[1; 8]].concat();
    let four = [&[0x35][..], &[1; 4]].concat();
    let high = [&[0xfa, 0xff, 0xff, 0xff, 0x0f, 0x02][..], b"ab"].concat();
    assert_eq!(reaction(&[&up, &about]), sound);
    for unknown in [&number[..], &eight, &four, &high, &proto(15, b"")] {
        assert_eq!(reaction(&[unknown, &about, &up]), sound, "{unknown:02x?}");
        assert_eq!(reaction(&[&about, &up, unknown]), sound, "{unknown:02x?}");
    }
}

#[test]
fn a_reaction_that_readers_would_read_differently_is_refused() {
    let about = [&[0x09][..], &[7; 8]].concat();
    let up = proto(2, "👍".as_bytes());
    let away = proto(3, "👍".as_bytes());
    let eleven = [&[0x20][..], &[0x80; 10], &[0]].concat();
    let above_64_bits = [&[0x20][..], &[0x80; 9], &[2]].concat();
    let longest = "👍".repeat(16);
    assert!(reaction(&[&about, &proto(2, longest.as_bytes())]).is_ok());
    let bad: &[&[&[u8]]] = &[
        &[],
        &[&about],
        &[&up],
        &[&about, &about, &up],
        &[&about, &up, &up],
        &[&about, &up, &away],
        &[&proto(1, &[7; 8]), &up],
        &[&about, &proto(1, &[7; 8]), &up],
        &[&about, &up, &[0x10, 1]],
        &[&about, &up, &[0x1d, 1, 2, 3, 4]],
        &[&about, &proto(2, b"")],
        &[&about, &proto(2, b"\xff")],
        &[&about, &proto(2, (longest + "a").as_bytes())],
        &[&about[..8]],
        &[&about, &[0x12, 9, b'a']],
        &[&about, &up, &[0x80]],
        &[&about, &up, &[0x00, 0x01]],
        &[&about, &up, &[0x23, 0x24]],
        &[&about, &up, &eleven],
        &[&about, &up, &above_64_bits],
    ];
    for fields in bad {
        assert_eq!(reaction(fields), Err(Unreadable::Reaction), "{fields:02x?}");
    }
}

#[test]
fn a_text_is_padded_as_the_apps_pad_it() {
    let plaintext = |text: &str, random| Message::text_to_plaintext(text, random).unwrap();
    assert_eq!(
        plaintext("123456", 1).as_slice(),
        bytes("013132333435361a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a")
    );
    assert_eq!(plaintext("123456", 255).len(), 1 + 6 + 255);
    assert_eq!(plaintext("", 0).len(), 33);
    let longest = "x".repeat(Message::MAX_TEXT);
    assert_eq!(plaintext(&longest, 0).len(), 1 + 6000 + 1);
    assert_eq!(
        Message::text_to_plaintext(&(longest + "x"), 1),
        Err(Error::TextTooLong)
    );
}

#[test]
fn debug_shows_no_text_and_no_emoji() {
    let text = Message::Text(Zeroizing::new("123456".into()));
    assert_eq!(format!("{text:?}"), "Text(..)");
    let reaction = Message::Reaction {
        message: id(1),
        emoji: Emoji::parse("👍").unwrap(),
        withdrawn: false,
    };
    assert!(!format!("{reaction:?}").contains("👍"));
    assert_eq!(format!("{:?}", Emoji::parse("👍").unwrap()), "Emoji(..)");
    let edit = Message::Edit {
        message: id(1),
        text: Zeroizing::new("123456".into()),
    };
    assert!(!format!("{edit:?}").contains("123456"));
    let file = Message::File(FileJson::new("{}").unwrap());
    let typing = Message::Typing { typing: true };
    let shown = format!("{file:?} {typing:?} {:?}", Message::Other(0x41));
    assert_eq!(shown, "File(..) Typing(true) Other(0x41)");
    assert_eq!(Unreadable::Padding.to_string(), "message_padding");
}

/// Any message but of a type that is not read.
fn messages() -> impl Strategy<Value = Message> {
    let id = any::<[u8; 8]>().prop_map(MessageId::from_bytes);
    let text = "\\PC{0,80}".prop_map(Zeroizing::new);
    prop_oneof![
        text.clone().prop_map(Message::Text),
        (any::<u8>(), proptest::collection::vec(id.clone(), 1..20)).prop_map(
            |(status, messages)| Message::Receipt {
                status: ReceiptStatus::from_byte(status),
                messages,
            }
        ),
        (id.clone(), "\\PC{1,16}", any::<bool>()).prop_map(|(message, emoji, withdrawn)| {
            Message::Reaction {
                message,
                emoji: Emoji::parse(&emoji).unwrap(),
                withdrawn,
            }
        }),
        any::<bool>().prop_map(|typing| Message::Typing { typing }),
        (id.clone(), text).prop_map(|(message, text)| Message::Edit { message, text }),
        id.prop_map(|message| Message::Delete { message }),
        "\\{\\PC{0,80}\\}".prop_map(|json| Message::File(FileJson::new(&json).unwrap())),
        (-90.0..=90.0, -180.0..=180.0, "[^\\\\\n]{1,40}").prop_map(|(north, east, address)| {
            let place = Location::new(north, east).unwrap();
            Message::Location(place.with_address(None, &address).unwrap())
        }),
    ]
}

proptest! {
    #[test]
    fn every_text_reads_back_whatever_its_padding(text in "\\PC{0,80}", random: u8) {
        let plaintext = Message::text_to_plaintext(&text, random).unwrap();
        prop_assert!(plaintext.len() >= 33);
        prop_assert_eq!(
            Message::parse(&plaintext),
            Ok(Message::Text(Zeroizing::new(text)))
        );
    }

    #[test]
    fn every_message_reads_back_whatever_its_padding(message in messages(), random: u8) {
        let plaintext = message.to_plaintext(random).unwrap();
        prop_assert!(plaintext.len() >= 33);
        prop_assert_eq!(plaintext[0], message.kind());
        prop_assert_eq!(Message::parse(&plaintext), Ok(message));
    }

    #[test]
    fn any_bytes_are_a_message_or_a_named_error(
        kind in prop_oneof![
            Just(TEXT), Just(LOCATION), Just(FILE), Just(RECEIPT), Just(REACTION), Just(TYPING), Just(EDIT),
            Just(DELETE), any::<u8>(),
        ],
        data in proptest::collection::vec(any::<u8>(), 0..80),
    ) {
        let _ = Message::parse(&[&[kind], &data[..]].concat());
        let _ = Message::parse(&padded(kind, &data));
    }
}
