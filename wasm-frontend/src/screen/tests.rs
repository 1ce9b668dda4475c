//! Plays: what a person does and the worker answers, and what must follow.

use super::call::{Answer, Failure, Request};
use super::field::{Complaint, Phase};
use super::*;
use threegate_core::wire::Problem;
use threegate_core::wire::client::{ChallengeEnded, ChallengeOpened};

const NOW: Moment = Moment(1_000_000);

/// An element being played with.
#[derive(Clone)]
pub(crate) struct Play {
    pub(crate) state: State,
    pub(crate) effects: Vec<Effect>,
    pub(crate) now: Moment,
}

impl Play {
    pub(crate) fn of(purpose: Purpose) -> Self {
        let play = Self {
            state: State::new(purpose, true),
            effects: Vec::new(),
            now: NOW,
        };
        play.then(Event::Started)
    }

    /// An element that shows what `view` says.
    pub(crate) fn showing(view: View) -> Self {
        Self::of(view.purpose).answered(Request::Look, Answer::View(view))
    }

    pub(crate) fn then(mut self, event: Event) -> Self {
        (self.state, self.effects) = self.state.step(event, self.now);
        self
    }

    pub(crate) fn answered(self, request: Request, answer: Answer) -> Self {
        self.then(Event::Arrived(request, Ok(answer)))
    }

    pub(crate) fn failed(self, request: Request, failure: Failure) -> Self {
        self.then(Event::Arrived(request, Err(failure)))
    }

    pub(crate) fn opened(self, method: Method) -> Self {
        let challenge = "c1".into();
        let opened = ChallengeOpened {
            challenge,
            method,
            expires_at: 280,
        };
        self.answered(Request::Open(method), Answer::Opened(opened))
    }

    pub(crate) fn typed(self, text: &str) -> Self {
        self.then(Event::Typed(text.into()))
    }

    pub(crate) fn after(mut self, milliseconds: u64) -> Self {
        self.now = Moment(self.now.0 + milliseconds);
        self.then(Event::Woke)
    }

    fn calls(&self) -> Vec<String> {
        let calls = self.effects.iter().filter_map(|effect| match effect {
            Effect::Call(request) => Some([request.verb(), " ", &request.path()].concat()),
            _ => None,
        });
        calls.collect()
    }

    fn proof(&self) -> &Proof {
        match &self.state.screen {
            Screen::Proof(proof) => proof,
            _ => panic!("not at a proof, but {}", self.state.name()),
        }
    }

    fn has(&self, effect: &Effect) -> bool {
        self.effects.contains(effect)
    }
}

pub(crate) fn view_of(purpose: Purpose) -> View {
    View {
        purpose,
        site: "Demo forum".into(),
        locale: None,
        now: 100,
        expires_at: 1000,
        proof: Proved::Needed,
        usable: vec![Method::Totp, Method::Recovery],
        offered: vec![Method::Totp],
        recovery: Some(Recovery {
            left: 9,
            kept: true,
        }),
        retry_at: None,
        closed: false,
        pass_ready: false,
    }
}

pub(crate) fn refused(code: &'static str) -> Failure {
    let mut problem = Problem::new(422, code, "");
    if code == "throttled" {
        (problem.now, problem.retry_at) = (Some(100), Some(132));
    }
    Failure::Refused(problem)
}

pub(crate) fn at_code() -> Play {
    Play::showing(view_of(Purpose::Verify)).opened(Method::Totp)
}

pub(crate) fn answer() -> Request {
    Request::Answer {
        challenge: "c1".into(),
        code: "123456".into(),
    }
}

fn proved(recovery_left: Option<u64>) -> Answer {
    Answer::Ended(ChallengeEnded {
        challenge: "c1".into(),
        state: "proved".into(),
        method: Method::Totp,
        recovery_left,
    })
}

pub(crate) fn pass() -> Answer {
    Answer::Pass(PassGiven {
        response: "pass".into(),
        expires_at: 400,
    })
}

fn at_done(left: Option<u64>) -> Play {
    at_code()
        .typed("123456")
        .answered(answer(), proved(left))
        .answered(Request::Pass, pass())
}

#[test]
fn the_challenge_is_open_before_the_code_is_typed() {
    let play = Play::showing(view_of(Purpose::Verify));
    assert_eq!(play.calls(), ["POST /v1/client/challenges"]);
    assert_eq!(play.state.name(), "code");
}

