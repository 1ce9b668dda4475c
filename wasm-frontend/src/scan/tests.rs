//! Symbols drawn by another crate, and what is none.
use qrcode::{EcLevel, QrCode};

use super::picture::Picture;
use super::{attempts, read, read_picture};

const TEXT: &str = "3mid:ECHOECHO,4a6a1b34dcef15d43cb74de2fd36091be99fbbaf126d099d47d83d919712c72b";

struct Drawn {
    luma: Vec<u8>,
    side: u32,
}

impl Drawn {
    /// `module` pixels a module, with the quiet zone of four modules.
    fn symbol(content: &[u8], module: usize) -> Self {
        let code = QrCode::with_error_correction_level(content, EcLevel::M).unwrap();
        let (modules, colors) = (code.width(), code.to_colors());
        let side = (modules + 8) * module;
        let inside = |at: usize| (at / module).checked_sub(4).filter(|at| *at < modules);
        let luma = (0..side * side).map(|at| match (inside(at % side), inside(at / side)) {
            (Some(x), Some(y)) => colors[y * modules + x].select(10, 240),
            _ => 240,
        });
        Self {
            luma: luma.collect(),
            side: u32::try_from(side).unwrap(),
        }
    }

    fn by_pixel(&self, pixel: impl Fn(usize, usize) -> u8) -> Self {
        let side = usize::try_from(self.side).unwrap();
        let luma = (0..side * side).map(|at| pixel(at % side, at / side));
        Self {
            luma: luma.collect(),
            side: self.side,
        }
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        self.luma[y * usize::try_from(self.side).unwrap() + x]
    }

    fn attempt(&self, attempt: u32) -> Vec<String> {
        read(&self.luma, self.side, self.side, attempt)
    }

    fn first_hit(&self) -> Option<(u32, Vec<String>)> {
        (0..attempts())
            .map(|attempt| (attempt, self.attempt(attempt)))
            .find(|(_, texts)| !texts.is_empty())
    }
}

fn all_attempts(luma: &[u8], width: u32, height: u32) -> Vec<String> {
    (0..attempts())
        .flat_map(|attempt| read(luma, width, height, attempt))
        .collect()
}

#[test]
fn a_drawn_symbol_is_read_at_the_first_attempt_at_every_size() {
    for module in [2, 3, 4, 7, 16] {
        let drawn = Drawn::symbol(TEXT.as_bytes(), module);
        assert_eq!(drawn.attempt(0), [TEXT], "{module} pixels a module");
    }
}

#[test]
fn a_symbol_is_read_turned_and_mirrored() {
    let drawn = Drawn::symbol(TEXT.as_bytes(), 4);
    let last = usize::try_from(drawn.side).unwrap() - 1;
    for (name, turned) in [
        ("a quarter", drawn.by_pixel(|x, y| drawn.at(y, last - x))),
        (
            "a half",
            drawn.by_pixel(|x, y| drawn.at(last - x, last - y)),
        ),
        ("mirrored", drawn.by_pixel(|x, y| drawn.at(last - x, y))),
    ] {
        assert_eq!(turned.attempt(0), [TEXT], "{name}");
    }
}

/// Angles whose sine and cosine are fractions: no rounding but the pixels' own.
#[test]
fn a_symbol_is_read_at_any_angle() {
    let drawn = Drawn::symbol(TEXT.as_bytes(), 8);
    let last = i64::from(drawn.side) - 1;
    for (cos, sin, whole) in [
        (3, 4, 5),
        (4, 3, 5),
        (12, 5, 13),
        (15, 8, 17),
        (21, 20, 29),
        (40, 9, 41),
    ] {
        let turned = drawn.by_pixel(|x, y| {
            let [x, y] = [x, y].map(|it| i64::try_from(it).unwrap() * 2 - last);
            // Smaller by half, so that the corners stay in the picture.
            let from = |far: i64| usize::try_from((far * 3 / (whole * 2) + last) / 2).ok();
            match (from(x * cos + y * sin), from(y * cos - x * sin)) {
                (Some(x), Some(y)) if x.max(y) < usize::try_from(drawn.side).unwrap() => {
                    drawn.at(x, y)
                }
                _ => 240,
            }
        });
        assert_eq!(turned.attempt(0), [TEXT], "{sin}/{whole}");
    }
}

#[test]
fn light_on_dark_and_little_contrast_are_read_at_a_later_attempt() {
    let drawn = Drawn::symbol(TEXT.as_bytes(), 6);
    let inverted = drawn.by_pixel(|x, y| 255 - drawn.at(x, y));
    let pale = drawn.by_pixel(|x, y| if drawn.at(x, y) < 128 { 112 } else { 136 });
    for changed in [inverted, pale] {
        let (attempt, texts) = changed.first_hit().unwrap();
        assert!(attempt > 0);
        assert_eq!(texts, [TEXT]);
    }
}

