//! Texts of the QR codes in a grey picture.
//!
//! ```text
//! luma, width, height ──attempt n──▶ dark and light ──finder patterns──▶ symbols ──▶ texts
//!                     scaled, inverted …            └──────────── rxing ─────────┘
//! ```
//!
//! A picture in which nothing is found is tried again in another form: [`read`] makes one attempt of
//! [`attempts`], so that whoever calls it can stop, or give up on it, between two of them.
//!
//! Nothing of our own here panics. The library may: the thread that runs it is ended and replaced
//! by `scanner.js`.

use rxing::common::{BitMatrix, DetectorRXingResult, GlobalHistogramBinarizer, HybridBinarizer};
use rxing::qrcode::cpp_port::decoder::Decode;
use rxing::qrcode::cpp_port::detector::{FindFinderPatterns, GenerateFinderPatternSets, SampleQR};
use rxing::{Binarizer, Luma8Source};
use std::borrow::Cow;
use wasm_bindgen::prelude::wasm_bindgen;

use picture::Picture;

mod picture;
#[cfg(test)]
mod tests;

/// The forms a picture is tried in, the most promising first. Turning it is of no use: the finder
/// works at any angle.
const ATTEMPTS: [Attempt; 7] = [
    Attempt::AsItIs,
    Attempt::Half,
    Attempt::OneThreshold,
    Attempt::Inverted,
    Attempt::Double,
    Attempt::Quarter,
    Attempt::InvertedHalf,
];

enum Attempt {
    AsItIs,
    /// Blurs noise, the pattern of a filmed screen, and modules that are dots.
    Half,
    /// Not one for each neighbourhood: for little contrast within broad modules.
    OneThreshold,
    /// Light on dark.
    Inverted,
    /// For modules of about a pixel.
    Double,
    /// For photographs of many pixels, for the same reasons as [`Self::Half`].
    Quarter,
    InvertedHalf,
}

/// How many attempts there are.
#[must_use]
#[wasm_bindgen]
pub fn attempts() -> u32 {
    u32::try_from(ATTEMPTS.len()).unwrap_or(u32::MAX)
}

/// The texts of all codes that attempt number `attempt` finds, each once.
///
/// `luma` is a byte a pixel, 0 for black, row after row without gaps. A code's bytes are read as
/// UTF-8, or else as Latin-1. Nothing is found in a picture that has not `width` times `height`
/// bytes, or whose sides are out of bounds, nor in an attempt that there is not.
#[must_use]
#[wasm_bindgen]
pub fn read(luma: &[u8], width: u32, height: u32, attempt: u32) -> Vec<String> {
    let attempt = usize::try_from(attempt)
        .ok()
        .and_then(|it| ATTEMPTS.get(it));
    let picture = Picture::new(luma, width, height);
    let (Some(attempt), Some(picture)) = (attempt, picture) else {
        return Vec::new();
    };
    attempt.read(&picture).unwrap_or_default()
}

/// The texts in a whole picture: those of the first attempt that finds any. For callers who need not be
/// able to give up.
///
/// `data` is a byte a pixel, as for [`read`], or four: red, green, blue and how opaque it is, as a
/// canvas has them. Under what is not opaque there is white paper.
#[must_use]
#[wasm_bindgen(js_name = readPicture)]
pub fn read_picture(data: &[u8], width: u32, height: u32) -> Vec<String> {
    let coloured = (u64::from(width)
        .saturating_mul(u64::from(height))
        .saturating_mul(4))
        == u64::try_from(data.len()).unwrap_or(0);
    let luma = if coloured {
        data.as_chunks()
            .0
            .iter()
            .map(|pixel| luma(*pixel))
            .collect()
    } else {
        Cow::Borrowed(data)
    };
    let read = |attempt| read(&luma, width, height, attempt);
    let mut texts = (0..attempts()).map(read);
    texts.find(|texts| !texts.is_empty()).unwrap_or_default()
}

/// As bright as eyes see it (ITU-R BT.601, in 256ths), on white.
fn luma([red, green, blue, opaque]: [u8; 4]) -> u8 {
    let colour = [(red, 77), (green, 150), (blue, 29)].into_iter();
    let sum: u32 = colour
        .map(|(part, weight)| u32::from(part).saturating_mul(weight))
        .sum();
    let paper = u32::from(u8::MAX.saturating_sub(opaque)).saturating_mul(255);
    let ink = (sum >> 8).saturating_mul(u32::from(opaque));
    u8::try_from(ink.saturating_add(paper) / 255).unwrap_or(u8::MAX)
}

impl Attempt {
    fn read(&self, picture: &Picture<'_>) -> Option<Vec<String>> {
        let dark = match self {
            Self::AsItIs => local(picture)?,
            Self::Half => local(&picture.halved()?)?,
            Self::OneThreshold => global(picture)?,
            Self::Inverted => inverted(local(picture)?),
            Self::Double => local(&picture.doubled()?)?,
            Self::Quarter => local(&picture.halved()?.halved()?)?,
            Self::InvertedHalf => inverted(local(&picture.halved()?)?),
        };
        Some(texts(&dark))
    }
}

/// What is darker than its neighbourhood.
fn local(picture: &Picture<'_>) -> Option<BitMatrix> {
    let source = Luma8Source::new_with_slice(&picture.luma, picture.width, picture.height).ok()?;
    let binarizer = HybridBinarizer::new(source);
    binarizer.get_black_matrix().ok().cloned()
}

/// What is darker than a threshold between the picture's two most frequent values.
fn global(picture: &Picture<'_>) -> Option<BitMatrix> {
    let source = Luma8Source::new_with_slice(&picture.luma, picture.width, picture.height).ok()?;
    let binarizer = GlobalHistogramBinarizer::new(source);
    binarizer.get_black_matrix().ok().cloned()
}

fn inverted(mut dark: BitMatrix) -> BitMatrix {
    dark.flip_self();
    dark
}

/// Only QR codes of the usual kind: neither micro nor rectangular ones.
fn texts(dark: &BitMatrix) -> Vec<String> {
    let mut used = Vec::new();
    let mut texts = Vec::new();
    for patterns in GenerateFinderPatternSets(&mut FindFinderPatterns(dark, true, 0)) {
        let corners = [patterns.bl, patterns.tl, patterns.tr];
        if corners.iter().any(|corner| used.contains(corner)) {
            continue;
        }
        let Ok(symbol) = SampleQR(dark, &patterns) else {
            continue;
        };
        let Ok(content) = Decode(symbol.getBits()) else {
            continue;
        };
        if content.isValid() {
            used.extend(corners);
            let text = text(content.content().bytes());
            if !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    texts
}

fn text(bytes: &[u8]) -> String {
    core::str::from_utf8(bytes).map_or_else(
        |_| bytes.iter().copied().map(char::from).collect(),
        ToOwned::to_owned,
    )
}
