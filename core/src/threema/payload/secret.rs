//! Secrets that have no prefix and must be known by their shape.

use crate::otp::typed::is_separator;

/// Whether a text is an ID export: 80 letters of base32 (the first version) or 104 (the second), shown
/// in groups of four, pasted with whatever came between them.
///
/// Some letters less or more are still somebody's private key, copied carelessly. The only other texts
/// of that shape are authenticators' keys of unusual length, which nobody should see either.
pub(super) fn is_export(text: &str) -> bool {
    const FEWEST: usize = 72;
    const MOST: usize = 112;
    let letters = text.chars().filter(|c| !is_separator(*c));
    let mut count = 0_usize;
    for letter in letters {
        if !matches!(letter, 'A'..='Z' | 'a'..='z' | '2'..='7') || count == MOST {
            return false;
        }
        count = count.saturating_add(1);
    }
    count >= FEWEST
}

/// Whether a text is a session of Threema Web, in base64:
///
/// ```text
/// version 2 │ options 1 │ initiator's key 32 │ token 32 │ server's key 32 │ port 2 │ host
/// ```
pub(super) fn is_web_session(text: &str) -> bool {
    /// Where the host begins, which has at most 253 characters.
    const HOST: usize = 101;
    const LONGEST: usize = HOST + 253;
    let digits = text.trim_end_matches('=');
    let padding = text.len().saturating_sub(digits.len());
    if !text.len().is_multiple_of(4) || padding > 2 {
        return false;
    }
    let (mut bits, mut held, mut at) = (0_u32, 0_u32, 0_usize);
    for digit in digits.bytes() {
        let Some(value) = value(digit) else {
            return false;
        };
        bits = bits << 6 | u32::from(value);
        held = held.saturating_add(6);
        if held >= 8 {
            held = held.saturating_sub(8);
            let [.., byte] = (bits >> held).to_be_bytes();
            let fits = match at {
                2 => byte < 4,
                ..HOST => true,
                LONGEST.. => false,
                _ => byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte),
            };
            if !fits {
                return false;
            }
            at = at.saturating_add(1);
        }
    }
    at > HOST
}

/// What a digit of base64 stands for. (Nothing is decoded into memory: what it says is somebody's secret.)
fn value(digit: u8) -> Option<u8> {
    let (first, offset) = match digit {
        b'A'..=b'Z' => (b'A', 0),
        b'a'..=b'z' => (b'a', 26),
        b'0'..=b'9' => (b'0', 52),
        b'+' => return Some(62),
        b'/' => return Some(63),
        _ => return None,
    };
    Some(digit.saturating_sub(first).saturating_add(offset))
}
