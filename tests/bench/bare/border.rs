//! How a caller gives bytes to a module without glue, and takes them back: in one place, at a known
//! address.
use std::sync::atomic::{AtomicU8, Ordering};

/// As in what a browser loads.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// The longest body of a callback, or a QR code's whole path.
const SIZE: usize = 64 * 1024;

static SHARED: [AtomicU8; SIZE] = [const { AtomicU8::new(0) }; SIZE];

/// Where the place is.
#[unsafe(no_mangle)]
pub(crate) extern "C" fn shared() -> usize {
    SHARED.as_ptr().addr()
}

/// Its first bytes.
pub(crate) fn given(len: usize) -> Vec<u8> {
    let given = SHARED.iter().take(len);
    given.map(|byte| byte.load(Ordering::Relaxed)).collect()
}

/// Puts bytes there. Answers how many.
pub(crate) fn give(bytes: &[u8]) -> i32 {
    for (to, from) in SHARED.iter().zip(bytes) {
        to.store(*from, Ordering::Relaxed);
    }
    i32::try_from(bytes.len()).unwrap_or(FAILED)
}

/// What is answered where there is nothing to give.
pub(crate) const FAILED: i32 = -1;