#[test]
fn the_sixth_digit_sends_however_it_is_grouped() {
    for text in ["123456", "123 456", " 123-456 "] {
        let play = at_code().typed(text);
        assert_eq!(
            play.calls(),
            ["POST /v1/client/challenges/c1/answer"],
            "{text}"
        );
        assert_eq!(play.state.name(), "working");
    }
    for text in ["12345", "1234567", "12345x", ""] {
        assert!(at_code().typed(text).calls().is_empty(), "{text}");
    }
}

#[test]
fn what_is_no_code_is_not_sent() {
    let play = at_code().typed("12345").then(Event::Did(Action::Submit));
    assert!(play.calls().is_empty());
    assert_eq!(play.proof().field.complaint, Some(Complaint::Malformed));
}

#[test]
fn a_code_typed_before_the_challenge_is_open_is_sent_when_it_is() {
    let play = Play::showing(view_of(Purpose::Verify)).typed("123456");
    assert!(play.calls().is_empty());
    assert_eq!(play.state.name(), "working");
    assert_eq!(
        play.opened(Method::Totp).calls(),
        ["POST /v1/client/challenges/c1/answer"]
    );
}

#[test]
fn a_proof_fetches_the_pass_and_the_pass_sends_the_form_once() {
    let play = at_code().typed("123456").answered(answer(), proved(None));
    assert_eq!(play.calls(), ["POST /v1/client/pass"]);
    let play = play.answered(Request::Pass, pass());
    assert!(play.has(&Effect::SubmitForm));
    assert!(
        play.effects
            .iter()
            .any(|effect| matches!(effect, Effect::SetPass(_)))
    );
    let play = play.answered(Request::Pass, pass());
    assert!(play.effects.is_empty());
}

#[test]
fn few_recovery_codes_hold_the_form_until_read() {
    assert!(at_done(Some(3)).has(&Effect::SubmitForm));
    let play = at_done(Some(2));
    assert!(!play.has(&Effect::SubmitForm));
    let play = play.then(Event::Did(Action::Continue));
    assert!(play.has(&Effect::SubmitForm));
    assert!(
        !play
            .then(Event::Did(Action::Continue))
            .has(&Effect::SubmitForm)
    );
}

#[test]
fn a_refused_code_gives_the_field_back_selected_and_does_not_send_itself_again() {
    for (code, complaint) in [
        ("code_wrong", Complaint::Wrong),
        ("code_used", Complaint::Used),
        ("code_malformed", Complaint::Malformed),
    ] {
        let play = at_code().typed("123456").failed(answer(), refused(code));
        assert_eq!(play.proof().field.complaint, Some(complaint));
        assert!(play.has(&Effect::Focus {
            spot: Spot::Field,
            gentle: false
        }));
        let play = play.typed("123456");
        assert!(play.calls().is_empty());
    }
}

#[test]
fn an_enter_out_of_habit_does_not_send_a_refused_code_again_and_another_code_is_sent() {
    for code in ["code_wrong", "code_used"] {
        let play = at_code().typed("123456").failed(answer(), refused(code));
        let again = play.then(Event::Did(Action::Submit));
        assert!(again.calls().is_empty());
        let next = again.typed("654321");
        assert_eq!(next.calls(), ["POST /v1/client/challenges/c1/answer"]);
    }
}

#[test]
fn a_challenge_that_is_over_is_opened_and_answered_again_once() {
    let play = at_code()
        .typed("123456")
        .failed(answer(), refused("challenge_over"));
    assert_eq!(play.calls(), ["POST /v1/client/challenges"]);
    assert_eq!(play.state.name(), "working");
    let play = play.opened(Method::Totp);
    assert_eq!(play.calls(), ["POST /v1/client/challenges/c1/answer"]);
    let play = play.failed(answer(), refused("challenge_over"));
    assert!(play.calls().is_empty());
    assert_eq!(play.state.name(), "code");
}

