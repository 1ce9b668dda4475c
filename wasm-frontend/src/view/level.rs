//! How the key of a Threema ID got here.

use super::node::{Node, html, svg};
use crate::words::{Word, Words};
use threegate_core::threema::Level;

/// Dots as the apps show them, and the same in words.
pub(super) fn level(level: Level, words: &Words) -> Node {
    let (class, word) = match level {
        Level::Server => ("dots server", Word::LevelServer),
        Level::Matched => ("dots matched", Word::LevelMatched),
        Level::Scanned => ("dots scanned", Word::LevelScanned),
    };
    let dot = |full, x| {
        svg("circle")
            .class(if full { "full" } else { "empty" })
            .set("cx", x)
            .set("cy", "5")
            .set("r", "4")
    };
    let dots = level.dots();
    html("p").class("level").with([
        svg("svg")
            .class(class)
            .set("viewBox", "0 0 34 10")
            .set("aria-hidden", "true")
            .with([dot(true, "5"), dot(dots > 1, "17"), dot(dots > 2, "29")]),
        html("span").text(words.text(word)),
    ])
}
