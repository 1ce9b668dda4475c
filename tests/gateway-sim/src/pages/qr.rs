//! QR codes as the apps make them: byte mode, error correction Q, four modules of quiet zone.
use std::fmt::Write as _;

use qrcode::bits::Bits;
use qrcode::{Color, EcLevel, QrCode, Version};

/// Modules around the symbol.
const QUIET: usize = 4;

/// The symbol as SVG, black on white whatever the page's colours are; empty if it is too long.
pub(super) fn svg(payload: &str, title: &str) -> String {
    let Some(code) = symbol(payload) else {
        return String::new();
    };
    let width = code.width();
    let side = width.saturating_add(QUIET.saturating_mul(2));
    let mut path = String::new();
    let colors = code.to_colors();
    for (row, modules) in colors.chunks(width.max(1)).enumerate() {
        let y = row.saturating_add(QUIET);
        for (x, length) in runs(modules) {
            let x = x.saturating_add(QUIET);
            // Writing to a string does not fail.
            let _written = write!(path, "M{x} {y}h{length}v1h-{length}z");
        }
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" role=\"img\" \
         shape-rendering=\"crispEdges\"><title>{title}</title>\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    )
}

/// The smallest symbol that holds the payload as bytes.
fn symbol(payload: &str) -> Option<QrCode> {
    (1..=40).map(Version::Normal).find_map(|version| {
        let mut bits = Bits::new(version);
        bits.push_byte_data(payload.as_bytes()).ok()?;
        bits.push_terminator(EcLevel::Q).ok()?;
        QrCode::with_bits(bits, EcLevel::Q).ok()
    })
}

/// Where dark modules begin, and how many follow each other.
fn runs(modules: &[Color]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (x, color) in modules.iter().enumerate() {
        if *color == Color::Light {
            continue;
        }
        match runs.last_mut() {
            Some((start, length)) if start.saturating_add(*length) == x => {
                *length = length.saturating_add(1);
            }
            _ => runs.push((x, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_code_is_version_7_q_with_its_quiet_zone() {
        let payload = format!("3mid:ALICE001,{}", "ab".repeat(32));
        let code = symbol(&payload).unwrap();
        assert_eq!(code.version(), Version::Normal(7));
        assert_eq!(code.error_correction_level(), EcLevel::Q);
        assert_eq!(code.width(), 45);
        let svg = svg(&payload, "ID");
        assert!(svg.contains("viewBox=\"0 0 53 53\""));
        // The finder pattern's first row.
        assert!(svg.contains("M4 4h7v1h-7z"), "{svg}");
    }

    #[test]
    fn runs_join_neighbours_only() {
        use Color::{Dark, Light};
        assert_eq!(
            runs(&[Dark, Dark, Light, Dark, Light, Light, Dark]),
            [(0, 2), (3, 1), (6, 1)]
        );
    }
}
