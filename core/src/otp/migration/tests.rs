use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::otp::{
    Algorithm, Counter, Digits, Foreign, Hotp, Issuer, Kind, Label, Period, Secret, SecretError,
    Totp,
};
use crate::vectors::{Case, cases};

fn told(read: &Result<Foreign, Unreadable>) -> String {
    fn or_dash(name: Option<&str>) -> &str {
        name.unwrap_or("-")
    }
    match read {
        Ok(account) => {
            let (kind, counter) = match account.kind {
                Kind::Totp(_) => ("totp", "-".into()),
                Kind::Hotp(_, next) => ("hotp", next.0.to_string()),
            };
            format!(
                "account: {kind} {} {} {counter} | {} | {} | {}",
                account.kind.algorithm().as_str(),
                account.kind.digits().count(),
                or_dash(account.issuer.as_ref().map(Issuer::as_str)),
                or_dash(account.account.as_ref().map(Label::as_str)),
                *account.secret.to_base32(),
            )
        }
        Err(Unreadable {
            issuer,
            account,
            cause,
        }) => format!(
            "unreadable: {cause:?} | {} | {}",
            or_dash(issuer.as_ref().map(Issuer::as_str)),
            or_dash(account.as_ref().map(Label::as_str)),
        ),
    }
}

fn expected(case: &Case) -> Vec<String> {
    case.lines()
        .filter(|(name, _)| ["account", "unreadable"].contains(name))
        .map(|(name, value)| format!("{name}: {value}"))
        .collect()
}

#[test]
fn every_vector_is_read_as_it_says() {
    for case in cases("migration", 80) {
        let name = &case.name;
        let read = Part::parse(case.one("link"));
        if let Some(cause) = case.maybe("refused") {
            let refused = read.map(|_| ()).map_err(|error| format!("{error:?}"));
            assert_eq!(refused, Err(cause.into()), "{name}");
            continue;
        }
        let part = read.unwrap_or_else(|error| panic!("{name}: {error}"));
        let place = format!("{} of {}", part.number(), part.of());
        assert_eq!(place, case.one("part"), "{name}");
        let accounts: Vec<_> = part.accounts.iter().map(told).collect();
        assert_eq!(accounts, expected(&case), "{name}");
    }
}

#[test]
fn a_link_may_be_as_long_as_what_the_largest_symbol_holds() {
    let case = cases("migration", 80)
        .into_iter()
        .find(|case| case.name == "google-hotp")
        .unwrap();
    let link = format!("{}&x=", case.one("link"));
    let fits = format!("{link}{}", "x".repeat(2953 - link.len()));
    assert!(Part::parse(&fits).is_ok());
    let longer = Part::parse(&format!("{fits}x")).map(|_| ());
    assert_eq!(longer, Err(MigrationError::TooLong));
}

fn account(number: usize) -> Foreign {
    Foreign {
        kind: Kind::Totp(Totp::default()),
        secret: Secret::from_bytes(b"12345678901234567890").unwrap(),
        issuer: Issuer::parse("Forum").ok(),
        account: Label::parse(&format!("user {number}")).ok(),
    }
}

fn row(accounts: usize, random: u32) -> Vec<MigrationUri> {
    let accounts: Vec<_> = (1..=accounts).map(account).collect();
    export(&accounts, random).unwrap()
}

fn part(link: &MigrationUri) -> Part {
    Part::parse(link.as_str()).unwrap()
}

#[test]
fn symbols_in_any_order_make_one_export_in_its_own() {
    let links = row(28, 7);
    assert_eq!(links.len(), 3);
    let mut import = Import::begin(part(&links[2]));
    assert_eq!(import.missing().collect::<Vec<_>>(), [1, 2]);
    import.add(part(&links[0])).unwrap();
    assert_eq!(import.missing().collect::<Vec<_>>(), [2]);
    let incomplete = import.accounts().map(|_| ()).unwrap_err();
    assert_eq!(
        incomplete,
        MigrationError::Incomplete {
            read: 2,
            of: 3,
            missing: 2
        }
    );
    assert_eq!(incomplete.to_string(), "2 of 3 read, number 2 is missing");

    import.add(part(&links[1])).unwrap();
    assert_eq!(import.missing().next(), None);
    let read: Vec<_> = import.accounts().unwrap().map(told).collect();
    let written: Vec<_> = (1..=28).map(|number| told(&Ok(account(number)))).collect();
    assert_eq!(read, written);
}

