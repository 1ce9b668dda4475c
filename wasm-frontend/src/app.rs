//! The loop of one element, and what its shell can call.

use crate::dom::{self, Dom, page};
use crate::effects;
use crate::read::{Object, whole};
use crate::screen::call::{Failure, Request};
use crate::screen::codes::{ENDPOINT_MISSING, TICKET_MISSING};
use crate::screen::{Announcement, Effect, Event, Moment, State};
use crate::view::{spoken, view};
use crate::words::{Word, Words};
use core::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use threegate_core::Purpose;
use threegate_core::wire::{Fields, Problem};
use wasm_bindgen::prelude::*;

#[cfg(feature = "enroll")]
mod enroll;
#[cfg(feature = "factors")]
mod keep;

#[wasm_bindgen]
extern "C" {
    /// The element around the shadow root, as far as this code needs it. Nothing of it throws: what can fail
    /// there, fails later, and is told.
    pub type Shell;

    #[wasm_bindgen(method, js_name = setPass)]
    fn set_pass(this: &Shell, response: &str, expires_at: f64);
    #[wasm_bindgen(method, js_name = clearPass)]
    fn clear_pass(this: &Shell);
    #[wasm_bindgen(method, js_name = submitForm)]
    fn submit_form(this: &Shell);
    #[wasm_bindgen(method)]
    fn emit(this: &Shell, kind: &str, member: &str, value: &str);
    #[wasm_bindgen(method)]
    fn ask(this: &Shell, number: u32, verb: &str, path: &str, body: JsValue);
    #[wasm_bindgen(method)]
    fn ring(this: &Shell, wait: Option<i32>);
    #[wasm_bindgen(method)]
    fn listen(this: &Shell);
    #[wasm_bindgen(method)]
    fn unlisten(this: &Shell);
    #[wasm_bindgen(method)]
    fn copy(this: &Shell, text: &str);
    #[wasm_bindgen(method)]
    fn speak(this: &Shell, locale: &str);
}

/// A mounted element.
#[wasm_bindgen]
pub struct Handle(Rc<App>);

struct App {
    shell: Shell,
    /// The code of what the element lacks to ask anybody.
    lacks: Option<&'static str>,
    /// What was asked and is not answered, by number.
    asked: RefCell<Vec<(u32, Request)>>,
    asks: Cell<u32>,
    dom: RefCell<Dom>,
    words: RefCell<Words>,
    state: RefCell<State>,
    queue: RefCell<VecDeque<Event>>,
    running: Cell<bool>,
    ready: Cell<bool>,
    #[cfg(feature = "enroll")]
    sight: enroll::Sight,
}

#[wasm_bindgen]
impl Handle {
    /// Mounts into `root` and asks the worker what to show.
    ///
    /// `config` has `purpose`, `endpoint`, `ticket`, `autosubmit`; `words` has `texts`, all words of a language.
    ///
    /// # Errors
    /// If the words are of another build.
    #[wasm_bindgen(constructor)]
    pub fn new(
        root: page::Root,
        shell: Shell,
        config: JsValue,
        words: JsValue,
    ) -> Result<Self, JsValue> {
        let config = Object(config);
        let purpose = config
            .text("purpose")
            .and_then(|word| Purpose::parse(&word));
        let autosubmit = config.flag("autosubmit").unwrap_or(false);
        let words = read_words(words).ok_or(JsValue::UNDEFINED)?;
        let dom = Dom::new(&root);
        let app = Rc::new(App {
            shell,
            lacks: lacks(&config),
            asked: RefCell::default(),
            asks: Cell::default(),
            dom: RefCell::new(dom),
            words: RefCell::new(words),
            state: RefCell::new(State::new(purpose.unwrap_or(Purpose::Verify), autosubmit)),
            queue: RefCell::default(),
            running: Cell::default(),
            ready: Cell::default(),
            #[cfg(feature = "enroll")]
            sight: enroll::Sight::default(),
        });
        app.name_language();
        app.dispatch(Event::Started);
        Ok(Self(app))
    }

