//! Nodes into the shadow root, and a person's doings out of it.
//!
//! What stands in the page is compared with what should, and only the difference is touched: the
//! elements of a screen keep their focus, caret and text.

use crate::screen::{Action, Event, FocusTarget};
use crate::view::node::{Binding, Node};
use page::{Document, Element, Root};
use wasm_bindgen::JsCast;
use zeroize::Zeroizing;

#[cfg(feature = "enroll")]
pub(crate) mod gift;
pub(crate) mod page;

const HTML: &str = "http://www.w3.org/1999/xhtml";
const SVG: &str = "http://www.w3.org/2000/svg";

/// The element's content.
pub(crate) struct Dom {
    pub(crate) document: Document,
    /// Holds everything; carries language and direction.
    pub(crate) body: Element,
    /// Read out when it changes; there from the start, since readers watch only what they know.
    status: Element,
    card: Option<Live>,
}

/// An element in the page, and the node that it shows.
struct Live {
    element: Element,
    /// Without its children: they are beside it.
    node: Node,
    children: Vec<Self>,
}

impl Dom {
    /// Takes the place of whatever the shell has drawn.
    pub(crate) fn new(root: &Root) -> Self {
        let document = root.document();
        let body = document.create(HTML, "div");
        let status = document.create(HTML, "p");
        body.set("class", "body");
        status.set("class", "hidden");
        status.set("role", "status");
        body.append(&status);
        root.show_only(&body);
        Self {
            document,
            body,
            status,
            card: None,
        }
    }

    /// Shows `node`. What was said of another screen is not true of this one.
    pub(crate) fn show(&mut self, node: Node) {
        match &mut self.card {
            Some(card) => {
                let before = card.screen();
                card.become_node(&self.document, node);
                if card.screen() != before {
                    self.status.set_text("");
                }
            }
            None => {
                let card = Live::new(&self.document, node);
                self.body.append(&card.element);
                self.card = Some(card);
            }
        }
    }

    /// Has `text` read out.
    pub(crate) fn announce(&self, text: &str) {
        // The same text again is news only if it was gone meanwhile.
        self.status.set_text("");
        self.status.set_text(text);
    }

    /// Moves the focus, as [`Effect::Focus`](crate::screen::Effect::Focus) says.
    pub(crate) fn focus(&self, target: FocusTarget, gentle: bool) {
        let selector = match target {
            FocusTarget::Title => "#title",
            FocusTarget::Field => "[data-focus=field]",
            #[cfg(feature = "factors")]
            FocusTarget::Tick => "[data-focus=tick]",
        };
        if gentle && (target != FocusTarget::Field || self.focus_is_elsewhere()) {
            return;
        }
        let Some(element) = self.body.find(selector) else {
            return;
        };
        element.focus();
        if target == FocusTarget::Field {
            element.select();
        }
    }

    /// The picture of the camera, if there is a place for it.
    #[cfg(feature = "enroll")]
    pub(crate) fn video(&self) -> Option<Element> {
        self.body.find("video")
    }

    /// Puts `text` into the field.
    #[cfg(feature = "enroll")]
    pub(crate) fn fill(&self, text: &str) {
        if let Some(field) = self.body.find("[data-focus=field]") {
            field.set_value(text);
        }
    }

    fn focus_is_elsewhere(&self) -> bool {
        let active = self.document.active();
        active.is_some_and(|active| active.tag() != "BODY")
    }
}

impl Live {
    fn new(document: &Document, mut node: Node) -> Self {
        let element = document.create(if node.drawn { SVG } else { HTML }, node.tag);
        for (name, value) in &node.attributes {
            element.set(name, value);
        }
        if !node.text.is_empty() {
            element.set_text(&node.text);
        }
        let mut children = Vec::new();
        for child in core::mem::take(&mut node.children) {
            let child = Self::new(document, child);
            element.append(&child.element);
            children.push(child);
        }
        Self {
            element,
            node,
            children,
        }
    }

    /// The key of the screen in this card.
    fn screen(&self) -> Option<&'static str> {
        self.children.first().map(|screen| screen.node.key)
    }

    fn become_node(&mut self, document: &Document, mut node: Node) {
        if (node.tag, node.key) != (self.node.tag, self.node.key) {
            let next = Self::new(document, node);
            self.element.replace_with(&next.element);
            *self = next;
            return;
        }
        for (name, value) in &node.attributes {
            if self.node.attribute(name) != Some(value) {
                self.element.set(name, value);
            }
        }
        for (name, _) in &self.node.attributes {
            if node.attribute(name).is_none() {
                self.element.unset(name);
            }
        }
        if node.text != self.node.text {
            self.element.set_text(&node.text);
        }
        let wanted = core::mem::take(&mut node.children);
        for gone in self.children.drain(wanted.len().min(self.children.len())..) {
            gone.element.remove();
        }
        let mut present = self.children.iter_mut();
        let mut added = Vec::new();
        for child in wanted {
            match present.next() {
                Some(live) => live.become_node(document, child),
                None => {
                    let live = Self::new(document, child);
                    self.element.append(&live.element);
                    added.push(live);
                }
            }
        }
        self.children.append(&mut added);
        self.node = node;
    }
}

/// What a DOM event means, if anything. Keeps forms from leaving the page.
pub(crate) fn meant(event: &page::Event) -> Option<Event> {
    let kind = event.kind();
    if kind == "submit" {
        event.prevent_default();
    }
    let target = event.target().dyn_into::<Element>().ok()?;
    let bound = target.closest("[data-on]")?;
    let binding = Binding::of(&kind, &bound.attribute("data-on")?)?;
    #[cfg(feature = "manage")]
    let binding = match bound.attribute("data-at") {
        Some(place) => binding.at(place.parse().ok()?),
        None => binding,
    };
    Some(match binding {
        Binding::Typed => Event::Typed(Zeroizing::new(bound.value())),
        Binding::Ticked => Event::Ticked(bound.checked()),
        Binding::Submit => Event::Pressed(Action::Submit),
        #[cfg(feature = "enroll")]
        Binding::Chosen => return None,
        #[cfg(feature = "enroll")]
        Binding::Picked => Event::Picked(gift::picked(&bound)?),
        Binding::Press(action) => Event::Pressed(action),
    })
}
