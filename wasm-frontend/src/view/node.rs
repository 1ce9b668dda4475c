//! What a page is made of, as values.

use crate::screen::Action;
#[cfg(feature = "manage")]
use crate::screen::manage::Doing;
use core::ops::{Deref, DerefMut};
use threegate_core::Method;
#[cfg(feature = "enroll")]
use threegate_core::wire::client::LookUp;
use zeroize::Zeroizing;

/// An element, in one word: a view is little else than handing them on.
#[derive(Clone, PartialEq, Eq)]
pub struct Node(Box<Element>);

/// An element with either a text or children.
#[derive(Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub tag: &'static str,
    /// Whether it is drawn: SVG rather than HTML.
    pub drawn: bool,
    /// Two elements of different keys are never the same one, changed.
    pub key: &'static str,
    /// Its attributes.
    pub attributes: Vec<(&'static str, Zeroizing<String>)>,
    /// Its text, if it has no children.
    pub text: Zeroizing<String>,
    /// Its children.
    pub children: Vec<Node>,
}

/// What an event on an element means. Stands in its attribute `data-on`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// Its text has changed (on `input`).
    Typed,
    /// It was ticked or unticked (on `change`).
    Ticked,
    /// It was sent (on `submit`).
    Submit,
    /// A file was chosen (on `change`). No event by itself: the file is taken along.
    #[cfg(feature = "enroll")]
    Chosen,
    /// One of a list was picked (on `change`).
    #[cfg(feature = "enroll")]
    Picked,
    /// It was pressed (on `click`).
    Press(Action),
}

impl Binding {
    /// The name in `data-on`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Typed => "typed",
            Self::Ticked => "ticked",
            Self::Submit => "submit",
            #[cfg(feature = "enroll")]
            Self::Chosen => "chosen",
            #[cfg(feature = "enroll")]
            Self::Picked => "picked",
            Self::Press(action) => match action {
                Action::Submit => "send",
                Action::Another => "another",
                Action::Prove(method) => method.as_str(),
                Action::Back => "back",
                Action::Retry => "retry",
                Action::Continue => "continue",
                Action::Renew => "renew",
                Action::Resend => "resend",
                Action::Copy => "copy",
                #[cfg(feature = "enroll")]
                Action::LookUp(by) => by.as_str(),
                #[cfg(feature = "enroll")]
                Action::Camera => "camera",
                #[cfg(feature = "enroll")]
                Action::Light => "light",
                #[cfg(feature = "factors")]
                Action::Save => "save",
                #[cfg(feature = "factors")]
                Action::Print => "print",
                #[cfg(feature = "manage")]
                Action::Manage(doing) => match doing {
                    Doing::Factor(_) => "factor",
                    Doing::Rename => "rename",
                    Doing::Prefer => "prefer",
                    Doing::Resync => "resync",
                    Doing::Remove => "remove",
                    Doing::NewCodes => "new-codes",
                    Doing::Forget(_) => "forget",
                    Doing::ForgetAll => "forget-all",
                },
            },
        }
    }

    /// What a DOM event of type `kind` means on an element whose `data-on` is `name`.
    #[must_use]
    pub fn of(kind: &str, name: &str) -> Option<Self> {
        let all = Self::ALL.iter().copied();
        let proves = || Method::parse(name).map(|method| Self::Press(Action::Prove(method)));
        let binding = { all }.find(|one| one.name() == name).or_else(proves)?;
        (binding.kind() == kind).then_some(binding)
    }

    /// All but the methods, which go by their own names.
    const ALL: &[Self] = &[
        Self::Typed,
        Self::Ticked,
        Self::Submit,
        Self::Press(Action::Another),
        Self::Press(Action::Back),
        Self::Press(Action::Retry),
        Self::Press(Action::Continue),
        Self::Press(Action::Renew),
        Self::Press(Action::Resend),
        Self::Press(Action::Copy),
        #[cfg(feature = "enroll")]
        Self::Chosen,
        #[cfg(feature = "enroll")]
        Self::Picked,
        #[cfg(feature = "enroll")]
        Self::Press(Action::Light),
        #[cfg(feature = "enroll")]
        Self::Press(Action::LookUp(LookUp::Email)),
        #[cfg(feature = "enroll")]
        Self::Press(Action::LookUp(LookUp::Phone)),
        #[cfg(feature = "enroll")]
        Self::Press(Action::Camera),
        #[cfg(feature = "factors")]
        Self::Press(Action::Save),
        #[cfg(feature = "factors")]
        Self::Press(Action::Print),
        #[cfg(feature = "manage")]
        Self::Press(Action::Manage(Doing::Factor(0))),
        #[cfg(feature = "manage")]
        Self::Press(Action::Manage(Doing::Rename)),
        #[cfg(feature = "manage")]
        Self::Press(Action::Manage(Doing::Prefer)),
        #[cfg(feature = "manage")]
        Self::Press(Action::Manage(Doing::Resync)),
        #[cfg(feature = "manage")]
        Self::Press(Action::Manage(Doing::Remove)),
        #[cfg(feature = "manage")]
        Self::Press(Action::Manage(Doing::NewCodes)),
        #[cfg(feature = "manage")]
        Self::Press(Action::Manage(Doing::Forget(0))),
        #[cfg(feature = "manage")]
        Self::Press(Action::Manage(Doing::ForgetAll)),
    ];

    /// Which one of a list it is about; stands in `data-at`.
    #[cfg(feature = "manage")]
    #[must_use]
    pub const fn place(self) -> Option<usize> {
        match self {
            Self::Press(Action::Manage(Doing::Factor(place) | Doing::Forget(place))) => Some(place),
            _ => None,
        }
    }

    /// The same about another one.
    #[cfg(feature = "manage")]
    #[must_use]
    pub const fn at(mut self, place: usize) -> Self {
        if let Self::Press(Action::Manage(Doing::Factor(at) | Doing::Forget(at))) = &mut self {
            *at = place;
        }
        self
    }

    const fn kind(self) -> &'static str {
        match self {
            Self::Typed => "input",
            Self::Ticked => "change",
            #[cfg(feature = "enroll")]
            Self::Chosen | Self::Picked => "change",
            Self::Submit => "submit",
            Self::Press(_) => "click",
        }
    }
}