#[test]
fn two_symbols_in_one_picture_are_both_read() {
    let [left, right] = [TEXT, "another"].map(|text| Drawn::symbol(text.as_bytes(), 5));
    let rows = usize::try_from(left.side.max(right.side)).unwrap();
    let row = |drawn: &Drawn, y: usize| {
        let side = usize::try_from(drawn.side).unwrap();
        drawn
            .luma
            .get(y * side..(y + 1) * side)
            .map_or_else(|| vec![240; side], <[u8]>::to_vec)
    };
    let luma: Vec<u8> = (0..rows)
        .flat_map(|y| [row(&left, y), row(&right, y)].concat())
        .collect();
    let mut texts = read(
        &luma,
        left.side + right.side,
        u32::try_from(rows).unwrap(),
        0,
    );
    texts.sort();
    assert_eq!(texts, [TEXT, "another"]);
}

#[test]
fn bytes_that_are_not_utf_8_are_read_as_latin_1() {
    assert_eq!(Drawn::symbol("grün".as_bytes(), 4).attempt(0), ["grün"]);
    assert_eq!(Drawn::symbol(b"gr\xfcn", 4).attempt(0), ["grün"]);
}

#[test]
fn sizes_that_do_not_fit_the_bytes_hold_nothing() {
    let drawn = Drawn::symbol(TEXT.as_bytes(), 4);
    for (width, height) in [
        (0, 0),
        (0, drawn.side),
        (drawn.side, 0),
        (drawn.side + 1, drawn.side),
        (drawn.side, drawn.side - 1),
        (u32::MAX, u32::MAX),
        (1 << 31, 2),
        (65_536, 65_536),
    ] {
        assert!(
            all_attempts(&drawn.luma, width, height).is_empty(),
            "{width} × {height}"
        );
        assert!(
            all_attempts(&[], width, height).is_empty(),
            "{width} × {height}"
        );
    }
    assert!(drawn.attempt(attempts()).is_empty());
    assert!(drawn.attempt(u32::MAX).is_empty());
}

#[test]
fn nothing_is_read_where_nothing_is_at_any_size() {
    for side in (1..=64).chain([127, 300]) {
        let pixels = usize::try_from(side * side).unwrap();
        let striped = (0..pixels).map(|at| if at % 2 == 0 { 0 } else { 255 });
        for luma in [
            vec![0; pixels],
            vec![255; pixels],
            vec![128; pixels],
            striped.collect(),
        ] {
            assert!(
                all_attempts(&luma, side, side).is_empty(),
                "{side} × {side}"
            );
        }
    }
}

#[test]
fn no_damage_to_a_symbol_makes_another_text_or_a_panic() {
    let drawn = Drawn::symbol(TEXT.as_bytes(), 3);
    let mut state = 1_u32;
    for round in 0..150 {
        let mut luma = drawn.luma.clone();
        for _ in 0..round * 80 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let at = usize::try_from(state >> 8).unwrap() % luma.len();
            luma[at] = if state & 0x80 == 0 { 0 } else { 255 };
        }
        for text in all_attempts(&luma, drawn.side, drawn.side) {
            assert_eq!(text, TEXT, "round {round}");
        }
    }
}

#[test]
fn halving_is_the_mean_of_four_and_doubling_goes_a_quarter_of_the_way() {
    let luma: Vec<u8> = (0..22 * 22)
        .map(|at| if at % 22 < 11 { 0 } else { 200 })
        .collect();
    let picture = Picture::new(&luma, 22, 22).unwrap();
    let doubled = picture.doubled().unwrap();
    assert_eq!((doubled.width, doubled.height), (44, 44));
    assert_eq!(doubled.luma.get(20..24), Some(&[0, 50, 150, 200][..]));
    let again = doubled.halved().unwrap();
    assert_eq!((again.width, again.height), (22, 22));
    assert_eq!(again.luma.get(9..13), Some(&[0, 25, 175, 200][..]));
}

#[test]
fn a_picture_in_colour_on_nothing_is_read_on_white_paper() {
    let drawn = Drawn::symbol(TEXT.as_bytes(), 4);
    let side = drawn.side;
    assert_eq!(read_picture(&drawn.luma, side, side), [TEXT]);
    // Dark blue ink, and nothing where there is no ink.
    let pixel = |luma: &u8| {
        if *luma < 128 {
            [10, 10, 90, 255]
        } else {
            [0; 4]
        }
    };
    let coloured: Vec<u8> = drawn.luma.iter().flat_map(pixel).collect();
    assert_eq!(read_picture(&coloured, side, side), [TEXT]);
    assert!(read_picture(&coloured, side, side - 1).is_empty());
    assert!(read_picture(&[], 0, 0).is_empty());
}
