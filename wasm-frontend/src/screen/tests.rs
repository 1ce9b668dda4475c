//! What a person does and the worker answers, and what must follow: the element that the tests of
//! all screens drive, and what holds across screens.

use super::call::{Answer, Failure, Request};
use super::*;
use threegate_core::wire::Problem;
use threegate_core::wire::client::{
    ChallengeEnded, ChallengeOpened, Drawing, PassGiven, Remember, Reply, Sent,
};
use threegate_core::{Method, UnixTime};
use zeroize::Zeroizing;

mod every_event;
mod ways;

pub(crate) use every_event::every_state;

const NOW: Moment = Moment(1_000_000);

/// An element, what its last event led to, and its clock.
#[derive(Clone)]
pub(crate) struct Widget {
    pub(crate) state: State,
    pub(crate) effects: Vec<Effect>,
    pub(crate) now: Moment,
}

impl Widget {
    pub(crate) fn of(purpose: Purpose) -> Self {
        let widget = Self {
            state: State::new(purpose, true),
            effects: Vec::new(),
            now: NOW,
        };
        widget.then(Event::Started)
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
        self.then(Event::Arrived(request, Box::new(Ok(answer))))
    }

    pub(crate) fn failed(self, request: Request, failure: Failure) -> Self {
        self.then(Event::Arrived(request, Box::new(Err(failure))))
    }

    pub(crate) fn opened(self, method: Method) -> Self {
        self.answered(Request::Open(method), opened(method))
    }

    pub(crate) fn typed(self, text: &str) -> Self {
        self.then(Event::Typed(Zeroizing::new(text.into())))
    }

    pub(crate) fn after(mut self, milliseconds: u64) -> Self {
        self.now = Moment(self.now.0 + milliseconds);
        self.then(Event::Woke)
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        let calls = self.effects.iter().filter_map(|effect| match effect {
            Effect::Call(request) => Some([request.verb(), " ", &request.path()].concat()),
            _ => None,
        });
        calls.collect()
    }

    pub(crate) fn proof(&self) -> &Proof {
        match &self.state.screen {
            Screen::Proof(proof) => proof,
            _ => panic!("not at a proof, but {}", self.state.name()),
        }
    }

    pub(crate) fn has(&self, effect: &Effect) -> bool {
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
        default: None,
        remember: None,
        factors: None,
        devices: None,
        recovery: Some(Recovery {
            left: 9,
            kept: true,
        }),
        retry_at: None,
        closed: false,
        pass_ready: false,
        awaited: None,
        suggested_id: None,
        look_up: Vec::new(),
    }
}

pub(crate) const THROTTLED: Error = Error::Throttled {
    retry_at: UnixTime::from_secs(132),
};

pub(crate) fn refused(cause: Error) -> Failure {
    let mut problem = Problem::new(422, cause.code(), "");
    if let Error::Throttled { retry_at } = cause {
        (problem.now, problem.retry_at) = (Some(100), Some(retry_at.as_secs()));
    }
    Failure::Refused(problem)
}

pub(crate) fn at_code() -> Widget {
    Widget::showing(view_of(Purpose::Verify)).opened(Method::Totp)
}

pub(crate) fn answer() -> Request {
    Request::Answer {
        challenge: "c1".into(),
        code: Zeroizing::new("123456".into()),
    }
}

pub(crate) fn opened(method: Method) -> Answer {
    Answer::Opened(ChallengeOpened {
        challenge: "c1".into(),
        method,
        expires_at: 280,
        reply: (method == Method::ThreemaReply).then(reply),
        sent: method
            .needs_gateway()
            .then(sent)
            .filter(|_| method != Method::ThreemaReply),
    })
}

pub(crate) fn drawing() -> Drawing {
    Drawing {
        modules: 37,
        path: "M4 4h7v1h-7z".into(),
    }
}

pub(crate) fn sent() -> Sent {
    Sent {
        to: "••••••34".into(),
        end_to_end: true,
        uncertain: false,
    }
}

pub(crate) fn reply() -> Reply {
    Reply {
        code: "204816".into(),
        gateway: "*TESTTST".into(),
        from: "••••••34".into(),
        link: drawing(),
        gateway_identity: drawing(),
    }
}

pub(crate) const fn by(method: Method) -> Event {
    Event::Pressed(Action::Prove(method))
}

