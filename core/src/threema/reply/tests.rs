use std::vec;

use zeroize::Zeroizing;

use super::*;

fn text(text: &str) -> Message {
    Message::Text(Zeroizing::new(text.into()))
}

fn at(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs)
}

#[test]
fn a_code_is_six_digits_however_a_phone_dresses_them() {
    let keycaps = "1\u{FE0F}\u{20E3}2\u{20E3}3\u{FE0F}\u{20E3}4\u{20E3}5\u{20E3}6\u{20E3}";
    for good in [
        "123456",
        " 123 456\n",
        "1 2 3 4 5 6",
        "\u{A0}123456\u{2003}",
        keycaps,
        &(String::from("123456") + &" ".repeat(58)),
    ] {
        let code = ReplyCode::read(&text(good)).map(|code| String::from(&code));
        assert_eq!(code.as_deref(), Some("123456"), "{good:?}");
    }
    let padded = String::from("123456") + &" ".repeat(59);
    for bad in [
        "",
        "12345",
        "1234567",
        "code 123456",
        "123-456",
        "١٢٣٤٥٦",
        "１２３４５６",
        "*123456*",
        &padded,
    ] {
        assert!(ReplyCode::read(&text(bad)).is_none(), "{bad:?}");
    }
    assert!(ReplyCode::read(&Message::Other(0x41)).is_none());
    assert!(ReplyCode::parse("12345a").is_err());
    let code = ReplyCode::parse("123456").unwrap();
    assert_eq!(std::format!("{code:?}"), "ReplyCode(..)");
}

#[test]
fn drawn_codes_are_even_and_the_values_that_are_not_are_left_out() {
    let mut random = [0xff; RANDOM];
    assert_eq!(ReplyCode::draw(&random).count(), 0);
    random[..16].copy_from_slice(&[
        0x40, 0x42, 0x0f, 0x00, // 1 000 000
        0x39, 0x30, 0x00, 0x00, // 12 345
        0x7f, 0x3d, 0xf1, 0xff, // the last fair word: 4 293 999 999
        0x80, 0x3d, 0xf1, 0xff, // the first that is not
    ]);
    let codes: Vec<String> = ReplyCode::draw(&random)
        .map(|code| (&code).into())
        .collect();
    assert_eq!(codes, ["000000", "012345", "999999"]);
}

#[test]
fn only_an_open_wait_matches_and_only_strangers_among_the_codes_are_misses() {
    let wait = |ended| {
        Some(Wait {
            issued_at: at(1_000),
            expires_at: at(1_100),
            ended,
        })
    };
    let table = [
        (wait(false), true, at(1_099), Verdict::Matched),
        (wait(false), true, at(1_100), Verdict::Late),
        (wait(true), true, at(1_001), Verdict::Late),
        (None, true, at(1), Verdict::Missed(4)),
        (None, false, at(1), Verdict::Stray),
    ];
    for (wait, awaiting, receipt, verdict) in table {
        assert_eq!(judge(wait, awaiting, 3, receipt, receipt), verdict);
    }
}

#[test]
fn a_message_from_before_its_code_was_drawn_is_no_answer_to_it() {
    let wait = Wait {
        issued_at: at(10_000),
        expires_at: at(10_180),
        ended: false,
    };
    let dated = |secs| judge(Some(wait), true, 0, at(secs), at(10_001));
    assert_eq!(dated(10_000), Verdict::Matched);
    assert_eq!(dated(2_800), Verdict::Matched, "a clock two hours behind");
    assert_eq!(dated(2_799), Verdict::Late);
}

#[test]
fn the_tenth_miss_ends_what_is_awaited() {
    let mut misses = 0;
    for _ in 1..MISSES {
        let Verdict::Missed(now) = judge(None, true, misses, at(1), at(1)) else {
            panic!("ended after {misses}");
        };
        misses = now;
    }
    assert_eq!(misses, MISSES - 1);
    assert_eq!(judge(None, true, misses, at(1), at(1)), Verdict::Ended);
}

#[test]
fn a_ticket_draws_thirty_codes_and_another_only_once_it_has_ended() {
    assert_eq!(may_draw(0, at(900)), Ok(()));
    assert_eq!(may_draw(PER_TICKET - 1, at(900)), Ok(()));
    let refused = Err(Error::TooManyCodes { retry_at: at(900) });
    assert_eq!(may_draw(PER_TICKET, at(900)), refused);
    assert_eq!(may_draw(PER_TICKET + 1, at(900)), refused);
}

#[test]
fn no_code_is_drawn_again_for_a_quarter_of_an_hour() {
    assert_eq!(MEMORY.as_secs(), 900);
}

#[test]
fn an_aim_is_stored_as_a_word_and_read_from_no_other() {
    for (aim, word) in [(Aim::Enrollment, "enrolment"), (Aim::Proof, "proof")] {
        assert_eq!(aim.as_str(), word);
        assert_eq!(Aim::parse(word), Some(aim));
    }
    assert_eq!(Aim::parse(""), None);
}

#[test]
fn enrollments_crowd_out_enrollments_only_and_a_user_has_one() {
    let open = vec![
        ("own", true),
        ("a", false),
        ("b", false),
        ("c", false),
        ("d", false),
        ("e", false),
    ];
    assert_eq!(displaced(Aim::Enrollment, open), ["own", "e"]);
    let proofs = |number| (1..=number).map(|proof| (proof, proof != 3));
    assert!(displaced(Aim::Proof, proofs(PROOFS)).is_empty());
    assert_eq!(displaced(Aim::Proof, proofs(PROOFS + 1)), [PROOFS + 1]);
}

#[test]
fn a_changed_key_and_a_sixth_user_are_refused() {
    let key = |byte| PublicKey::from_bytes([byte; 32]).unwrap();
    let ask =
        |aim, members, is_member, now| may_expect(aim, members, is_member, &key(now), &key(1));
    assert_eq!(ask(Aim::Enrollment, 0, false, 2), Ok(()));
    assert_eq!(ask(Aim::Proof, 1, true, 2), Err(Error::ThreemaKeyChanged));
    assert_eq!(ask(Aim::Enrollment, USERS - 1, false, 1), Ok(()));
    assert_eq!(
        ask(Aim::Enrollment, USERS, false, 1),
        Err(Error::ThreemaIdFull)
    );
    assert_eq!(ask(Aim::Enrollment, USERS, true, 1), Ok(()));
    assert_eq!(ask(Aim::Proof, USERS, false, 1), Ok(()));
}

#[test]
fn only_an_enrollment_joins_once_and_while_there_is_room() {
    assert_eq!(joins(Aim::Enrollment, USERS - 1, false), Ok(true));
    assert_eq!(joins(Aim::Enrollment, USERS, true), Ok(false));
    assert_eq!(
        joins(Aim::Enrollment, USERS, false),
        Err(Error::ThreemaIdFull)
    );
    assert_eq!(joins(Aim::Proof, USERS, false), Ok(false));
}

#[test]
fn a_code_is_not_drawn_again_for_a_quarter_of_an_hour() {
    assert_eq!(MEMORY.as_secs(), 900);
}
