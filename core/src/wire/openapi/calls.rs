//! What each call takes, answers and refuses.

use super::{Call, Schemas, client, site};
use crate::wire::status::Status;
use crate::wire::{Operation, export};

pub(super) fn describe<'a>(operation: Operation, call: Call<'a>) -> Call<'a> {
    match operation {
        Operation::MakeTicket => call
            .takes::<site::TicketRequest>()
            .answers::<site::TicketAnswer>(200, "The password is enough.")
            .answers::<site::TicketAnswer>(201, "A ticket.")
            .refuses(&[
                "enrollment_missing",
                "label_invalid",
                "no_usable_method",
                "origin_invalid",
                "origin_unknown",
                "user_invalid",
            ])
            .once(),
        Operation::Siteverify => call
            .or_secret_in_body()
            .takes_form_too::<site::SiteverifyRequest>()
            .answers::<site::SiteverifyAnswer>(200, "Whether the pass is good, or why not."),
        Operation::Check => call
            .takes::<site::CheckRequest>()
            .answers::<site::CheckAnswer>(200, "The code is right, and used up.")
            .refuses(CODES)
            .refuses(GUESSES)
            .refuses(&["method_unavailable", "user_invalid"])
            .once(),
        Operation::GetUser => call
            .takes::<site::UserRequest>()
            .answers::<site::UserView>(200, "What is enrolled.")
            .refuses(&["user_invalid"]),
        Operation::TakeFactorAway => call
            .takes::<site::FactorRemoval>()
            .answers::<client::FactorConfirmed>(200, "The factor is gone.")
            .refuses(&["factor_unknown", "user_invalid"])
            .once(),
        Operation::TakeOver => call
            .takes::<site::TakeOver>()
            .answers::<site::TakenOver>(200, "The factors count from now on.")
            .refuses(&[
                "method_unavailable",
                "parameter_invalid",
                "secret_malformed",
                "too_many_factors",
                "uri_invalid",
                "user_invalid",
            ])
            .once(),
        Operation::Export => call
            .answers::<export::ExportPage>(200, "Some users.")
            .refuses(&["bad_request", "export_key_missing"]),
        Operation::Import => call
            .takes::<site::ImportRequest>()
            .answers::<site::Imported>(200, "The users have what the export has of them.")
            .refuses(&["user_invalid"])
            .once(),
        Operation::DeleteUser => call
            .takes::<site::UserRequest>()
            .answers::<site::UserDeleted>(200, "There is no trace of the user here now.")
            .refuses(&["user_invalid"])
            .once(),
        Operation::ResetUser => call
            .takes::<site::UserRequest>()
            .answers::<site::UserReset>(200, "There is nothing of the user here now.")
            .refuses(&["user_invalid"])
            .once(),
        Operation::SendMessage => call
            .takes::<site::MessageRequest>()
            .answers::<site::MessageSent>(201, "The Gateway took it.")
            .refuses(&[
                "gateway_unavailable",
                "method_unavailable",
                "no_threema_id",
                "send_failed",
                "send_unknown",
                "text_too_long",
                "threema_id_malformed",
                "threema_id_unknown",
                "threema_key_changed",
                "too_many_messages",
                "user_invalid",
            ])
            .once(),
        Operation::Status => call.answers::<Status<'_>>(200, "How it stands."),

        Operation::View => call.answers::<client::View>(200, "What to show."),
        Operation::Socket => call
            .answers_without_body(101, "The socket. It says `changed`, and nothing else.")
            .refuses(&["bad_request"]),
        Operation::OpenChallenge => call
            .takes::<client::Choice>()
            .answers::<client::ChallengeOpened>(201, "The challenge is open.")
            .refuses(GUESSES)
            .refuses(THREEMA)
            .refuses(SENDS)
            .refuses(&["method_unavailable", "purpose_mismatch", "tap_closed"]),
        Operation::ResendChallenge => call
            .answers::<client::ChallengeOpened>(200, "The code was sent again.")
            .refuses(GUESSES)
            .refuses(SENDS)
            .refuses(&["challenge_over", "method_unavailable"]),
        Operation::AbandonChallenge => call
            .answers::<client::ChallengeEnded>(200, "The challenge has ended.")
            .refuses(&["challenge_over"]),
        Operation::AnswerChallenge => call
            .takes::<client::Answer>()
            .answers::<client::ChallengeEnded>(200, "The factor is proved.")
            .refuses(CODES)
            .refuses(GUESSES)
            .refuses(&["challenge_over", "method_unavailable"]),
        Operation::BeginFactor => call
            .takes::<client::FactorChoice>()
            .answers_any(
                201,
                "The factor waits for its first code or message; or it counts from now on, if it is one \
                 more method of the Threema ID that is enrolled for `threema-reply`.",
                [
                    Schemas::of_answer::<client::EnrollmentBegun>,
                    Schemas::of_answer::<client::ThreemaBegun>,
                    Schemas::of_answer::<client::ThreemaCodeBegun>,
                    Schemas::of_answer::<client::FactorConfirmed>,
                ],
            )
            .refuses(CHANGES)
            .refuses(THREEMA)
            .refuses(SENDS)
            .refuses(&[
                "look_up_unavailable",
                "method_unavailable",
                "threema_id_malformed",
                "threema_id_unknown",
                "threema_key_malformed",
                "threema_key_mismatch",
                "too_many_factors",
                "too_many_look_ups",
            ]),
        Operation::ConfirmFactor => call
            .takes::<client::Answer>()
            .answers::<client::FactorConfirmed>(200, "The factor counts from now on.")
            .refuses(CHANGES)
            .refuses(CODES)
            .refuses(GUESSES)
            .refuses(&["enrollment_over", "too_many_factors"]),
        Operation::RenameFactor => call
            .takes::<client::NewName>()
            .answers::<client::FactorConfirmed>(200, "It is called so now.")
            .refuses(CHANGES)
            .refuses(&["factor_unknown", "label_invalid"]),
        Operation::RemoveFactor => call
            .answers::<client::FactorConfirmed>(200, "It counts no more.")
            .refuses(CHANGES)
            .refuses(&["factor_unknown"]),
        Operation::ChooseDefault => call
            .takes::<client::Choice>()
            .answers::<client::DefaultChosen>(200, "The user is asked for it first.")
            .refuses(CHANGES)
            .refuses(&["method_unavailable"]),
        Operation::RevokeDevice => call
            .answers::<client::DevicesRevoked>(200, "The browser is forgotten.")
            .refuses(CHANGES)
            .refuses(&["device_unknown"]),
        Operation::RevokeDevices => call
            .answers::<client::DevicesRevoked>(200, "No browser is remembered any more.")
            .refuses(CHANGES),
        Operation::ResyncFactor => call
            .takes::<client::Codes>()
            .answers::<client::FactorConfirmed>(200, "The token is found again.")
            .refuses(CHANGES)
            .refuses(&[
                "code_malformed",
                "code_wrong",
                "factor_unknown",
                "method_unavailable",
            ]),
        Operation::MakeRecoveryCodes => call
            .answers::<client::RecoveryCodes>(201, "The codes, shown this once.")
            .refuses(CHANGES)
            .refuses(&["method_unavailable"]),
        Operation::KeepRecoveryCodes => call
            .answers::<client::RecoveryKept>(200, "The set is marked as kept.")
            .refuses(CHANGES)
            .refuses(&["method_unavailable"]),
        Operation::FetchPass => call
            .takes_maybe::<client::PassWanted>()
            .answers::<client::PassGiven>(200, "The pass.")
            .refuses(&["not_proved", "pass_over"]),
    }
}

/// What a typed code may be instead of right.
const CODES: &[&str] = &["code_malformed", "code_spent", "code_used", "code_wrong"];

/// What an attempt may meet instead of being looked at.
const GUESSES: &[&str] = &["guessing_closed", "throttled"];

/// What a change may need.
const CHANGES: &[&str] = &["proof_required", "purpose_mismatch"];

/// What a Threema ID may meet.
const THREEMA: &[&str] = &["threema_id_full", "threema_key_changed", "too_many_codes"];

/// What a message to somebody may meet.
const SENDS: &[&str] = &["gateway_unavailable", "too_many_messages"];
