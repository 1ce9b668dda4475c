//! Secrets that have no prefix and must be known by their shape.

use base64ct::{Base64, Encoding};
use zeroize::Zeroizing;

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
    /// A host has at most 253 characters.
    const LONGEST: usize = 101 + 253;
    let mut bytes = Zeroizing::new([0; LONGEST]);
    let Ok(session) = Base64::decode(text, &mut *bytes) else {
        return false;
    };
    let Some((fixed, host)) = session.split_first_chunk::<101>() else {
        return false;
    };
    let [_, _, options, ..] = fixed;
    let named = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(byte);
    *options < 4 && !host.is_empty() && host.iter().all(named)
}
