//! HMAC of a counter, block by block.
//!
//! A code is two blocks of its hash after the key's two: the counter with its padding, and what comes of it
//! with its own. Both paddings are known, so nothing is buffered, which is a fifth of a code's time. What
//! is hashed is the library's work.
//!
//! Source: RFC 2104, sections 2 and 4; FIPS 180-4, sections 5.1 and 5.3.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::super::Secret;

const INNER_PAD: u8 = 0x36;
const OUTER_PAD: u8 = 0x5C;
/// The longest block, SHA-512's.
const LONGEST: usize = 128;

/// The states after the key's two blocks.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Hmac<H: Hash> {
    inner: H,
    outer: H,
}

impl<H: Hash> Hmac<H> {
    /// A secret is never longer than a block, so that zeros after it make the key that HMAC uses.
    pub(super) fn new(secret: &Secret) -> Self {
        let mut longest = [0; LONGEST];
        for (to, from) in longest.iter_mut().zip(secret.padded()) {
            *to = *from;
        }
        let (block, _) = longest.split_at_mut_checked(H::BLOCK).unwrap_or_default();
        let (mut inner, mut outer) = (H::START, H::START);
        block.iter_mut().for_each(|byte| *byte ^= INNER_PAD);
        inner.compress(block);
        block
            .iter_mut()
            .for_each(|byte| *byte ^= INNER_PAD ^ OUTER_PAD);
        outer.compress(block);
        block.zeroize();
        Self { inner, outer }
    }

    /// The MAC of a counter.
    pub(super) fn mac(&self, counter: u64) -> H {
        let inner = after(self.inner, H::Word::counter(counter).as_ref());
        after(self.outer, inner.words())
    }
}

/// The state after the last block of what began with one block of the key.
fn after<H: Hash>(mut state: H, message: &[H::Word]) -> H {
    let mut block = [H::Word::default(); 16];
    for (to, from) in block.iter_mut().zip(message) {
        *to = *from;
    }
    if let Some(end) = block.get_mut(message.len()) {
        *end = H::Word::END;
    }
    let words = block.len().saturating_add(message.len());
    let [.., length] = &mut block;
    *length = H::Word::bits_of(words);
    H::Word::lend(block, |bytes| state.compress(bytes));
    state
}

/// A hash, as its state between two blocks. A block is 16 words.
pub(crate) trait Hash: Copy + Zeroize {
    type Word: Word;
    const START: Self;
    /// How many bytes a block is.
    const BLOCK: usize = size_of::<Self::Word>().saturating_mul(16);

    fn compress(&mut self, block: &[u8]);
    fn words(&self) -> &[Self::Word];
}

/// What a hash counts in.
pub(crate) trait Word: Copy + Default {
    /// The one bit that begins the padding.
    const END: Self;

    fn counter(counter: u64) -> impl AsRef<[Self]>;
    /// How many bits that many words have.
    fn bits_of(words: usize) -> Self;
    /// Shows a block's bytes.
    fn lend(block: [Self; 16], to: impl FnOnce(&[u8]));
    /// The first five words of four bytes, and the last.
    fn ends(words: &[Self]) -> Option<([u32; 5], u32)>;
}