/// An HTML element.
pub(super) fn html(tag: &'static str) -> Node {
    Node(Box::new(Element {
        tag,
        drawn: false,
        key: "",
        attributes: Vec::new(),
        text: Zeroizing::default(),
        children: Vec::new(),
    }))
}

/// An SVG element.
pub(super) fn svg(tag: &'static str) -> Node {
    let mut node = html(tag);
    node.drawn = true;
    node
}

impl Node {
    /// The value of an attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(one, _)| *one == name)
            .map(|(_, value)| value.as_str())
    }

    /// Sets an attribute, or sets it anew.
    pub(super) fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.retain(|(one, _)| *one != name);
        self.attributes.push((name, Zeroizing::new(value.into())));
        self
    }

    pub(super) fn set_if(self, condition: bool, name: &'static str, value: &str) -> Self {
        if condition {
            self.set(name, value)
        } else {
            self
        }
    }

    pub(super) fn class(self, names: &'static str) -> Self {
        self.set("class", names)
    }

    pub(super) fn part(self, names: &'static str) -> Self {
        self.set("part", names)
    }

    pub(super) fn on(self, binding: Binding) -> Self {
        #[cfg(feature = "manage")]
        if let Some(place) = binding.place() {
            return self
                .set("data-on", binding.name())
                .set("data-at", place.to_string());
        }
        self.set("data-on", binding.name())
    }

    pub(super) fn key(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    pub(super) fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Zeroizing::new(text.into());
        self
    }

    pub(super) fn with(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }
}

impl Deref for Node {
    type Target = Element;

    fn deref(&self) -> &Element {
        &self.0
    }
}

impl DerefMut for Node {
    fn deref_mut(&mut self) -> &mut Element {
        &mut self.0
    }
}
