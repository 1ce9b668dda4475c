//! The table against the parser, against the default, and against the README.

use super::*;
use crate::wire::Fault;
use std::collections::HashSet;
use std::format;
use std::string::String;
use std::vec::Vec;

fn parse(settings: &[(&str, &str)]) -> Result<Policy, Vec<Fault>> {
    Policy::parse(|name| {
        let found = settings.iter().find(|(setting, _)| *setting == name);
        found.map(|(_, text)| (*text).into())
    })
}

#[test]
fn each_default_in_the_table_is_the_default() {
    let all: Vec<_> = RULES
        .iter()
        .map(|rule| (rule.setting, rule.default))
        .collect();
    assert_eq!(parse(&all), Ok(Policy::default()));
    for default in all {
        assert_eq!(parse(&[default]), Ok(Policy::default()), "{default:?}");
    }
    assert_eq!(parse(&[]), Ok(Policy::default()));
    let names: HashSet<_> = RULES.iter().map(|rule| rule.setting).collect();
    assert_eq!(names.len(), RULES.len());
}

#[test]
fn each_rule_changes_what_it_says() {
    let day = Duration::from_secs(86_400);
    let minute = Duration::from_secs(60);
    let policy = parse(&[
        ("METHODS", " totp  hotp\nthreema-tap recovery "),
        ("METHODS_CLOSED", "hotp"),
        ("ENROLLMENT", "required"),
        ("ENROLLMENT_GRACE_DAYS", "0"),
        ("ALLOWED_NETWORKS", "192.0.2.0/24"),
        ("FREE_TRIES", "3"),
        ("LONGEST_WAIT_MINUTES", "60"),
        ("CLOSE_AT", "50"),
        ("TOTP_WINDOW", "0"),
        ("HOTP_LOOK_AHEAD", "50"),
        ("CODE_DIGITS", "8"),
        ("CHALLENGE_MINUTES", "10"),
        ("TRUSTED_DEVICE_DAYS", "30"),
        ("MESSAGE_AGE_DAYS", "1"),
        ("MESSAGE_AHEAD_MINUTES", "0"),
        ("STRICT_MEMORY", "yes"),
        ("SENDS_A_MINUTE", "1"),
        ("SENDS_IN_FIVE_MINUTES", "2"),
        ("SENDS_A_DAY", "3"),
        ("SENDS_A_DAY_TO_AN_ID", "4"),
        ("SENDS_A_DAY_IN_ALL", "5"),
        ("SHORT_MESSAGES", "yes"),
        ("LANGUAGE", "de"),
        ("LOOK_UP_BY_EMAIL", "yes"),
        ("LOOK_UP_BY_PHONE", "yes"),
        ("FORWARD_MESSAGES", "yes"),
    ]);
    let policy = policy.unwrap();
    let enrollment = Enrollment::default().with_required(true);
    let throttle = throttle::Rule::default().with_free_tries(3).unwrap();
    let throttle = throttle.with_longest_wait(60 * minute).unwrap();
    let expected = Policy {
        offered: vec![
            Method::Totp,
            Method::Hotp,
            Method::ThreemaTap,
            Method::Recovery,
        ],
        closed: vec![Method::Hotp],
        enrollment: enrollment.with_grace(Duration::ZERO).unwrap(),
        allowed: Networks::parse("192.0.2.0/24").unwrap(),
        throttle: throttle.with_close_at(50).unwrap(),
        totp_window: Window::new(0, 0).unwrap(),
        hotp_look_ahead: LookAhead::new(50).unwrap(),
        code_digits: Digits::Eight,
        challenge_life: 10 * minute,
        trusted_device: Some(30 * day),
        replay: replay::Window::new(day, Duration::ZERO).unwrap(),
        strict_memory: true,
        forward_messages: true,
        look_up_email: true,
        look_up_phone: true,
        sending: SendingCaps {
            user_minute: 1,
            user_five_minutes: 2,
            user_day: 3,
            id_day: 4,
            site_day: 5,
        },
        short_messages: true,
        language: Language::German,
    };
    assert_eq!(policy, expected);
}

#[test]
fn every_wrong_value_is_named_in_the_same_answer() {
    let wrong: Vec<_> = RULES
        .iter()
        .map(|rule| (rule.setting, "nonsense"))
        .collect();
    let faults = parse(&wrong).unwrap_err();
    let named: Vec<_> = faults.iter().map(|fault| fault.setting).collect();
    let all: Vec<_> = RULES.iter().map(|rule| rule.setting).collect();
    assert_eq!(named, all);
    for (fault, rule) in faults.iter().zip(RULES) {
        assert_eq!((&*fault.found, fault.expected), ("nonsense", rule.expected));
    }
}

