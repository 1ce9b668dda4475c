//! HMAC-SHA-1 of eight bytes, block by block.
//!
//! A code is two blocks of SHA-1 after the key's two: the counter with its padding, and what comes of it
//! with its own. Both paddings are known, so nothing is buffered, which is a fifth of a code's time. What
//! is hashed is the library's work.
//!
//! Source: RFC 2104, sections 2 and 4; RFC 3174, sections 4 and 6.1.

use sha1::block_api::compress;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::super::Secret;

type State = [u32; 5];

const START: State = [
    0x6745_2301,
    0xEFCD_AB89,
    0x98BA_DCFE,
    0x1032_5476,
    0xC3D2_E1F0,
];
const INNER_PAD: u8 = 0x36;
const OUTER_PAD: u8 = 0x5C;
/// The one bit that begins the padding.
const END: u32 = 1 << 31;
/// The bits of both messages, the block of the key included.
const INNER_BITS: u32 = 8 * (64 + 8);
const OUTER_BITS: u32 = 8 * (64 + 20);

/// The states after the key's two blocks.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub(crate) struct HmacSha1 {
    inner: State,
    outer: State,
}

impl HmacSha1 {
    /// A secret is never longer than a block, so that zeros after it make the key that HMAC uses.
    pub(super) fn new(secret: &Secret) -> Self {
        let mut block = [*secret.padded()];
        let (mut inner, mut outer) = (START, START);
        pad(&mut block, INNER_PAD);
        compress(&mut inner, &block);
        pad(&mut block, INNER_PAD ^ OUTER_PAD);
        compress(&mut outer, &block);
        block.zeroize();
        Self { inner, outer }
    }

    /// The MAC of a counter.
    pub(super) fn mac(&self, counter: u64) -> State {
        let [a, b, c, d, e, f, g, h] = counter.to_be_bytes();
        let high = u32::from_be_bytes([a, b, c, d]);
        let low = u32::from_be_bytes([e, f, g, h]);
        let [a, b, c, d, e] = after(
            self.inner,
            [
                high, low, END, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, INNER_BITS,
            ],
        );
        after(
            self.outer,
            [a, b, c, d, e, END, 0, 0, 0, 0, 0, 0, 0, 0, 0, OUTER_BITS],
        )
    }
}

fn pad(block: &mut [[u8; 64]; 1], with: u8) {
    for byte in block.as_flattened_mut() {
        *byte ^= with;
    }
}

fn after(mut state: State, block: [u32; 16]) -> State {
    let bytes = block.map(u32::to_be_bytes);
    compress(&mut state, bytes.as_flattened().as_chunks().0);
    state
}
