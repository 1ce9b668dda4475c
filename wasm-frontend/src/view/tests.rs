use super::*;
use crate::screen::tests::every_state;
use crate::words::tests::{english, keys_as_words};
use std::collections::BTreeSet;

pub(crate) fn walk<'a>(node: &'a Node, into: &mut Vec<&'a Node>) {
    into.push(node);
    for child in &node.children {
        walk(child, into);
    }
}

fn cards() -> Vec<Node> {
    every_state()
        .iter()
        .map(|widget| view(&widget.state, &english()))
        .collect()
}

fn each(check: impl Fn(&Node, &[&Node])) {
    for card in cards() {
        let mut nodes = Vec::new();
        walk(&card, &mut nodes);
        for node in &nodes {
            check(node, &nodes);
        }
    }
}

#[test]
fn every_screen_has_one_heading() {
    for card in cards() {
        let mut nodes = Vec::new();
        walk(&card, &mut nodes);
        let headings = nodes.iter().filter(|node| node.tag == "h2").count();
        let loading = card.attribute("aria-busy").is_some();
        assert_eq!(headings, usize::from(!loading));
    }
}

#[test]
fn every_reference_has_its_target_and_every_id_is_one() {
    each(|node, nodes| {
        for name in ["for", "aria-describedby", "aria-labelledby"] {
            if let Some(id) = node.attribute(name) {
                let found = nodes
                    .iter()
                    .filter(|one| one.attribute("id") == Some(id))
                    .count();
                assert_eq!(found, 1, "{name}={id}");
            }
        }
    });
}

#[test]
fn every_input_has_a_label_and_every_button_a_name() {
    each(|node, nodes| match node.tag {
        "input" => {
            let id = node.attribute("id");
            assert!(
                nodes
                    .iter()
                    .any(|one| one.tag == "label" && one.attribute("for") == id)
            );
        }
        "button" => {
            let mut inside = Vec::new();
            walk(node, &mut inside);
            let named =
                |one: &&Node| !one.text.is_empty() && one.attribute("class") != Some("face unseen");
            assert!(inside.iter().any(named));
            assert!(
                node.attribute("type").is_some(),
                "a button says whether it sends the form"
            );
        }
        _ => {}
    });
}

#[test]
fn nothing_carries_a_style_or_a_script() {
    each(|node, _| {
        assert!(!["style", "script"].contains(&node.tag));
        for (name, value) in &node.attributes {
            assert!(*name != "style" && !name.starts_with("on"), "{name}");
            assert!(!value.starts_with("javascript:"));
        }
    });
}

#[test]
fn an_element_has_a_text_or_children_and_each_attribute_once() {
    each(|node, _| {
        assert!(
            node.text.is_empty() || node.children.is_empty(),
            "<{}>",
            node.tag
        );
        let names: BTreeSet<_> = node.attributes.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), node.attributes.len(), "<{}>", node.tag);
    });
}

#[test]
fn every_binding_means_something_on_the_element_that_has_it() {
    each(|node, _| {
        let Some(name) = node.attribute("data-on") else {
            return;
        };
        let kind = match node.tag {
            "form" => "submit",
            "button" => "click",
            "select" => "change",
            _ if matches!(node.attribute("type"), Some("checkbox" | "file")) => "change",
            _ => "input",
        };
        assert!(Binding::of(kind, name).is_some(), "{name} on {kind}");
    });
}

#[test]
fn a_wrong_code_is_tied_to_its_field() {
    let wrong = every_state().into_iter().filter(|widget| {
        let card = view(&widget.state, &keys_as_words());
        let mut nodes = Vec::new();
        walk(&card, &mut nodes);
        nodes.iter().any(|node| *node.text == "error.code_wrong")
    });
    let mut seen = 0;
    for widget in wrong {
        let card = view(&widget.state, &english());
        let mut nodes = Vec::new();
        walk(&card, &mut nodes);
        let input = nodes.iter().find(|node| node.tag == "input");
        let input = input.filter(|input| input.attribute("aria-invalid") == Some("true"));
        assert!(input.is_some_and(|input| input.attribute("aria-describedby") == Some("note")));
        seen += 1;
    }
    assert!(seen >= 1);
}

#[test]
fn what_is_wrong_with_what_was_done_is_said_as_it_is_shown() {
    let mut seen = BTreeSet::new();
    for widget in every_state() {
        let card = view(&widget.state, &english());
        let mut nodes = Vec::new();
        walk(&card, &mut nodes);
        let wrong = nodes.iter().find(|node| {
            let class = node.attribute("class").unwrap_or_default();
            ["note error", "note low error", "lead error"].contains(&class) && !node.text.is_empty()
        });
        if let Some(node) = wrong.filter(|_| widget.state.name() != "throttled") {
            let said = spoken(Announcement::Complaint, &widget.state, &english());
            assert_eq!(said, *node.text);
            seen.insert(widget.state.name());
        }
    }
    assert!(seen.len() >= 6, "{seen:?}");
}

#[test]
fn what_is_wrong_with_a_typed_id_is_said_right_after_its_field() {
    let seen = core::cell::Cell::new(0);
    each(|node, _| {
        let at = node.children.iter().position(|child| {
            child.attribute("id") == Some("id") && child.attribute("aria-invalid") == Some("true")
        });
        if let Some(at) = at {
            let note = &node.children[at + 1];
            assert!(note.attribute("id") == Some("note") && !note.text.is_empty());
            seen.set(seen.get() + 1);
        }
    });
    assert!(seen.get() >= 1);
}

#[test]
fn a_screen_keeps_its_elements_while_it_works_refuses_and_waits() {
    fn shape(node: &Node, into: &mut Vec<(&'static str, &'static str)>) {
        into.push((node.tag, node.key));
        for child in &node.children {
            shape(child, into);
        }
    }
    let mut shapes = BTreeSet::new();
    for widget in every_state() {
        if matches!(&widget.state.screen, Screen::Proof(proof) if proof.over.is_none())
            && !widget.state.frame.choosing
            && widget.state.frame.remember.is_none()
        {
            let mut one = Vec::new();
            shape(&view(&widget.state, &english()), &mut one);
            shapes.insert(one);
        }
    }
    // One for a code, one for the recovery code, one for a code that is sent.
    assert_eq!(shapes.len(), 3);
}

/// The words of the loader, which has no view, and those that are not shown by themselves but said, saved,
/// or a part of others.
const ELSEWHERE: [&str; 12] = [
    "language",
    "direction",
    "working",
    "say.wait_over",
    "say.arrived",
    "say.camera_on",
    "say.code_read",
    "codes.heading",
    "codes.about",
    "codes.file",
    "time.minutes",
    "time.hours",
];

#[test]
fn every_word_is_shown_somewhere() {
    let mut shown = BTreeSet::new();
    for widget in every_state() {
        for autosubmit in [true, false] {
            let mut state = widget.state.clone();
            state.frame.autosubmit = autosubmit;
            let card = view(&state, &keys_as_words());
            let mut nodes = Vec::new();
            walk(&card, &mut nodes);
            for node in nodes {
                shown.insert(node.text.to_string());
                shown.extend(node.attribute("aria-label").map(String::from));
            }
        }
    }
    for word in Word::ALL {
        let name = word.name();
        assert!(
            shown.contains(name) || ELSEWHERE.contains(&name),
            "{name} is on no screen"
        );
    }
}

#[test]
fn a_wait_is_spoken_in_its_largest_unit() {
    let state = &every_state().remove(0).state;
    assert!(spoken(Announcement::Wait(125), state, &english()).contains("3 minutes"));
}
