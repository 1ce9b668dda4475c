use super::*;
use crate::policy::Policy;

const NOW: UnixTime = UnixTime::from_secs(10_000);
const NOBODY: Enrolled = Enrolled {
    authenticators: 0,
    tokens: 0,
    threema_reply: false,
    threema_code: false,
    threema_tap: false,
    default: None,
    recovery_left: 0,
};
const ENROLLED: Enrolled = Enrolled {
    authenticators: 1,
    tokens: 0,
    threema_reply: false,
    threema_code: false,
    threema_tap: false,
    default: None,
    recovery_left: 10,
};

fn enrollable(methods: &[Method]) -> Enrollable {
    Policy::default().enrollable(methods)
}

/// What a site is told that says nothing of addresses, and whose users need not enrol.
fn admitted(
    purpose: Purpose,
    enrolled: Enrolled,
    permitted: &[Method],
    expect_enrolled: bool,
) -> Result<Admission, Error> {
    let wish = Wish {
        purpose,
        permitted,
        enrollable: &enrollable(permitted),
        expect_enrolled,
        allowlisted: false,
        enrollment_due_at: None,
    };
    admit(&wish, enrolled, NOW)
}

fn later(secs: u64) -> UnixTime {
    UnixTime::from_secs(NOW.as_secs() + secs)
}

#[test]
fn a_site_that_expects_an_enrollment_never_hears_that_none_is_required() {
    for purpose in Purpose::ALL {
        let asked = admitted(purpose, NOBODY, &Method::ALL, true);
        assert_eq!(asked, Err(Error::EnrollmentMissing), "{purpose:?}");
    }
}

#[test]
fn only_a_user_without_a_factor_logs_in_without_one() {
    assert_eq!(
        admitted(Purpose::Verify, NOBODY, &Method::ALL, false),
        Ok(Admission::NotRequired {
            reason: NotRequired::NotEnrolled,
            enrollment_due_at: None
        })
    );
    for expect_enrolled in [false, true] {
        assert_eq!(
            admitted(Purpose::Verify, ENROLLED, &Method::ALL, expect_enrolled),
            Ok(Admission::Ticket {
                proof_required: true
            })
        );
    }
}

#[test]
fn an_enrolled_method_that_may_not_be_used_is_an_error_not_a_way_round() {
    for permitted in [&[][..], &[Method::Recovery][..]] {
        let no_codes = Enrolled {
            recovery_left: 0,
            ..ENROLLED
        };
        for purpose in Purpose::ALL {
            let asked = admitted(purpose, no_codes, permitted, false);
            assert_eq!(asked, Err(Error::NoUsableMethod));
        }
    }
}

#[test]
fn an_allowed_address_logs_in_without_a_proof_and_changes_nothing() {
    let all = enrollable(&Method::ALL);
    let wish = Wish {
        purpose: Purpose::Verify,
        permitted: &Method::ALL,
        enrollable: &all,
        expect_enrolled: true,
        allowlisted: true,
        enrollment_due_at: None,
    };
    let allowed = Admission::NotRequired {
        reason: NotRequired::Allowlisted,
        enrollment_due_at: None,
    };
    assert_eq!(admit(&wish, ENROLLED, NOW), Ok(allowed));
    // Lost storage is no less lost from there.
    assert_eq!(admit(&wish, NOBODY, NOW), Err(Error::EnrollmentMissing));
    for purpose in [Purpose::Enroll, Purpose::Manage] {
        let change = Wish { purpose, ..wish };
        assert_eq!(
            admit(&change, ENROLLED, NOW),
            Ok(Admission::Ticket {
                proof_required: true
            })
        );
    }
}