#[test]
fn what_no_rule_may_be_is_refused_with_the_part_that_is_wrong() {
    for (setting, text, found) in [
        ("METHODS", "totp sms", "sms"),
        ("METHODS", "Totp", "Totp"),
        ("METHODS", "recovery", "recovery"),
        ("METHODS_CLOSED", "recovery", "recovery"),
        ("METHODS_CLOSED", "totp hotp", "hotp, which METHODS has not"),
        ("ENROLLMENT", "yes", "yes"),
        ("ENROLLMENT_GRACE_DAYS", "366", "366"),
        ("ENROLLMENT_GRACE_DAYS", "-1", "-1"),
        ("ALLOWED_NETWORKS", "192.0.2.0/24 0.0.0.0/0", "0.0.0.0/0"),
        ("FREE_TRIES", "0", "0"),
        ("FREE_TRIES", "11", "11"),
        ("LONGEST_WAIT_MINUTES", "0", "0"),
        ("LONGEST_WAIT_MINUTES", "61", "61"),
        ("CLOSE_AT", "9", "9"),
        ("CLOSE_AT", "101", "101"),
        ("TOTP_WINDOW", "11", "11"),
        ("TOTP_WINDOW", "1.5", "1.5"),
        ("HOTP_LOOK_AHEAD", "51", "51"),
        ("CODE_DIGITS", "5", "5"),
        ("CODE_DIGITS", "9", "9"),
        ("CHALLENGE_MINUTES", "0", "0"),
        ("CHALLENGE_MINUTES", "11", "11"),
        ("CHALLENGE_MINUTES", "+3", "+3"),
        ("MESSAGE_AGE_DAYS", "0", "0"),
        ("MESSAGE_AGE_DAYS", "91", "91"),
        ("MESSAGE_AHEAD_MINUTES", "61", "61"),
        ("SENDS_A_DAY", "4294967296", "4294967296"),
        ("STRICT_MEMORY", "true", "true"),
        ("LANGUAGE", "nl", "nl"),
        // A secret put here by mistake is not shown.
        (
            "LANGUAGE",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "44 characters",
        ),
    ] {
        let faults = parse(&[(setting, text)]).unwrap_err();
        let said: Vec<_> = faults
            .iter()
            .map(|fault| (fault.setting, &*fault.found))
            .collect();
        assert_eq!(said, [(setting, found)], "{text}");
    }
}

#[test]
fn an_empty_setting_is_none() {
    let empty: Vec<_> = RULES.iter().map(|rule| (rule.setting, " \n")).collect();
    assert_eq!(parse(&empty), Ok(Policy::default()));
}

#[test]
fn what_is_in_force_is_what_was_set_or_the_default() {
    let lookup = |name: &str| (name == "CODE_DIGITS").then(|| String::from(" 8 "));
    let told: Vec<_> = in_force(lookup).collect();
    assert_eq!(told.len(), RULES.len());
    for ((setting, text), rule) in told.iter().zip(RULES) {
        let expected = if rule.setting == "CODE_DIGITS" {
            "8"
        } else {
            rule.default
        };
        assert_eq!((*setting, &**text), (rule.setting, expected));
    }
}

#[test]
fn a_closed_method_is_not_enrolled_and_recovery_codes_never_by_themselves() {
    let policy = parse(&[("METHODS_CLOSED", "totp")]).unwrap();
    let enrollable = policy.enrollable(&Method::ALL);
    assert!(!enrollable.contains(Method::Totp));
    assert!(!enrollable.contains(Method::Recovery));
    assert!(enrollable.contains(Method::ThreemaReply));
    assert!(!enrollable.is_empty());
    assert!(
        policy
            .enrollable(&[Method::Totp, Method::Recovery])
            .is_empty()
    );
}

#[test]
fn the_readme_has_the_table() {
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/../README.md");
    let readme = std::fs::read_to_string(readme).unwrap();
    for rule in RULES {
        let code = |text: &str| match text {
            "" => String::new(),
            text => format!("`{text}`"),
        };
        let (default, effect) = (code(rule.default), rule.effect);
        let row = format!(
            "| `{}` | {default} | {} | {effect} |",
            rule.setting, rule.expected
        );
        assert!(readme.contains(&row), "The README lacks\n{row}");
    }
}
