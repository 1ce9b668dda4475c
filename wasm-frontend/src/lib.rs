//! The elements `<threegate-verify>`, `<threegate-enroll>` and `<threegate-manage>`, without their shells.
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
//! | `effects` | the worker and its socket, camera, clipboard, files, printer |
//! | `app` | the loop above, and what the shell in `threegate.js` can call |
//! | [`scan`] | reads QR codes; knows none of the others |
//! | `functions` | the core for JavaScript; knows none of the others |
//!
//! Each element is a wasm of its own: build with `--no-default-features --features verify`, or
//! `enroll`, or `manage`. So is the reader of QR codes, `scan`, which runs in a thread of `scanner.js`. No rule of
//! `threegate-core` is written again here.
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

#[cfg(feature = "element")]
pub mod screen;
#[cfg(feature = "element")]
pub mod view;
#[cfg(feature = "element")]
pub mod words;

#[cfg(feature = "element")]
mod app;
#[cfg(feature = "element")]
mod dom;
#[cfg(feature = "element")]
mod effects;
#[cfg(any(feature = "element", feature = "functions"))]
mod read;

#[cfg(feature = "functions")]
pub mod functions;

#[cfg(feature = "scan")]
pub mod scan;

#[cfg(feature = "element")]
pub use app::Handle;

/// A third of the size of std's: a page loads that before it shows anything.
#[cfg(target_family = "wasm")]
#[global_allocator]
static MEMORY: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