#[test]
fn who_must_enrol_logs_in_without_until_the_very_second_and_then_enrols_first() {
    let all = enrollable(&Method::ALL);
    let wish = Wish {
        purpose: Purpose::Verify,
        permitted: &Method::ALL,
        enrollable: &all,
        expect_enrolled: false,
        allowlisted: false,
        enrollment_due_at: Some(later(60)),
    };
    let not_required = |reason| {
        Ok(Admission::NotRequired {
            reason,
            enrollment_due_at: Some(later(60)),
        })
    };
    let before = admit(&wish, NOBODY, later(59));
    assert_eq!(before, not_required(NotRequired::NotEnrolled));
    let after = admit(&wish, NOBODY, later(60));
    assert_eq!(after, Ok(Admission::EnrollmentRequired));
    // Whoever has one is asked for it as ever; whoever asks to enrol may.
    let proof = |proof_required| Ok(Admission::Ticket { proof_required });
    assert_eq!(admit(&wish, ENROLLED, later(60)), proof(true));
    let enroll = Wish {
        purpose: Purpose::Enroll,
        ..wish
    };
    assert_eq!(admit(&enroll, NOBODY, later(60)), proof(false));
    let inside = Wish {
        allowlisted: true,
        ..wish
    };
    let inside = admit(&inside, NOBODY, later(60));
    assert_eq!(inside, not_required(NotRequired::Allowlisted));
    // Nothing to enrol is for the admin to mend; it opens no door.
    let none = enrollable(&[]);
    let nothing = Wish {
        enrollable: &none,
        ..wish
    };
    let nothing = admit(&nothing, NOBODY, later(60));
    assert_eq!(nothing, Err(Error::NoUsableMethod));
    let lost = Wish {
        expect_enrolled: true,
        ..wish
    };
    assert_eq!(admit(&lost, NOBODY, NOW), Err(Error::EnrollmentMissing));
}

#[test]
fn a_login_after_a_forced_enrollment_has_another_purpose_than_one_with_a_proof() {
    // So a site that knows only `verify` lets nobody in.
    let ticket = Ticket::issue(Purpose::Enroll, NOW).after_enrollment(Method::Totp, NOW);
    assert_ne!(ticket.purpose().as_str(), Purpose::Verify.as_str());
    assert!(ticket.pass(None, NOW).is_ok());
}

#[test]
fn recovery_codes_alone_are_no_second_factor() {
    let left_over = Enrolled {
        recovery_left: 10,
        ..NOBODY
    };
    assert!(!left_over.is_active());
    assert_eq!(
        left_over.usable(&Method::ALL, Throttle::default()).count(),
        0
    );
}

#[test]
fn after_a_hundred_failures_only_recovery_codes_are_left() {
    let closed = Throttle::restore(crate::throttle::CLOSED, NOW);
    let usable: std::vec::Vec<_> = ENROLLED.usable(&Method::ALL, closed).collect();
    assert_eq!(usable, [Method::Recovery]);
    let may = |method, permitted: &[Method]| ENROLLED.may_prove_by(method, permitted, closed);
    assert_eq!(may(Method::Recovery, &Method::ALL), Ok(()));
    assert_eq!(may(Method::Totp, &Method::ALL), Err(Error::GuessingClosed));
    assert_eq!(may(Method::Totp, &[]), Err(Error::MethodUnavailable));
    assert!(!ENROLLED.is_closed(&Method::ALL, closed));
    let no_codes = Enrolled {
        recovery_left: 0,
        ..ENROLLED
    };
    assert!(no_codes.is_closed(&Method::ALL, closed));
    assert!(!no_codes.is_closed(&[Method::Recovery], closed));
    assert!(!no_codes.is_closed(&Method::ALL, Throttle::default()));
}

#[test]
fn whoever_has_threema_is_never_locked_out_by_guesses() {
    let threema = Enrolled {
        threema_reply: true,
        ..NOBODY
    };
    assert!(threema.is_active());
    let closed = Throttle::restore(crate::throttle::CLOSED, NOW);
    assert!(!threema.is_closed(&Method::ALL, closed));
    let may = threema.may_prove_by(Method::ThreemaReply, &Method::ALL, closed);
    assert_eq!(may, Ok(()));
}

