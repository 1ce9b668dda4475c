use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::*;
use crate::UnixTime;
use crate::challenge::Judgement;
use crate::policy::Policy;
use crate::vectors::cases;

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn told(read: &Foreign) -> Vec<(&'static str, String)> {
    let or_dash = |name: Option<&str>| name.unwrap_or("-").into();
    let (kind, moving) = match read.kind {
        Kind::Totp(totp) => ("totp", ("period", totp.period.as_secs().to_string())),
        Kind::Hotp(_, next) => ("hotp", ("counter", next.0.to_string())),
    };
    [
        ("type", kind.into()),
        ("secret", read.secret.to_base32().as_str().into()),
        ("issuer", or_dash(read.issuer.as_ref().map(Issuer::as_str))),
        ("account", or_dash(read.account.as_ref().map(Label::as_str))),
        ("algorithm", read.kind.algorithm().as_str().into()),
        ("digits", read.kind.digits().count().to_string()),
        moving,
    ]
    .into()
}

#[test]
fn every_link_of_others_is_read_as_it_says() {
    for case in cases("otpauth", 129) {
        let (name, link) = (&case.name, case.one("link"));
        let read = KeyUri::read(link);
        if let Some(cause) = case.maybe("refused") {
            let refused = read.map(|_| ()).map_err(|error| format!("{error:?}"));
            assert_eq!(refused, Err(cause.into()), "{name}");
            continue;
        }
        let read = read.unwrap_or_else(|error| panic!("{name}: {error}"));
        for (part, value) in told(&read) {
            assert_eq!(value, case.one(part), "{name}: {part}");
        }
        assert_eq!(case.lines().count(), told(&read).len() + 1, "{name}");
    }
}

#[test]
fn what_is_read_is_taken_over_if_its_hash_is_sha_1_and_names_are_passed_over() {
    let mut despite_its_names = 0;
    for case in cases("otpauth", 129) {
        let (name, link) = (&case.name, case.one("link"));
        match (KeyUri::read(link), KeyUri::take_over(link)) {
            (Ok(read), Ok((generator, secret))) => {
                assert_eq!(read.kind.algorithm(), Algorithm::Sha1, "{name}");
                assert_eq!(read.kind.generator(), Ok(generator), "{name}");
                assert_eq!(read.secret, secret, "{name}");
            }
            (Ok(read), Err(cause)) => {
                assert_ne!(read.kind.algorithm(), Algorithm::Sha1, "{name}");
                assert_eq!(cause, Error::ParameterInvalid, "{name}");
            }
            (Err(cause), Ok((_, secret))) => {
                let of_a_name = [UriError::Issuer, UriError::Encoding, UriError::Repeated];
                assert!(of_a_name.contains(&cause), "{name}");
                assert_eq!(*secret.to_base32(), SECRET, "{name}");
                despite_its_names += 1;
            }
            (Err(cause), Err(error)) => assert_eq!(Error::from(cause), error, "{name}"),
        }
    }
    assert_eq!(despite_its_names, 9);
}

#[test]
fn a_link_of_others_may_have_4096_bytes() {
    let link = |bytes: usize| {
        let start = format!("otpauth://totp/a?secret={SECRET}&image=");
        format!("{start}{}", "x".repeat(bytes - start.len()))
    };
    assert!(KeyUri::read(&link(4096)).is_ok());
    assert_eq!(
        KeyUri::read(&link(4097)).map(|_| ()),
        Err(UriError::TooLong)
    );
}

#[test]
fn a_cause_keeps_its_code() {
    for (link, code) in [
        ("otpauth://totp/a?secret=GEZDGNBV", "secret_malformed"),
        ("otpauth://totp/a?secret=S&digits=5", "parameter_invalid"),
        ("otpauth://totp/a?secret=S&encoder=steam", "uri_invalid"),
        ("otpauth://totp/a:b?secret=S&issuer=c", "uri_invalid"),
    ] {
        let link = link.replace("=S", &format!("={SECRET}"));
        let cause = KeyUri::read(&link).unwrap_err();
        assert_eq!(Error::from(cause).code(), code, "{link}");
    }
}

#[test]
fn debug_shows_nothing() {
    let read = KeyUri::read(&format!("otpauth://totp/a?secret={SECRET}")).unwrap();
    assert_eq!(format!("{read:?}"), "Foreign(..)");
}

#[test]
fn no_code_of_the_present_window_works_after_it_was_taken_over() {
    let policy = Policy::default();
    let now = UnixTime::from_secs(1_000_000);
    let uri = format!("otpauth://totp/a?secret={SECRET}");
    let (generator, secret) = KeyUri::take_over(&uri).unwrap();
    let spent = generator.past(now, &policy);
    for away in [-30_i64, 0, 30] {
        let at = UnixTime::from_secs(1_000_000_u64.saturating_add_signed(away));
        let code = Totp::default();
        let code = code.code(&secret, code.step(at));
        assert_eq!(spent.judge(&secret, &code, now, &policy), Judgement::Used);
        assert!(matches!(
            generator.judge(&secret, &code, now, &policy),
            Judgement::Accepted(_)
        ));
    }
    let later = UnixTime::from_secs(1_000_060);
    let code = Totp::default();
    let code = code.code(&secret, code.step(later));
    assert!(matches!(
        spent.judge(&secret, &code, later, &policy),
        Judgement::Accepted(_)
    ));
}

#[test]
fn a_key_by_another_hash_is_checked_with_that_hash_or_not_at_all() {
    let link = format!("otpauth://totp/Forum:alice?secret={SECRET}&issuer=Forum&algorithm=SHA256");
    let read = KeyUri::read(&link).unwrap();
    assert_eq!(read.kind.generator(), Err(ParameterError::Algorithm));
    let again = read.uri(
        &read.issuer.clone().unwrap(),
        &read.account.clone().unwrap(),
    );
    assert_eq!(KeyUri::read(again.as_str()).unwrap(), read);
}
