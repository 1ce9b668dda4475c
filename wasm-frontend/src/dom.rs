//! Nodes into the shadow root, and a person's doings out of it.
//!
//! What stands in the page is compared with what should, and only the difference is touched: the
//! elements of a screen keep their focus, caret and text.

use crate::screen::{Action, Event, FocusTarget};
use crate::view::node::{Binding, Node};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, HtmlElement, HtmlInputElement, ShadowRoot};
use zeroize::Zeroizing;

#[cfg(feature = "enroll")]
pub(crate) mod gift;

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
    pub(crate) fn new(root: &ShadowRoot) -> Result<Self, JsValue> {
        let document = root.owner_document().ok_or(JsValue::UNDEFINED)?;
        let body = document.create_element("div")?;
        let status = document.create_element("p")?;
        body.set_class_name("body");
        status.set_class_name("hidden");
        status.set_attribute("role", "status")?;
        body.append_child(&status)?;
        root.set_text_content(None);
        root.append_child(&body)?;
        Ok(Self {
            document,
            body,
            status,
            card: None,
        })
    }

    /// Shows `node`. What was said of another screen is not true of this one.
    pub(crate) fn show(&mut self, node: Node) -> Result<(), JsValue> {
        match &mut self.card {
            Some(card) => {
                let before = card.screen();
                card.become_node(&self.document, node)?;
                if card.screen() != before {
                    self.status.set_text_content(None);
                }
                Ok(())
            }
            None => {
                let card = Live::new(&self.document, node)?;
                self.body.append_child(&card.element)?;
                self.card = Some(card);
                Ok(())
            }
        }
    }

    /// Has `text` read out.
    pub(crate) fn announce(&self, text: &str) {
        // The same text again is news only if it was gone meanwhile.
        self.status.set_text_content(None);
        self.status.set_text_content(Some(text));
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
        let Ok(Some(element)) = self.body.query_selector(selector) else {
            return;
        };
        if let Some(element) = element.dyn_ref::<HtmlElement>() {
            let _ = element.focus();
        }
        if let (FocusTarget::Field, Some(input)) = (target, element.dyn_ref::<HtmlInputElement>()) {
            input.select();
        }
    }

    /// The picture of the camera, if there is a place for it.
    #[cfg(feature = "enroll")]
    pub(crate) fn video(&self) -> Option<Element> {
        self.body.query_selector("video").ok()?
    }

    /// Puts `text` into the field.
    #[cfg(feature = "enroll")]
    pub(crate) fn fill(&self, text: &str) {
        let field = self.body.query_selector("[data-focus=field]");
        let field = field.ok().flatten();
        if let Some(field) = field
            .as_ref()
            .and_then(|field| field.dyn_ref::<HtmlInputElement>())
        {
            field.set_value(text);
        }
    }

    fn focus_is_elsewhere(&self) -> bool {
        self.document
            .active_element()
            .is_some_and(|active| active.tag_name() != "BODY")
    }
}

impl Live {
    fn new(document: &Document, mut node: Node) -> Result<Self, JsValue> {
        let element = if node.drawn {
            document.create_element_ns(Some("http://www.w3.org/2000/svg"), node.tag)?
        } else {
            document.create_element(node.tag)?
        };
        for (name, value) in &node.attributes {
            element.set_attribute(name, value)?;
        }
        if !node.text.is_empty() {
            element.set_text_content(Some(&node.text));
        }
        let mut children = Vec::new();
        for child in core::mem::take(&mut node.children) {
            let child = Self::new(document, child)?;
            element.append_child(&child.element)?;
            children.push(child);
        }
        Ok(Self {
            element,
            node,
            children,
        })
    }

    /// The key of the screen in this card.
    fn screen(&self) -> Option<&'static str> {
        self.children.first().map(|screen| screen.node.key)
    }

    fn become_node(&mut self, document: &Document, mut node: Node) -> Result<(), JsValue> {
        if (node.tag, node.key) != (self.node.tag, self.node.key) {
            let next = Self::new(document, node)?;
            self.element.replace_with_with_node_1(&next.element)?;
            *self = next;
            return Ok(());
        }
        for (name, value) in &node.attributes {
            if self.node.attribute(name) != Some(value) {
                self.element.set_attribute(name, value)?;
            }
        }
        for (name, _) in &self.node.attributes {
            if node.attribute(name).is_none() {
                self.element.remove_attribute(name)?;
            }
        }
        if node.text != self.node.text {
            self.element.set_text_content(Some(&node.text));
        }
        let wanted = core::mem::take(&mut node.children);
        for gone in self.children.drain(wanted.len().min(self.children.len())..) {
            gone.element.remove();
        }
        let mut present = self.children.iter_mut();
        let mut added = Vec::new();
        for child in wanted {
            match present.next() {
                Some(live) => live.become_node(document, child)?,
                None => {
                    let live = Self::new(document, child)?;
                    self.element.append_child(&live.element)?;
                    added.push(live);
                }
            }
        }
        self.children.append(&mut added);
        self.node = node;
        Ok(())
    }
}

/// What a DOM event means, if anything. Keeps forms from leaving the page.
pub(crate) fn meant(event: &web_sys::Event) -> Option<Event> {
    let kind = event.type_();
    if kind == "submit" {
        event.prevent_default();
    }
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let bound = target.closest("[data-on]").ok()??;
    let binding = Binding::of(&kind, &bound.get_attribute("data-on")?)?;
    #[cfg(feature = "manage")]
    let binding = match bound.get_attribute("data-at") {
        Some(place) => binding.at(place.parse().ok()?),
        None => binding,
    };
    Some(match binding {
        Binding::Typed => {
            Event::Typed(Zeroizing::new(bound.dyn_ref::<HtmlInputElement>()?.value()))
        }
        Binding::Ticked => Event::Ticked(bound.dyn_ref::<HtmlInputElement>()?.checked()),
        Binding::Submit => Event::Pressed(Action::Submit),
        #[cfg(feature = "enroll")]
        Binding::Chosen => return None,
        #[cfg(feature = "enroll")]
        Binding::Picked => Event::Picked(gift::picked(&bound)?),
        Binding::Press(action) => Event::Pressed(action),
    })
}
