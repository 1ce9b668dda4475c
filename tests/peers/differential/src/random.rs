//! Random values, the same for ever under the same seed: a case can be named in a report.

use std::ops::RangeInclusive;

/// What a case is made of: SplitMix64, which is no cryptography and needs none.
pub(crate) struct Random(u64);

impl Random {
    /// The values of one case of one comparison.
    pub(crate) fn of(seed: u64, comparison: &str, case: u64) -> Self {
        let name = comparison.bytes().fold(0, |name: u64, byte| {
            name.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte)
        });
        let mut start = Self(seed ^ name);
        let start = start.number();
        Self(start.wrapping_add(case.wrapping_mul(0xd134_2543_de82_ef95)))
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number of the range; its ends are as likely as a fifth of all.
    pub(crate) fn within(&mut self, range: RangeInclusive<u64>) -> u64 {
        let (first, last) = range.into_inner();
        match self.number() % 10 {
            0 => first,
            1 => last,
            _ => {
                let number = self.number();
                let count = last.wrapping_sub(first).checked_add(1);
                count.map_or(number, |count| first.wrapping_add(number % count))
            }
        }
    }

    pub(crate) fn length(&mut self, range: RangeInclusive<u16>) -> usize {
        let (first, last) = range.into_inner();
        let length = self.within(u64::from(first)..=u64::from(last));
        usize::try_from(length).unwrap_or_default()
    }

    /// Every number of the range as likely as any other.
    pub(crate) fn evenly(&mut self, range: RangeInclusive<u8>) -> u8 {
        let (first, last) = range.into_inner();
        let count = u64::from(last.saturating_sub(first)) + 1;
        let above = u8::try_from(self.number() % count).unwrap_or_default();
        first.saturating_add(above)
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.evenly(0..=u8::MAX)
    }

    pub(crate) fn is_one_in(&mut self, times: u64) -> bool {
        self.number().is_multiple_of(times)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.byte())
    }

    pub(crate) fn bytes(&mut self, length: RangeInclusive<u16>) -> Vec<u8> {
        (0..self.length(length)).map(|_| self.byte()).collect()
    }

    /// One of them.
    pub(crate) fn pick<T: Copy, const N: usize>(&mut self, from: [T; N]) -> T {
        const { assert!(N > 0) }
        #[expect(clippy::indexing_slicing, reason = "below its length, which is not 0")]
        from[usize::try_from(self.number()).unwrap_or_default() % N]
    }

    /// A text of characters that readers trip over, of every script, or plain.
    pub(crate) fn text(&mut self, characters: RangeInclusive<u16>) -> String {
        let plain = self.is_one_in(3);
        let length = self.length(characters);
        (0..length).map(|_| self.character(plain)).collect()
    }

    fn character(&mut self, plain: bool) -> char {
        const MARKS: [char; 32] = [
            '%', '+', ' ', '&', '=', '?', '#', '/', ':', ';', '@', ',', '\'', '"', '<', '>', '~',
            '-', '_', '.', '!', '$', '(', ')', '*', '[', ']', '\\', '^', '`', '{', '|',
        ];
        let kind = if plain { 0 } else { self.evenly(0..=9) };
        let range = match kind {
            0 | 1 => return self.pick(['a', 'Q', '7', 'x', 'Z', '0', 'm', 'e']),
            2..=4 => return self.pick(MARKS),
            5 => '\u{0}'..='\u{ff}',
            6 => '\u{100}'..='\u{7ff}',
            7 => '\u{2000}'..='\u{206f}',
            8 => '\u{1f300}'..='\u{1faff}',
            _ => '\u{800}'..='\u{10ffff}',
        };
        let (first, last) = (u32::from(*range.start()), u32::from(*range.end()));
        let above = u32::try_from(self.number() % u64::from(last - first + 1)).unwrap_or_default();
        char::from_u32(first + above).unwrap_or('\u{fffd}')
    }
}
