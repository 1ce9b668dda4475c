use crate::screen::Event;
use crate::screen::manage::{Doing, tests as managed};
use crate::screen::tests::Widget;
use crate::view::tests::walk;
use crate::view::view;
use crate::words::tests::english;
use threegate_core::Method;
use threegate_core::wire::client::{Recovery, View};

/// All texts of what is seen, in their order.
fn texts(widget: &Widget) -> Vec<String> {
    let card = view(&widget.state, &english());
    let mut nodes = Vec::new();
    walk(&card, &mut nodes);
    let texts = nodes.iter().filter(|node| !node.text.is_empty());
    texts.map(|node| node.text.to_string()).collect()
}

fn shows(widget: &Widget, text: &str) -> bool {
    texts(widget).iter().any(|one| one == text)
}

fn overview() -> Widget {
    Widget::showing(managed::managed())
}

fn then(widget: Widget, doing: Doing) -> Widget {
    widget.then(managed::does(doing))
}

#[test]
fn a_factor_goes_by_its_name_and_else_by_what_it_is() {
    let shown = texts(&overview());
    let at = |text: &str| shown.iter().position(|one| one == text);
    assert!(
        at("Work phone") < at("Authenticator app"),
        "what it is stands below"
    );
    assert!(at("Code token").is_some() && at("Send a code with Threema · ALICE001").is_some());
    assert!(shows(&then(overview(), Doing::Factor(0)), "Work phone"));
}

#[test]
fn what_is_asked_for_first_is_marked_where_there_is_a_choice() {
    let first = |widget| {
        texts(&widget)
            .iter()
            .filter(|one| *one == "Asked for first")
            .count()
    };
    assert_eq!(first(overview()), 1);
    assert_eq!(first(Widget::showing(managed::only(managed::managed()))), 0);
}

#[test]
fn dates_are_written_by_the_language_and_moments_with_their_time() {
    // Natively a date is its number of seconds.
    let shown = then(overview(), Doing::Factor(2));
    assert!(shows(&shown, "Added 10") && shows(&shown, "Last used 20"));
    assert!(shows(&overview(), "Remembered 30, until 50"));
}

#[test]
fn the_last_factor_is_asked_about_in_other_words() {
    let last = Widget::showing(managed::only(managed::managed()));
    let question = |widget| texts(&then(then(widget, Doing::Factor(0)), Doing::Remove)).join(" ");
    assert!(question(last).contains("whoever knows your password gets into your account"));
    let one_of_three = question(overview());
    assert!(!one_of_three.contains("password"));
    assert!(one_of_three.contains("Browsers that are remembered are asked again."));
}

#[test]
fn only_what_can_be_done_is_offered() {
    let offers = |place| texts(&then(overview(), Doing::Factor(place)));
    let has = |place, text: &str| offers(place).iter().any(|one| one == text);
    assert!(!has(0, "Ask for this first"), "it is");
    assert!(has(1, "Ask for this first") && has(1, "Set the code token right"));
    assert!(!has(2, "Set the code token right"));
    let unproved = View {
        usable: vec![Method::Totp],
        ..managed::managed()
    };
    let widget = then(Widget::showing(unproved), Doing::Factor(2));
    assert!(
        !shows(&widget, "Ask for this first"),
        "it cannot be used now"
    );
}

#[test]
fn codes_that_run_out_or_were_never_kept_are_said_to() {
    let with = |left, kept| {
        texts(&Widget::showing(View {
            recovery: Some(Recovery { left, kept }),
            ..managed::managed()
        }))
        .join(" ")
    };
    assert!(with(2, true).contains("Get new ones before they run out."));
    assert!(!with(3, true).contains("run out"));
    assert!(with(10, false).contains("You have not said that you kept them."));
}

#[test]
fn each_of_several_browsers_has_its_own_button_and_all_have_one() {
    let shown = texts(&overview());
    let count = |text: &str| shown.iter().filter(|one| one.as_str() == text).count();
    assert_eq!((count("Forget"), count("Forget all")), (2, 1));
    assert!(
        shows(&overview(), " (Last login 40)"),
        "which one, for who only hears it"
    );
}

#[test]
fn who_removed_the_last_factor_reads_both_that_and_what_follows() {
    let widget = then(
        Widget::showing(managed::only(managed::managed())),
        Doing::Factor(0),
    );
    let widget = then(widget, Doing::Remove).then(Event::Pressed(crate::screen::Action::Submit));
    let widget = managed::done(widget, managed::none());
    assert!(shows(&widget, "It is removed."));
    assert!(texts(&widget).join(" ").contains("Two-factor login is off"));
}
