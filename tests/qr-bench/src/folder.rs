//! Sets of pictures on disk.
use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::{Expected, Sample};

type Result<T> = core::result::Result<T, Box<dyn Error>>;

/// Each folder in `folder` by its name; its pictures are opened when their turn comes.
pub(crate) fn sets(folder: &Path) -> Result<impl Iterator<Item = (String, Result<Vec<Sample>>)>> {
    let sets = entries(folder)?.into_iter().filter(|path| path.is_dir());
    Ok(sets.map(|set| {
        let name = set
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let samples = samples(&set, &name);
        (name, samples)
    }))
}

fn samples(set: &Path, name: &str) -> Result<Vec<Sample>> {
    let pictures = entries(set)?.into_iter().filter(|path| {
        path.extension().is_some_and(|it| {
            ["jpg", "jpeg", "png", "webp"]
                .iter()
                .any(|known| it == *known)
        })
    });
    pictures
        .map(|path| {
            let expected = match fs::read(path.with_extension("txt")) {
                Ok(text) => Expected::Text(String::from_utf8_lossy(&text).into_owned()),
                Err(_) if name.starts_with("falsepositives") => Expected::Nothing,
                Err(_) => Expected::Unknown,
            };
            let picture = image::open(&path).map_err(|error| format!("{path:?}: {error}"))?;
            let picture = picture.to_rgba8();
            let (width, height) = picture.dimensions();
            let luma = picture.pixels().map(|pixel| luma(pixel.0)).collect();
            Ok(Sample {
                luma,
                width,
                height,
                expected,
            })
        })
        .collect()
}

/// As `scanner.js` does it: on white, then weighed as the eye does.
fn luma([red, green, blue, alpha]: [u8; 4]) -> u8 {
    let on_white = |value: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        (value * alpha + 255 * (255 - alpha)) / 255
    };
    ((on_white(red) * 77 + on_white(green) * 150 + on_white(blue) * 29) >> 8) as u8
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let failed = |error: io::Error| format!("{}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}
