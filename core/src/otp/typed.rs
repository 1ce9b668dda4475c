//! What people put between the characters of a code without meaning it.

/// Whether `c` only groups or decorates: blanks of any width, hyphens and dashes (also those that
/// a phone's keyboard puts in their place), and the invisible marks that copying brings along.
pub(crate) const fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '-' | '\u{2010}'..='\u{2015}' // hyphens and dashes
            | '\u{2212}' // minus
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            | '\u{00AD}' | '\u{061C}' | '\u{2060}' | '\u{FEFF}'
        )
}
