use proptest::prelude::*;

use super::*;
use crate::key::Key;

const NOW: UnixTime = UnixTime::from_secs(1_000);
const LATER: UnixTime = UnixTime::from_secs(1_900);
const OBJECT: ObjectName = ObjectName::from_bytes([9; 16]);

fn keyring() -> Keyring {
    Keyring::new(Key::from_bytes([1; 32]), None)
}

fn ticket() -> Token<Ticket> {
    mint::<Ticket>(&keyring(), OBJECT, [7; 16], LATER)
}

#[test]
fn what_was_made_is_genuine_until_its_very_second() {
    let ticket = ticket();
    assert_eq!(ticket.as_str().len(), 103);
    let genuine = check::<Ticket>(ticket.as_str(), &keyring(), NOW).unwrap();
    assert_eq!((genuine.object(), genuine.expires_at()), (OBJECT, LATER));
    assert_eq!(genuine.hash(), ticket.hash());
    let second_before = UnixTime::from_secs(LATER.as_secs() - 1);
    assert!(check::<Ticket>(ticket.as_str(), &keyring(), second_before).is_ok());
    assert_eq!(
        check::<Ticket>(ticket.as_str(), &keyring(), LATER),
        Err(Error::TicketExpired)
    );
}

#[test]
fn a_ticket_is_no_pass_and_a_pass_no_ticket() {
    let pass = mint::<Pass>(&keyring(), OBJECT, [7; 16], LATER);
    assert!(check::<Pass>(pass.as_str(), &keyring(), NOW).is_ok());
    assert!(check::<Ticket>(pass.as_str(), &keyring(), NOW).is_err());
    assert!(check::<Pass>(ticket().as_str(), &keyring(), NOW).is_err());
}

#[test]
fn a_device_s_tokens_bear_its_name_and_are_nothing_else() {
    let first = device_random(&keyring(), ticket().hash());
    assert_eq!(first, device_random(&keyring(), ticket().hash()));
    assert_ne!(first, pass_random(&keyring(), ticket().hash()));
    let name = DeviceName::of(first);
    let second = name.rotated([5; 16]);
    assert_ne!(first, second);
    for random in [first, second] {
        let token = mint::<Device>(&keyring(), OBJECT, random, LATER);
        let genuine = check::<Device>(token.as_str(), &keyring(), NOW).unwrap();
        assert_eq!(genuine.device(), name);
        assert!(check::<Ticket>(token.as_str(), &keyring(), NOW).is_err());
        assert!(check::<Pass>(token.as_str(), &keyring(), NOW).is_err());
    }
    assert_eq!(DeviceName::parse(&name.to_text()), Ok(name));
    assert_eq!(DeviceName::parse("AAAA"), Err(Error::TicketInvalid));
}

#[test]
fn a_token_of_another_user_is_none() {
    let ticket = ticket();
    let check = |object| check_for::<Ticket>(ticket.as_str(), &keyring(), object, NOW);
    assert!(check(OBJECT).is_ok());
    let other = ObjectName::from_bytes([8; 16]);
    assert_eq!(check(other), Err(Error::TicketInvalid));
}

#[test]
fn a_key_being_rotated_out_still_counts_and_a_retired_one_does_not() {
    let old = Key::from_bytes([1; 32]);
    let new = Key::from_bytes([2; 32]);
    let rotating = Keyring::new(new.clone(), Some(old));
    let rotated = Keyring::new(new, None);
    let ticket = ticket();
    assert!(check::<Ticket>(ticket.as_str(), &rotating, NOW).is_ok());
    assert_eq!(
        check::<Ticket>(ticket.as_str(), &rotated, NOW),
        Err(Error::TicketInvalid)
    );
}

#[test]
fn every_altered_bit_makes_it_invalid() {
    let bytes = Base64UrlUnpadded::decode_vec(ticket().as_str()).unwrap();
    for bit in 0..bytes.len() * 8 {
        let mut altered = bytes.clone();
        altered[bit / 8] ^= 1 << (bit % 8);
        let text = Base64UrlUnpadded::encode_string(&altered);
        assert_eq!(
            check::<Ticket>(&text, &keyring(), NOW),
            Err(Error::TicketInvalid),
            "bit {bit}"
        );
    }
}

#[test]
fn a_passes_random_is_the_same_again_and_differs_by_ticket_and_key() {
    let hash = ticket().hash();
    let random = pass_random(&keyring(), hash);
    assert_eq!(random, pass_random(&keyring(), hash));
    assert_ne!(random, pass_random(&keyring(), TokenHash([0; 16])));
    let other = Keyring::new(Key::from_bytes([2; 32]), None);
    assert_ne!(random, pass_random(&other, hash));
}

#[test]
fn a_ticket_id_reads_back() {
    let hash = ticket().hash();
    assert_eq!(TokenHash::parse(&hash.to_text()), Ok(hash));
    assert!(TokenHash::parse("").is_err());
    assert!(TokenHash::parse(ticket().as_str()).is_err());
}

proptest! {
    #[test]
    fn no_text_is_genuine_or_panics(text in ".{0,200}") {
        prop_assert!(check::<Ticket>(&text, &keyring(), NOW).is_err());
        let _ = TokenHash::parse(&text);
    }

    #[test]
    fn no_bytes_are_genuine(bytes in proptest::collection::vec(any::<u8>(), 60..90)) {
        let text = Base64UrlUnpadded::encode_string(&bytes);
        prop_assert!(check::<Ticket>(&text, &keyring(), NOW).is_err());
    }
}
