//! The running simulator, over HTTP on a free port, with the official SDK as its client and a small
//! server in the worker's place.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod callback;
mod delivery;
mod faults;
mod official_sdk;
mod pages;
mod restart;
mod simulator;
