use std::borrow::ToOwned;
use std::format;
use std::string::{String, ToString as _};
use std::vec;
use std::vec::Vec;

use super::*;
use crate::otp::{
    Algorithm, Counter, Digits, Hotp, Issuer, Label, Period, Secret, Totp, migration,
};
use crate::threema::{ReplyCode, SecretKey, ThreemaId};

const SCALE: usize = 5;

fn uri(secret: &[u8], issuer: &str, account: &str) -> KeyUri {
    let secret = Secret::from_bytes(secret).unwrap();
    let (issuer, account) = (
        Issuer::parse(issuer).unwrap(),
        Label::parse(account).unwrap(),
    );
    KeyUri::totp(&Totp::default(), &secret, &issuer, &account)
}

/// The modules as a renderer would paint the path: all light, then each rectangle dark.
fn paint(symbol: &Symbol) -> Vec<Vec<bool>> {
    let side = usize::from(symbol.modules());
    let mut dark = vec![vec![false; side]; side];
    for rectangle in symbol.path().split_terminator('z') {
        let (at, rest) = rectangle
            .strip_prefix('M')
            .unwrap()
            .split_once('h')
            .unwrap();
        let (x, y) = at.split_once(' ').unwrap();
        let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
        let (width, back) = rest.split_once("v1h-").unwrap();
        assert_eq!(width, back, "the path comes back to where it began");
        for module in &mut dark[y][x..x + width.parse::<usize>().unwrap()] {
            assert!(!*module, "no module is painted twice");
            *module = true;
        }
    }
    dark
}

/// What an independent reader sees.
fn read(symbol: &Symbol) -> (rqrr::MetaData, String) {
    let dark = paint(symbol);
    let side = dark.len() * SCALE;
    let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
        if dark[y / SCALE][x / SCALE] { 0 } else { 255 }
    });
    let grids = image.detect_grids();
    assert_eq!(grids.len(), 1, "exactly one symbol is found");
    grids[0].decode().unwrap()
}

#[test]
fn an_independent_reader_reads_what_was_written() {
    let hotp = KeyUri::hotp(
        &Hotp {
            algorithm: Algorithm::Sha512,
            digits: Digits::Eight,
        },
        &Secret::from_bytes(&[0xA5; 64]).unwrap(),
        Counter(u64::MAX - 1),
        &Issuer::parse("Büchertisch").unwrap(),
        &Label::parse("用户").unwrap(),
    );
    let slow = KeyUri::totp(
        &Totp {
            period: Period::from_secs(60).unwrap(),
            ..Totp::default()
        },
        &Secret::from_bytes(&[0x5A; 32]).unwrap(),
        &Issuer::parse("Forum").unwrap(),
        &Label::parse("bob").unwrap(),
    );
    let uris = [
        uri(b"12345678901234567890", "Forum", "alice"),
        uri(&[0; 16], "F", "a"),
        uri(
            b"abcdefghijklmnopqrst",
            "Example Forum",
            "alice@example.org",
        ),
        uri(&[0xFF; 64], &"x".repeat(64), &"y".repeat(64)),
        hotp,
        slow,
    ];
    for uri in &uris {
        let (meta, text) = read(&Symbol::new(uri).unwrap());
        assert_eq!(text, uri.as_str());
        // The two bits of ISO/IEC 18004 for level M are 00.
        assert_eq!(meta.ecc_level, 0, "error correction M");
    }
}

#[test]
fn an_identity_is_corrected_as_the_apps_do_it_and_reads_back() {
    let gateway = ThreemaId::parse("*TESTTST").unwrap();
    let identity = Identity::new(&gateway, &SecretKey::from_bytes([7; 32]).public());
    let (meta, text) = read(&Symbol::new(&identity).unwrap());
    assert_eq!(text, identity.as_str());
    // The two bits of ISO/IEC 18004 for level Q are 11.
    assert_eq!(meta.ecc_level, 3, "error correction Q");
}

#[test]
fn a_reply_link_is_a_small_symbol_and_reads_back() {
    let gateway = ThreemaId::parse("*TESTTST").unwrap();
    let link = ReplyLink::new(&gateway, &ReplyCode::parse("012345").unwrap());
    let symbol = Symbol::new(&link).unwrap();
    let (meta, text) = read(&symbol);
    assert_eq!(text, link.as_str());
    assert_eq!(meta.ecc_level, 0, "error correction M");
    assert_eq!(
        symbol.modules(),
        37,
        "version 3, 29 modules, and 4 quiet ones at each side"
    );
}