#[test]
fn an_answer_that_may_have_been_heard_is_looked_for_before_it_is_sent_again() {
    let play = at_code()
        .typed("123456")
        .failed(answer(), Failure::Unreachable);
    assert_eq!(play.proof().field.complaint, Some(Complaint::Unreachable));
    let play = play.then(Event::Did(Action::Submit));
    assert_eq!(play.calls(), ["GET /v1/client"]);

    let heard = View {
        pass_ready: true,
        ..view_of(Purpose::Verify)
    };
    let play = play.answered(Request::Look, Answer::View(heard));
    assert_eq!(play.calls(), ["POST /v1/client/pass"]);

    let play = at_code()
        .typed("123456")
        .failed(answer(), Failure::Unreachable);
    let play = play.then(Event::Did(Action::Submit));
    let play = play.answered(Request::Look, Answer::View(view_of(Purpose::Verify)));
    assert_eq!(play.calls(), ["POST /v1/client/challenges/c1/answer"]);
}

#[test]
fn a_wait_counts_down_by_the_second_and_then_gives_the_field_back() {
    let play = at_code()
        .typed("123456")
        .failed(answer(), refused("throttled"));
    assert_eq!(play.state.name(), "throttled");
    assert!(play.has(&Effect::Say(Say::Wait(32))));
    assert_eq!(play.state.alarm(play.now), Some(Moment(play.now.0 + 1000)));

    let play = play.after(1000);
    assert!(matches!(
        play.proof().field.phase,
        Phase::Waiting { left: 31, .. }
    ));
    assert!(play.effects.is_empty(), "nothing is said each second");
    assert!(
        play.typed("654321").calls().is_empty(),
        "nothing is sent meanwhile"
    );

    let play = at_code()
        .typed("123456")
        .failed(answer(), refused("throttled"))
        .after(32_000);
    assert_eq!(play.state.name(), "code");
    assert!(play.has(&Effect::Say(Say::WaitOver)));
}

#[test]
fn a_wait_that_was_going_on_before_opens_the_challenge_when_it_ends() {
    let view = View {
        retry_at: Some(105),
        ..view_of(Purpose::Verify)
    };
    let play = Play::showing(view);
    assert!(play.calls().is_empty());
    assert_eq!(play.after(5000).calls(), ["POST /v1/client/challenges"]);
}

#[test]
fn the_other_way_opens_its_own_challenge_and_ignores_the_first() {
    let play = Play::showing(view_of(Purpose::Verify)).then(Event::Did(Action::Switch));
    assert_eq!(play.state.name(), "recovery");
    assert_eq!(play.calls(), ["POST /v1/client/challenges"]);
    let play = play
        .opened(Method::Totp)
        .typed("K7M2P-9XQ4D")
        .then(Event::Did(Action::Submit));
    assert!(
        play.calls().is_empty(),
        "the authenticator's challenge does not take it"
    );
    let play = play.opened(Method::Recovery);
    assert_eq!(play.calls(), ["POST /v1/client/challenges/c1/answer"]);
}

#[test]
fn a_person_is_told_where_it_ends() {
    for (code, name) in [
        ("guessing_closed", "closed"),
        ("ticket_expired", "expired"),
        ("ticket_invalid", "failed"),
        ("origin_mismatch", "failed"),
        ("misconfigured", "failed"),
    ] {
        let look = Play::of(Purpose::Verify).failed(Request::Look, refused(code));
        assert_eq!(look.state.name(), name);
        let play = at_code().typed("123456").failed(answer(), refused(code));
        assert_eq!(play.state.name(), name);
    }
    let play = Play::of(Purpose::Verify).failed(Request::Look, Failure::Unreachable);
    assert_eq!(play.state.name(), "unreachable");
    let play = play.then(Event::Did(Action::Retry));
    assert_eq!(play.calls(), ["GET /v1/client"]);
}

#[test]
fn a_ticket_and_a_pass_end_on_time() {
    let play = at_code().after(899_999);
    assert_eq!(play.state.name(), "code");
    let play = play.after(1);
    assert_eq!(play.state.name(), "expired");
    assert!(play.has(&Effect::EmitExpired));

    let play = at_done(None).after(299_999);
    assert_eq!(play.state.name(), "done");
    let play = play.after(1);
    assert!(play.has(&Effect::ClearPass));
    assert_eq!(play.state.name(), "expired");
}

#[test]
fn an_expired_element_begins_again() {
    let play = at_code().after(900_000).then(Event::Started);
    assert_eq!(play.calls(), ["GET /v1/client"]);
    assert_eq!(play.after(1).state.name(), "loading");
}