    /// Begins again.
    pub fn reset(&self) {
        self.0.dispatch(Event::Started);
    }

    /// The page thawed, or the network came back.
    pub fn wake(&self) {
        self.0.dispatch(Event::Woke);
    }

    /// The answer to what was asked under that number; `json` is undefined if none came.
    pub fn answered(&self, number: u32, ok: bool, json: JsValue) {
        let Ok(mut asked) = self.0.asked.try_borrow_mut() else {
            return;
        };
        let Some(place) = asked.iter().position(|(one, _)| *one == number) else {
            return;
        };
        let (_, request) = asked.swap_remove(place);
        drop(asked);
        let outcome = effects::outcome(&request, ok, json);
        self.0.dispatch(Event::Arrived(request, outcome));
    }

    /// Something happened to an element of the page.
    #[allow(clippy::needless_pass_by_value)]
    pub fn happened(&self, event: page::Event) {
        #[cfg(feature = "enroll")]
        if let Some(gift) = dom::gift::given(&event) {
            return self.0.take(gift);
        }
        if let Some(meant) = dom::meant(&event) {
            self.0.dispatch(meant);
        }
    }

    /// An event of the socket, by its type.
    pub fn heard(&self, kind: &str) {
        self.0.dispatch(effects::heard(kind));
    }

    /// The text is on the clipboard, or is not.
    pub fn copied(&self, done: bool) {
        self.0.dispatch(Event::Copied(done));
    }

    /// Shows everything in another language.
    pub fn speak(&self, words: JsValue) {
        if let (Ok(mut present), Some(words)) = (self.0.words.try_borrow_mut(), read_words(words)) {
            *present = words;
        }
        self.0.name_language();
        self.0.show();
    }

    /// Leaves the page alone from now on.
    pub fn disconnect(self) {
        #[cfg(feature = "enroll")]
        self.0.close_scanner();
        drop(self);
    }
}

impl App {
    /// Lets `event` happen, after all that happened before it.
    fn dispatch(self: &Rc<Self>, event: Event) {
        if let Ok(mut queue) = self.queue.try_borrow_mut() {
            queue.push_back(event);
        }
        // A listener of the page may call back in the middle of an event.
        if self.running.replace(true) {
            return;
        }
        while let Some(event) = self.next() {
            self.handle(event);
        }
        self.running.set(false);
    }

    fn next(&self) -> Option<Event> {
        self.queue.try_borrow_mut().ok()?.pop_front()
    }

    fn handle(self: &Rc<Self>, event: Event) {
        let Ok(mut state) = self.state.try_borrow_mut() else {
            return;
        };
        let blank = State::new(state.frame.purpose, state.frame.autosubmit);
        let before = core::mem::replace(&mut *state, blank);
        let old = before.name();
        let (after, effects) = before.step(event, now());
        let new = after.name();
        *state = after;
        drop(state);
        self.show();
        if old != new {
            self.shell.emit("statechange", "state", new);
        }
        if new != "loading" && !self.ready.replace(true) {
            self.shell.emit("ready", "state", new);
        }
        for effect in effects {
            self.perform(effect);
        }
        self.set_timer();
    }

    fn show(&self) {
        let (Ok(state), Ok(words), Ok(mut dom)) = (
            self.state.try_borrow(),
            self.words.try_borrow(),
            self.dom.try_borrow_mut(),
        ) else {
            return;
        };
        dom.show(view(&state, &words));
    }