#[test]
fn ten_accounts_of_an_export_are_a_symbol_that_a_phone_reads_from_a_screen() {
    let accounts: Vec<_> = (0..10)
        .map(|number| {
            let secret: Vec<u8> = (number..)
                .step_by(37)
                .map(|byte| byte ^ 0x5A)
                .take(5)
                .collect();
            let uri = uri(&secret.repeat(4), "Forum", &format!("alice{number}"));
            KeyUri::read(uri.as_str()).unwrap()
        })
        .collect();
    let links = migration::export(&accounts, 0x1234_5678).unwrap();
    assert_eq!(links.len(), 1);
    let symbol = Symbol::new(&links[0]).unwrap();
    let (meta, text) = read(&symbol);
    assert_eq!(text, links[0].as_str());
    assert_eq!(meta.ecc_level, 0, "error correction M");
    assert!(meta.version.0 <= 22, "version {}", meta.version.0);
}

#[test]
fn the_symbol_is_the_smallest_that_holds_its_text() {
    // ISO/IEC 18004, table 7: bytes that a version holds at level M.
    let holds = [14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251];
    for account in 1..=64 {
        let uri = uri(b"12345678901234567890", "Forum", &"a".repeat(account));
        let version = usize::from((Symbol::new(&uri).unwrap().modules() - 8 - 17) / 4);
        let bytes = 1 + holds
            .iter()
            .take_while(|bytes| **bytes < uri.as_str().len())
            .count();
        assert!(
            version <= bytes,
            "{} characters are version {version}",
            uri.as_str().len()
        );
        assert!(version + 1 >= bytes);
    }
}

#[test]
fn four_light_modules_are_on_every_side() {
    let symbol = Symbol::new(&uri(b"12345678901234567890", "Forum", "alice")).unwrap();
    let dark = paint(&symbol);
    let side = dark.len();
    for (y, row) in dark.iter().enumerate() {
        for (x, module) in row.iter().enumerate() {
            let quiet = x.min(y).min(side - 1 - x).min(side - 1 - y) < 4;
            assert!(!(quiet && *module), "({x}, {y}) is dark");
        }
    }
    assert!(
        dark[4][4] && dark[4][side - 5] && dark[side - 5][4],
        "the finders reach its edge"
    );
}

#[test]
fn neighbours_in_a_row_are_one_rectangle() {
    let symbol = Symbol::new(&uri(b"12345678901234567890", "Forum", "alice")).unwrap();
    let runs: usize = paint(&symbol)
        .iter()
        .map(|row| row.windows(2).filter(|pair| !pair[0] && pair[1]).count())
        .sum();
    assert_eq!(symbol.path().matches('M').count(), runs);
}

#[test]
fn the_document_escapes_its_title_and_has_no_style() {
    let symbol = Symbol::new(&uri(b"12345678901234567890", "Forum", "alice")).unwrap();
    let svg = symbol.to_svg("</title><script>'\"&\u{0}\u{1B}");
    assert!(
        svg.contains("<title>&lt;/title&gt;&lt;script&gt;&#39;&quot;&amp;\u{FFFD}\u{FFFD}</title>")
    );
    assert!(svg.contains("role=\"img\"") && svg.contains("shape-rendering=\"crispEdges\""));
    assert!(!svg.contains("style") && !svg.contains("<script"));
    assert!(svg.contains(&format!("d=\"{}\"", symbol.path())));
    let background = format!(
        "<path fill=\"#fff\" d=\"M0 0h{0}v{0}H0z\"/>",
        symbol.modules()
    );
    assert!(svg.find(&background).unwrap() < svg.find("fill=\"#000\"").unwrap());
}

#[test]
fn neither_buffer_grows() {
    let symbol = Symbol::new(&uri(&[0xFF; 64], &"x".repeat(64), &"y".repeat(64))).unwrap();
    let side = usize::from(symbol.modules()) - 8;
    assert_eq!(symbol.path.capacity(), side * side * 10 + 20);
    let title = "&".repeat(300);
    let svg = symbol.to_svg(&title);
    assert_eq!(svg.capacity(), symbol.path().len() + 300 * 6 + 512);
}

#[test]
fn debug_shows_no_module() {
    let symbol = Symbol::new(&uri(b"12345678901234567890", "Forum", "alice")).unwrap();
    assert_eq!(
        format!("{symbol:?}"),
        "Symbol { modules: 45, .. }".to_owned()
    );
}

#[test]
fn names_of_sixty_four_letters_of_any_script_fit_and_more_is_an_error() {
    let secret = &[0xFF; 64];
    let long = uri(secret, &"语".repeat(64), &"语".repeat(64));
    assert_eq!(read(&Symbol::new(&long).unwrap()).1, long.as_str());

    let longer = uri(secret, &"🐛".repeat(64), &"🐛".repeat(64));
    assert_eq!(Symbol::new(&longer).unwrap_err(), SymbolError::TooLong);
    assert_eq!(
        SymbolError::TooLong.to_string(),
        "the text is too long for a symbol"
    );
}
