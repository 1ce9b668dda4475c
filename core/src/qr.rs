//! Symbols for a phone's camera.
//!
//! ```text
//!  KeyUri       ┐
//!  MigrationUri ├──▶ Symbol ──▶ path, for a page that builds its own <svg>
//!  Identity     │          └──▶ to_svg(title), a whole document
//!  ReplyLink    ┘
//! ```
//!
//! Only what implements [`Payload`] can become a symbol, and nobody outside this crate can
//! implement it: no page can show a wrong string by mistake. The symbol says what its text says,
//! so it is as secret: opaque in `Debug`, and zeroized. (The working memory of the encoder, which
//! is not ours, is not.)
//!
//! It is made for a phone before a screen: the smallest version that holds the text, so that modules are
//! large, at level M (an [`Identity`] at Q, as the apps write theirs). A screen has no dirt and no creases,
//! so a higher level would only make them smaller; what is lost there is a reflection. Edges are crisp at
//! any size, and the background is light in a dark page too, since some readers know no other way round.
//!
//! ```
//! use threegate_core::otp::{Issuer, KeyUri, Label, Secret, Totp};
//! use threegate_core::qr::Symbol;
//!
//! let secret = Secret::from_bytes(b"12345678901234567890")?;
//! let (issuer, account) = (Issuer::parse("Forum")?, Label::parse("alice")?);
//! let symbol = Symbol::new(&KeyUri::totp(&Totp::default(), &secret, &issuer, &account))?;
//!
//! assert_eq!(symbol.modules(), 45); // version 5, 37 modules, and 4 quiet ones at each side
//! assert!(symbol.path().starts_with("M4 4h7v1h-7z"));
//! assert!(symbol.to_svg("Key for alice").contains(r#"viewBox="0 0 45 45""#));
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```

use alloc::string::String;
use core::fmt;

use qrcode::{Color, QrCode};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::decimal;
use crate::otp::KeyUri;
use crate::otp::migration::MigrationUri;
use crate::threema::payload::{Identity, ReplyLink};

/// Light modules on each side: ISO/IEC 18004 asks for four.
const QUIET: u16 = 4;

/// A QR code as geometry: squares of one unit, the quiet zone included.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Symbol {
    modules: u16,
    path: String,
}

impl Symbol {
    /// The smallest symbol that holds `payload` with the error correction that its kind has: Q for an
    /// [`Identity`], M for all else.
    ///
    /// # Errors
    /// [`SymbolError::TooLong`] if even the largest is too small.
    pub fn new(payload: &impl Payload) -> Result<Self, SymbolError> {
        let symbol = QrCode::with_error_correction_level(payload.text(), payload.level())
            .map_err(|_| SymbolError::TooLong)?;
        let width = symbol.width();
        let colors = symbol.into_colors();
        // At most every second module begins a run, and a run is at most 20 characters. A String
        // that grew would leave a copy behind.
        let mut path = String::with_capacity(colors.len().saturating_mul(10).saturating_add(20));
        for (y, row) in (QUIET..).zip(colors.chunks(width.max(1))) {
            let mut x = QUIET;
            for run in row.chunk_by(PartialEq::eq) {
                let length = u16::try_from(run.len()).map_err(|_| SymbolError::TooLong)?;
                if run.first() == Some(&Color::Dark) {
                    let parts = [("M", x), (" ", y), ("h", length), ("v1h-", length)];
                    for (letters, number) in parts {
                        path.push_str(letters);
                        decimal::push(&mut path, number.into());
                    }
                    path.push('z');
                }
                x = x.saturating_add(length);
            }
        }
        let width = u16::try_from(width).map_err(|_| SymbolError::TooLong)?;
        Ok(Self {
            modules: width.saturating_add(QUIET.saturating_mul(2)),
            path,
        })
    }

    /// The length of a side in modules, the quiet zone included: the `viewBox` is
    /// `0 0 modules modules`.
    #[must_use]
    pub const fn modules(&self) -> u16 {
        self.modules
    }

    /// The dark modules as the one `d` of an SVG path: a rectangle a run, row by row. Under it there
    /// must be a light background over the whole `viewBox`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// A whole SVG document, dark on light whatever the page's colours are, named `title` for those
    /// who do not see it. It needs no style, so the strictest policy lets it pass.
    #[must_use]
    pub fn to_svg(&self, title: &str) -> Zeroizing<String> {
        let capacity = self
            .path
            .len()
            .saturating_add(title.len().saturating_mul(6));
        let mut svg = Zeroizing::new(String::with_capacity(capacity.saturating_add(512)));
        let mut side = String::new();
        decimal::push(&mut side, self.modules.into());
        svg.extend([
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 ",
            &side,
            " ",
            &side,
            "\" role=\"img\" shape-rendering=\"crispEdges\"><title>",
        ]);
        for c in title.chars() {
            match c {
                '&' => svg.push_str("&amp;"),
                '<' => svg.push_str("&lt;"),
                '>' => svg.push_str("&gt;"),
                '"' => svg.push_str("&quot;"),
                '\'' => svg.push_str("&#39;"),
                // XML has no way to write most of these.
                c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => svg.push('\u{FFFD}'),
                c => svg.push(c),
            }
        }
        svg.extend([
            "</title><path fill=\"#fff\" d=\"M0 0h",
            &side,
            "v",
            &side,
            "H0z\"/><path fill=\"#000\" d=\"",
            &self.path,
            "\"/></svg>",
        ]);
        svg
    }
}

impl fmt::Debug for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Symbol")
            .field("modules", &self.modules)
            .finish_non_exhaustive()
    }
}

/// What may become a symbol.
pub trait Payload: sealed::Sealed {}

impl Payload for Identity {}
impl Payload for KeyUri {}
impl Payload for MigrationUri {}
impl Payload for ReplyLink {}

mod sealed {
    use qrcode::EcLevel;

    use crate::otp::KeyUri;
    use crate::otp::migration::MigrationUri;
    use crate::threema::payload::{Identity, ReplyLink};

    pub trait Sealed {
        fn text(&self) -> &str;

        /// How much of the symbol may be unreadable: M is 15 percent.
        fn level(&self) -> EcLevel {
            EcLevel::M
        }
    }

    impl Sealed for Identity {
        fn text(&self) -> &str {
            self.as_str()
        }

        /// As the apps write it: 25 percent.
        fn level(&self) -> EcLevel {
            EcLevel::Q
        }
    }

    impl Sealed for KeyUri {
        fn text(&self) -> &str {
            self.as_str()
        }
    }

    impl Sealed for MigrationUri {
        fn text(&self) -> &str {
            self.as_str()
        }
    }

    impl Sealed for ReplyLink {
        fn text(&self) -> &str {
            self.as_str()
        }
    }
}

/// Why there is no symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SymbolError {
    /// More text than the largest symbol holds, 2331 bytes.
    TooLong,
}

impl fmt::Display for SymbolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the text is too long for a symbol"),
        }
    }
}

impl core::error::Error for SymbolError {}

#[cfg(test)]
mod tests;
