//! The three hashes, as [`hmac`](super::hmac) needs them.

use sha1::block_api::compress;
use sha2::block_api::{compress256, compress512};

use super::hmac::{Hash, Word};

pub(crate) type Sha1 = [u32; 5];
pub(crate) type Sha256 = [u32; 8];
pub(crate) type Sha512 = [u64; 8];

impl Hash for Sha1 {
    type Word = u32;
    const START: Self = [
        0x6745_2301,
        0xEFCD_AB89,
        0x98BA_DCFE,
        0x1032_5476,
        0xC3D2_E1F0,
    ];

    fn compress(&mut self, block: &[u8]) {
        compress(self, block.as_chunks().0);
    }

    fn words(&self) -> &[u32] {
        self
    }
}

impl Hash for Sha256 {
    type Word = u32;
    const START: Self = [
        0x6A09_E667,
        0xBB67_AE85,
        0x3C6E_F372,
        0xA54F_F53A,
        0x510E_527F,
        0x9B05_688C,
        0x1F83_D9AB,
        0x5BE0_CD19,
    ];

    fn compress(&mut self, block: &[u8]) {
        compress256(self, block.as_chunks().0);
    }

    fn words(&self) -> &[u32] {
        self
    }
}

impl Hash for Sha512 {
    type Word = u64;
    const START: Self = [
        0x6A09_E667_F3BC_C908,
        0xBB67_AE85_84CA_A73B,
        0x3C6E_F372_FE94_F82B,
        0xA54F_F53A_5F1D_36F1,
        0x510E_527F_ADE6_82D1,
        0x9B05_688C_2B3E_6C1F,
        0x1F83_D9AB_FB41_BD6B,
        0x5BE0_CD19_137E_2179,
    ];

    fn compress(&mut self, block: &[u8]) {
        compress512(self, block.as_chunks().0);
    }

    fn words(&self) -> &[u64] {
        self
    }
}

impl Word for u32 {
    const END: Self = 1 << 31;

    fn counter(counter: u64) -> impl AsRef<[Self]> {
        halves(counter)
    }

    fn bits_of(words: usize) -> Self {
        Self::try_from(words).map_or(0, |words| words.saturating_mul(Self::BITS))
    }

    fn lend(block: [Self; 16], to: impl FnOnce(&[u8])) {
        to(block.map(Self::to_be_bytes).as_flattened());
    }

    fn ends(words: &[Self]) -> Option<([u32; 5], u32)> {
        Some((*words.first_chunk()?, *words.last()?))
    }
}

impl Word for u64 {
    const END: Self = 1 << 63;

    fn counter(counter: u64) -> impl AsRef<[Self]> {
        [counter]
    }

    fn bits_of(words: usize) -> Self {
        Self::try_from(words).map_or(0, |words| words.saturating_mul(Self::BITS.into()))
    }

    fn lend(block: [Self; 16], to: impl FnOnce(&[u8])) {
        to(block.map(Self::to_be_bytes).as_flattened());
    }

    fn ends(words: &[Self]) -> Option<([u32; 5], u32)> {
        let [first, second, third] = words.first_chunk()?.map(halves);
        let [a, b] = first;
        let [c, d] = second;
        let [e, _] = third;
        let [_, last] = halves(*words.last()?);
        Some(([a, b, c, d, e], last))
    }
}

/// The upper four bytes, and the lower.
fn halves(word: u64) -> [u32; 2] {
    let [a, b, c, d, e, f, g, h] = word.to_be_bytes();
    [
        u32::from_be_bytes([a, b, c, d]),
        u32::from_be_bytes([e, f, g, h]),
    ]
}
