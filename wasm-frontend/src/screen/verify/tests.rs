use crate::screen::call::Request;
use crate::screen::tests::*;
use crate::screen::{Action, Effect, Event};

#[test]
fn a_proof_fetches_the_pass_and_the_pass_sends_the_form_once() {
    let widget = at_code().typed("123456").answered(answer(), proved(None));
    assert_eq!(widget.calls(), ["POST /v1/client/pass"]);
    let widget = widget.answered(Request::Pass, pass());
    assert!(widget.has(&Effect::SubmitForm));
    assert!(
        widget
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::SetPass(_)))
    );
    let widget = widget.answered(Request::Pass, pass());
    assert!(widget.effects.is_empty());
}

#[test]
fn few_recovery_codes_hold_the_form_until_read() {
    assert!(at_done(Some(3)).has(&Effect::SubmitForm));
    let widget = at_done(Some(2));
    assert!(!widget.has(&Effect::SubmitForm));
    let widget = widget.then(Event::Pressed(Action::Continue));
    assert!(widget.has(&Effect::SubmitForm));
    assert!(
        !widget
            .then(Event::Pressed(Action::Continue))
            .has(&Effect::SubmitForm)
    );
}
