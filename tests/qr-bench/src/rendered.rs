//! Codes of Threema IDs as bad light, lenses, screens and networks make them. Every run draws the
//! same pictures.
use std::error::Error;
use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, ImageFormat, Luma, imageops};
use qrcode::{EcLevel, QrCode};

use crate::{Expected, Sample};

type Result<T> = core::result::Result<T, Box<dyn Error>>;

const EACH: u64 = 24;

type Make = fn(&mut Chance, GrayImage) -> Result<GrayImage>;

/// By what was done to them.
pub(crate) fn sets() -> Result<Vec<(&'static str, Vec<Sample>)>> {
    let makers: [(&str, Make); 11] = [
        ("clean", |_, code| Ok(code)),
        ("small", |chance, code| {
            Ok(sized(&code, chance.between(1.3, 2.4)))
        }),
        ("blurred", |chance, code| {
            Ok(imageops::blur(&code, chance.between(1.5, 3.5) as f32))
        }),
        ("noisy", |chance, code| Ok(noisy(chance, code, 45.0))),
        ("turned", |chance, code| {
            let angle = chance.between(0.0, 360.0);
            Ok(placed(&code, angle, [0.0; 2], 640, 480, 300.0))
        }),
        ("skewed", |chance, code| {
            let lean = [chance.between(-1.0, 1.0), chance.between(-1.0, 1.0)];
            let angle = chance.between(-30.0, 30.0);
            Ok(placed(&code, angle, lean, 640, 480, 300.0))
        }),
        ("pale", |chance, code| {
            let dark = chance.between(60.0, 160.0);
            let code = mapped(&code, |value| dark + value * 30.0 / 255.0);
            Ok(noisy(chance, code, 3.0))
        }),
        ("inverse", |_, code| {
            Ok(mapped(&code, |value| 255.0 - value))
        }),
        ("jpeg", |chance, code| {
            jpeg(&sized(&code, chance.between(2.0, 4.0)), 12)
        }),
        ("shaded", |chance, code| Ok(shaded(chance, code))),
        ("photograph", photograph),
    ];
    let mut sets = Vec::new();
    for (name, make) in makers {
        let samples = (0..EACH).map(|seed| {
            let mut chance = Chance(seed + 1);
            let text = threema_id(&mut chance);
            let picture = make(&mut chance, drawn(&text)?)?;
            let (width, height) = picture.dimensions();
            let luma = picture.into_raw();
            Ok(Sample {
                luma,
                width,
                height,
                expected: Expected::Text(text),
            })
        });
        sets.push((name, samples.collect::<Result<Vec<_>>>()?));
    }
    Ok(sets)
}

/// What a phone held before a camera gives, all at once.
fn photograph(chance: &mut Chance, code: GrayImage) -> Result<GrayImage> {
    let code = mapped(&code, |value| 30.0 + value * 190.0 / 255.0);
    let lean = [chance.between(-0.4, 0.4), chance.between(-0.4, 0.4)];
    let side = chance.between(170.0, 420.0);
    let angle = chance.between(-40.0, 40.0);
    let picture = placed(&code, angle, lean, 1280, 720, side);
    let picture = imageops::blur(&picture, chance.between(0.6, 1.4) as f32);
    let picture = shaded(chance, picture);
    jpeg(&noisy(chance, picture, 8.0), 45)
}

fn threema_id(chance: &mut Chance) -> String {
    let mut of = |alphabet: &str, count| -> String {
        let all: Vec<char> = alphabet.chars().collect();
        (0..count)
            .filter_map(|_| all.get(chance.below(all.len() as u64) as usize))
            .collect()
    };
    let id = of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", 8);
    format!("3mid:{id},{}", of("0123456789abcdef", 64))
}

/// Eight pixels a module, with its quiet zone.
fn drawn(text: &str) -> Result<GrayImage> {
    let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
    let modules = code.width();
    let colors = code.to_colors();
    let side = (modules as u32 + 8) * 8;
    Ok(GrayImage::from_fn(side, side, |x, y| {
        let inside = |it: u32| {
            (it / 8)
                .checked_sub(4)
                .map(|it| it as usize)
                .filter(|it| *it < modules)
        };
        let dark = inside(x)
            .zip(inside(y))
            .and_then(|(x, y)| colors.get(y * modules + x));
        Luma([dark.map_or(255, |color| color.select(0, 255))])
    }))
}

/// With so many pixels a module.
fn sized(code: &GrayImage, module: f64) -> GrayImage {
    let side = (f64::from(code.width()) / 8.0 * module) as u32;
    imageops::resize(code, side, side, imageops::FilterType::Triangle)
}

/// In the middle of a larger picture, turned by `angle` degrees and leaning away on two sides, by
/// bilinear sampling.
fn placed(
    code: &GrayImage,
    angle: f64,
    lean: [f64; 2],
    width: u32,
    height: u32,
    side: f64,
) -> GrayImage {
    let (sin, cos) = angle.to_radians().sin_cos();
    let scale = f64::from(code.width()) / side;
    let code = imageops::blur(code, (scale * 0.4).max(0.1) as f32);
    GrayImage::from_fn(width, height, |x, y| {
        let x = f64::from(x) - f64::from(width) / 2.0;
        let y = f64::from(y) - f64::from(height) / 2.0;
        let [lean_x, lean_y] = lean;
        let depth = 1.0 + (lean_x * x + lean_y * y) / (2.0 * side);
        let middle = f64::from(code.width()) / 2.0;
        let from_x = (x * cos + y * sin) / depth * scale + middle;
        let from_y = (y * cos - x * sin) / depth * scale + middle;
        let value = imageops::interpolate_bilinear(&code, from_x as f32, from_y as f32);
        value.unwrap_or(Luma([150]))
    })
}

fn shaded(chance: &mut Chance, picture: GrayImage) -> GrayImage {
    let (width, height) = picture.dimensions();
    let dark = chance.between(0.25, 0.5);
    let edge = chance.between(0.3, 0.7);
    GrayImage::from_fn(width, height, |x, y| {
        let slope = f64::from(x) / f64::from(width) * 0.6 + f64::from(y) / f64::from(height) * 0.4;
        let light = if slope < edge { 1.0 } else { dark };
        let value = picture.get_pixel_checked(x, y).map_or(0, |it| it.0[0]);
        Luma([(f64::from(value) * light * (1.0 - slope * 0.3)) as u8])
    })
}

fn noisy(chance: &mut Chance, picture: GrayImage, deviation: f64) -> GrayImage {
    mapped(&picture, |value| {
        let bell: f64 = (0..4).map(|_| chance.between(-1.0, 1.0)).sum();
        value + bell * deviation / 1.155
    })
}

fn mapped(picture: &GrayImage, mut value: impl FnMut(f64) -> f64) -> GrayImage {
    let mut picture = picture.clone();
    for byte in picture.iter_mut() {
        *byte = value(f64::from(*byte)).clamp(0.0, 255.0) as u8;
    }
    picture
}

fn jpeg(picture: &GrayImage, quality: u8) -> Result<GrayImage> {
    let mut file = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut file, quality))?;
    Ok(image::load(Cursor::new(file), ImageFormat::Jpeg)?.into_luma8())
}

/// Splitmix64: the same numbers for the same seed everywhere.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn between(&mut self, least: f64, most: f64) -> f64 {
        least + (most - least) * (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
