//! What only an enrolment does in the world: codes before a camera.

use super::{App, Handle, Shell};
use crate::dom::gift::Gift;
use crate::effects::scanner;
use crate::screen::{CameraState, Event};
use core::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

#[wasm_bindgen]
extern "C" {
    /// Has `scanner.js` do something, as `scan` there says. What it tells comes to [`Handle::seen`].
    #[wasm_bindgen(method)]
    fn scan(this: &Shell, verb: &str, given: &JsValue);
}

/// What goes into the scanner.
#[derive(Default)]
pub(super) struct Sight {
    /// The image that was given last.
    image: Cell<Option<JsValue>>,
    /// Whether a scanner was opened and not closed.
    open: Cell<bool>,
}

#[wasm_bindgen]
impl Handle {
    /// The scanner tells something: a `text` that the camera reads, what it read of an `image`, or else
    /// the camera's state, with what there is to choose.
    #[allow(clippy::needless_pass_by_value)]
    pub fn seen(&self, kind: &str, told: JsValue) {
        self.0.dispatch(match kind {
            "text" => Event::Scanned(Zeroizing::new(told.as_string().unwrap_or_default())),
            "image" => Event::ReadImage(scanner::codes(&told)),
            state => {
                if let Some(lenses) = scanner::lenses(told) {
                    self.0.dispatch(Event::Lenses(lenses));
                }
                Event::Camera(CameraState::parse(state))
            }
        });
    }
}

impl App {
    /// Takes what a person gives.
    pub(super) fn take(self: &Rc<Self>, gift: Gift) {
        self.dispatch(match gift {
            Gift::Text(text) => Event::Given(text),
            Gift::Image(image) => {
                self.sight.image.set(Some(image));
                Event::GivenImage
            }
        });
        // Read, or not wanted.
        self.sight.image.take();
    }

    pub(super) fn open_camera(&self) {
        let video = self.dom.try_borrow().ok().and_then(|dom| dom.video());
        self.sight.open.set(true);
        let video = video.map_or(JsValue::UNDEFINED, JsValue::from);
        self.shell.scan("camera", &video);
    }

    pub(super) fn read_image(&self) {
        let Some(image) = self.sight.image.take() else {
            return;
        };
        self.sight.open.set(true);
        self.shell.scan("image", &image);
    }

    pub(super) fn pick_camera(&self, at: usize) {
        let at = u32::try_from(at).unwrap_or_default();
        self.shell.scan("pick", &at.into());
    }

    pub(super) fn light(&self, on: bool) {
        self.shell.scan("light", &on.into());
    }

    pub(super) fn close_scanner(&self) {
        if self.sight.open.replace(false) {
            self.shell.scan("close", &JsValue::UNDEFINED);
        }
    }
}