    fn perform(self: &Rc<Self>, effect: Effect) {
        let shell = &self.shell;
        match effect {
            Effect::Call(request) => self.ask(request),
            Effect::Focus { target, gentle } => {
                if let Ok(dom) = self.dom.try_borrow() {
                    dom.focus(target, gentle);
                }
            }
            Effect::Announce(announcement) => self.announce(announcement),
            Effect::Locale(locale) => shell.speak(&locale),
            Effect::SetPass(pass) => {
                let expires_at = f64::from(u32::try_from(pass.expires_at).unwrap_or(u32::MAX));
                shell.set_pass(&pass.response, expires_at)
            }
            Effect::ClearPass => shell.clear_pass(),
            Effect::SubmitForm => shell.submit_form(),
            Effect::EmitExpired => shell.emit("expired", "", ""),
            Effect::EmitError(code) => shell.emit("error", "code", &code),
            #[cfg(feature = "manage")]
            Effect::EmitChange(change) => shell.emit("change", "change", change),
            Effect::Copy(text) => shell.copy(&text),
            Effect::Listen => shell.listen(),
            Effect::Unlisten => shell.unlisten(),
            #[cfg(feature = "enroll")]
            Effect::OpenCamera => self.open_camera(),
            #[cfg(feature = "enroll")]
            Effect::PickCamera(at) => self.pick_camera(at),
            #[cfg(feature = "enroll")]
            Effect::Light(on) => self.light(on),
            #[cfg(feature = "enroll")]
            Effect::ReadImage => self.read_image(),
            #[cfg(feature = "enroll")]
            Effect::CloseScanner => self.close_scanner(),
            #[cfg(feature = "enroll")]
            Effect::Fill(text) => {
                if let Ok(dom) = self.dom.try_borrow() {
                    dom.fill(&text);
                }
            }
            #[cfg(feature = "factors")]
            Effect::Save(codes) => {
                let _ = self.save(&codes);
            }
            #[cfg(feature = "factors")]
            Effect::Print(codes) => {
                let _ = self.print(&codes);
            }
        }
    }

    fn announce(&self, announcement: Announcement) {
        let (Ok(state), Ok(words), Ok(dom)) = (
            self.state.try_borrow(),
            self.words.try_borrow(),
            self.dom.try_borrow(),
        ) else {
            return;
        };
        dom.announce(&spoken(announcement, &state, &words));
    }

    /// Has the shell ask the worker, under a number by which it answers.
    fn ask(self: &Rc<Self>, request: Request) {
        if let Some(code) = self.lacks {
            let problem = Failure::Refused(Problem::new(400, code, ""));
            return self.dispatch(Event::Arrived(request, Box::new(Err(problem))));
        }
        let body = effects::body(&request);
        let number = self.asks.get();
        self.asks.set(number.wrapping_add(1));
        let (verb, path) = (request.verb(), request.path());
        if let Ok(mut asked) = self.asked.try_borrow_mut() {
            asked.push((number, request));
        }
        self.shell.ask(number, verb, &path, body);
    }

    fn name_language(&self) {
        let (Ok(words), Ok(dom)) = (self.words.try_borrow(), self.dom.try_borrow()) else {
            return;
        };
        dom.body.set("lang", words.text(Word::Language));
        dom.body.set("dir", words.text(Word::Direction));
    }

    fn set_timer(&self) {
        let now = now();
        let hidden = self.dom.try_borrow().is_ok_and(|dom| dom.document.hidden());
        let state = self.state.try_borrow().ok();
        let alarm = state.and_then(|state| state.alarm(now, hidden));
        let wait = alarm.map(|alarm| alarm.0.saturating_sub(now.0));
        let wait = wait.map(|wait| i32::try_from(wait).unwrap_or(i32::MAX));
        self.shell.ring(wait);
    }
}

fn lacks(config: &Object) -> Option<&'static str> {
    let missing = |name| config.text(name).is_none_or(|value| value.is_empty());
    match (missing("ticket"), missing("endpoint")) {
        (true, _) => Some(TICKET_MISSING),
        (_, true) => Some(ENDPOINT_MISSING),
        _ => None,
    }
}

fn read_words(files: JsValue) -> Option<Words> {
    Words::new(Object(files).texts("texts")?)
}

fn now() -> Moment {
    Moment(whole(js_sys::Date::now()).unwrap_or_default())
}