#[test]
fn a_symbol_that_was_read_or_belongs_elsewhere_is_refused_and_nothing_is_lost() {
    let (links, other, longer) = (row(28, 7), row(28, 9), row(40, 7));
    let mut import = Import::begin(part(&links[0]));
    assert_eq!(import.add(part(&links[0])), Err(MigrationError::Repeated));
    assert_eq!(
        import.add(part(&other[1])),
        Err(MigrationError::OtherExport)
    );
    assert_eq!(
        import.add(part(&longer[1])),
        Err(MigrationError::OtherExport)
    );
    import.add(part(&links[1])).unwrap();
    import.add(part(&links[2])).unwrap();
    assert_eq!(import.accounts().unwrap().count(), 28);
}

#[test]
fn what_the_format_does_not_have_is_named_with_its_account() {
    let with = |kind| Foreign { kind, ..account(2) };
    let clock = |digits, secs| {
        Kind::Totp(Totp {
            digits,
            period: Period::from_secs(secs).unwrap(),
            ..Totp::default()
        })
    };
    let counter = |next| Kind::Hotp(Hotp::default(), Counter(next));
    for (kind, cause) in [
        (clock(Digits::Seven, 30), AccountError::Digits),
        (clock(Digits::Six, 60), AccountError::Period),
        (counter(1 << 63), AccountError::Counter),
    ] {
        let refused = export(&[account(1), with(kind)], 0).map(|_| ());
        let error = MigrationError::Account { number: 2, cause };
        assert_eq!(refused, Err(error));
        assert!(error.to_string().starts_with("account 2: "));
    }
    assert!(export(&[with(counter((1 << 63) - 1))], 0).is_ok());
    assert_eq!(export(&[], 0).map(|_| ()), Err(MigrationError::Empty));
}

fn longest() -> Foreign {
    Foreign {
        kind: Kind::Hotp(
            Hotp {
                algorithm: Algorithm::Sha512,
                digits: Digits::Eight,
            },
            Counter((1 << 63) - 1),
        ),
        secret: Secret::from_bytes(&[0xFB; 64]).unwrap(),
        issuer: Issuer::parse(&"é".repeat(64)).ok(),
        account: Label::parse(&"🐛".repeat(64)).ok(),
    }
}

#[test]
fn a_symbol_has_ten_accounts_or_fewer_long_ones_and_a_row_a_hundred_symbols() {
    assert_eq!(row(10, 0).len(), 1);
    assert_eq!(row(11, 0).len(), 2);
    assert_eq!(row(1000, 0).len(), 100);
    let many: Vec<_> = (1..=1001).map(account).collect();
    assert_eq!(export(&many, 0).map(|_| ()), Err(MigrationError::TooLong));

    // 48 bytes each, 480 together: as many as share a symbol. One more do not.
    let mut full: Vec<_> = (1..=10).map(account).collect();
    for account in &mut full {
        account.account = Label::parse(&"a".repeat(11)).ok();
    }
    assert_eq!(export(&full, 0).unwrap().len(), 1);
    full[9].account = Label::parse(&"a".repeat(12)).ok();
    assert_eq!(export(&full, 0).unwrap().len(), 2);

    let long: Vec<_> = (0..3).map(|_| longest()).collect();
    let links = export(&long, u32::MAX).unwrap();
    assert_eq!(links.len(), 3, "each is too long to share its symbol");
    for link in &links {
        assert_eq!(part(link).accounts.len(), 1);
    }
}

#[test]
fn an_export_is_written_as_an_independent_encoder_writes_it() {
    let case = cases("migration", 80)
        .into_iter()
        .find(|case| case.name == "sha256-eight-digits-as-exported")
        .unwrap();
    let mut account = account(1);
    account.account = Label::parse("alice").ok();
    account.kind = Kind::Totp(Totp {
        algorithm: Algorithm::Sha256,
        digits: Digits::Eight,
        ..Totp::default()
    });
    let links = export(&[account], 0x8000_0003).unwrap();
    assert_eq!(links[0].as_str(), case.one("link"));
}