#[test]
fn a_first_factor_needs_no_proof_and_every_further_change_does() {
    let ticket = Ticket::issue(Purpose::Enroll, NOW);
    assert_eq!(ticket.may_change(NOBODY, NOW), Ok(()));
    assert_eq!(ticket.may_change(ENROLLED, NOW), Err(Error::ProofRequired));
    assert_eq!(ticket.proof(NOBODY, NOW), Proof::None);
    assert_eq!(ticket.proof(ENROLLED, NOW), Proof::Needed);
}

#[test]
fn a_proof_allows_changes_for_ten_minutes() {
    let ticket = Ticket::issue(Purpose::Enroll, NOW).after_proof(Method::Totp, NOW);
    assert_eq!(ticket.may_change(ENROLLED, later(599)), Ok(()));
    assert_eq!(
        ticket.may_change(ENROLLED, later(600)),
        Err(Error::ProofRequired)
    );
}

#[test]
fn a_ticket_to_log_in_changes_nothing_even_after_its_proof() {
    let ticket = Ticket::issue(Purpose::Verify, NOW).after_proof(Method::Totp, NOW);
    assert_eq!(
        ticket.may_change(ENROLLED, NOW),
        Err(Error::PurposeMismatch)
    );
    assert_eq!(ticket.may_change(NOBODY, NOW), Err(Error::PurposeMismatch));
}

#[test]
fn a_sixth_factor_is_refused() {
    let ticket = Ticket::issue(Purpose::Enroll, NOW).after_proof(Method::Totp, NOW);
    let with = |authenticators| Enrolled {
        authenticators,
        ..ENROLLED
    };
    let may = |method, enrolled| ticket.may_add(method, enrolled, NOW);
    let full = Err(Error::TooManyFactors);
    assert_eq!(may(Method::Totp, with(4)), Ok(()));
    assert_eq!(may(Method::Totp, with(5)), full);
    assert_eq!(may(Method::ThreemaReply, with(5)), full);
    let four_and_threema = Enrolled {
        threema_reply: true,
        ..with(4)
    };
    assert_eq!(may(Method::Totp, four_and_threema), full);
    // Another Threema ID takes the place of the one before it.
    assert_eq!(may(Method::ThreemaReply, four_and_threema), Ok(()));
}

#[test]
fn recovery_codes_are_made_beside_a_factor_and_with_proof() {
    let ticket = Ticket::issue(Purpose::Enroll, NOW);
    let proved = ticket.after_enrollment(Method::Totp, NOW);
    assert_eq!(
        ticket.may_have_recovery_codes(NOBODY, NOW),
        Err(Error::MethodUnavailable)
    );
    assert_eq!(
        ticket.may_have_recovery_codes(ENROLLED, NOW),
        Err(Error::ProofRequired)
    );
    assert_eq!(proved.may_have_recovery_codes(ENROLLED, NOW), Ok(()));
}

#[test]
fn a_login_earns_by_proof_and_an_enrollment_by_its_confirmation_only() {
    let login = Ticket::issue(Purpose::Verify, NOW);
    assert_eq!(login.earned(), None);
    let earned = login.after_proof(Method::Recovery, later(5)).earned();
    let proved = Proved {
        method: Method::Recovery,
        at: later(5),
    };
    assert_eq!(earned, Some(proved));

    let enrollment = Ticket::issue(Purpose::Enroll, NOW);
    assert_eq!(enrollment.after_proof(Method::Totp, NOW).earned(), None);
    assert!(
        enrollment
            .after_enrollment(Method::Totp, NOW)
            .earned()
            .is_some()
    );
}

