//! What only an enrolment does in the world: codes before a camera.

use super::App;
use crate::dom::gift::Gift;
use crate::effects::scanner::{self, Open};
use crate::screen::{CameraState, Event};
use core::cell::{Cell, RefCell};
use js_sys::Function;
use std::rc::{Rc, Weak};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::Blob;
use zeroize::Zeroizing;

/// The scanner and what goes into it.
pub(super) struct Sight {
    scanner: RefCell<Option<Open>>,
    /// Which use of a scanner this is: what a former one says is not heard.
    turn: Cell<u32>,
    /// The image that was given last.
    image: Cell<Option<Blob>>,
    on_text: Closure<dyn FnMut(String)>,
    on_state: Closure<dyn FnMut(String, JsValue)>,
}

impl Sight {
    pub(super) fn new(app: &Weak<App>) -> Self {
        let (reader, watcher) = (app.clone(), app.clone());
        Self {
            scanner: RefCell::default(),
            turn: Cell::default(),
            image: Cell::default(),
            on_text: Closure::new(move |text: String| {
                if let Some(app) = reader.upgrade() {
                    app.dispatch(Event::Scanned(Zeroizing::new(text)));
                }
            }),
            on_state: Closure::new(move |word: String, choices: JsValue| {
                let Some(app) = watcher.upgrade() else {
                    return;
                };
                if let Some(lenses) = scanner::lenses(choices) {
                    app.dispatch(Event::Lenses(lenses));
                }
                app.dispatch(Event::Camera(CameraState::parse(&word)));
            }),
        }
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

    pub(super) fn open_camera(self: &Rc<Self>) {
        let (app, turn) = (self.clone(), self.next_turn());
        spawn_local(async move {
            let opened = app.load_scanner(turn).await;
            let video = app.dom.try_borrow().ok().and_then(|dom| dom.video());
            if !app.is_turn(turn) {
                return;
            }
            // Told by the scanner itself, once it is there.
            let shown = opened && video.is_some_and(|video| app.watch(&video));
            if !shown {
                app.dispatch(Event::Camera(CameraState::Failed));
            }
        });
    }

    pub(super) fn read_image(self: &Rc<Self>) {
        let Some(image) = self.sight.image.take() else {
            return;
        };
        let (app, turn) = (self.clone(), self.next_turn());
        spawn_local(async move {
            app.load_scanner(turn).await;
            let reading = match app.sight.scanner.try_borrow().as_deref() {
                Ok(Some(scanner)) => scanner.begin(&image),
                _ => Err(JsValue::UNDEFINED),
            };
            let outcome = scanner::codes(reading).await;
            if app.is_turn(turn) {
                app.dispatch(Event::ReadImage(outcome));
            }
        });
    }

    pub(super) fn close_scanner(&self) {
        self.next_turn();
        if let Ok(mut scanner) = self.sight.scanner.try_borrow_mut() {
            scanner.take();
        }
    }

    /// Loads a scanner for this turn. One that comes too late is closed at once.
    async fn load_scanner(&self, turn: u32) -> bool {
        let on_text = self.sight.on_text.as_ref().unchecked_ref::<Function>();
        let on_state = self.sight.on_state.as_ref().unchecked_ref::<Function>();
        let scanner = Open::load(self.shell.scanner(on_text, on_state)).await;
        let loaded = scanner.is_some() && self.is_turn(turn);
        if loaded && let Ok(mut place) = self.sight.scanner.try_borrow_mut() {
            *place = scanner;
        }
        loaded
    }

    /// While a scanner tells its state, it is not in its place: what is said to it then is not heard.
    pub(super) fn to_scanner(&self, say: impl FnOnce(&Open)) {
        if let Ok(Some(scanner)) = self.sight.scanner.try_borrow().as_deref() {
            say(scanner);
        }
    }

    fn watch(&self, video: &web_sys::Element) -> bool {
        // While the scanner tells its first state, the screen may let go of it.
        let Ok(mut place) = self.sight.scanner.try_borrow_mut() else {
            return false;
        };
        let Some(scanner) = place.take() else {
            return false;
        };
        drop(place);
        let turn = self.sight.turn.get();
        let shown = scanner.watch(video);
        if self.is_turn(turn)
            && let Ok(mut place) = self.sight.scanner.try_borrow_mut()
        {
            *place = Some(scanner);
        }
        shown
    }

    fn next_turn(&self) -> u32 {
        let turn = self.sight.turn.get().wrapping_add(1);
        self.sight.turn.set(turn);
        turn
    }

    fn is_turn(&self, turn: u32) -> bool {
        self.sight.turn.get() == turn
    }
}
