use std::format;
use std::vec::Vec;

use hmac::{Hmac, KeyInit, Mac};
use proptest::prelude::*;
use sha2::Sha256;

use super::*;
use crate::recovery::{CODE_RANDOM, RecoveryCode, RoundsError, Stretching, UserKey};

/// PBKDF2 (RFC 8018, section 5.2) for one block of output: what the edge has WebCrypto do.
fn pbkdf2(work: &Stretching) -> [u8; 32] {
    let keyed = Hmac::<Sha256>::new_from_slice(work.password()).unwrap();
    let mut mac = keyed.clone();
    mac.update(work.salt());
    mac.update(&1_u32.to_be_bytes());
    let mut block: [u8; 32] = mac.finalize().into_bytes().into();
    let mut sum = block;
    for _ in 1..work.rounds() {
        let mut mac = keyed.clone();
        mac.update(&block);
        block = mac.finalize().into_bytes().into();
        for (sum, byte) in sum.iter_mut().zip(block) {
            *sum ^= byte;
        }
    }
    sum
}

fn salt() -> Salt {
    Salt::from_bytes([9; 16])
}

fn rounds() -> Rounds {
    Rounds::new(Rounds::MIN).unwrap()
}

fn digest(code: &RecoveryCode) -> Digest {
    let work = Stretching::new(code, &salt(), rounds());
    let stretched = pbkdf2(&work);
    work.done(stretched).digest(&UserKey::from_bytes([3; 32]))
}

fn set() -> (Set, [Digest; COUNT]) {
    let random = core::array::from_fn(|code| [u8::try_from(code).unwrap(); CODE_RANDOM]);
    let digests = RecoveryCode::generate(&random).each_ref().map(digest);
    (
        Set::new(salt(), rounds(), digests.clone()).unwrap(),
        digests,
    )
}

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    base16ct::lower::decode_vec(hex)
        .unwrap()
        .try_into()
        .unwrap()
}

#[test]
fn digests_are_what_an_independent_implementation_makes() {
    let table = include_str!("../../../../tests/vectors/recovery/digest.txt");
    let mut rows = 0;
    for row in table.lines().filter(|row| !row.starts_with('#')) {
        let [code, salt, rounds, key, stretched, digest] = row
            .split_whitespace()
            .collect::<Vec<_>>()
            .try_into()
            .unwrap();
        let code = RecoveryCode::parse(code).unwrap();
        let salt = Salt::from_bytes(bytes(salt));
        let rounds = Rounds::new(rounds.parse().unwrap()).unwrap();
        let key = UserKey::from_bytes(bytes(key));

        let work = Stretching::new(&code, &salt, rounds);
        assert_eq!(pbkdf2(&work), bytes(stretched), "{row}");
        let made = work.done(bytes(stretched)).digest(&key);
        assert_eq!(made.as_bytes(), &bytes(digest), "{row}");
        rows += 1;
    }
    assert_eq!(rows, 3);
}

#[test]
fn each_code_works_once_in_any_order() {
    let (mut set, digests) = set();
    for (done, index) in [3, 0, 9, 1, 2, 4, 8, 7, 6, 5].into_iter().enumerate() {
        let remaining = COUNT - 1 - done;
        assert_eq!(
            set.redeem(&digests[index]),
            Verdict::Accepted { index, remaining }
        );
        assert_eq!(set.redeem(&digests[index]), Verdict::Used);
        assert_eq!(set.remaining(), remaining);
    }
}

#[test]
fn a_code_of_nobody_is_wrong_and_uses_nothing() {
    let (mut set, digests) = set();
    let before = set.clone();
    let stranger = digest(&RecoveryCode::parse("WRXNG-CXDE0").unwrap());
    assert_eq!(set.redeem(&stranger), Verdict::Wrong);
    assert_eq!(set, before);

    let _ = set.redeem(&digests[0]);
    let before = set.clone();
    assert_eq!(set.redeem(&digests[0]), Verdict::Used);
    assert_eq!(set, before);
}

#[test]
fn a_stored_set_knows_what_was_used() {
    let (mut set, digests) = set();
    let _ = set.redeem(&digests[4]);
    let stored: Vec<_> = set
        .stored()
        .iter()
        .map(|one| Stored {
            digest: Digest::from_bytes(*one.digest.as_bytes()),
            used: one.used,
        })
        .collect();
    let mut restored = Set::from_stored(set.salt().clone(), set.rounds(), stored).unwrap();
    assert_eq!(restored, set);
    assert_eq!(restored.redeem(&digests[4]), Verdict::Used);
}

#[test]
fn another_user_key_or_salt_makes_another_digest() {
    let code = RecoveryCode::parse("01234-56789").unwrap();
    let work = Stretching::new(&code, &Salt::from_bytes([8; 16]), rounds());
    let stretched = pbkdf2(&work);
    let salted = work.done(stretched).digest(&UserKey::from_bytes([3; 32]));
    let work = Stretching::new(&code, &salt(), rounds());
    let stretched = pbkdf2(&work);
    let keyed = work.done(stretched).digest(&UserKey::from_bytes([4; 32]));
    assert_ne!(salted, digest(&code));
    assert_ne!(keyed, digest(&code));
}

#[test]
fn rounds_and_sizes_out_of_range_are_refused() {
    assert_eq!(Rounds::new(999), Err(RoundsError));
    assert_eq!(Rounds::new(100_001), Err(RoundsError));
    let digests = |count| core::iter::repeat_n(Digest::from_bytes([0; 32]), count);
    assert_eq!(Set::new(salt(), rounds(), digests(0)), Err(SetError));
    assert_eq!(Set::new(salt(), rounds(), digests(33)), Err(SetError));
    assert!(Set::new(salt(), rounds(), digests(32)).is_ok());
}

#[test]
fn debug_shows_no_secret() {
    let code = RecoveryCode::parse("01234-56789").unwrap();
    let work = Stretching::new(&code, &salt(), rounds());
    assert_eq!(format!("{work:?}"), "Stretching { rounds: 1000, .. }");
    assert_eq!(format!("{:?}", work.done([1; 32])), "Stretched(..)");
    assert_eq!(format!("{:?}", UserKey::from_bytes([1; 32])), "UserKey(..)");
    assert_eq!(format!("{:?}", Digest::from_bytes([1; 32])), "Digest(..)");
}

proptest! {
    #[test]
    fn no_order_of_attempts_accepts_a_code_twice(
        attempts in proptest::collection::vec(0_u8..14, 0..40),
    ) {
        let digests = core::array::from_fn::<_, COUNT, _>(|n| {
            Digest::from_bytes([u8::try_from(n).unwrap(); 32])
        });
        let mut set = Set::new(salt(), rounds(), digests).unwrap();
        let mut accepted = [0; COUNT];
        for attempt in attempts {
            match set.redeem(&Digest::from_bytes([attempt; 32])) {
                Verdict::Accepted { index, remaining } => {
                    prop_assert_eq!(index, usize::from(attempt));
                    accepted[index] += 1;
                    prop_assert_eq!(remaining, COUNT - accepted.iter().sum::<usize>());
                }
                Verdict::Used => prop_assert_eq!(accepted[usize::from(attempt)], 1),
                Verdict::Wrong => prop_assert!(usize::from(attempt) >= COUNT),
            }
        }
        prop_assert!(accepted.iter().all(|times| *times <= 1));
    }
}
