use core::fmt::Display;
use std::collections::BTreeSet;
use std::string::{String, ToString};

use super::migration::{AccountError, MigrationError};
use super::*;

/// Each says something, and nothing that another one says.
fn said(causes: &[&dyn Display]) {
    let said: BTreeSet<String> = causes.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), causes.len(), "{said:?}");
    assert!(!said.contains(""));
}

#[test]
fn every_cause_is_said_in_its_own_words() {
    said(&[
        &CodeError::Character { position: 3 },
        &CodeError::Length {
            found: 5,
            expected: 6,
        },
        &LabelError::Bidi,
        &LabelError::Colon,
        &LabelError::Control,
        &LabelError::Empty,
        &LabelError::Link,
        &LabelError::TooLong,
        &ParameterError::Algorithm,
        &ParameterError::Digits,
        &ParameterError::LookAhead,
        &ParameterError::Period,
        &ParameterError::ResyncWindow,
        &ParameterError::Window,
        &SecretError::Character {
            character: '0',
            position: 3,
        },
        &SecretError::Incomplete,
        &SecretError::TooLong,
        &SecretError::TooShort,
    ]);
    said(&[
        &AccountError::Algorithm,
        &AccountError::Counter,
        &AccountError::Digits,
        &AccountError::Md5,
        &AccountError::Name,
        &AccountError::Period,
        &AccountError::Secret(SecretError::TooShort),
        &AccountError::Type,
        &MigrationError::Batch,
        &MigrationError::Empty,
        &MigrationError::Encoding,
        &MigrationError::Malformed,
        &MigrationError::OtherExport,
        &MigrationError::Repeated,
        &MigrationError::Scheme,
        &MigrationError::TooLong,
        &MigrationError::Version,
    ]);
}

#[test]
fn a_cause_says_where_to_look() {
    let zero = Secret::parse("GEZD 0NBV").unwrap_err().to_string();
    assert_eq!(zero, "character 6, '0', is not of base32 (A to Z, 2 to 7)");
    let five = Code::parse("12345", Digits::Six).unwrap_err().to_string();
    assert_eq!(five, "the code has 5 digits, not 6");
    let letter = Code::parse("12345o", Digits::Six).unwrap_err().to_string();
    assert_eq!(letter, "character 6 is not a digit");
}
