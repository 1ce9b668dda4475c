//! The bytes at the end of a message that hide how long it is.

use alloc::vec::Vec;

use zeroize::Zeroizing;

/// The fewest bytes of data and padding, the type not counted, so that short texts are all one length.
const MIN: usize = 32;

/// The type and the data in front of the padding; none if the last byte is no padding.
///
/// Only the last byte is looked at, and no least length is asked for: the apps write 32 bytes or more,
/// all equal, but the Gateway's own libraries write less.
pub(super) fn strip(plaintext: &[u8]) -> Option<(u8, &[u8])> {
    let (kind, rest) = plaintext.split_first()?;
    let padding = usize::from(*rest.last()?);
    let data = rest.len().checked_sub(padding)?;
    if padding == 0 {
        return None;
    }
    Some((*kind, rest.get(..data)?))
}

/// A message as the apps write it: at least `random` bytes of padding, and more if it were too short.
pub(super) fn add(kind: u8, data: &[u8], random: u8) -> Zeroizing<Vec<u8>> {
    let missing = u8::try_from(MIN.saturating_sub(data.len())).unwrap_or_default();
    let padding = random.max(missing).max(1);
    let length = data.len().saturating_add(usize::from(padding));
    let mut plaintext = Zeroizing::new(Vec::with_capacity(length.saturating_add(1)));
    plaintext.push(kind);
    plaintext.extend(data);
    plaintext.extend(core::iter::repeat_n(padding, usize::from(padding)));
    plaintext
}
