//! A box opened in WebAssembly: what is measured beside libsodium and tweetnacl.
#![expect(unsafe_code, reason = "only to give an export its name")]

use threegate_core::threema::{PublicKey, SecretKey, sealed};
use zeroize::Zeroizing;

mod border;

/// Opens a box of so many bytes that stands behind its nonce, the sender's public key and our private
/// key. Answers the length of what was in it, which then stands in their place.
#[unsafe(no_mangle)]
pub extern "C" fn open_box(len: usize) -> i32 {
    let given = border::given(len.saturating_add(24 + 32 + 32));
    open(&given).map_or(border::FAILED, |opened| border::give(&opened))
}

fn open(given: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, rest) = given.split_first_chunk::<24>()?;
    let (public, rest) = rest.split_first_chunk::<32>()?;
    let (private, boxed) = rest.split_first_chunk::<32>()?;
    let sender = PublicKey::from_bytes(*public).ok()?;
    sealed::open(boxed, *nonce, &sender, &SecretKey::from_bytes(*private)).ok()
}
