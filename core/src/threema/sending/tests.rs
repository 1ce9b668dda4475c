use std::vec::Vec;

use proptest::prelude::*;

use super::*;

const CAPS: SendingCaps = SendingCaps {
    user_minute: 4,
    user_five_minutes: 8,
    user_day: 30,
    id_day: 60,
    site_day: 5_000,
};

fn at(secs: u64) -> UnixTime {
    UnixTime::from_secs(secs)
}

fn until(secs: u64) -> Result<(), Error> {
    let retry_at = at(secs);
    Err(Error::TooManyMessages { retry_at })
}

/// Asks every second of `secs`; when something was sent.
fn greedy(secs: u64) -> Vec<u64> {
    let mut sent: Vec<UnixTime> = Vec::new();
    for now in (0..secs).map(at) {
        if may_send(&CAPS, &sent, now).is_ok() {
            sent.insert(0, now);
        }
    }
    sent.iter().rev().map(|at| at.as_secs()).collect()
}

#[test]
fn whoever_asks_every_second_gets_four_a_minute_eight_in_five_and_thirty_a_day() {
    let sent = greedy(2 * 86_400);
    let first = [0, 1, 2, 3, 60, 61, 62, 63, 300, 301];
    assert_eq!(sent.get(..10), Some(first.as_slice()));
    for (span, most) in [(60, 4), (300, 8), (86_400, 30)] {
        for start in &sent {
            let within = sent.iter().filter(|at| (*start..start + span).contains(at));
            assert!(within.count() <= most);
        }
    }
    assert_eq!(sent.iter().filter(|at| **at < 86_400).count(), 30);
    assert_eq!(sent.get(30), Some(&86_400));
}

#[test]
fn a_refusal_names_the_very_second_from_which_on_another_is_sent() {
    let minute = [at(103), at(102), at(101), at(100)];
    assert_eq!(may_send(&CAPS, &minute, at(110)), until(160));
    assert_eq!(may_send(&CAPS, &minute, at(159)), until(160));
    assert_eq!(may_send(&CAPS, &minute, at(160)), Ok(()));
    let none = SendingCaps {
        user_minute: 0,
        ..CAPS
    };
    assert_eq!(may_send(&none, &[], at(100)), until(160));
}

#[test]
fn a_message_is_forgotten_after_a_day() {
    assert_eq!(forgotten_at(at(86_400 + 100)), at(100));
    assert_eq!(forgotten_at(at(100)), at(0));
}

#[test]
fn a_day_ends_at_midnight_and_a_clock_set_back_opens_no_new_one() {
    let mut tally = Tally::default();
    for _ in 0..3 {
        tally = tally.one_more(3, at(86_400)).unwrap();
    }
    assert_eq!(tally, Tally { day: 1, sent: 3 });
    for now in [86_400, 2 * 86_400 - 1, 5] {
        assert_eq!(tally.one_more(3, at(now)).map(drop), until(2 * 86_400));
    }
    let next = tally.one_more(3, at(2 * 86_400)).unwrap();
    assert_eq!(next, Tally { day: 2, sent: 1 });
}

#[test]
fn leases_get_small_towards_the_end_and_are_never_more_than_the_day_has() {
    let (mut tally, mut granted) = (Tally::default(), Vec::new());
    while let Ok((after, lease)) = tally.lease(1_000, at(0)) {
        tally = after;
        granted.push(lease);
    }
    assert_eq!(granted.iter().sum::<u32>(), 1_000);
    assert_eq!(granted.first(), Some(&16));
    assert_eq!(granted.last(), Some(&1));
    assert!(granted.is_sorted_by(|earlier, later| earlier >= later));
}

#[test]
fn a_lease_is_for_so_many_messages_of_its_own_day() {
    let mut lease = Lease::default();
    assert!(!lease.take(at(0)));
    lease.add(1, at(86_399));
    lease.add(1, at(86_399));
    assert!(lease.take(at(86_399)));
    assert!(!lease.take(at(86_400)));
    assert!(lease.take(at(86_399)));
    assert!(!lease.take(at(86_399)));
    lease.add(5, at(86_399));
    lease.add(1, at(86_400));
    assert!(lease.take(at(86_400)));
    assert!(!lease.take(at(86_400)));
}

#[test]
fn only_a_refusal_says_that_nothing_was_sent() {
    let id = MessageId::parse("0102030405060708").unwrap();
    assert_eq!(Progress::after(&Ok(id)), Progress::Sent);
    for (fault, progress) in [
        (GatewayError::NoCredits, Progress::NotSent),
        (GatewayError::Nonsense, Progress::Unknown),
        (GatewayError::Refused, Progress::NotSent),
        (GatewayError::Secret, Progress::NotSent),
        (GatewayError::TooLong, Progress::NotSent),
        (GatewayError::TooMany, Progress::NotSent),
        (GatewayError::Unavailable, Progress::Unknown),
        (GatewayError::Unknown, Progress::NotSent),
    ] {
        assert_eq!(Progress::after(&Err(fault)), progress);
    }
    for word in ["sending", "sent", "unknown", "not_sent"] {
        assert_eq!(Progress::parse(word).map(Progress::as_str), Some(word));
    }
}

proptest! {
    #[test]
    fn no_window_ever_holds_more_than_its_cap(gaps in prop::collection::vec(0_u64..4_000, 1..200)) {
        let (mut sent, mut now): (Vec<UnixTime>, u64) = (Vec::new(), 0);
        for gap in gaps {
            now += gap;
            match may_send(&CAPS, &sent, at(now)) {
                Ok(()) => sent.insert(0, at(now)),
                Err(Error::TooManyMessages { retry_at }) => {
                    prop_assert!(retry_at > at(now));
                    prop_assert_eq!(may_send(&CAPS, &sent, retry_at), Ok(()));
                }
                Err(_) => prop_assert!(false),
            }
            for (span, most) in [(60, 4), (300, 8), (86_400, 30)] {
                let recent = sent.iter().filter(|sent| sent.as_secs() + span > now);
                prop_assert!(recent.count() <= most);
            }
        }
    }
}