#[test]
fn nothing_is_shown_and_no_buffer_grows() {
    let links = row(28, 7);
    for MigrationUri(link) in &links {
        let (start, data) = link.split_once("data=").unwrap();
        let signs = data.split('%').count() - 1;
        let longest = (data.len() - 2 * signs) * 3 + start.len() + "data=".len();
        assert_eq!(link.capacity(), longest);
    }
    let message = write::message(&longest()).unwrap();
    assert_eq!(message.capacity(), 64 + 2 * 64 + 4 * 64 + 7 * 11);
    let payload = write::payload(core::slice::from_ref(&message), u8::MAX, u8::MAX, u32::MAX);
    assert_eq!(payload.capacity(), message.len() + 5 + 4 * 11);
    assert_eq!(format!("{:?}", links[0]), "MigrationUri(..)");
    let part = part(&links[1]);
    assert_eq!(format!("{part:?}"), "Part { number: 2, of: 3, .. }");
    assert_eq!(
        format!("{:?}", Import::begin(part)),
        "Import { read: 1, of: 3, .. }"
    );
    assert_eq!(format!("{:?}", account(1)), "Foreign(..)");
}

#[test]
fn every_cause_says_what_it_is() {
    use core::error::Error as _;
    let cause = AccountError::Secret(SecretError::TooShort);
    let error = MigrationError::Account { number: 3, cause };
    assert_eq!(
        error.to_string(),
        "account 3: the secret is shorter than 16 bytes"
    );
    let source = error.source().unwrap();
    assert_eq!(source.to_string(), cause.to_string());
    assert!(source.source().is_some());
    assert!(MigrationError::Empty.source().is_none());
    assert!(AccountError::Md5.source().is_none());
    let unreadable = Unreadable {
        issuer: None,
        account: None,
        cause,
    };
    assert_eq!(unreadable.to_string(), cause.to_string());
}

fn any_account() -> impl Strategy<Value = Foreign> {
    let name = |colon: bool| {
        let some = "\\PC{1,64}".prop_filter_map("no label", |text| Label::parse(&text).ok());
        let some = some.prop_filter("no colon", move |name| {
            colon || !name.as_str().contains(':')
        });
        proptest::option::of(some)
    };
    let secret = proptest::collection::vec(any::<u8>(), 16..=64);
    let digits = select(&[Digits::Six, Digits::Eight][..]);
    let counter = proptest::option::of(0..=u64::MAX >> 1);
    let algorithm = select(&Algorithm::ALL[..]);
    (name(false), name(false), secret, digits, counter, algorithm).prop_map(
        |(issuer, account, secret, digits, counter, algorithm)| Foreign {
            kind: match counter {
                Some(next) => Kind::Hotp(Hotp { algorithm, digits }, Counter(next)),
                None => Kind::Totp(Totp {
                    algorithm,
                    digits,
                    period: Period::default(),
                }),
            },
            secret: Secret::from_bytes(&secret).unwrap(),
            issuer: issuer.and_then(|name| Issuer::parse(name.as_str()).ok()),
            account,
        },
    )
}

proptest! {
    #[test]
    fn what_is_exported_is_imported(
        accounts in proptest::collection::vec(any_account(), 1..40),
        random in any::<u32>(),
        first in any::<proptest::sample::Index>(),
    ) {
        let mut links = export(&accounts, random).unwrap();
        let first = first.index(links.len());
        let mut import = Import::begin(part(&links.remove(first)));
        for link in &links {
            prop_assert!(link.as_str().len() <= 3 * 1200);
            import.add(part(link)).unwrap();
        }
        let read: Vec<_> = import.accounts().unwrap().map(told).collect();
        let written: Vec<_> = accounts.into_iter().map(|account| told(&Ok(account))).collect();
        prop_assert_eq!(read, written);
    }

    #[test]
    fn any_text_is_a_part_or_an_error(text in "(otpauth-migration://offline\\?data=)?[A-Za-z0-9+/=%_-]{0,80}") {
        if let Ok(part) = Part::parse(&text) {
            prop_assert!(part.number() <= part.of());
            prop_assert!(!part.accounts.is_empty());
        }
    }
}
