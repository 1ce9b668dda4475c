use std::fs;

use serde_json::Value;

use super::client::*;
use super::*;

impl Fields for Value {
    fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(self.get(name)?.as_str()?.into())
    }

    fn integer(&self, name: &str) -> Option<u64> {
        self.get(name)?.as_u64()
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.get(name)?.as_bool()
    }

    fn object(&self, name: &str) -> Option<Self> {
        self.get(name).filter(|value| value.is_object()).cloned()
    }

    fn texts(&self, name: &str) -> Option<Vec<String>> {
        let texts = self.get(name)?.as_array()?;
        texts
            .iter()
            .map(|text| Some(text.as_str()?.into()))
            .collect()
    }

    fn objects(&self, name: &str) -> Option<Vec<Self>> {
        let objects = self.get(name)?.as_array()?.iter();
        objects
            .map(|one| Some(one).filter(|one| one.is_object()).cloned())
            .collect()
    }
}

fn example(name: &str) -> Value {
    let path = std::format!(
        "{}/../tests/wire/v1/{name}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap()
}

/// A later version adds members; an older reader must not mind.
fn grown(mut value: Value) -> Value {
    value["member_of_a_later_version"] = Value::from(1);
    value
}

macro_rules! examples {
    ($($test:ident: $file:literal as $type:ty;)*) => {$(
        #[test]
        fn $test() {
            let example = example($file);
            let read = <$type>::read(&example).unwrap();
            assert!(<$type>::read(&grown(example.clone())) == Some(read.clone()));
            assert!(<$type>::read(&Value::Null).is_none());
            #[cfg(feature = "serde")]
            assert_eq!(serde_json::to_value(&read).unwrap(), example);
        }
    )*};
}

examples! {
    a_view_of_a_login_reads_and_writes: "client-verify" as View;
    a_view_that_awaits_a_reply_reads_and_writes: "client-awaiting" as View;
    a_view_of_an_enrollment_reads_and_writes: "client-enroll" as View;
    an_opened_challenge_reads_and_writes: "challenge-opened" as ChallengeOpened;
    an_opened_reply_challenge_reads_and_writes: "challenge-opened-threema" as ChallengeOpened;
    an_opened_challenge_whose_code_was_sent_reads_and_writes: "challenge-opened-sent" as ChallengeOpened;
    an_ended_challenge_reads_and_writes: "challenge-proved" as ChallengeEnded;
    a_begun_enrollment_reads_and_writes: "factor-begun" as EnrollmentBegun;
    a_begun_threema_id_reads_and_writes: "factor-begun-threema" as ThreemaBegun;
    a_threema_id_begun_by_a_sent_code_reads_and_writes: "factor-begun-basic" as ThreemaCodeBegun;
    a_confirmed_factor_reads_and_writes: "factor-confirmed" as FactorConfirmed;
    a_factor_that_was_taken_away_reads_and_writes: "user-factor-removed" as FactorConfirmed;
    recovery_codes_read_and_write: "recovery-codes" as RecoveryCodes;
    a_pass_reads_and_writes: "pass" as PassGiven;
    a_problem_reads_and_writes: "problem-throttled" as Problem;
}

#[test]
fn a_view_of_what_is_managed_reads_and_writes() {
    let managed = example("client-manage");
    let read = |example: &Value| View::read(example).unwrap().with_lists(example);
    let view = read(&managed);
    assert_eq!(view.factors.as_ref().map(Vec::len), Some(2));
    assert!(view == read(&grown(example("client-manage"))));
    #[cfg(feature = "serde")]
    assert_eq!(serde_json::to_value(&view).unwrap(), managed);

    // What nobody may see yet is not there, rather than empty.
    let login = example("client-verify");
    assert_eq!(read(&login).factors, None);
}

#[test]
fn a_listed_factor_of_a_later_version_is_passed_over() {
    let mut example = example("client-manage");
    example["factors"][0]["method"] = Value::from("telepathy");
    let factors = View::read(&example).unwrap().with_lists(&example).factors;
    assert_eq!(factors.map(|factors| factors.len()), Some(1));
}

/// Only the site's server reads them.
#[cfg(feature = "serde")]
#[test]
fn what_the_sites_team_is_told_writes() {
    use super::export::ExportPage;
    use super::site::{Imported, MessageSent, TakenOver, UserDeleted, UserView};

    let user = example("user");
    let managed = example("client-manage");
    let number = |of: &Value, name: &str| of.integer(name).unwrap();
    let (factor, device) = (user["factors"][0].clone(), managed["devices"][0].clone());
    let view = UserView {
        enrolled: true,
        default: Some(crate::Method::Totp),
        factors: std::vec![ListedFactor {
            factor: factor.text("factor").unwrap(),
            method: crate::Method::Totp,
            name: factor.text("name"),
            created_at: number(&factor, "created_at"),
            last_used_at: number(&factor, "last_used_at"),
            threema_id: None,
            level: None,
        }],
        recovery: Some(Recovery {
            left: 9,
            kept: true,
        }),
        devices: std::vec![ListedDevice {
            device: device.text("device").unwrap(),
            created_at: number(&device, "created_at"),
            last_used_at: number(&device, "last_used_at"),
            expires_at: number(&device, "expires_at"),
        }],
        closed: false,
        retry_at: user.integer("retry_at"),
        enrollment_due_at: None,
    };
    let due = UserView {
        enrollment_due_at: example("user-enrollment-due").integer("enrollment_due_at"),
        ..UserView::default()
    };
    let texts = |name: &str, member: &str| example(name).texts(member).unwrap();
    let page = ExportPage {
        users: texts("export", "users"),
        cursor: None,
    };
    let taken = TakenOver {
        factors: texts("user-imported", "factors"),
    };
    let sent = MessageSent {
        message_id: example("message-sent").text("message_id").unwrap(),
        end_to_end: true,
    };
    for (name, written) in [
        ("user", serde_json::to_value(view)),
        ("user-enrollment-due", serde_json::to_value(due)),
        ("user-imported", serde_json::to_value(taken)),
        (
            "user-deleted",
            serde_json::to_value(UserDeleted { deleted: true }),
        ),
        ("export", serde_json::to_value(page)),
        ("restored", serde_json::to_value(Imported { imported: 1 })),
        ("message-sent", serde_json::to_value(sent)),
    ] {
        assert_eq!(written.unwrap(), example(name), "{name}");
    }
}

#[test]
fn a_method_of_a_later_version_is_passed_over() {
    let mut view = example("client-verify");
    view["usable"] = Value::from(std::vec!["telepathy", "totp"]);
    let methods = View::read(&view).unwrap().usable;
    assert_eq!(methods, [crate::Method::Totp]);
}

#[test]
fn few_codes_are_low_and_codes_that_are_low_or_not_kept_are_replaced() {
    let low = u64::try_from(crate::recovery::LOW).unwrap();
    assert_eq!(low, 2);
    for (left, kept, is_low, replaced) in [
        (0, true, true, true),
        (low, true, true, true),
        (low + 1, true, false, false),
        (low + 1, false, false, true),
        (u64::MAX, true, false, false),
    ] {
        let recovery = Recovery { left, kept };
        assert_eq!(recovery.is_low(), is_low, "{recovery:?}");
        assert_eq!(recovery.should_be_replaced(), replaced, "{recovery:?}");
    }
}

#[test]
fn a_used_recovery_code_tells_what_is_left_of_a_set_that_is_kept() {
    let mut ended = ChallengeEnded::read(&example("challenge-proved")).unwrap();
    for (recovery_left, recovery) in [
        (None, None),
        (
            Some(2),
            Some(Recovery {
                left: 2,
                kept: true,
            }),
        ),
    ] {
        ended.recovery_left = recovery_left;
        assert_eq!(ended.recovery(), recovery);
    }
}
