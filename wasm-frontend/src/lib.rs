//! The elements `<threegate-verify>` and `<threegate-enroll>`, without their shells.
//!
//! ```text
//!            Event                    (State, effects)
//! dom ─────────────────▶ screen::step ────────────────▶ view ──▶ dom (what changed)
//!  ▲                                        └─────────▶ effects ──▶ fetch, clipboard, form …
//!  └────────────────────────────────────────────────────────┘ answers, as events
//! ```
//!
//! | room | what it knows |
//! | --- | --- |
//! | [`screen`] | what is shown and what follows: pure, tested natively |
//! | [`view`] | the page for a state: pure, tested natively |
//! | [`words`] | the language file |
//! | `dom` | nodes into the shadow root, a person's doings out of it |
//! | `effects` | the worker, clipboard, files, printer |
//! | `app` | the loop above, and what the shell in `threegate.js` can call |
//!
//! Each element is a wasm of its own: build with `--no-default-features --features verify`, or
//! `enroll`. No rule of `threegate-core` is written again here.
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::string_slice,
        clippy::unwrap_used
    )
)]

pub mod screen;
pub mod view;
pub mod words;

mod app;
mod dom;
mod effects;
mod read;

pub use app::Handle;
