//! A grey picture, and its smaller and larger forms.
use std::borrow::Cow;

/// Fewer pixels a side than the smallest symbol has modules hold none.
const SHORTEST: u32 = 21;
/// The most that is read: what a browser's canvas holds everywhere.
const MOST_PIXELS: usize = 4096 * 4096;
/// The most that is made by enlarging.
const MOST_ENLARGED: usize = 2048 * 2048;

/// A byte a pixel, 0 for black, row after row.
pub(super) struct Picture<'a> {
    pub(super) luma: Cow<'a, [u8]>,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl<'a> Picture<'a> {
    /// `None` if `luma` has another length, or a side is out of bounds.
    pub(super) fn new(luma: &'a [u8], width: u32, height: u32) -> Option<Self> {
        Self::made(Cow::Borrowed(luma), width, height)
    }

    fn made(luma: Cow<'a, [u8]>, width: u32, height: u32) -> Option<Self> {
        let pixels = usize::try_from(width)
            .ok()?
            .checked_mul(usize::try_from(height).ok()?)?;
        let fits = luma.len() == pixels && pixels <= MOST_PIXELS;
        (fits && width >= SHORTEST && height >= SHORTEST).then_some(Self {
            luma,
            width,
            height,
        })
    }

    /// Each square of four pixels becomes their mean; an odd last row or column is left out.
    pub(super) fn halved(&self) -> Option<Picture<'static>> {
        let row = usize::try_from(self.width).ok()?;
        let mut luma = Vec::with_capacity(self.luma.len().div_ceil(4));
        for rows in self.luma.chunks_exact(row.checked_mul(2)?) {
            let (upper, lower) = rows.split_at_checked(row)?;
            let squares = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            luma.extend(squares.map(|(upper, lower)| mean(upper.iter().chain(lower))));
        }
        Picture::made(Cow::Owned(luma), self.width / 2, self.height / 2)
    }

    /// Twice as wide and high, interpolated; `None` if that is too large.
    pub(super) fn doubled(&self) -> Option<Picture<'static>> {
        let pixels = self
            .luma
            .len()
            .checked_mul(4)
            .filter(|it| *it <= MOST_ENLARGED)?;
        let row = usize::try_from(self.width).ok()?;
        let wide: Vec<Vec<u8>> = self.luma.chunks_exact(row).map(doubled_row).collect();
        let above = wide.first().into_iter().chain(&wide);
        let below = wide.iter().skip(1).chain(wide.last());
        let mut luma = Vec::with_capacity(pixels);
        for ((here, above), below) in wide.iter().zip(above).zip(below) {
            for neighbour in [above, below] {
                luma.extend(
                    here.iter()
                        .zip(neighbour)
                        .map(|(here, far)| nearer(*here, *far)),
                );
            }
        }
        let double = |side: u32| side.checked_mul(2);
        Picture::made(Cow::Owned(luma), double(self.width)?, double(self.height)?)
    }
}

fn doubled_row(row: &[u8]) -> Vec<u8> {
    let left = row.first().into_iter().chain(row);
    let right = row.iter().skip(1).chain(row.last());
    let pixels = row.iter().zip(left).zip(right);
    pixels
        .flat_map(|((here, left), right)| [nearer(*here, *left), nearer(*here, *right)])
        .collect()
}

/// A quarter of the way from a pixel's centre to its neighbour's.
fn nearer(here: u8, far: u8) -> u8 {
    let sum = u16::from(here)
        .saturating_mul(3)
        .saturating_add(u16::from(far));
    u8::try_from(sum.saturating_add(2) / 4).unwrap_or(u8::MAX)
}

fn mean<'a>(four: impl Iterator<Item = &'a u8>) -> u8 {
    let sum = four.fold(2_u16, |sum, pixel| sum.saturating_add(u16::from(*pixel)));
    u8::try_from(sum / 4).unwrap_or(u8::MAX)
}