#[test]
fn what_is_offered_is_what_may_be_begun_now_or_after_a_proof() {
    let ticket = Ticket::issue(Purpose::Enroll, NOW);
    let offered = |enrolled, permitted: &[Method]| {
        let methods: std::vec::Vec<_> = ticket
            .offered(enrolled, &enrollable(permitted), NOW)
            .collect();
        methods
    };
    let all: std::vec::Vec<_> = Method::ALL
        .into_iter()
        .filter(|method| method.is_factor())
        .collect();
    assert_eq!(offered(NOBODY, &Method::ALL), all);
    assert_eq!(offered(ENROLLED, &Method::ALL), all);
    assert!(offered(NOBODY, &[Method::Recovery]).is_empty());
    let full = Enrolled {
        authenticators: FACTORS,
        ..ENROLLED
    };
    let proved = ticket.after_proof(Method::Totp, NOW);
    assert_eq!(
        proved.offered(full, &enrollable(&Method::ALL), NOW).count(),
        0
    );
    let login = Ticket::issue(Purpose::Verify, NOW);
    assert_eq!(
        login
            .offered(NOBODY, &enrollable(&Method::ALL), NOW)
            .count(),
        0
    );
    assert_eq!(
        ticket.may_begin(Method::Recovery, NOBODY, &enrollable(&Method::ALL), NOW),
        Err(Error::MethodUnavailable)
    );
}

#[test]
fn a_ticket_has_one_pass_from_its_proof_until_it_is_redeemed_or_over() {
    let ticket = Ticket::issue(Purpose::Verify, NOW);
    assert_eq!(ticket.pass(None, NOW), Err(Error::NotProved));
    let proved = ticket.after_proof(Method::Totp, NOW);
    let pass = proved.pass(None, NOW).unwrap();
    assert_eq!(proved.pass(Some(&pass), later(299)), Ok(pass.clone()));
    assert_eq!(proved.pass(Some(&pass), later(300)), Err(Error::PassOver));
    let (redeemed, _) = pass.redeem(None, NOW).unwrap();
    assert_eq!(proved.pass(Some(&redeemed), NOW), Err(Error::PassOver));
}

#[test]
fn tickets_end_after_15_and_30_minutes() {
    for (purpose, life) in [(Purpose::Verify, 900), (Purpose::Enroll, 1_800)] {
        let ticket = Ticket::issue(purpose, NOW);
        assert_eq!(ticket.check(later(life - 1)), Ok(()));
        assert_eq!(ticket.check(later(life)), Err(Error::TicketExpired));
        assert_eq!(
            ticket.may_change(NOBODY, later(life)),
            Err(Error::TicketExpired)
        );
    }
}

#[test]
fn a_disputed_proof_revokes_what_was_not_redeemed_and_is_told_if_it_was_used() {
    let tap = Method::ThreemaTap;
    let unused = Pass::issue(NOW);
    let (redeemed, _) = unused.clone().redeem(None, NOW).unwrap();
    for (purpose, pass, revokes_pass, is_told) in [
        (Purpose::Verify, None, false, false),
        (Purpose::Verify, Some(&unused), true, false),
        (Purpose::Verify, Some(&redeemed), false, true),
        (Purpose::Manage, None, false, true),
    ] {
        let proved = Ticket::issue(purpose, NOW).after_proof(tap, NOW);
        let (after, dispute) = proved.after_dispute(tap, pass);
        let expected = Dispute {
            revokes_pass,
            is_told,
        };
        assert_eq!(dispute, expected, "{purpose:?}");
        assert_eq!((after.proved(), after.earned()), (None, None));
        assert_eq!(after.pass(None, NOW), Err(Error::NotProved));
    }
}

#[test]
fn what_another_method_has_earned_outlives_a_dispute() {
    let ticket = Ticket::issue(Purpose::Verify, NOW)
        .after_proof(Method::Totp, NOW)
        .after_proof(Method::ThreemaTap, NOW);
    let pass = Pass::issue(NOW);
    let (after, dispute) = ticket.after_dispute(Method::ThreemaTap, Some(&pass));
    assert!(!dispute.revokes_pass);
    assert_eq!((after.proved(), after.earned()), (None, ticket.earned()));
}
