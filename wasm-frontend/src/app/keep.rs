//! Recovery codes in a file and on paper.

use super::App;
use crate::effects;
use crate::words::Word;
use wasm_bindgen::{JsCast, JsValue};
use zeroize::Zeroizing;

impl App {
    fn sheet(&self, codes: &[String]) -> Option<[Zeroizing<String>; 4]> {
        let (state, words) = (self.state.try_borrow().ok()?, self.words.try_borrow().ok()?);
        let texts = [
            words.fill(Word::CodesHeading, &[("site", &state.frame.site)]),
            codes.join("\n"),
            words.text(Word::CodesAbout).into(),
            words.text(Word::CodesFile).into(),
        ];
        Some(texts.map(Zeroizing::new))
    }

    pub(super) fn save(&self, codes: &[String]) -> Result<(), JsValue> {
        let Some([heading, lines, about, file]) = self.sheet(codes) else {
            return Ok(());
        };
        let text = Zeroizing::new([&*heading, "\n\n", &lines, "\n\n", &about, "\n"].concat());
        let name = [&file, ".txt"].concat();
        effects::keep::save(&name, &text)
    }

    pub(super) fn print(&self, codes: &[String]) -> Result<(), JsValue> {
        let Some([heading, lines, about, _]) = self.sheet(codes) else {
            return Ok(());
        };
        let Ok(dom) = self.dom.try_borrow() else {
            return Ok(());
        };
        effects::keep::print(dom.body.unchecked_ref(), &heading, &lines, &about)
    }
}