pub(crate) fn proved(recovery_left: Option<u64>) -> Answer {
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

pub(crate) fn at_closed() -> Widget {
    Widget::showing(View {
        closed: true,
        usable: Vec::new(),
        ..view_of(Purpose::Verify)
    })
}

pub(crate) fn at_done(left: Option<u64>) -> Widget {
    at_code()
        .typed("123456")
        .answered(answer(), proved(left))
        .answered(Request::Pass, pass())
}

#[test]
fn a_person_is_told_where_it_ends() {
    assert_eq!(at_closed().state.name(), "closed");
    for (cause, name) in [
        // One method is closed: the worker is asked what is left.
        (Error::GuessingClosed, "loading"),
        (Error::TicketExpired, "expired"),
        (Error::TicketInvalid, "failed"),
        (Error::OriginMismatch, "failed"),
        (Error::PassOver, "expired"),
    ] {
        let look = Widget::of(Purpose::Verify).failed(Request::Look, refused(cause));
        assert_eq!(look.state.name(), name);
        let widget = at_code().typed("123456").failed(answer(), refused(cause));
        assert_eq!(widget.state.name(), name);
    }
    let misconfigured = Problem::new(503, codes::MISCONFIGURED, "");
    let widget = Widget::of(Purpose::Verify);
    let widget = widget.failed(Request::Look, Failure::Refused(misconfigured));
    assert_eq!(widget.state.name(), "failed");
}

#[test]
fn what_the_worker_cannot_do_just_now_is_tried_again() {
    let overloaded = Failure::Refused(Problem::new(503, "overloaded", ""));
    for failure in [Failure::Unreachable, overloaded] {
        let widget = Widget::of(Purpose::Verify).failed(Request::Look, failure);
        assert_eq!(widget.state.name(), "unreachable");
        let widget = widget.then(Event::Pressed(Action::Retry));
        assert_eq!(widget.calls(), ["GET /v1/client"]);
    }
}

#[test]
fn a_ticket_and_a_pass_end_on_time() {
    let widget = at_code().after(899_999);
    assert_eq!(widget.state.name(), "code");
    let widget = widget.after(1);
    assert_eq!(widget.state.name(), "expired");
    assert!(widget.has(&Effect::EmitExpired));

    let widget = at_done(None).after(299_999);
    assert_eq!(widget.state.name(), "done");
    let widget = widget.after(1);
    assert!(widget.has(&Effect::ClearPass));
    assert_eq!(widget.state.name(), "expired");
}

#[test]
fn an_expired_element_begins_again() {
    let widget = at_code().after(900_000).then(Event::Started);
    assert_eq!(widget.calls(), ["GET /v1/client"]);
    assert_eq!(widget.after(1).state.name(), "loading");
}

#[test]
fn a_page_loaded_again_after_the_proof_fetches_its_pass() {
    let widget = Widget::showing(View {
        pass_ready: true,
        ..view_of(Purpose::Verify)
    });
    assert_eq!(widget.calls(), ["POST /v1/client/pass"]);
    assert_eq!(widget.answered(Request::Pass, pass()).state.name(), "done");
}

#[test]
fn a_page_loaded_again_after_its_pass_ended_says_that_it_took_too_long() {
    for purpose in [Purpose::Verify, Purpose::Enroll] {
        let widget = Widget::showing(View {
            pass_ready: true,
            ..view_of(purpose)
        });
        let widget = widget.failed(Request::Pass, refused(Error::PassOver));
        assert_eq!(widget.state.name(), "expired");
        assert!(widget.has(&Effect::EmitExpired));
    }
}

#[test]
fn the_focus_is_taken_gently_until_someone_touches_the_element() {
    let gentle = |widget: &Widget| {
        widget
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Focus { gentle: true, .. }))
    };
    assert!(gentle(&Widget::showing(view_of(Purpose::Verify))));
    assert!(!gentle(&at_code().then(by(Method::Recovery))));
}

#[test]
fn who_can_use_nothing_is_told_so() {
    let widget = Widget::showing(View {
        usable: Vec::new(),
        ..view_of(Purpose::Verify)
    });
    let code = Error::NoUsableMethod.code();
    assert!(matches!(&widget.state.screen, Screen::Failed(shown) if shown == code));
}

#[test]
fn whoever_wants_this_browser_remembered_says_so_before_the_code() {
    let view = || View {
        remember: Some(Remember { days: 30 }),
        ..view_of(Purpose::Verify)
    };
    let offered = || Widget::showing(view()).opened(Method::Totp);
    for (ticks, request) in [
        (&[][..], Request::Pass),
        (&[true], Request::PassRemembering),
        (&[true, false], Request::Pass),
    ] {
        let ticked = |widget: Widget, tick: &bool| widget.then(Event::Ticked(*tick));
        let widget = ticks.iter().fold(offered(), ticked).typed("123456");
        let widget = widget.answered(answer(), proved(None));
        assert!(widget.has(&Effect::Call(request)));
    }
    // What the worker does not offer is not asked for.
    let widget = at_code().then(Event::Ticked(true)).typed("123456");
    let widget = widget.answered(answer(), proved(None));
    assert!(widget.has(&Effect::Call(Request::Pass)));
    // The wish holds whichever way is taken.
    let widget = offered()
        .then(Event::Ticked(true))
        .then(by(Method::Recovery));
    assert!(widget.state.frame.remembered);
}