#[test]
fn a_page_loaded_again_after_the_proof_fetches_its_pass() {
    let play = Play::showing(View {
        pass_ready: true,
        ..view_of(Purpose::Verify)
    });
    assert_eq!(play.calls(), ["POST /v1/client/pass"]);
    assert_eq!(play.answered(Request::Pass, pass()).state.name(), "done");
}

#[test]
fn the_focus_is_taken_gently_until_someone_touches_the_element() {
    let gentle = |play: &Play| {
        play.effects
            .iter()
            .any(|effect| matches!(effect, Effect::Focus { gentle: true, .. }))
    };
    assert!(gentle(&Play::showing(view_of(Purpose::Verify))));
    assert!(!gentle(&at_code().then(Event::Did(Action::Switch))));
}

/// One of every screen and phase.
pub(crate) fn every_state() -> Vec<Play> {
    let end = |code| Play::of(Purpose::Verify).failed(Request::Look, refused(code));
    let at_recovery = || {
        at_code()
            .then(Event::Did(Action::Switch))
            .opened(Method::Recovery)
    };
    let mut plays = vec![
        Play::of(Purpose::Verify),
        at_code(),
        at_code().typed("123456"),
        at_code().typed("1").then(Event::Did(Action::Submit)),
        at_code()
            .typed("123456")
            .failed(answer(), Failure::Unreachable),
        at_code()
            .typed("123456")
            .failed(answer(), refused("code_wrong")),
        at_code()
            .typed("123456")
            .failed(answer(), refused("code_used")),
        at_code()
            .typed("123456")
            .failed(answer(), refused("throttled")),
        at_recovery(),
        end("guessing_closed"),
        end("ticket_expired"),
        end("origin_mismatch"),
        Play::of(Purpose::Verify).failed(Request::Look, Failure::Unreachable),
        at_done(None),
        at_done(Some(7)),
        at_done(Some(1)),
    ];
    for code in ["code_malformed", "code_wrong", "code_used"] {
        let typed = at_recovery()
            .typed("K7M2P-9XQ4D")
            .then(Event::Did(Action::Submit));
        plays.push(typed.failed(answer(), refused(code)));
    }
    #[cfg(feature = "enroll")]
    plays.extend(enroll::tests::every_state());
    plays
}

#[test]
fn no_event_in_any_state_breaks_a_rule() {
    let mut events = vec![
        Event::Started,
        Event::Typed("123456".into()),
        Event::Typed(String::new()),
        Event::Ticked(true),
        Event::Ticked(false),
        Event::Copied(true),
        Event::Copied(false),
        Event::Woke,
    ];
    for action in [
        Action::Submit,
        Action::Switch,
        Action::Retry,
        Action::Continue,
    ] {
        events.push(Event::Did(action));
    }
    for request in [
        Request::Look,
        Request::Open(Method::Totp),
        answer(),
        Request::Pass,
    ] {
        for code in [
            "code_wrong",
            "throttled",
            "challenge_over",
            "guessing_closed",
            "ticket_expired",
        ] {
            events.push(Event::Arrived(request.clone(), Err(refused(code))));
        }
        events.push(Event::Arrived(request.clone(), Err(Failure::Unreachable)));
        for answer in [Answer::View(view_of(Purpose::Verify)), proved(None), pass()] {
            events.push(Event::Arrived(request.clone(), Ok(answer)));
        }
    }
    let states = every_state();
    for event in &events {
        for play in states.clone() {
            let (name, terminal) = (play.state.name(), ["closed", "expired", "failed"]);
            let was_done = matches!(play.state.screen, Screen::Done(_));
            let play = play.then(event.clone());
            let passes = play
                .effects
                .iter()
                .filter(|one| matches!(one, Effect::SetPass(_)))
                .count();
            let got = matches!(event, Event::Arrived(_, Ok(Answer::Pass(_))));
            assert!(
                passes <= usize::from(got && !was_done),
                "{name}: a pass comes from a pass, once"
            );
            assert!(
                !terminal.contains(&name) || *event == Event::Started || play.state.name() == name,
                "{name}: an end is an end"
            );
            assert!(
                play.effects
                    .iter()
                    .filter(|one| matches!(one, Effect::Call(_)))
                    .count()
                    <= 1
            );
            assert!(
                play.state
                    .alarm(play.now)
                    .is_none_or(|alarm| alarm > play.now),
                "{name}"
            );
        }
    }
}
