//! Project Wycheproof against the primitives that core is built on, in the very versions and features that
//! it is built with; X25519 through core's own boxes.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use crypto_secretbox::{Nonce, XSalsa20Poly1305, aead as secretbox};
use hmac::{Hmac, KeyInit, Mac};
use salsa20::cipher::consts::U10;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use threegate_core::threema::{PublicKey, SecretKey, sealed};
use wycheproof::{TestResult, aead, mac, xdh};

#[test]
fn hmac_with_the_three_hashes_of_codes() {
    assert!(macs::<Hmac<Sha1>>(mac::TestName::HmacSha1) > 150);
    assert!(macs::<Hmac<Sha256>>(mac::TestName::HmacSha256) > 150);
    assert!(macs::<Hmac<Sha512>>(mac::TestName::HmacSha512) > 150);
}

fn macs<M: Mac + KeyInit>(name: mac::TestName) -> usize {
    let mut count = 0;
    for group in mac::TestSet::load(name).unwrap().test_groups {
        for test in group.tests {
            let mut mac = <M as KeyInit>::new_from_slice(&test.key).unwrap();
            mac.update(&test.msg);
            // The shorter ones are the beginnings of whole ones, which core never takes.
            let genuine = mac.verify_truncated_left(&test.tag).is_ok();
            let valid = test.result == TestResult::Valid;
            assert_eq!(genuine, valid, "{} {}", test.tc_id, test.comment);
            count += 1;
        }
    }
    count
}

#[test]
fn the_vaults_cipher() {
    let set = aead::TestSet::load(aead::TestName::XChaCha20Poly1305).unwrap();
    let mut count = 0;
    for group in set.test_groups {
        for test in group.tests {
            let Ok(nonce) = <[u8; 24]>::try_from(&test.nonce[..]) else {
                assert_ne!(test.result, TestResult::Valid);
                continue;
            };
            let cipher = <XChaCha20Poly1305 as KeyInit>::new_from_slice(&test.key);
            let cipher = cipher.unwrap();
            let sealed = [&test.ct[..], &test.tag].concat();
            let nonce = XNonce::from(nonce);
            let payload = |msg| Payload {
                msg,
                aad: &test.aad,
            };
            let opened = cipher.decrypt(&nonce, payload(&sealed));
            if test.result == TestResult::Valid {
                assert_eq!(opened.unwrap(), test.pt[..], "{}", test.tc_id);
                let again = cipher.encrypt(&nonce, payload(&test.pt)).unwrap();
                assert_eq!(again, sealed, "{}", test.tc_id);
            } else {
                assert!(opened.is_err(), "{} {}", test.tc_id, test.comment);
            }
            count += 1;
        }
    }
    assert!(count > 200, "{count}");
}

#[test]
fn points_of_small_order_are_no_keys_and_under_every_other_point_the_key_is_that_of_rfc_7748() {
    let nonce = [7; 24];
    let (mut agreed, mut refused) = (0, 0);
    let set = xdh::TestSet::load(xdh::TestName::X25519).unwrap();
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let public = PublicKey::from_bytes(test.public_key[..].try_into().unwrap());
        let shared: [u8; 32] = test.shared_secret[..].try_into().unwrap();
        // Everybody could open a box under a key that is known to all.
        assert_eq!(public.is_err(), shared == [0; 32], "{}", test.tc_id);
        let Ok(public) = public else {
            refused += 1;
            continue;
        };
        let key = salsa20::hsalsa::<U10>(&shared.into(), &[0; 16].into());
        let cipher = <XSalsa20Poly1305 as crypto_secretbox::KeyInit>::new(&key);
        let boxed = secretbox::Aead::encrypt(&cipher, &Nonce::from(nonce), &b"text"[..]).unwrap();
        let private = SecretKey::from_bytes(test.private_key[..].try_into().unwrap());
        let opened = sealed::open(&boxed, nonce, &public, &private);
        assert_eq!(*opened.unwrap(), b"text", "{} {}", test.tc_id, test.comment);
        agreed += 1;
    }
    println!("agreed {agreed}, refused {refused}");
    assert_eq!(agreed + refused, 518);
    assert!(refused > 20, "{refused}");
}
